"""overt finds accounts that act together, with an error rate and the evidence beside every finding.

in: `import overt`; out: the names below; why: a notebook needs `open` and a study's verbs, nothing else.
Every name is imported when it is first used: `import overt` itself runs no other module, so that a Ctrl-C
while the command line starts meets the handler in `overt.cli` and not a half-made import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from overt.errors import OvertError
    from overt.results import Explanation, Found, Group, Table
    from overt.study import Study
    from overt.study import open_study as open
else:
    _PLACES = {
        "Explanation": ("results", "Explanation"),
        "Found": ("results", "Found"),
        "Group": ("results", "Group"),
        "OvertError": ("errors", "OvertError"),
        "Study": ("study", "Study"),
        "Table": ("results", "Table"),
        "open": ("study", "open_study"),
    }

    def __getattr__(name):
        if name not in _PLACES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        module, attribute = _PLACES[name]
        globals()[name] = getattr(import_module(f"{__name__}.{module}"), attribute)
        return globals()[name]

    def __dir__():
        return sorted({*globals(), *__all__})


__all__ = ["Explanation", "Found", "Group", "OvertError", "Study", "Table", "__version__", "open"]

__version__ = "0.1.0"
