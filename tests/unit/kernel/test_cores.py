"""Threads: half of the cores that a process may use, and never none."""

from __future__ import annotations

import os

import pytest

from cakup.kernel.cores import cores, half


@pytest.mark.parametrize(
    ("counted", "all_", "some"), [(None, 1, 1), (1, 1, 1), (2, 2, 1), (9, 9, 4)]
)
def test_half_of_the_cores_are_used(
    monkeypatch: pytest.MonkeyPatch, counted: int | None, all_: int, some: int
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: counted)
    assert (cores(), half()) == (all_, some)


def test_a_container_has_fewer_cores_than_its_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: {3, 5, 7}, raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    assert (cores(), half()) == (3, 1)
