"""Training of the learned extractive summarizer, and the excerpts that abstractive ones read."""
