"""Accounts that start the same things together: leads, never flags."""
