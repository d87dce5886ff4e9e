"""How a run ends: its message and its exit code.

in: the app and its arguments; out: an exit code, and for every failure one message on stderr;
why: a person reads what happened and what to do, a script reads the code, nobody reads a traceback.

     0  done
     1  a check failed
     2  usage or bad input, and everything that the machine refused (disk, memory, permission)
    70  a bug in overt
   130  Ctrl-C
   141  the reader of our output went away (`overt formats | head -1`)
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any

from overt.cli.terminal import safe
from overt.errors import OvertError, StorageError

__all__ = ["BUG", "DONE", "FAILED", "INTERRUPTED", "PIPE", "USAGE", "ended", "run"]

DONE, FAILED, USAGE, BUG, INTERRUPTED, PIPE = 0, 1, 2, 70, 130, 141

_DISK = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the disk is read-only",
}


def run(app: Callable[..., Any], arguments: Sequence[str] | None) -> int:
    """Call the app; turn whatever it raises into a message and an exit code."""
    _never_fail_on_a_letter()
    try:
        code = app(args=arguments, prog_name="overt", standalone_mode=False)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        return _reader_left()
    except SystemExit:  # typer's only one here: it met the broken pipe first
        return PIPE
    except Exception as error:
        if os.environ.get("OVERT_DEBUG"):
            raise
        return _failed(error)
    if code == INTERRUPTED:  # typer turns Ctrl-C into this code
        print("\nstopped; the earlier result is whole", file=sys.stderr)  # noqa: T201
    return code if isinstance(code, int) else DONE


def ended(code: int) -> None:
    """Everything is said and written: nothing that happens while Python takes itself down changes the code.

    After Ctrl-C the process ends here. Libraries may have been cut short in code of their own: Python would
    then end by the signal instead of with the code, or a library's thread would abort.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if code == INTERRUPTED:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _failed(error: Exception) -> int:
    """Print what went wrong; the exit code."""
    if type(error).__name__ == "Abort":  # typer's word for a prompt that was left
        return INTERRUPTED
    if isinstance(error, OvertError):
        return _tell(error.message, error.hint, error.exit_code)
    if type(error).__name__ == "NoArgsIsHelpError":  # nothing was typed: its message is the help itself
        return _print(safe(str(getattr(error, "message", error)), block=True), USAGE)
    if hasattr(error, "format_message"):  # a usage error; its class is private to typer or click
        return _tell(_usage(error), _help_of(error), USAGE)
    if _disk_refused(error):
        return _failed(_storage_error(error))
    if isinstance(error, MemoryError):
        return _tell(
            "not enough memory for this input", "Give fewer files, or a machine with more memory.", USAGE
        )
    if isinstance(error, OSError):
        where = f": {error.filename}" if error.filename else ""
        return _tell(f"{error.strerror or error}{where}", None, USAGE)
    return _tell(
        f"overt met something that it did not expect: {type(error).__name__}: {error}",
        "This is a bug in overt. OVERT_DEBUG=1 shows where: please report that and what you typed.",
        BUG,
    )


def _print(message: str, code: int) -> int:
    print(message, file=sys.stderr)  # noqa: T201
    return code


def _tell(message: str, hint: str | None, code: int) -> int:
    lines = [f"error: {safe(message, block=True)}", *([safe(hint, block=True)] if hint else [])]
    return _print("\n".join(lines), code)


def _usage(error: Any) -> str:
    message = str(error.format_message()).strip() or "no verb was given"
    return message[0].lower() + message[1:].removesuffix(".")


def _help_of(error: Any) -> str:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "overt"
    return f"`{command} --help` shows the options and an example."


def _disk_refused(error: Exception) -> bool:
    # Engines wrap the system's error in their own classes and keep only its text.
    return getattr(error, "errno", None) in _DISK or "no space left on device" in str(error).lower()


def _storage_error(error: Exception) -> StorageError:
    reason = _DISK.get(getattr(error, "errno", None) or errno.ENOSPC, _DISK[errno.ENOSPC])
    name = getattr(error, "filename", None)
    where = f" while writing {name}" if name else ""
    hint = "The earlier result is whole. Free some space, or write elsewhere with --out."
    return StorageError(f"{reason}{where}", hint=hint)


def _reader_left() -> int:
    # Python flushes stdout at exit and would complain there: give it somewhere to flush to.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE


def _never_fail_on_a_letter() -> None:
    """A terminal that knows ASCII only shows `?` for other letters; it does not stop the run."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
