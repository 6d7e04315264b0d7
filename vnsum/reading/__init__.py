"""From a string, file or URL to a clean article: text fixes, charsets, boilerplate, web pages."""
