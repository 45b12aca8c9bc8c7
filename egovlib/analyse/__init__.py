"""Rows into answers: arrays and frames in, frames out, each with the uncertainty that belongs to it."""
