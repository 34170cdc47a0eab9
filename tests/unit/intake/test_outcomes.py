"""What becomes of a row: four outcomes that add up, readiness apart, reasons without a value."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cakup.intake.quality import SHARES
from cakup.intake.reasons import reasons as catalogue
from cakup.kernel.language import LANGS
from cakup.pipeline.workspace import Workspace
from office_files import (
    HEADER,
    born,
    crowd,
    csv,
    imported,
    nik,
    notes,
    person,
    reasons,
    table,
    xlsx,
)
from rounds import examples


def _row(n: int, **changes: Any) -> list[Any]:
    at = {"nik": 1, "nama": 2, "born": 3, "sex": 4, "kel": 5}
    row = person(n)
    for name, value in changes.items():
        row[at[name]] = value
    return row


CASES: dict[str, tuple[dict[str, Any], str, set[str]]] = {
    "whole": ({}, "accepted", set()),
    "no NIK": ({"nik": None}, "noted", {"nik_missing"}),
    "words for no NIK": ({"nik": "belum ada"}, "noted", {"nik_missing"}),
    "filler": ({"nik": "9999999999999999"}, "noted", {"nik_filler"}),
    "scientific": ({"nik": "1,27591E+15"}, "noted", {"nik_scientific"}),
    "15 digits": ({"nik": nik(20)[:15]}, "noted", {"nik_lost_digit"}),
    "17 digits": ({"nik": nik(20) + "1"}, "noted", {"nik_extra_digit"}),
    "letter O": ({"nik": nik(20).replace("0", "O", 1)}, "noted", {"nik_letter_repaired"}),
    "letters": ({"nik": "12759l0203B50001"}, "noted", {"nik_letters"}),
    "blanks and apostrophe": ({"nik": f"' {nik(20)[:6]} {nik(20)[6:]} "}, "accepted", set()),
    "impossible date": ({"nik": "1275913213850001"}, "noted", {"nik_impossible_date"}),
    "no name": ({"nama": None}, "noted", {"nama_missing"}),
    "formula as name": ({"nama": "=cmd|' /C calc'!A0"}, "noted", {"nama_odd"}),
    "plus in front": ({"nama": "+62 Budi"}, "noted", {"nama_odd"}),
    "neither": ({"nik": None, "nama": "-"}, "returned", {"no_identity"}),
    "no birth date": ({"born": None}, "noted", {"tanggal_lahir_missing"}),
    "31 February": ({"born": "31/02/1980"}, "noted", {"tanggal_lahir_impossible"}),
    "year 0025": ({"born": "05-02-0025"}, "noted", {"tanggal_lahir_out_of_range"}),
    "year 2125": ({"born": "05-02-2125"}, "noted", {"tanggal_lahir_out_of_range"}),
    "other birth date": ({"born": "05-02-1980"}, "noted", {"tanggal_lahir_disagrees_nik"}),
    "words": ({"born": "tidak tahu"}, "noted", {"tanggal_lahir_unreadable"}),
    "sex unreadable": ({"sex": "?x"}, "noted", {"jenis_kelamin_unreadable"}),
    "other sex": ({"sex": "P"}, "noted", {"jenis_kelamin_disagrees_nik"}),
    "no kelurahan": ({"kel": None}, "noted", {"kelurahan_missing"}),
    "unknown kelurahan": ({"kel": "Antah Berantah"}, "noted", {"kelurahan_unknown"}),
    "spelt otherwise": ({"kel": "KEL.  PAHLAWAN"}, "accepted", set()),
}


@pytest.mark.parametrize("case", CASES)
def test_each_fault_has_its_outcome_and_reason(
    workspace: Workspace, tmp_path: Path, case: str
) -> None:
    changes, outcome, codes = CASES[case]
    path = csv(tmp_path / "daftar.csv", [*crowd(12), _row(20, **changes)])
    result = imported(workspace, path)
    rows = table(workspace, result, "rows")
    assert rows["outcome"].to_list() == ["accepted"] * 12 + [outcome]
    assert reasons(result) == dict.fromkeys(codes, 1)
    assert result.counts["sk_ready"] == 12 + (outcome == "accepted")
    held = table(workspace, result)
    assert held.height == 12 + (outcome != "returned")
    if outcome != "returned":
        assert set(filter(None, held["notes"][-1].split(","))) == codes


def test_a_list_with_45_percent_missing_niks_is_not_returned(
    workspace: Workspace, tmp_path: Path
) -> None:
    rows = crowd(200)
    for row in rows[1:91]:
        row[1] = None
    result = imported(workspace, csv(tmp_path / "daftar.csv", rows))
    assert result.counts["rows"] == {
        "read": 200, "accepted": 110, "noted": 90, "returned": 0, "blank": 0,
    }  # fmt: skip
    assert result.returned is None
    assert result.counts["sk_ready"] == 110
    assert table(workspace, result).height == 200


def test_a_list_without_any_nik_is_accepted_with_notes(
    workspace: Workspace, tmp_path: Path
) -> None:
    rows = [row[2:] for row in crowd(20)]
    result = imported(workspace, csv(tmp_path / "daftar.csv", rows))
    assert (result.counts["rows"]["noted"], result.counts["sk_ready"]) == (20, 0)
    assert reasons(result) == {"nik_missing": 20}


@settings(max_examples=examples(25))
@given(
    st.lists(
        st.tuples(*[st.sampled_from([None, "", "-", "JUMLAH", "3", nik(3), "Siti", "5/3/1980"])]
                  * len(HEADER)), max_size=30,
    )
)  # fmt: skip
def test_rows_read_are_the_sum_of_the_outcomes(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, ...]]
) -> None:
    """Whatever stands in them; and every line of the file below the header has one outcome."""
    folder = tmp_path_factory.mktemp("jumlah")
    workspace = Workspace.create(folder / "ruang", "12.75", seed=7)
    result = imported(workspace, csv(folder / "daftar.csv", [*crowd(3), *rows]))
    counts = result.counts["rows"]
    told = table(workspace, result, "rows")
    assert counts["read"] == sum(counts[k] for k in ("accepted", "noted", "returned", "blank"))
    assert counts["read"] == told.height == 3 + len(rows)
    assert told["sheet_row"].to_list() == list(range(2, told.height + 2))
    by_outcome = dict(told["outcome"].value_counts().iter_rows())
    assert {k: n for k, n in counts.items() if k != "read" and n} == by_outcome
    assert table(workspace, result).height == counts["accepted"] + counts["noted"]


def test_raw_digits_of_number_cells_win(workspace: Workspace, tmp_path: Path) -> None:
    """A 64-bit float would make the first …004; Excel's 15 digits would make it …000."""
    from made_files import one_sheet

    niks = ["9191910101800003", "9591910101800001", "1275911302850017"]
    lines = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{number}</v></c>'
        f'<c r="B{n}" t="inlineStr"><is><t>Siti</t></is></c></row>'
        for n, number in enumerate(niks, start=2)
    )
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>NIK</t></is></c>' \
           '<c r="B1" t="inlineStr"><is><t>NAMA</t></is></c></row>'  # fmt: skip
    result = imported(workspace, one_sheet(tmp_path / "angka.xlsx", head + lines))
    assert table(workspace, result)["nik"].to_list() == niks
    assert reasons(result) == {}


