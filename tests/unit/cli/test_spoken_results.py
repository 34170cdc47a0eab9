"""What commands print: long lines stay in, sheets alike share a table, evidence is said once."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from cakup.cli.import_words import _alike
from cakup.cli.main import _run
from cakup.cli.terminal import Terminal
from cakup.pipeline.ledger_lists import Result, shown


def test_a_long_line_goes_on_where_it_began(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().say("  mutu 90: " + "bagian yang panjang sekali, " * 6)
    lines = capsys.readouterr().out.rstrip().split("\n")
    assert len(lines) == 2
    assert all(line.startswith("  ") and len(line) <= 100 for line in lines)


def test_a_table_without_heads_has_no_empty_line_above(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().table(("", ""), [("orang", 12_345)])
    lines = [line.strip() for line in capsys.readouterr().out.split("\n")]
    assert [line for line in lines if line] == ["orang   12.345"]


def test_sheets_with_the_same_columns_share_a_table() -> None:
    column = {"letter": "A", "label": "NIK", "field": "nik", "reason": "name", "fits": 1.0}
    sheets = [
        {"sheet": "Barat", "header_rows": [5], "columns": [column]},
        {"sheet": "Kota", "header_rows": [5], "columns": [{**column, "fits": 0.9}]},
        {"sheet": "Lain", "header_rows": [4], "columns": [column]},
    ]
    assert [[s["sheet"] for s in group] for group in _alike(sheets)] == [
        ["Barat", "Kota"],
        ["Lain"],
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["measure"], "--as-of wajib diisi"),
        (["explain"], "TARGET wajib diisi"),
        (["measure", "--as-off", "2025-10"], "--as-off tidak ada. Yang mirip: --as-of"),
        (
            ["measure", "-x"],
            "Pilihan -x tidak ada, dan tidak ada yang mirip. Lihat `cakup measure --help`",
        ),
        (["measure", "--lang", "en"], "--as-of is required"),
    ],
)
def test_a_wrong_call_is_told_in_the_language_asked_for(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(words) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_lists_of_the_ledger_are_read_in_words() -> None:
    rows = pl.DataFrame(
        {"payers": ["apbd_kabkota,csr"], "segments": ["bpu"], "kind": ["two_aid"],
         "is_jkm_full": [None]},
        schema_overrides={"is_jkm_full": pl.Boolean},
    )  # fmt: skip
    told = shown(Result(date(2025, 10, 31), rows, ())).row(0, named=True)
    assert told == {
        "payers": "apbd kabkota, csr", "segments": "bpu", "kind": "dua bantuan",
        "is_jkm_full": "belum dapat dijawab",
    }  # fmt: skip
    assert shown(Result(date(2025, 10, 31), rows, ()), "en")["kind"][0] == "two aid payers"
