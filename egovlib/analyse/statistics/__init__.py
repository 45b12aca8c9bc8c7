"""Statistics on plain numbers and arrays: named formulas, permutation, intervals, coefficients."""
