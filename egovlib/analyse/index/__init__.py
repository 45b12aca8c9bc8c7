"""The parts of a composite index, in working order: trees, cells, normalise, weights, aggregate, robustness."""
