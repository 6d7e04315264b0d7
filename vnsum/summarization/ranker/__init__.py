"""The trained extractive summarizer: features of sentences, tree models, candidate summaries."""
