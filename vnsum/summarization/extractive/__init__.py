"""Unsupervised extractive methods: lead, LexRank, TextRank and a hybrid of them."""
