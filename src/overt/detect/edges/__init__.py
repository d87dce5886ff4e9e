"""From traces to pairs: numbered actions, first shares, the co-action join, and how many share anything."""
