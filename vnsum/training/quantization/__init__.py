"""Quantization to 8 and 4 bits: rounding, GPTQ, calibration, and training with 8-bit products."""
