"""Extractive methods without training: lead, LexRank, TextRank and a hybrid of them."""
