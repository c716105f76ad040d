"""The engine: differentials pushed inward, moved off the Frobenius product and read off as derivatives."""