def test_niks_that_floats_rounded_are_no_identity(workspace: Workspace, tmp_path: Path) -> None:
    """A library that writes numbers as floats: above 2^53 they are all even."""
    rows = crowd(12)
    for n, row in enumerate(rows[1:]):
        row[1] = int(nik(n, "919191"))
    result = imported(workspace, xlsx(tmp_path / "papua.xlsx", rows))
    held = table(workspace, result)
    assert held["nik"].null_count() == 12
    assert held["nik_status"].unique().to_list() == ["float"]
    assert held["nik_seen"].str.len_chars().unique().to_list() == [16]
    assert reasons(result)["nik_float"] == 12


def test_niks_of_excels_fifteen_digits_are_evidence(workspace: Workspace, tmp_path: Path) -> None:
    rows = crowd(24)
    for row in rows[1:]:
        row[1] = int(row[1][:15] + "0")
    result = imported(workspace, xlsx(tmp_path / "excel.xlsx", rows))
    held = table(workspace, result)
    assert held["nik"].null_count() == 24
    assert held["nik_seen"].to_list() == [nik(n)[:15] for n in range(24)]
    assert result.facts["sheets"][0]["final_zero_lost"]


def test_formulas_are_read_by_their_stored_result_and_reported(
    workspace: Workspace, tmp_path: Path
) -> None:
    from made_files import one_sheet

    text = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'
    head = text.format("A1", "NIK") + text.format("B1", "NAMA")
    stored = f'<c r="A2" t="str"><f>B9&amp;"x"</f><v>{nik(1)}</v></c>' + text.format("B2", "Siti")
    empty = f'<c r="A3"><f>A1+1</f></c>{text.format("B3", "Budi")}'
    rows = "".join(
        f'<row r="{n}">{cells}</row>' for n, cells in enumerate([head, stored, empty], 1)
    )
    result = imported(workspace, one_sheet(tmp_path / "rumus.xlsx", rows))
    assert table(workspace, result)["nik"].to_list() == [nik(1), None]
    assert notes(result) == {"formula": [2], "formula_blank": [3]}


def test_the_order_of_day_and_month_is_one_decision_for_the_column(
    workspace: Workspace, tmp_path: Path
) -> None:
    rows = crowd(60)
    for n, row in enumerate(rows[1:]):
        row[3] = f"{born(n).month}/{born(n).day}/{born(n).year}"
    result = imported(workspace, csv(tmp_path / "amerika.csv", rows))
    assert table(workspace, result)["tanggal_lahir"].to_list() == [born(n) for n in range(60)]
    assert result.facts["sheets"][0]["orders"]["tanggal_lahir"]["numeric"] == "mdy"


