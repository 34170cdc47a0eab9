"""Threads: half of the cores, and never none."""

from __future__ import annotations

import pytest

from cakup.kernel.cores import cores, half


@pytest.mark.parametrize(
    ("counted", "all_", "some"), [(None, 1, 1), (1, 1, 1), (2, 2, 1), (9, 9, 4)]
)
def test_half_of_the_cores_are_used(
    monkeypatch: pytest.MonkeyPatch, counted: int | None, all_: int, some: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: counted)
    assert (cores(), half()) == (all_, some)
