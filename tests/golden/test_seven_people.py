"""Seven people and one year, worked out by hand, across the verbs.

source: domain/coverage.md section 6 for A–F; G is added here and worked out in the comments.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest

import cakup
from cakup.pipeline.entitlements import unseen_dead
from cakup.pipeline.workspace import Workspace
from hand_made import write_import
from seven_people import AMOUNTS_RP, AS_OF, KODE, PAID, PEOPLE, build, nik, relink

MONTH_RP = 16_800


@pytest.fixture(scope="module")
def seven(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return build(tmp_path_factory.mktemp("tujuh") / "kerja")


@pytest.fixture(scope="module")
def who(seven: Workspace) -> dict[str, str]:
    """Return the letter of each person id."""
    persons = pl.read_parquet(seven.store().path("persons"))
    letters = {name: letter for letter, name in PEOPLE.items()}
    return {row["person_id"]: letters[row["nama"]] for row in persons.to_dicts()}


def test_counts_of_the_year(seven: Workspace) -> None:
    """The six of the worked example; G is dead and no worker of the day any more."""
    found = cakup.measure(seven, as_of=AS_OF)
    sums = found.sums
    assert sums["n_active"] == 5
    assert sums["n_registered"] == 6


def test_findings_by_hand(seven: Workspace, who: dict[str, str]) -> None:
    """G: province 2–5 is the second payer (it paid later); city 4–6 and province 4–5 after death.

    B: 10–12 not on the decree. F: December paid, called not active on the 31st.
    """
    found = cakup.findings(seven, as_of=AS_OF, decrees=["Lampiran SK"])
    told = {(f["kind"], who[f["person_id"]], f["payer"]): (f["n_months"], f["rupiah"])
            for f in found.findings.to_dicts()}  # fmt: skip
    assert told == {
        ("two_aid", "G", "apbd_provinsi"): (4, 4 * MONTH_RP),
        ("after_death", "G", "apbd_kabkota"): (3, 3 * MONTH_RP),
        ("after_death", "G", "apbd_provinsi"): (2, 2 * MONTH_RP),
        ("paid_not_active", "F", "csr"): (1, MONTH_RP),
        ("not_on_decree", "B", "apbd_kabkota"): (3, 3 * MONTH_RP),
    }
    # Province April and May stand in two findings: 13 months by reason, 11 in all.
    assert sum(k.rupiah for k in found.kinds.values()) == 13 * MONTH_RP
    assert found.overlap_rp == 2 * MONTH_RP
    assert found.total.rupiah == 11 * MONTH_RP == 184_800
    assert {p: s.rupiah for p, s in found.purses.items()} == {
        "apbd_kabkota": 6 * MONTH_RP, "apbd_provinsi": 4 * MONTH_RP, "csr": MONTH_RP,
    }  # fmt: skip
    assert found.lines["rupiah"].sum() == found.total.rupiah


def test_a_payment_named_again_without_a_day_costs_nothing_more(tmp_path: Path) -> None:
    """BPKAD names the payments too, on days nobody can read: the rupiah at issue stay the same.

    A payment that only BPKAD names (B, July) counts although it has no day.
    """
    workspace = build(tmp_path / "kerja")
    rows = [
        {"kpj": f"25000000{who}", "nik": nik(who), "kode_iuran": KODE[payer], "segmen": "bpu",
         "program": program, "bulan": date(2025, month, 1), "amount_rp": rupiah, "paid_on": None,
         "payer": payer}
        for who, payer, first, last, _ in [*PAID, ("B", "apbd_kabkota", 7, 7, 1)]
        for month in range(first, last + 1)
        for program, rupiah in AMOUNTS_RP.items()
    ]  # fmt: skip
    write_import(workspace, "9" * 16, "pembayaran", rows, sender="BPKAD", as_of=AS_OF,
                 received_on=date(2026, 1, 6))  # fmt: skip
    relink(workspace)
    found = cakup.findings(workspace, as_of=AS_OF, decrees=["Lampiran SK"])
    assert {k: s.rupiah for k, s in found.kinds.items() if s.rupiah} == {
        "two_aid": 4 * MONTH_RP, "after_death": 5 * MONTH_RP, "paid_not_active": MONTH_RP,
        "not_on_decree": 4 * MONTH_RP,
    }  # fmt: skip
    assert found.total.rupiah == 12 * MONTH_RP == found.lines["rupiah"].sum()
    assert all("BPKAD" in source for source in found.lines["sources"])  # both rows are named


def test_findings_without_a_decree_say_what_was_not_looked_at(seven: Workspace) -> None:
    found = cakup.findings(seven, as_of=AS_OF)
    assert found.unchecked == ("not_on_decree",)
    assert "not_on_decree" not in found.kinds
    assert found.total.rupiah == 8 * MONTH_RP


def test_findings_of_some_months_only(seven: Workspace) -> None:
    """April to June hold five of G's months and nothing else."""
    found = cakup.findings(seven, since=date(2025, 4, 1), as_of=date(2025, 6, 30))
    assert found.total.rupiah == 5 * MONTH_RP
    assert found.total.persons == 1


