"""Every error that overt raises on purpose.

in: nothing; out: the exception tree below; why: a caller can catch one class, and the
command line turns any of these into one message and an exit code, never a traceback.

    OvertError                 exit 2
    ├── InputError             a file cannot be read as what it should be
    │   ├── UnknownFormat      no source recognises the file
    │   └── TooManyRejects     more than half of the rows were rejected
    ├── StudyError             the study folder is missing, damaged or another version's
    │   └── StudyBusy          another run holds the study
    ├── SettingError           an option has a value that makes no sense
    ├── NotEnoughData          the input is fine and holds nothing to test
    ├── StorageError           the disk refused (full, read-only)
    └── EngineError            the engine cannot start, a worker failed, or too much came back
"""

from __future__ import annotations

__all__ = [
    "EngineError",
    "InputError",
    "NotEnoughData",
    "OvertError",
    "SettingError",
    "StorageError",
    "StudyBusy",
    "StudyError",
    "TooManyRejects",
    "UnknownFormat",
]


class OvertError(Exception):
    """What went wrong, where, what was expected and found, and what to do.

    Parameters
    ----------
    message: one or two sentences: what and where, expected and found.
    hint: what the user can do, or None.
    """

    exit_code = 2

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message if self.hint is None else f"{self.message}\n{self.hint}"


class InputError(OvertError):
    """A file cannot be read as what it should be."""


class UnknownFormat(InputError):
    """No source recognises the file."""


class TooManyRejects(InputError):
    """More than half of the rows were rejected; nothing was written."""


class StudyError(OvertError):
    """The study folder is missing, damaged or written by another version."""


class StudyBusy(StudyError):
    """Another run holds the study folder."""


class SettingError(OvertError):
    """An option has a value that makes no sense."""


class NotEnoughData(OvertError):
    """The input is fine and holds nothing to test."""


class StorageError(OvertError):
    """The disk refused to take what was written."""


class EngineError(OvertError):
    """The engine cannot start, one of its workers failed, or what came back does not fit."""
