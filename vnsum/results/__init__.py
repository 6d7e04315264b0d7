"""The values that vnsum returns: documents, translations, summaries, and their JSON form."""
