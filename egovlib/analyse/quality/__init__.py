"""How well the tables are: scores against hand coding, reliability, coding sheets and their codes, codebook checks."""
