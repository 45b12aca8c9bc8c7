"""Repaired text → rows: quantities, codings, indicators."""
