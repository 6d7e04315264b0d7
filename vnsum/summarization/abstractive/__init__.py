"""Summaries written by a model: the excerpt it reads, generation, and support in the article."""
