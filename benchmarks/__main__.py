"""All benchmarks in turn: `python -m benchmarks` lists them, `python -m benchmarks NAME ...` runs one.

in: a name and its arguments; out: what the benchmark prints; why: one place says what can be measured.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pkgutil import iter_modules

import benchmarks


def main() -> int:
    found = [module for module in iter_modules(benchmarks.__path__) if not module.ispkg]
    names = sorted(module.name for module in found if module.name != "__main__")
    if len(sys.argv) < 2 or sys.argv[1] not in names:
        for name in names:
            about = (import_module(f"benchmarks.{name}").__doc__ or "").partition("\n")[0]
            sys.stdout.write(f"python -m benchmarks {name:13} {about}\n")
        return 0 if len(sys.argv) < 2 else 2
    status: int = import_module(f"benchmarks.{sys.argv[1]}").main(sys.argv[2:])
    return status


if __name__ == "__main__":
    raise SystemExit(main())
