"""Answers become things people look at: figures, notebooks run as reports, pages, and their provenance."""
