"""From pairs to p-values: the timing test, its null and its tails, fusion, attachment, scheduler grids."""
