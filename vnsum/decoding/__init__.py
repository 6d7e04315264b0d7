"""Writing with the weights that ship inside the package: forward pass, number formats, search.

Knows token ids and no languages: what a prompt looks like and what becomes of what was written is
the business of `vnsum.translation` and `vnsum.summarization`, which share one engine.
"""
