"""Cells and JSON values of platform exports, made into what a raw row may hold.

in: any value that a JSON document or a CSV cell can hold, of whatever type; out: a clean value, or None
(or an empty list) when it is missing or makes no sense; why: exports leave keys out, write `""`, `"0"`,
`"$undefined"`, `"N/A"` or -1 for missing, and hold numbers as text. Only `post` raises, and only `Reject`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from overt.detect.sources.format import Reject, Row

__all__ = [
    "count",
    "flag",
    "id_or_none",
    "links",
    "mapping",
    "path",
    "pick",
    "post",
    "sequence",
    "strings",
    "text_or_none",
    "time_or_none",
    "unique",
]

_MISSING = frozenset({"", "$undefined", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "undefined"})
_LARGEST = 2**63 - 1
_EXACT_FLOAT = 2**53
_LARGEST_ID = 2**128

_NUMBER = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,18}(?:\.[0-9]{1,9})?)\s*([万亿萬億KkMmBb]?)")
_FACTOR = {"": 1, "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "K": 10**3, "M": 10**6, "B": 10**9}
# an unclosed quote ends at the end of the cell: so every quote matches, and hostile cells take linear time
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)(?:'|\\?\Z)|\"((?:[^\"\\]|\\.)*)(?:\"|\\?\Z)", re.DOTALL)
# an id that went through a float: 6.29697E+17 has lost its last digits, 123.0 has not; the hash 12e5 is whole
_EXPONENT_ID = re.compile(r"-?[0-9](?:\.[0-9]+)?[eE]\+[0-9]{2}")
# the look-behind keeps a long run of commas from being tried at each of them
_NEXT_LINK = re.compile(r"(?<![,\s])[,\s]+(?=[A-Za-z][A-Za-z0-9+.-]{1,15}://)")
_FLOAT_ID = re.compile(r"(-?[0-9]+)\.0+")


def mapping(value: object) -> Mapping[str, Any]:
    """The value when it is a JSON object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def sequence(value: object) -> Sequence[Any]:
    """The value when it is a JSON array, else an empty one."""
    return value if isinstance(value, (list, tuple)) else ()


def path(value: object, *keys: str) -> Any:
    """The value under a chain of keys; None where the chain breaks."""
    for key in keys:
        value = mapping(value).get(key)
    return value


def pick(value: object, *keys: str) -> Any:
    """The first of these keys whose value is there (not None and not an empty text)."""
    fields = mapping(value)
    return next((found for key in keys if (found := fields.get(key)) is not None and found != ""), None)


def text_or_none(value: object) -> str | None:
    """A text that says something; lone surrogates, which no table can hold, are replaced."""
    if not isinstance(value, str) or value.strip() in _MISSING:
        return None
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def id_or_none(value: object, *, zero: bool = False) -> str | None:
    """An id as text; None when missing or when a float destroyed it. `"0"` is missing unless `zero`."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        value = int(value) if math.isfinite(value) and value.is_integer() else None
        if value is None or abs(value) >= _EXACT_FLOAT:
            return None
    if isinstance(value, int):
        value = str(value) if abs(value) < _LARGEST_ID else None
    found = text_or_none(value)
    if found is None:
        return None
    return _id_of_text(found.strip(), zero=zero)


def _id_of_text(value: str, *, zero: bool) -> str | None:
    if _EXPONENT_ID.fullmatch(value):
        return None
    if whole := _FLOAT_ID.fullmatch(value):
        value = whole[1]
        if len(value) > 15:
            return None
    missing = value == "-1" or (value == "0" and not zero)
    return None if missing else value


def time_or_none(value: object) -> str | int | float | None:
    """A time as the source has it (number or text), not read further here; 0 is missing."""
    if isinstance(value, datetime):  # Parquet
        return value.isoformat()
    if isinstance(value, bool) or value == 0:
        return None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int):
        return value if abs(value) <= _LARGEST else None
    found = text_or_none(value)
    return None if found is None or found.strip() in ("0", "-1") else found.strip()


def count(value: object) -> int | None:
    """A counter: 12, "12499502", "1,234", "1.2万" (12000) or "3.4K" (3400); None when hidden or -1."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return int(value) if math.isfinite(value) and 0 <= value <= _LARGEST else None
    if not isinstance(value, str) or len(value) > 40:
        return None
    found = _NUMBER.fullmatch(value.strip())
    if found is None:
        return None
    number, unit = found[1].replace(",", ""), found[2]
    factor = _FACTOR[unit.upper() if unit.isascii() else unit]
    result = round(float(number) * factor) if "." in number else int(number) * factor
    return result if result <= _LARGEST else None


def flag(value: object) -> bool | None:
    """True or false in any spelling (yes, no, true, false, 1, 0); None for anything else."""
    if isinstance(value, bool):
        return value
    known = {
        "yes": True,
        "true": True,
        "1": True,
        "t": True,
        "no": False,
        "false": False,
        "0": False,
        "f": False,
    }
    return known.get(str(value).strip().lower()) if isinstance(value, (str, int)) else None


def strings(value: object) -> list[str]:
    """The texts of a list cell: a JSON array, a Python list literal, `[a, b]` or `a,b`; no empty ones."""
    if isinstance(value, str):
        value = _split(value.strip())
    found = (
        id_or_none(item, zero=True) if isinstance(item, int) else text_or_none(item)
        for item in sequence(value)
    )
    return [item.strip() for item in found if item is not None]


def _split(cell: str) -> list[Any]:
    if not (cell.startswith("[") and cell.endswith("]")):
        return cell.split(",")
    try:
        parsed = json.loads(cell)
    except (ValueError, RecursionError):
        parsed = None
    if isinstance(parsed, list):
        return parsed
    inside = cell[1:-1]
    # a list literal is read by its quotes, not by eval: the cell is hostile
    if inside.lstrip()[:1] in ("'", '"'):
        return [single or double for single, double in _QUOTED.findall(inside)]
    return inside.split(",")


def links(value: object) -> list[str]:
    """The addresses of a list cell; split at commas and white space only where a new address begins."""
    if isinstance(value, str) and not value.strip().startswith("["):
        value = _NEXT_LINK.split(value.strip())
    return unique(item.strip() for item in strings(value))


def unique(values: Iterable[str | None]) -> list[str]:
    """Each value once, in the order of first appearance; None and empty are left out."""
    return list(dict.fromkeys(value for value in values if value))


def post(platform: str | None, post_id: object, account_id: object, posted_at: object, **more: Any) -> Row:
    """A raw row; what is None or empty is left out. Rejects a post without id, account or time."""
    fields: Row = {
        "platform": platform,
        "post_id": id_or_none(post_id, zero=True),
        "account_id": id_or_none(account_id, zero=True),
        "posted_at": time_or_none(posted_at),
    }
    for column, what in (("post_id", "post id"), ("account_id", "account"), ("posted_at", "time")):
        if fields[column] is None:
            raise Reject(_missing(what, {"post_id": post_id, "account_id": account_id}.get(column)))
    fields.update((column, value) for column, value in more.items() if value is not None and value != [])
    if platform is None:
        del fields["platform"]
    return fields


def _missing(what: str, value: object) -> str:
    if isinstance(value, float) or (isinstance(value, str) and _EXPONENT_ID.fullmatch(value.strip())):
        return f"the {what} lost its digits in a spreadsheet or a float; export ids as text"
    return f"no {what}"
