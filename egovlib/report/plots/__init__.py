"""Figures by subject: each function takes a frame and returns a matplotlib Figure in the house style."""