@pytest.mark.parametrize("by_nik", [True, False])
def test_trace_follows_g_from_the_file_to_the_payment(
    seven: Workspace, who: dict[str, str], by_nik: bool
) -> None:
    letters = {letter: person for person, letter in who.items()}
    found = cakup.trace(seven, nik("G") if by_nik else letters["G"], as_of=AS_OF)
    assert found.person.person_id == letters["G"]
    assert {r.source.split(",")[0] for r in found.person.rows} == {
        "Disnaker.xlsx", "Bagian Hukum.xlsx", "BPJS Cabang Binjai.xlsx", "Disdukcapil.xlsx",
    }  # fmt: skip
    assert len(found.payments) == 10
    april = [p for p in found.payments if p.bulan == date(2025, 4, 1)]
    assert [(p.payer, p.rupiah, p.kinds) for p in april] == [
        ("apbd_kabkota", MONTH_RP, "after_death"),
        ("apbd_provinsi", MONTH_RP, "after_death,two_aid"),
    ]
    assert all(p.sources.startswith("BPJS Cabang Binjai.xlsx: ") for p in found.payments)
    # On the day of death: January to March paid, unbroken, at the boundary of the waiting months.
    assert found.state["day"] == date(2025, 3, 17)
    assert found.state["is_covered"] is True
    assert found.state["unbroken_months"] == 3
    assert found.state["is_jkm_full"] is False
    assert {f["kind"] for f in found.findings} == {"two_aid", "after_death"}


def test_trace_never_says_a_nik_that_it_does_not_know(seven: Workspace) -> None:
    with pytest.raises(cakup.CakupError) as caught:
        cakup.trace(seven, "1275911001809999", as_of=AS_OF)
    assert caught.value.code == "explain.not_found"
    assert "1275911001809999" not in str(caught.value)


def test_what_is_owed_to_gs_heirs(seven: Workspace, who: dict[str, str], tmp_path: Path) -> None:
    """G died in March, his third paid month: the boundary of the waiting months.

    Strictly after three months: only the funeral grant, Rp10.000.000; if the third month counts,
    Rp42.000.000 (20 + 12 + 10 million). From work: JKK, 48 × 1.000.000 + 12 + 10 million.
    """
    letters = {letter: person for person, letter in who.items()}
    found = cakup.entitlements(seven, as_of=AS_OF)
    [right] = found.rights
    assert (right.person_id, right.event, right.day) == (letters["G"], "death", date(2025, 3, 17))
    assert (right.unbroken_months, right.is_jkm_full, right.is_in_arrears) == (3, False, False)
    assert (right.low_rp, right.high_rp) == (10_000_000, 42_000_000)
    assert right.accident_death_rp == 70_000_000
    assert (right.is_seen, right.claim) == (False, "unknown")
    assert "jkm.manfaat.masa_tunggu_bulan" in right.unconfirmed


