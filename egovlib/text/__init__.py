"""Bytes → repaired text that still knows its source."""
