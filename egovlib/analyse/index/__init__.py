"""The parts of a composite index, in the order a statistician says them: trees, cells, normalise, weights, aggregate, robustness."""
