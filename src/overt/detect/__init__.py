"""Wing 1, numbers: from a platform's export to groups of accounts that act together.

in: exports; out: tables; why: folders are the way that data goes: sources, traces, edges, significance,
groups, explain. Read `pipeline.py` first."""
