"""The trained extractive summarizer: sentence features, tree models and candidate summaries."""
