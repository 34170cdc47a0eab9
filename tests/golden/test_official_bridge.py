"""The bridge to an official count adds up to the last person, and explains what can be explained.

source: counts of the participant register of a fictitious city, recounted from the file as sent.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cakup
from cakup.coverage.bridge import TERMS, Official, bridge
from cakup.kernel.errors import InputError, UsageError
from cakup.pipeline.measure_sides import heads_of_projects
from planted_city import AS_OF, PlantedCity, build
from seven_people import AS_OF as YEAR_END
from seven_people import build as build_seven

#: A whole city or many processes; see ``rounds``.
pytestmark = pytest.mark.slow

HEADS = "Nama Proyek;Bulan;Jumlah Tenaga Kerja\nJembatan A;2025-10;45\nJalan B;2025-10;30\n"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> PlantedCity:
    made = build(tmp_path_factory.mktemp("resmi"), seed=5)
    heads = made.folder / "jakon.csv"
    heads.write_text(HEADS + "Jalan B;2025-09;99\n", encoding="utf-8")
    cakup.import_files(
        made.workspace, heads, kind="jakon", sender="BPJS Ketenagakerjaan", as_of="2025-10-31"
    )
    return made


def _register(city: PlantedCity) -> pl.DataFrame:
    lines = (city.folder / "16_peserta.csv").read_text(encoding="utf-8").splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("KPJ;"))
    rows = [line.split(";") for line in lines[at:] if line.strip()]
    return pl.DataFrame(rows[1:], schema=rows[0], orient="row")


def _official(path: Path, n: int, **more: object) -> Official:
    told = {"issuer": "Cabang", "document": "Surat 1", "as_of": "2025-10-31",
            "covered": n} | more  # fmt: skip
    path.write_text("".join(f"{k}: {v}\n" for k, v in told.items()), encoding="utf-8")
    return cakup.read_official(path)


def test_a_count_of_the_register_is_explained_to_the_last_number(
    city: PlantedCity, tmp_path: Path
) -> None:
    """Every active number of the file, wherever its holder lives, and 75 heads on projects."""
    register = _register(city)
    active = register.filter(
        (pl.col("STATUS KEPESERTAAN") == "AKTIF") & pl.col("SEGMEN").is_in(["PU", "BPU", "JAKON"])
    )
    covered = active["KPJ"].n_unique() + 75
    official = _official(
        tmp_path / "resmi.yaml", covered, region="semua", count_of="enrolments", jakon="heads"
    )
    ours = cakup.measure(city.workspace, as_of=AS_OF)
    found = cakup.compare_official(city.workspace, ours, official)
    assert found.terms["jakon"] == 75
    assert found.terms["dead"] > 0
    assert found.terms["duplicates"] > 0
    assert found.terms["unexplained"] == 0
    assert found.ours + sum(found.terms.values()) == covered


def test_every_choice_has_its_own_term(city: PlantedCity, tmp_path: Path) -> None:
    """An earlier month, another rule, migrants: only the term of the choice moves."""
    ours = cakup.measure(city.workspace, as_of=AS_OF)
    plain = cakup.compare_official(city.workspace, ours, _official(tmp_path / "a.yaml", 900))
    assert {n for n, v in plain.terms.items() if v} <= {"status", "dead", "no_place", "returned",
                                                       "unexplained"}  # fmt: skip
    june = _official(tmp_path / "b.yaml", 900, as_of="2025-06-30")
    then = cakup.measure(city.workspace, as_of=date(2025, 6, 30))
    moved = cakup.compare_official(city.workspace, ours, june)
    assert moved.terms["date"] == then.sums["n_active"] - ours.sums["n_active"] != 0
    with_pmi = _official(tmp_path / "c.yaml", 900, segments="pu,bpu,jakon,pmi")
    all_four = cakup.measure(city.workspace, as_of=AS_OF, segments=("pu", "bpu", "jakon", "pmi"))
    pmi = cakup.compare_official(city.workspace, ours, with_pmi)
    assert pmi.terms["pmi"] == all_four.sums["n_active"] - ours.sums["n_active"]


def test_seven_people_by_hand(tmp_path: Path) -> None:
    """We count A, B, C, D and F; the insurer calls A, B, C, D active: one less by its status.

    G is dead and not active. One row of the file went back to the sender. So a published 5 leaves
    nothing unexplained, a published 7 leaves two.
    """
    workspace = build_seven(tmp_path / "kerja")
    ours = cakup.measure(workspace, as_of=YEAR_END)
    for covered, rest in ((5, 0), (7, 2)):
        official = _official(tmp_path / f"{covered}.yaml", covered, as_of="2025-12-31")
        found = cakup.compare_official(workspace, ours, official)
        assert (found.ours, found.terms["status"], found.terms["unexplained"]) == (5, -1, rest)


@settings(max_examples=200)
@given(
    ours=st.integers(0, 10**7), covered=st.integers(0, 10**7),
    steps=st.dictionaries(st.sampled_from([t for t in TERMS if t != "unexplained"]),
                          st.integers(-(10**6), 10**6)),
)  # fmt: skip
def test_a_bridge_always_adds_up(ours: int, covered: int, steps: dict[str, int]) -> None:
    official = Official("a", "b", AS_OF, covered, "ktp", ("pu",), "persons", False)
    found = bridge(ours, None, official, steps)
    assert found.ours + sum(found.terms.values()) == covered
    assert list(found.terms) == list(TERMS)


def test_heads_of_projects_are_a_line_of_their_own(city: PlantedCity) -> None:
    """75 heads of October, not those of September, and no person more in the figure."""
    ours = cakup.measure(city.workspace, as_of=AS_OF)
    assert heads_of_projects(city.workspace, ours) == (75, 2)


@pytest.mark.parametrize(
    "more",
    [{"region": "bulan"}, {"segments": "pu,xyz"}, {"covered": "sekitar 5"}, {"warna": "biru"}],
)
def test_an_official_file_that_says_nonsense_is_refused(tmp_path: Path, more: dict) -> None:
    with pytest.raises(InputError) as caught:
        _official(tmp_path / "x.yaml", 5, **more)
    assert caught.value.code == "official.bad_file"


def test_a_table_of_two_columns_is_an_official_file_too(tmp_path: Path) -> None:
    path = tmp_path / "resmi.csv"
    path.write_text("issuer;Cabang\ndocument;Surat 2\nas_of;2025-10-31\ncovered;45.526\n")
    assert cakup.read_official(path).covered == 45_526


def test_a_published_figure_is_frozen_and_never_restated_silently(tmp_path: Path) -> None:
    """Published once; a file comes late; the new count stands beside the old one."""
    workspace = build_seven(tmp_path / "kerja")
    ours = cakup.measure(workspace, as_of=YEAR_END)
    said = {"by": "Ani, Bappeda", "basis": "BRS 1/2026, 2026-01-10"}
    first = cakup.publish(workspace, ours, **said)
    assert cakup.publish(workspace, ours, **said).numerator == first.numerator == 5
    assert len(cakup.published(workspace, ours)) == 1
    [payments] = [i for i in cakup.imports(workspace).imports if i.kind == "pembayaran"]
    cakup.withdraw(workspace, payments.import_id, reason="salah kirim")
    cakup.link(workspace)
    cakup.build_ledger(workspace)
    later = cakup.measure(workspace, as_of=YEAR_END)
    [frozen] = cakup.published(workspace, later)
    assert (frozen.numerator, frozen.now) == (5, later.sums["n_active"])
    assert frozen.now != frozen.numerator
    with pytest.raises(UsageError) as caught:
        cakup.publish(workspace, later, **said)
    assert caught.value.code == "publish.already_published"
    cakup.publish(workspace, later, **said, correction="berkas pembayaran ditarik")
    both = cakup.published(workspace, later)
    assert [p.numerator for p in both] == [5, frozen.now]
    assert both[1].correction == "berkas pembayaran ditarik"


def test_the_metadata_sheet_says_what_the_figure_means(city: PlantedCity, tmp_path: Path) -> None:
    ours = cakup.measure(city.workspace, as_of=AS_OF)
    cakup.indicator_metadata(city.workspace, ours, tmp_path / "m.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "m.xlsx").worksheets[0]
    told = {row[0].value: row[1].value for row in sheet.iter_rows() if row[0].value}
    assert told["Keadaan pada"] == "31 Oktober 2025"
    assert told["Pembilang"] == ours.figures[0].numerator_definition
    assert told["Jakon menurut proyek"].startswith("75 orang pada 2 proyek")
    assert "orang (perkiraan" in told["Perkiraan"]
