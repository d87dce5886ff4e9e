"""Processes that read chunks beside this one.

in: `Task`s; out: `Done`s, in the order in which they are finished; why: reading is bound by Python, and one
process of it uses one core.

They are plain children that import overt anew: nothing of the caller's program runs in them, and its main
module need not be guarded. Ctrl-C does not reach them; who started them ends them. When that process is no
more, they meet the end of their pipe and leave.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any

from overt.detect.sources.tasks import Done, Task
from overt.engines.duckdb import Database
from overt.errors import OvertError
from overt.signals import unbroken

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

__all__ = ["MOST", "Crew", "processes", "serve"]

MOST = 8
"""Processes at most: every one holds a chunk, some 300 MB."""

_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[2]); "
    "from overt.detect.sources.crew import serve; serve(int(sys.argv[1]))"
)


def processes() -> int:
    """How many processes this machine has cores for, at most `MOST`."""
    mine = getattr(os, "sched_getaffinity", None)
    return min(MOST, len(mine(0)) if mine else os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class _Member:
    process: subprocess.Popen[bytes]
    pipe: Connection[Any, Any]


@dataclass(slots=True)
class Crew:
    """Processes that wait for tasks, until the block ends.

    Parameters
    ----------
    most: how many at most; below 2 there is none.
    """

    most: int
    _members: list[_Member] = field(default_factory=list)
    _busy: dict[Any, tuple[_Member, Task]] = field(default_factory=dict)

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with unbroken():
            for member in self._members:
                member.process.kill()
                member.process.wait()
                member.pipe.close()
            self._members.clear()
            self._busy.clear()

    def start(self, n: int) -> bool:
        """Let `n` processes start, while the caller goes on; False when there is none."""
        wanted = min(n, self.most) if self.most > 1 and _can_start() else 0
        while len(self._members) < wanted:
            try:
                # a process that nobody knows of could not be ended
                with unbroken():
                    self._members.append(_started())
            except OSError:
                # the system grants no more processes or files: those that are there do the work
                break
        return bool(self._members)

    @property
    def n(self) -> int:
        """How many there are."""
        return len(self._members)

    @property
    def is_free(self) -> bool:
        """Whether a process waits for a task."""
        return len(self._busy) < len(self._members)

    def give(self, task: Task) -> None:
        """Hand a task to a process that waits for one; raises as `receive` does."""
        member = next(member for member in self._members if member.pipe not in self._busy)
        try:
            member.pipe.send(task)
        except OSError as error:
            raise _ended(member, task) from error
        self._busy[member.pipe] = member, task

    def receive(self) -> tuple[Task, Done]:
        """Wait for a task to be done.

        Raises
        ------
        OvertError: a process was ended from outside, or what `Task.do` raises.
        """
        from multiprocessing.connection import wait

        member, task = self._busy.pop(wait(list(self._busy))[0])
        try:
            answer = member.pipe.recv()
        except (EOFError, OSError) as error:
            raise _ended(member, task) from error
        if isinstance(answer, BaseException):
            raise answer
        return task, answer


def _can_start() -> bool:
    """Whether this is a Python that can be started again, and not a program with Python inside."""
    return bool(sys.executable) and not getattr(sys, "frozen", False)


def _started() -> _Member:
    from multiprocessing.connection import Pipe

    ours, theirs = Pipe()
    try:
        command = [sys.executable, "-P", "-c", _START, str(theirs.fileno()), json.dumps(sys.path)]
        process = subprocess.Popen(  # noqa: S603 - Python itself, and nothing of the input
            command,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # not of the terminal's group, so that Ctrl-C is met in one place
            process_group=0,
        )
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
    return _Member(process, ours)


def _ended(member: _Member, task: Task) -> OvertError:
    code = member.process.wait()
    how = f"by signal {-code}" if code < 0 else f"with code {code}"
    return OvertError(
        f"{task.one.name}: a process that was reading it was ended ({how}).",
        hint="Memory may be short: close other programs and run again. Nothing was changed.",
    )


def serve(handle: int) -> None:
    """The life of one of the processes: tasks out of the pipe, what became of them into it."""
    from multiprocessing.connection import Connection

    pipe: Connection[Any, Any] = Connection(handle)
    try:
        with Database("overt.detect.sources") as database:
            while True:
                pipe.send(pipe.recv().do(database))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        # nobody waits for us any more
        return
    except Exception as error:
        pipe.send(_portable(error))


def _portable(error: Exception) -> Exception:
    """The error as something that can be sent: what the caller tells apart as it is, all else as its text."""
    trace = "".join(traceback.format_exception(error))
    if isinstance(error, OSError):
        error = OSError(error.errno, error.strerror or str(error)) if error.errno else OSError(str(error))
    elif not isinstance(error, OvertError | MemoryError):
        error = RuntimeError(f"{type(error).__name__}: {error}")
    error.add_note(trace)
    return error
