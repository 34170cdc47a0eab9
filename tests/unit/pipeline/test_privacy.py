"""What leaves is on record with its reason; what is shown to everybody holds no name and no NIK."""

from __future__ import annotations

import os
import stat
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from cakup.pipeline import (
    crosscheck_send,
    exchanges,
    field_send,
    gap,
    import_files,
    ledger,
    link,
    report,
    synth,
)
from cakup.pipeline.workspace import Workspace

DAY = date(2025, 10, 31)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A small fictitious city, linked, with its ledger."""
    root = tmp_path_factory.mktemp("privacy")
    synth.run(
        synth.Request(str(root / "kota"), workers=250, covered=80, as_of="2025-10-31", seed=5)
    )
    workspace = Workspace.create(root / "w", "12.75", seed=7)
    from cakup.pipeline.demo import import_all

    import_all(root / "kota", workspace)
    link.run(link.Request(), workspace)
    ledger.run(ledger.Request(), workspace)
    return workspace


@pytest.mark.parametrize("is_public", [False, True])
def test_html_reports_hold_no_name_and_no_nik(
    city: Workspace, tmp_path: Path, is_public: bool
) -> None:
    """Every NIK, every whole name and every phone of every row is looked for."""
    out = tmp_path / "laporan.html"
    report.run(report.Request(str(out), DAY, is_public=is_public), city)
    text = out.read_text(encoding="utf-8").casefold()
    files = list((city.root / "imports").glob("*/records.parquet"))
    rows = pl.concat([pl.read_parquet(p, columns=["nik", "nik_seen", "nama", "telepon", "kpj"])
                      for p in files])  # fmt: skip
    persons = pl.read_parquet(city.store().path("persons"))
    sought = {*rows["nik"], *rows["nik_seen"], *rows["telepon"], *rows["kpj"], *persons["nik"],
              *persons["person_id"]}  # fmt: skip
    # A single word may be a word of the report ("Suman", "Damai"); a whole name is not.
    sought |= {n for n in (*rows["nama"], *persons["nama"]) if n and " " in n.strip()}
    found = {s for s in sought if s and len(s) > 5 and s.casefold() in text}
    assert len(sought) > 500
    assert found == set()


def test_every_movement_is_on_record(city: Workspace, tmp_path: Path) -> None:
    before = len(exchanges.exchanges(city))
    crosscheck_send.run(
        crosscheck_send.Request("bpjs", str(tmp_path / "p.xlsx"), DAY, "PKS 12/2025",
                                purpose="uji", sent_on=DAY), city,
    )  # fmt: skip
    field_send.run(field_send.Request(str(tmp_path / "l"), DAY, "Surat Tugas 1", sent_on=DAY), city)
    gap.run(
        gap.Request(DAY, str(tmp_path / "g.xlsx"), basis="Perwal 3", recipient="Lurah Nangka"),
        city,
    )  # fmt: skip
    asked, visited, listed = exchanges.exchanges(city)[before:]
    assert (asked.direction, asked.with_whom, asked.basis, asked.purpose) == (
        "out", "BPJS Ketenagakerjaan", "PKS 12/2025", "uji",
    )  # fmt: skip
    assert (visited.what, visited.basis) == ("field_send", "Surat Tugas 1")
    assert (listed.with_whom, listed.basis) == ("Lurah Nangka", "Perwal 3")
    assert all(one.rows > 0 for one in (asked, visited, listed))
    first = exchanges.exchanges(city)[0]
    assert (first.direction, first.what) == ("in", "import")
    assert first.purpose
    assert first.with_whom
    assert first.rows > 0


@pytest.mark.skipif(sys.platform == "win32", reason="modes of files are POSIX")
def test_the_workspace_is_its_owners_only(city: Workspace) -> None:
    assert stat.S_IMODE(city.root.stat().st_mode) == 0o700
    open_ = [p for p in city.root.rglob("*") if os.stat(p).st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    assert open_ == []


def test_an_import_says_its_basis(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("NIK;NAMA;KELURAHAN\n1275911001900001;Aman Abadi;Nangka\n", encoding="utf-8")
    import_files.run(
        import_files.Request((str(path),), kind="daftar_pekerja", sender="Dinas",
                             as_of="2025-10-31", basis="Surat 7/2025", scope=None), workspace,
    )  # fmt: skip
    (one,) = exchanges.exchanges(workspace)
    assert (one.basis, one.with_whom, one.rows) == ("Surat 7/2025", "Dinas", 1)
