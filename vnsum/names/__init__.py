"""Names in both languages: the table of names, and the people whom a document names."""
