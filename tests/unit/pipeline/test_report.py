"""The report on a small workspace: figures agree with each other, nobody is named."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cakup.cli.main import main
from cakup.documents.report.model import Report
from cakup.kernel.errors import InputError, UsageError
from cakup.pipeline import gap, ledger, link, places, report
from cakup.pipeline.workspace import Workspace
from hand_made import write_import
from small_city import DAY, build, nik, worker


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return build(tmp_path_factory.mktemp("city") / "w")


@pytest.fixture(scope="module")
def held(city: Workspace) -> Report:
    return report.gather(report.Request(out="", as_of=DAY), city)


def test_the_parts_of_the_headline_add_up(held: Report) -> None:
    assert held.parts is not None
    parts = held.parts
    assert parts.covered == held.headline.numerator
    assert (
        parts.covered + parts.known_uncovered + parts.n_outside + parts.unlisted
        == held.headline.denominator
    )
    assert [n for _, n in parts.outside] == [1, 2], "one over 65, two civil servants"


def test_report_and_gap_tell_the_same_remainder(
    city: Workspace, held: Report, tmp_path: Path
) -> None:
    found = gap.run(gap.Request(as_of=DAY, out=str(tmp_path / "g.xlsx"), combined=True), city)
    assert held.parts is not None
    assert found.unlisted == held.parts.unlisted
    assert found.persons - found.without_place == held.parts.known_uncovered


def test_areas_and_groups_add_up_to_the_headline(held: Report) -> None:
    assert len(held.areas) == 37
    placed = sum(a.figure.numerator or 0 for a in held.areas)
    assert placed <= (held.headline.numerator or 0)
    for table in held.breakdowns:
        assert sum(f.numerator or 0 for _, f in table.rows) == held.headline.numerator


def test_the_line_of_months_ends_at_the_headline(held: Report) -> None:
    known = [p for p in held.trend if not p.is_forecast]
    assert known[-1].bulan == DAY.replace(day=1)
    assert known[-1].n_active == held.headline.numerator
    months = [p.bulan for p in held.trend]
    assert months == sorted(months)


def test_the_movement_adds_up(held: Report) -> None:
    move = held.movement
    if move is not None:
        assert move.before + sum(t.n for t in move.terms) == move.after


def test_the_page_names_nobody_and_loads_nothing(city: Workspace, tmp_path: Path) -> None:
    for lang in ("id", "en"):
        result = report.run(
            report.Request(out=str(tmp_path / lang / "laporan.html"), as_of=DAY, lang=lang), city
        )
        text = Path(result.path).read_text(encoding="utf-8")
        for n in range(1, 20):
            assert nik(n) not in text
        for name in ("Budi", "Berhenti", "Takada", "Almarhum", "Kembar"):
            assert name not in text
        assert "<script" not in text
        assert not re.search(r"(src|href)=\"(?!#)", text)
        assert not re.search(r"url\((?!#)", text)
        assert "@import" not in text
        assert f'lang="{lang}"' in text
        assert "{" not in re.sub(r"<style>.*?</style>", "", text, flags=re.S)
        assert "None" not in text


def test_invented_people_are_said_to_be_invented(held: Report) -> None:
    assert held.is_fictitious


def test_the_same_workspace_gives_the_same_bytes(city: Workspace, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.html", "b.html")]
    for path in paths:
        report.run(report.Request(out=str(path), as_of=DAY), city)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_without_participants_there_is_no_percentage(workspace: Workspace, tmp_path: Path) -> None:
    from hand_made import resolve_by_nik

    write_import(workspace, "a" * 16, "daftar_pekerja", [worker(1, "Satu"), worker(2, "Dua")])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(link, "_linkage", lambda: resolve_by_nik)
        link.run(link.Request(), workspace)
    ledger.run(ledger.Request(), workspace)
    result = report.run(report.Request(out=str(tmp_path / "r.html")), workspace)
    assert result.value is None
    text = Path(result.path).read_text(encoding="utf-8")
    assert "Belum dapat dihitung" in text
    assert "data peserta BPJS Ketenagakerjaan" in text
    assert not re.search(r"class=\"big\"", text)


def test_boundaries_take_the_place_of_tiles(shared: Path, tmp_path: Path) -> None:
    ws = build(tmp_path / "w")
    path = str(shared / "data/geo/binjai_kelurahan.geojson")
    places.import_boundaries(places.BoundariesRequest(path), ws)
    found = report.run(report.Request(out=str(tmp_path / "r.html"), as_of=DAY), ws)
    text = Path(found.path).read_text(encoding="utf-8")
    assert 'class="chart areas"' in text
    assert text.count('class="area') >= 37


def test_an_empty_workspace_is_told(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        report.run(report.Request(out=str(tmp_path / "r.html")), workspace)
    assert caught.value.code == "report.no_date"
    assert not (tmp_path / "r.html").exists()


@pytest.mark.parametrize("more", [{"region": "x"}, {"segments": ("x",)}, {"asn": "x"}])
def test_wrong_choices_are_told(city: Workspace, tmp_path: Path, more: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        report.run(report.Request(out=str(tmp_path / "r.html"), as_of=DAY, **more), city)


def test_the_command_writes_and_records(
    city: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["report", "-w", str(city.root), "--out", str(tmp_path / "r.html")]
    with pytest.raises(SystemExit) as left:
        main([*words, "--json"])
    assert left.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert told["as_of"] == DAY.isoformat()
    assert told["denominator"] == 132826
    assert city.runs()[-1]["verb"] == "report"
    with pytest.raises(SystemExit):
        main([*words, "--lang", "en", "--as-of", "2025-10"])
    assert "covered on 31 October 2025" in capsys.readouterr().out


def test_dates_may_be_days(city: Workspace, tmp_path: Path) -> None:
    found = report.gather(report.Request(out="", as_of=date(2025, 10, 15)), city)
    assert found.as_of == date(2025, 10, 15)
    assert found.trend[-1].is_forecast


def test_an_old_report_can_be_repeated(tmp_path: Path) -> None:
    """With ``--known`` the page of November comes again, whatever was received since."""
    from hand_made import resolve_by_nik

    ws = build(tmp_path / "w")
    early = date(2025, 11, 20)
    told = report.Request(out=str(tmp_path / "a.html"), as_of=DAY, known=early)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(link, "_linkage", lambda: resolve_by_nik)
        report.run(told, ws)
        write_import(
            ws, "e" * 16, "daftar_pekerja", [worker(30, "Susul Satu"), worker(31, "Susul Dua")],
            sender="Dinas Terlambat", received_on=date(2025, 12, 1),
        )  # fmt: skip
        link.run(link.Request(), ws)
        ledger.run(ledger.Request(), ws)
        report.run(replace(told, out=str(tmp_path / "b.html")), ws)
        report.run(replace(told, out=str(tmp_path / "c.html"), known=None), ws)
    first, again, now = (
        (tmp_path / f"{name}.html").read_text(encoding="utf-8") for name in "abc"
    )  # fmt: skip
    assert first == again
    assert "Dinas Terlambat" in now
    assert "Dinas Terlambat" not in again
