"""A list more, after answers came back: what was answered stays where it was put."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from bench.noisy_city import make
from cakup.kernel.schemas import ANSWERS, LINKS, MEMBERSHIPS, PERSON_IDS, PERSONS
from cakup.linkage.tables import Asked, in_one_form, logical_rows, table_fields
from cakup.pipeline import field_receive, field_send, kept_linkage, ledger, link, link_update
from cakup.pipeline.workspace import Workspace
from hand_made import write_import
from returned_rows import answer
from small_city import DAY, NANGKA

ABOVE = {"Nama petugas": "Kepling Satu", "Tanggal kunjungan": "20-11-2025"}
RECEIVED = date(2025, 12, 1)


@pytest.fixture(autouse=True)
def _small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_linkage, "LEAST_ROWS", 0)
    monkeypatch.setattr(kept_linkage, "MOST_NEW", 1.0)
    monkeypatch.setattr(link_update, "MOST_REDONE", 1.0)


def _rows(table: pl.DataFrame, side: int) -> list[dict[str, Any]]:
    plain = table.drop("person", "list", strict=False)
    held = in_one_form(logical_rows(plain, table_fields(plain.columns, Asked({})), side))
    rows = held.drop("row", "side", "source", strict=False).to_dicts()
    kpj = ({"kpj": f"25{n:06d}"} if side else {} for n in range(len(rows)))
    return [row | more | {"kode_wilayah_ktp": NANGKA} for row, more in zip(rows, kpj, strict=True)]


def _found(row: dict[str, Any]) -> dict[str, Any]:
    died = len(str(row["Nama"])) % 3 == 0
    return {"Ditemui": "tidak", "Meninggal pada": "02-11-2025"} if died else {"Ditemui": "ya"}


@pytest.mark.slow
def test_answers_stay_with_whom_they_are_about(tmp_path: Path) -> None:
    city = make(150, 77)
    rows = _rows(city.workers, 0)
    workspace = Workspace.create(tmp_path / "w", "12.75", seed=3)
    write_import(workspace, "a" * 16, "daftar_pekerja", rows[:-20])
    write_import(workspace, "b" * 16, "peserta", _rows(city.register, 1))
    link.run(link.Request(update=True), workspace)
    ledger.run(ledger.Request(), workspace)
    asked = field_send.Request(
        out=str(tmp_path / "k"), as_of=DAY, basis="Surat Tugas 15/2025", sent_on=date(2025, 11, 1)
    )
    field_send.run(asked, workspace)
    sheet = answer(next((tmp_path / "k").iterdir()), tmp_path / "kembali.xlsx", _found, ABOVE)
    received = field_receive.Request((str(sheet),), received_on=RECEIVED, day=RECEIVED)
    field_receive.run(received, workspace)
    link.run(link.Request(update=True), workspace)

    write_import(workspace, "c" * 16, "daftar_pekerja", rows[-20:], sender="lain")
    other = Workspace.find(shutil.copytree(workspace.root, tmp_path / "o"))
    told = link.run(link.Request(update=True), workspace)
    assert told.work.is_update, told.work.why_all
    assert told.answers > 20
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(link_update.Way, "has_same_returns", lambda *_: False)
        link.run(link.Request(update=True), other)
    for table in (PERSONS, MEMBERSHIPS, LINKS, PERSON_IDS, ANSWERS):
        one, two = (pl.read_parquet(w.store().path(table.name)) for w in (workspace, other))
        assert_frame_equal(one, two)
    dead = pl.read_parquet(workspace.store().path("persons"))["meninggal_on"].drop_nulls()
    assert len(dead) > 5
