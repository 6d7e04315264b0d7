"""Names in both languages: the table of names, recognition, and the people of a document."""
