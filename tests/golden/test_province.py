"""A province: summaries without names, one table; what differs is refused, what is missing listed.

Two cities by hand. Binjai (12.75): A, B, C, D and F of the seven people are active. Langkat (12.05)
has three of its own and B once more: B lives in Binjai and is paid for by Langkat too.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest

import cakup
from cakup.kernel.errors import InputError, UsageError
from cakup.pipeline.workspace import Workspace
from cakup.places.provinces import kabkota_of
from hand_made import write_import
from planted_city import AS_OF, PlantedCity, build
from seven_people import AS_OF as YEAR_END
from seven_people import PEOPLE, nik, relink
from seven_people import build as build_seven

#: A whole city or many processes; see ``rounds``.
pytestmark = pytest.mark.slow

LANGKAT = "12.05"


def _langkat(folder: Path) -> Workspace:
    """Return a workspace of Langkat: three residents and B of Binjai, all active by their spell."""
    workspace = Workspace.create(folder, LANGKAT, seed=9)
    rows = [
        {"nik": f"1205911001800{n:03d}", "nama": f"Warga {n}", "kode_wilayah_ktp": f"{LANGKAT}.01",
         "tanggal_lahir": date(1980, 1, 10), "jenis_kelamin": "L"}
        for n in (1, 2, 3)
    ]  # fmt: skip
    rows.append({"nik": nik("B"), "nama": PEOPLE["B"], "kode_wilayah_ktp": "12.75.01",
                 "tanggal_lahir": date(1980, 1, 10), "jenis_kelamin": "L"})  # fmt: skip
    more = {"segmen": "pu", "status_kepesertaan": "aktif", "mulai_on": date(2024, 1, 1),
            "program": "jkk,jkm,jht", "npp": "L1"}  # fmt: skip
    write_import(
        workspace, "a" * 16, "peserta",
        [row | more | {"kpj": f"L{n}"} for n, row in enumerate(rows)],
        sender="BPJS Cabang Langkat", as_of=YEAR_END, received_on=date(2026, 1, 5),
    )  # fmt: skip
    relink(workspace)
    return workspace


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path], list[Workspace]]:
    folder = tmp_path_factory.mktemp("provinsi")
    spaces = [build_seven(folder / "binjai"), _langkat(folder / "langkat")]
    files = [
        Path(cakup.summarise(space, folder / "ringkasan", as_of=YEAR_END).path) for space in spaces
    ]
    return folder, files, spaces


def test_a_summary_holds_no_name_and_says_what_it_means(
    two: tuple[Path, list[Path], list[Workspace]],
) -> None:
    text = two[1][0].read_text(encoding="utf-8")
    body = json.loads(text)
    assert (body["place"], body["as_of"], body["region"]) == ("12.75", "2025-12-31", "ktp")
    assert body["counts"]["active"] == 5
    assert body["rules"]["counting.lapse_after_unpaid_months"] == "3"
    for who, name in PEOPLE.items():
        assert name not in text
        assert nik(who) not in text
    persons = pl.read_parquet(two[2][0].store().path("persons"))
    assert not any(p in text for p in persons["person_id"])


def test_the_table_adds_up_and_lists_the_missing(
    two: tuple[Path, list[Path], list[Workspace]], tmp_path: Path
) -> None:
    found = cakup.merge(two[1], total=10, total_source="Kanwil", out=tmp_path / "t.xlsx")
    assert found.merged.active == 5 + 3
    assert found.merged.difference == -2
    assert len(found.merged.missing) == 31
    assert len(kabkota_of("12")) == 33
    assert "Kota Medan" in {n for _, n in found.merged.missing}
    assert found.merged.denominator is None  # Langkat has none
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    texts = [str(c.value) for r in book.worksheets[0].iter_rows() for c in r if c.value]
    assert any("angka provinsi 10 (Kanwil), selisih -2" in t for t in texts)
    assert any(t.startswith("31 kabupaten/kota belum mengirim") for t in texts)


def test_by_name_a_person_of_two_cities_counts_once_where_he_lives(
    two: tuple[Path, list[Path], list[Workspace]],
) -> None:
    """A, B, C, D, F and three of Langkat are eight; the two cities call nine active."""
    found = cakup.merge(two[1], named=[space.root for space in two[2]]).once
    assert found is not None
    assert (found.active, found.counted, found.twice, found.without_nik) == (8, 9, 1, 0)
    assert found.by_residence == {LANGKAT: 3, "12.75": 5}


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"as_of": date(2025, 11, 30)}, "as_of"), ({"region": "domisili"}, "region"),
        ({"segments": ("pu",)}, "segments"), ({"asn": "in"}, "asn"),
    ],
)  # fmt: skip
def test_different_meanings_are_not_added(
    two: tuple[Path, list[Path], list[Workspace]], tmp_path: Path, options: dict, field: str
) -> None:
    other = cakup.summarise(two[2][1], tmp_path / "x.json", **({"as_of": YEAR_END} | options)).path
    with pytest.raises(InputError) as caught:
        cakup.merge([two[1][0], other])
    assert caught.value.code == "merge.different"
    assert field in str(caught.value)


def test_other_counting_rules_are_another_meaning(
    two: tuple[Path, list[Path], list[Workspace]], tmp_path: Path
) -> None:
    folder = two[2][1].root / "parameters" / "counting"
    folder.mkdir(parents=True)
    (folder / "lapse_after_unpaid_months.yaml").write_text(
        "description: jawaban cabang\nunit: months\nvalues:\n  2025-01-01:\n    value: 6\n"
        "    status: confirmed\n    reference: {title: Surat cabang}\n    confirmed_by: Ani\n"
        "    confirmed_on: 2025-01-02\n    document: Surat 1\n",
        encoding="utf-8",
    )
    other = cakup.summarise(two[2][1], tmp_path / "x.json", as_of=YEAR_END).path
    (folder / "lapse_after_unpaid_months.yaml").unlink()
    with pytest.raises(InputError) as caught:
        cakup.merge([two[1][0], other])
    assert "rules" in str(caught.value)


def test_a_changed_file_a_city_twice_and_other_files_are_refused(
    two: tuple[Path, list[Path], list[Workspace]], tmp_path: Path
) -> None:
    text = two[1][0].read_text(encoding="utf-8")
    changed = tmp_path / "ubah.json"
    changed.write_text(text.replace('"active": 5', '"active": 6'), encoding="utf-8")
    plain = tmp_path / "lain.json"
    plain.write_text("{}", encoding="utf-8")
    for files, code in (
        ([changed], "merge.changed"), ([two[1][0], two[1][0]], "merge.twice"),
        ([plain], "merge.not_a_summary"),
    ):  # fmt: skip
        with pytest.raises(InputError) as caught:
            cakup.merge(files)
        assert caught.value.code == code
    with pytest.raises(UsageError):
        cakup.merge([])


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> PlantedCity:
    return build(tmp_path_factory.mktemp("ringkas"), workers=600)


def test_small_groups_of_a_summary_cannot_be_worked_out(city: PlantedCity, tmp_path: Path) -> None:
    """No group of 1 to 4, and never exactly one hidden beside a shown sum."""
    summary = cakup.summarise(city.workspace, tmp_path / "s.json", as_of=AS_OF).summary
    shown = [n for n in summary.by_segment.values() if n is not None]
    assert all(n == 0 or n >= 5 for n in shown)
    hidden = [c for c, n in summary.by_segment.items() if n is None]
    rest = summary.counts["active"] - sum(shown)
    assert not hidden or (len(hidden) >= 2 and rest >= 5)
    pairs = [v for v in summary.by_kecamatan.values() if v[0] is not None]
    assert all(n == 0 or n >= 5 for n, _ in pairs)


def test_the_same_summary_is_the_same_bytes(city: PlantedCity, tmp_path: Path) -> None:
    one, two = (
        Path(cakup.summarise(city.workspace, tmp_path / f"{n}.json", as_of=AS_OF).path).read_bytes()
        for n in (1, 2)
    )
    assert one == two
