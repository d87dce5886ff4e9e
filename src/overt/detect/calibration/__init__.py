"""What the error rate is on one's own data: decoys, searched like the data."""
