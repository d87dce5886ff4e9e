"""What the measurements have in common: worlds as numbers, counts of errors, intervals, and the record."""
