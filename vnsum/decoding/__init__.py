"""Inference for the packaged model: forward pass, quantized matrices, beam search.

Works on token ids only. Prompts and outputs are handled by `vnsum.translation` and
`vnsum.summarization`, which share one engine.
"""
