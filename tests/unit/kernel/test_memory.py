"""Memory of the process: the C library is asked where it can be, and nowhere else."""

from __future__ import annotations

import ctypes
from typing import Any

import pytest

from cakup.kernel import memory


def test_nothing_is_loaded_where_there_is_no_such_library(monkeypatch: pytest.MonkeyPatch) -> None:
    def at_work(*_: object) -> None:
        raise AssertionError("a library is loaded")

    monkeypatch.setattr(memory.os, "name", "nt")
    monkeypatch.setattr(ctypes, "CDLL", at_work)
    memory.give_back()
    memory.hold_freed()


def test_a_process_told_from_outside_keeps_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []

    class Library:
        def __getattr__(self, name: str) -> Any:
            return lambda word, size: asked.append((word, size))

    monkeypatch.setattr(ctypes, "CDLL", lambda _: Library())
    monkeypatch.setenv(memory.TOLD_OUTSIDE, "1")
    memory.hold_freed()
    assert asked == []
    monkeypatch.delenv(memory.TOLD_OUTSIDE)
    memory.hold_freed()
    assert [size for _, size in asked] == [memory.HELD_FREE, memory.MAPPED_FROM]
