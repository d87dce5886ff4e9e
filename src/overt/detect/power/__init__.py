"""What could have been found: campaigns put into the user's own data, and the search run again."""
