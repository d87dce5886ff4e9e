"""From posts to traces: one file per kind of object, and the registry that lists them."""
