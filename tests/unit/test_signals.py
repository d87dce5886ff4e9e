"""Ctrl-C is held back for the length of a block, and not lost."""

from __future__ import annotations

import signal
import threading

import pytest

from overt.signals import unbroken


def test_ctrl_c_comes_at_the_end_of_the_block():
    done = []

    def work():
        with unbroken():
            signal.raise_signal(signal.SIGINT)
            done.append(1)

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == [1]


def test_the_handler_is_put_back():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(RuntimeError), unbroken():
        raise RuntimeError
    assert signal.getsignal(signal.SIGINT) is before


def test_in_another_thread_it_does_nothing():
    ran = []

    def work():
        with unbroken():
            ran.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ran == [1]
