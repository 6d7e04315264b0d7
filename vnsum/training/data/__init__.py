"""Data to train on: corpora, counts, token arrays, packed batches, and machine-made pairs."""
