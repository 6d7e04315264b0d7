"""Weights in 8 and 4 bits: rounding, GPTQ, calibration, and linear layers trained in 8 bits."""
