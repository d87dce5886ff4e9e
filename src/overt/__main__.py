"""`python -m overt` is `overt`."""

from __future__ import annotations

import sys

from overt.cli import main

__all__: list[str] = []

if __name__ == "__main__":
    sys.exit(main())
