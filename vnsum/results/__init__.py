"""Result types: documents, translations, summaries and findings, and their JSON form."""
