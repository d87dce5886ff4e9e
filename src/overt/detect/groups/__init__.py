"""From significant pairs to groups: communities, their figures and sentence, their picture's layout."""
