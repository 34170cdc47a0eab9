"""Denominators and targets: a number never stands without its paper, and nothing is overwritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

import cakup
from cakup.coverage.readings import distance, distances, readings
from cakup.coverage.register import read_register
from cakup.kernel.errors import CakupError, RuleError, UsageError
from cakup.pipeline.published import AddRequest
from cakup.pipeline.workspace import Workspace

OCTOBER = date(2025, 10, 31)
BPS = AddRequest(
    issuer="BPS Kota Binjai", document="Sakernas Agustus 2025", year=2025,
    reading="angkatan kerja 15 tahun ke atas", persons="140.512", received_on="2025-11-10",
)  # fmt: skip


def test_binjai_is_built_in_and_marked() -> None:
    entry = read_register("denominators").default("12.75", OCTOBER)
    assert entry is not None
    assert entry.value == 132_826
    assert not entry.is_sure
    assert entry.source.issuer
    assert entry.source.document


def test_every_built_in_entry_has_its_paper() -> None:
    for name in ("denominators", "targets"):
        for entry in read_register(name).entries:
            assert entry.issuer
            assert entry.document
            assert entry.year
            assert entry.reading
            assert not entry.is_sure, "nothing built in is confirmed by an office"


def test_an_office_entry_goes_first_and_the_package_entry_stays(workspace: Workspace) -> None:
    added = cakup.add_denominator(BPS, workspace)
    assert added.value == 140_512
    held = read_register("denominators", workspace.root / "parameters")
    assert held.default("12.75", OCTOBER) == added
    assert held.get("binjai-pers-2024", OCTOBER).value == 132_826
    assert cakup.denominators(workspace)[0].id == added.id


def test_an_entry_recorded_later_is_not_known_before(workspace: Workspace) -> None:
    cakup.add_denominator(BPS, workspace)
    held = read_register("denominators", workspace.root / "parameters", date(2025, 11, 9))
    default = held.default("12.75", OCTOBER)
    assert default is not None
    assert default.id == "binjai-pers-2024"


def test_confirming_keeps_the_old_line(workspace: Workspace) -> None:
    cakup.add_denominator(BPS, workspace)
    path = workspace.root / "parameters" / "denominators.yaml"
    path.write_text(path.read_text() + "# catatan tangan\n")
    confirmed = replace(
        BPS, status="confirmed", confirmed_by="Kepala BPS Kota Binjai",
        confirmed_on="2025-12-01", confirmed_document="Surat B-1/2025",
    )  # fmt: skip
    cakup.add_denominator(confirmed, workspace)
    held = read_register("denominators", workspace.root / "parameters")
    assert held.get("angkatan-kerja-12.75-2025", OCTOBER).is_sure
    assert len([e for e in held.entries if e.id == "angkatan-kerja-12.75-2025"]) == 2
    assert "# catatan tangan" in path.read_text()


def test_an_answer_is_never_guessed_backwards() -> None:
    held = read_register("denominators")
    assert held.default("12.75", date(2023, 12, 31)) is None
    with pytest.raises(RuleError):
        held.get("binjai-pers-2024", date(2023, 12, 31))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"issuer": " "}, "coverage.register.paper_missing"),
        ({"persons": None}, "coverage.register.one_value"),
        ({"percent": "33"}, "coverage.register.one_value"),
        ({"persons": None, "percent": "33"}, "coverage.register.persons_only"),
        ({"persons": "sekitar 140.000"}, "coverage.register.inexact"),
        ({"persons": "0"}, "coverage.register.inexact"),
        ({"persons": "banyak"}, "figure.unreadable_count"),
        ({"place": "1275"}, "coverage.register.bad_place"),
        ({"kind": "penduduk"}, "usage.bad_choice"),
        ({"status": "pasti"}, "usage.bad_choice"),
        ({"status": "confirmed"}, "coverage.register.confirmation"),
        ({"since": "kemarin"}, "usage.bad_date"),
    ],
)
def test_what_is_refused(workspace: Workspace, change: dict[str, str], code: str) -> None:
    with pytest.raises(UsageError) as err:
        cakup.add_denominator(replace(BPS, **change), workspace)
    assert err.value.code == code
    assert not (workspace.root / "parameters" / "denominators.yaml").exists()


def test_the_same_line_twice_is_refused(workspace: Workspace) -> None:
    cakup.add_denominator(BPS, workspace)
    with pytest.raises(UsageError) as err:
        cakup.add_denominator(BPS, workspace)
    assert err.value.code == "coverage.register.same_twice"


def test_a_broken_file_names_the_file_and_the_reason(workspace: Workspace) -> None:
    path = workspace.root / "parameters" / "targets.yaml"
    for text in ("id: satu\n", "- id: satu\n  place: '12.75'\n", "- [\n", "- satu\n"):
        path.write_text(text)
        with pytest.raises(CakupError) as err:
            read_register("targets", path.parent)
        assert err.value.code == "parameter.bad_file"
        assert err.value.where.file == "targets.yaml"


def test_targets_take_percent_exactly(workspace: Workspace) -> None:
    entry = cakup.add_target(replace(BPS, persons=None, percent="37,10", year=2026), workspace)
    assert Fraction(entry.value) == Fraction(371, 1000)
    read = read_register("targets", workspace.root / "parameters").get(entry.id, date(2026, 1, 1))
    assert Fraction(read.value) == Fraction(371, 1000)


def test_the_table_of_readings() -> None:
    """domain/coverage.md §4.2: 132,826 workers, 33 % = 43,833 covered; B rounded up."""
    held = read_register("targets")
    step = held.get("kenaikan-20-persen", OCTOBER)
    a, b, c = readings(step, 132_826, 43_833, 43_833, "2024-12-31")
    assert (a.target_persons, a.needed_persons) == (52_600, 8_767)
    assert (b.target_persons, b.needed_persons) == (70_399, 26_566)
    assert (c.target_persons, c.needed_persons) == (61_632, 17_799)
    assert [round(100 * float(r.target_share), 1) for r in (a, b, c)] == [39.6, 53.0, 46.4]
    city = distance(held.get("binjai-kemendagri", OCTOBER), 132_826, 43_833)
    assert (city.target_persons, city.needed_persons) == (49_279, 5_446)


def test_a_compounded_a_reaches_everybody_in_year_seven() -> None:
    """domain/coverage.md §4.2: 39.6 / 47.5 / 57.0 / 68.4 / 82.1 / 98.5 %, then 100 %."""
    step = read_register("targets").get("kenaikan-20-persen", OCTOBER)
    covered, shares = 43_833, []
    for _ in range(7):
        covered = readings(step, 132_826, covered, covered, "")[0].target_persons
        shares.append(round(100 * covered / 132_826, 1))
    assert shares == [39.6, 47.5, 57.0, 68.4, 82.1, 98.5, 100.0]


def test_a_target_in_persons_and_one_that_is_reached(workspace: Workspace) -> None:
    entry = cakup.add_target(replace(BPS, persons="49.279"), workspace)
    line = distance(entry, 132_826, 50_000)
    assert line.is_reached
    assert line.needed_persons == 0
    assert line.target_share == Fraction(49_279, 132_826)
    assert distances([entry], 132_826, 50_000, 1, "")[0].as_json()["target_persons"] == 49_279
