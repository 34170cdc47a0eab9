"""Files that ``match`` and ``dedupe`` read and write: nothing is lost, nothing is refused late."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import cakup
from cakup.kernel.errors import AccessError, CakupError, UsageError
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


@pytest.mark.usefixtures("unread")
def test_a_place_that_cannot_be_written_is_named_before_the_work(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.csv").mkdir()
    for call in (lambda o: cakup.dedupe(table, o), lambda o: cakup.match(table, "induk.csv", o)):
        with pytest.raises(UsageError) as told:
            call("hilang/di sini/hasil.csv")
        assert told.value.code == "usage.no_out_folder"
        assert "Folder hilang/di sini untuk" in told.value.spoken("id")
        assert refused(lambda call=call: call("folder.csv")) == "usage.out_is_folder"
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != Path())
    assert refused(lambda: cakup.dedupe(table, "o.csv"), AccessError) == "workspace.no_permission"
