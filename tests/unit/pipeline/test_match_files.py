"""Files that ``match`` and ``dedupe`` read and write: nothing is lost, nothing is refused late."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import cakup
from cakup.kernel.errors import CakupError, UsageError
from cakup.pipeline import match as use_case

WORDS = ("Ananda", "Bestari", "Cempaka", "Dahlia", "Edelweis", "Flamboyan", "Gardenia", "Hortensia")


def people() -> pl.DataFrame:
    """Return 64 persons without NIK, a quarter of them twice."""
    rows = [
        {"nama": f"{WORDS[n % 8]} {WORDS[n // 8]}", "kota": WORDS[n % 5],
         "lahir": f"19{n + 20}-0{n % 9 + 1}-11"}
        for n in [*range(64), *range(16)]
    ]  # fmt: skip
    return pl.DataFrame(rows)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    people().write_csv(tmp_path / "daftar.csv")
    return tmp_path / "daftar.csv"


def refused(call: Callable[[], object], kind: type[CakupError] = UsageError) -> str:
    with pytest.raises(kind) as told:
        call()
    return told.value.code


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads a table fails: what is refused must be refused before."""

    def reads(*_: object) -> None:
        raise AssertionError("a table was read")

    monkeypatch.setattr(use_case, "read_table", reads)
    monkeypatch.setattr(use_case.parts.Divided, "of", reads)


@pytest.mark.usefixtures("unread")
def test_a_table_is_not_written_over(table: Path, tmp_path: Path) -> None:
    other = tmp_path / "induk.csv"
    people().write_csv(other)
    (tmp_path / "sub").mkdir()
    (tmp_path / "tautan.csv").symlink_to(table)
    os.link(table, tmp_path / "kembaran.csv")
    before = table.read_bytes()
    for out in ("daftar.csv", "sub/../daftar.csv", "tautan.csv", "kembaran.csv"):
        path = tmp_path / out
        assert refused(lambda path=path: cakup.dedupe(table, path)) == "match.out_is_input"
        assert refused(lambda path=path: cakup.match(table, other, path)) == "match.out_is_input"
        assert refused(lambda path=path: cakup.match(other, table, path)) == "match.out_is_input"
    assert table.read_bytes() == before
