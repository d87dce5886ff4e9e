"""overt finds accounts that act together, with an error rate and the evidence beside every finding.

in: `import overt`; out: the names below; why: a notebook needs `open` and a study's verbs, nothing else.
Everything heavy is imported when it is first used.
"""

from __future__ import annotations

from overt.errors import OvertError
from overt.results import Explanation, Found, Group, Table
from overt.study import Study
from overt.study import open_study as open

__all__ = ["Explanation", "Found", "Group", "OvertError", "Study", "Table", "__version__", "open"]

__version__ = "0.1.0"