def test_a_right_is_seen_once_and_only_then_the_place_is_free(tmp_path: Path) -> None:
    """Written, filled, taken back twice: one mark; before it the place of G may not be filled."""
    workspace = build(tmp_path / "kerja")
    [dead] = unseen_dead(workspace, AS_OF)
    path = tmp_path / "hak.xlsx"
    cakup.entitlements(workspace, as_of=AS_OF, out=path)
    _fill(path, {"Sudah dilihat": "Sudah", "Klaim": "sudah diajukan", "Catatan": "ke rumah"})
    given = {"by": "Ani, Dinsos", "basis": "BA-3/2026, 2026-01-20"}
    first = cakup.entitlements_import(workspace, path, **given)
    again = cakup.entitlements_import(workspace, path, **given)
    assert (first.seen, first.recorded, again.recorded) == (1, 1, 0)
    [right] = cakup.entitlements(workspace, as_of=AS_OF).rights
    assert (right.person_id, right.is_seen, right.claim) == (dead, True, "filed")
    assert unseen_dead(workspace, AS_OF) == ()
    assert unseen_dead(workspace, AS_OF, known=date(2026, 1, 6)) == (dead,)


@pytest.mark.parametrize(
    ("cells", "given", "code"),
    [
        ({"Sudah dilihat": "ya", "Klaim": "entah"}, {}, "entitlements.bad_rows"),
        ({"Sudah dilihat": "oke"}, {}, "entitlements.bad_rows"),  # never taken for "not yet"
        ({"Sudah dilihat": "ya", "Peristiwa": "kecelakaan kerja"}, {}, "entitlements.bad_rows"),
        ({"Sudah dilihat": "ya"}, {"basis": "lisan"}, "decisions.no_basis"),
        ({"Sudah dilihat": "ya"}, {"by": ""}, "decisions.no_by"),
    ],
)
def test_marks_that_are_refused(
    tmp_path: Path, cells: dict[str, str], given: dict[str, str], code: str
) -> None:
    workspace = build(tmp_path / "kerja")
    path = tmp_path / "hak.xlsx"
    cakup.entitlements(workspace, as_of=AS_OF, out=path)
    _fill(path, cells)
    with pytest.raises(cakup.CakupError) as caught:
        cakup.entitlements_import(
            workspace, path, **({"by": "Ani", "basis": "BA-3, 2026-01-20"} | given)
        )
    assert caught.value.code == code
    assert len(unseen_dead(workspace, AS_OF)) == 1


def test_an_accident_in_a_month_of_arrears_and_one_without_cover(tmp_path: Path) -> None:
    """D (paid to September, lapses in January) and E (lapsed in October), both on 5 December."""
    workspace = build(tmp_path / "kerja")
    write_import(
        workspace, "f" * 16, "kecelakaan",
        [
            {"nik": nik(who), "nama": PEOPLE[who], "tanggal_lahir": date(1980, 1, 10),
             "jenis_kelamin": "L", "kecelakaan_on": date(2025, 12, 5)}
            for who in "DE"
        ],
        sender="Klinik", as_of=AS_OF, received_on=date(2026, 1, 6),
    )  # fmt: skip
    relink(workspace)
    persons = pl.read_parquet(workspace.store().path("persons"))
    names = dict(persons.select("person_id", "nama").iter_rows())
    found = [r for r in cakup.entitlements(workspace, as_of=AS_OF).rights if r.event == "accident"]
    assert [(names[r.person_id], r.is_in_arrears, r.low_rp, r.high_rp) for r in found] == [
        ("Darman Lubis", True, 1_000_000, None)
    ]


def _fill(path: Path, cells: dict[str, str]) -> None:
    """Fill cells of the only row of the list of rights."""
    book = openpyxl.load_workbook(path)
    sheet = book["Hak"]
    heads = {c.value: c.column for c in sheet[5]}
    for head, value in cells.items():
        sheet.cell(6, heads[head]).value = value
    book.save(path)


def test_a_payment_of_nobody_is_one_orphan_per_programme_and_month(tmp_path: Path) -> None:
    """JKK and JKM of two months in one row are four payments, each an orphan once."""
    workspace = build(tmp_path / "kerja")
    write_import(
        workspace, "9" * 16, "pembayaran",
        [
            {"record_id": "9999999999999999.1.2", "kpj": "25999999999", "program": program,
             "bulan": date(2025, month, 1), "amount_rp": 1_000, "paid_on": date(2025, 10, 1)}
            for program in ("jkk", "jkm") for month in (9, 10)
        ],
        sender="lain", as_of=AS_OF, received_on=date(2026, 1, 6),
    )  # fmt: skip
    relink(workspace)
    orphans = pl.read_parquet(workspace.store().path("payment_orphans"))
    assert orphans.height == 4
    assert orphans.unique(["record_id", "program", "bulan"]).height == 4
