"""Measurements: each is one command, prints what it compared with, and never runs in the unit tests."""
