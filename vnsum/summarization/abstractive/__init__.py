"""Abstractive summarization: excerpts as model input, generation, and alignment with the source."""
