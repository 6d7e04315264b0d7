"""Reading articles from text, files and URLs: cleaning, encodings, boilerplate, web pages."""