def test_dates_that_nothing_decides_are_left_open(workspace: Workspace, tmp_path: Path) -> None:
    rows = [["Nama", "Tanggal Lahir"], *([person(n)[2], f"0{n}/05/1980"] for n in range(1, 10))]
    result = imported(workspace, csv(tmp_path / "dua-arti.csv", rows))
    held = table(workspace, result)
    assert held["tanggal_lahir"].drop_nulls().to_list() == [date(1980, 5, 5)]
    assert reasons(result)["tanggal_lahir_ambiguous"] == 8


def test_dates_that_a_program_stored_with_day_and_month_swapped(
    workspace: Workspace, tmp_path: Path
) -> None:
    rows = crowd(60)
    for n, row in enumerate(rows[1:]):
        day = born(n)
        row[3] = f"{day.year}-{day.day:02d}-{day.month:02d}" if day.day <= 12 else f"{day:%d/%m/%Y}"
    result = imported(workspace, csv(tmp_path / "tertukar.csv", rows))
    held = table(workspace, result)
    assert held["tanggal_lahir"].to_list() == [born(n) for n in range(60)]
    assert result.facts["sheets"][0]["orders"]["tanggal_lahir"]["iso"] == "mdy"


def test_the_quality_score_is_its_documented_formula(workspace: Workspace, tmp_path: Path) -> None:
    """Recomputed from the tables by plain sums; every share is shown."""
    rows = crowd(40)
    rows[1][1] = None
    rows[2][1] = rows[3][1]
    rows[4][2] = "=SUM(A1)"
    rows[5][3] = "31/02/1980"
    rows[6][5] = "Antah Berantah"
    rows[7][1] = rows[7][2] = None
    result = imported(workspace, csv(tmp_path / "mutu.csv", rows))
    held = table(workspace, result)
    n = result.counts["rows"]["read"] - result.counts["rows"]["blank"]
    told = held["notes"].str.split(",")
    shares = {
        "tidak_dikembalikan": held.height / n,
        "nik_utuh": held["nik"].is_not_null().sum() / n,
        # A row without a NIK repeats none, the returned one as little.
        "nik_tidak_berulang": (n - told.list.contains("nik_repeated").sum()) / n,
        "nama_terbaca": (held["nama"].count() - told.list.contains("nama_odd").sum()) / n,
        # The returned row has a readable date and a known kelurahan as well.
        "tanggal_lahir_sesuai": (held["tanggal_lahir_status"].eq("ok").sum() + 1) / n,
        "wilayah_dikenal": (held["kode_wilayah_ktp"].is_not_null().sum() + 1) / n,
    }
    quality = result.facts["quality"]
    assert quality["shares"] == {name: round(share, 4) for name, share in shares.items()}
    weights = {name: SHARES[name][1] for name in shares}
    score = 100 * sum(weights[k] * shares[k] for k in shares) / sum(weights.values())
    assert quality["score"] == round(score, 1)
    assert sum(weights.values()) == 100


def test_every_reason_has_words_in_both_languages() -> None:
    for reason in catalogue().values():
        for lang in LANGS:
            assert reason.what(lang).endswith(".")
            assert bool(reason.do(lang)) == (reason.outcome != "blank")
            assert "{" not in reason.what(lang) + reason.do(lang)


def test_codes_of_one_scheme_and_names_are_held_against_each_other(
    workspace: Workspace, tmp_path: Path
) -> None:
    head = [*HEADER, "Kode Kelurahan"]
    dotted = [head, *([*person(n), "12.75.01.1001"] for n in range(6))]
    dotted += [[*person(7), "12.75.04.1005"], [*person(8), "12.75.99.1001"]]
    result = imported(workspace, csv(tmp_path / "kode.csv", dotted))
    assert reasons(result) == {"kode_wilayah_disagrees": 1}
    held = table(workspace, result)
    assert held["kode_wilayah_ktp"].to_list() == [
        *["12.75.01.1001"] * 6, "12.75.04.1005", "12.75.01.1001",
    ]  # fmt: skip


def test_bps_codes_are_read_where_stated(workspace: Workspace, tmp_path: Path) -> None:
    rows = [[*HEADER[:5], "Kode Wilayah"], *([*person(n)[:5], "1276040001"] for n in range(6))]
    path = csv(tmp_path / "bps.csv", rows)
    result = imported(workspace, path, scheme="bps")
    codes = table(workspace, result)["kode_wilayah_ktp"].to_list()
    assert codes[0] is not None
    assert codes[0].startswith("12.75.01")
    assert isinstance(codes, list)
    assert pl.Series(codes).n_unique() == 1
