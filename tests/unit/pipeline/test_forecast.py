"""The forecast of the small town: months, lapses by name, the end of the discount."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from cakup.cli.main import main
from cakup.kernel.errors import UsageError
from cakup.law.catalogue import built_in
from cakup.pipeline import forecast, plan
from cakup.pipeline.forecast import _by_month, _lapses
from cakup.pipeline.forecast_names import write_names
from cakup.pipeline.workspace import Workspace
from cakup.places.registry import Places
from plan_town import build


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = build(tmp_path_factory.mktemp("forecast") / "ws")
    return made


def rows() -> pl.DataFrame:
    return pl.DataFrame({
        "person_id": ["a", "b", "c", "d"], "group": [2, 2, 1, 1], "aid_until": [0, 2, 0, 0],
        "aid_payer": ["csr", "apbd_kabkota", None, None],
        "pekerjaan": ["Petani", "Petani", "Pedagang", "Ojek online"],
    })  # fmt: skip


def test_who_lapses_when_and_whose_iuran_doubles() -> None:
    held = _lapses(rows(), date(2026, 10, 31), built_in(), 12)
    ends = _by_month(held, "berakhir")
    assert [(e["bulan"], e["payer"], e["persons"], e["keep_rp_month"]) for e in ends] == [
        ("2026-11", "csr", 1, 16_800), ("2027-01", "apbd_kabkota", 1, 16_800),
    ]  # fmt: skip
    assert ends[0]["keep_rp_year"] == 201_600
    rises = held.filter(pl.col("what") == "iuran_naik")
    assert rises.select("person_id", "bulan", "rupiah_before", "rupiah").rows() == [
        ("c", date(2027, 1, 1), 8_400, 16_800), ("d", date(2027, 4, 1), 8_400, 16_800),
    ]  # fmt: skip


def test_whom_to_call_stands_in_a_workbook_with_masked_numbers(tmp_path: Path) -> None:
    held = _lapses(rows(), date(2026, 10, 31), built_in(), 12)
    persons = pl.DataFrame({
        "person_id": ["a", "b", "c", "d"], "nama": ["Ani", "Budi", "Citra", "Dedi"],
        "nik": ["1275911001800001", None, "1275911001800003", "1275911001800004"],
        "kode": ["12.75.01.1003", None, "12.75.01.1003", "12.75.99.9999"],
        "telepon": [None, "081200000002", "081200000003", None],
    })  # fmt: skip
    path = tmp_path / "hubungi.xlsx"
    assert write_names(path, held, persons, Places.builtin(), "id", show_identity=False) == 4
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:2] == ["Iuran naik", "Bantuan berakhir"]
    risen = [row[:8] for row in book["Iuran naik"].iter_rows(min_row=2, values_only=True)
             if row[0] in ("Citra", "Dedi")]  # fmt: skip
    assert risen == [
        ("Citra", "1275…0003", "Nangka", "081200000003", "Jan 2027", "mandiri", 8_400, 16_800),
        ("Dedi", "1275…0004", "12.75.99.9999", None, "Apr 2027", "mandiri", 8_400, 16_800),
    ]
    for name in book.sheetnames[:2]:
        assert book[name]["A1"].value == "Rahasia: memuat data pribadi"
    ended = [row[0] for row in book["Bantuan berakhir"].iter_rows(min_row=4, values_only=True)]
    assert ended[:2] == ["Ani", "Budi"]
    write_names(path, held, persons, Places.builtin(), "id", show_identity=True)
    cells = [c for row in openpyxl.load_workbook(path)["Iuran naik"].iter_rows(values_only=True)
             for c in row]  # fmt: skip
    assert "1275911001800003" in cells


def test_names_are_written_only_when_asked_for_and_recorded(
    space: Workspace, tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as caught:
        forecast.forecast(space, runs=5, names=tmp_path / "hubungi.csv")
    assert caught.value.code == "usage.bad_choice"
    path = tmp_path / "hubungi.xlsx"
    forecast.forecast(space, runs=5)
    assert not path.exists()
    forecast.forecast(space, runs=5, names=path, recipient="Agen Perisai")
    assert path.is_file()
    [run] = (space.root / "runs").glob("*-forecast_names-*/manifest.json")
    told = json.loads(run.read_text(encoding="utf-8"))
    assert (told["recipient"], told["identity_shown"]) == ("Agen Perisai", False)


def test_a_forecast_with_and_without_a_plan(space: Workspace) -> None:
    alone = forecast.forecast(space, runs=20)
    assert list(alone.summary["variants"]) == ["tanpa_rencana"]
    plan.plan(space)
    held = forecast.forecast(space, runs=20)
    assert list(held.summary["variants"]) == ["tanpa_rencana", "rencana", "rencana_diteruskan"]
    nothing, planned, on = (v["by_month"] for v in held.summary["variants"].values())
    assert len(nothing) == 37
    assert nothing[0]["bulan"] == "2025-10"
    at = [m["bulan"] for m in nothing].index("2026-12")
    assert planned[at]["active"] - nothing[at]["active"] in (9, 10)  # ten persons, hardly a death
    assert planned[at + 1]["active"] == nothing[at + 1]["active"]
    assert on[at + 1]["active"] > nothing[at + 1]["active"]
    assert all(m["low"] <= m["active"] <= m["high"] or m["high"] - m["low"] <= 2 for m in planned)
    claims = held.summary["variants"]["rencana"]["claims"]
    assert claims["person_months"] == 120
    assert claims["deaths"][0] <= claims["deaths"][1] <= claims["deaths"][2]
    again = forecast.forecast(space, runs=20)
    assert again.folder == held.folder
    assert "tabel mortalita" in held.summary["assumptions"]["kematian"]


def test_bad_numbers_are_refused(space: Workspace) -> None:
    with pytest.raises(UsageError):
        forecast.forecast(space, months=0)
    with pytest.raises(UsageError):
        forecast.forecast(space, runs=10**6)


def test_the_command(space: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["forecast", "-w", str(Path(space.root)), "--runs", "10"]
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 0
    out = capsys.readouterr().out
    assert "tanpa rencana" in out
    assert "belum dikonfirmasi" in out
    assert max(len(line) for line in out.splitlines()) <= 100
    with pytest.raises(SystemExit):
        main([*words, "--json", "--months", "12"])
    assert json.loads(capsys.readouterr().out)["months"] == 12
