"""The page of a forecast says in its tables what its chart draws, and names nobody."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from cakup.documents.forecast.page import page
from cakup.documents.forecast.picture import Course, courses
from cakup.kernel.months import add_months

FIRST = date(2025, 10, 1)


def variant(shares: list[float]) -> dict[str, Any]:
    months = [
        {"bulan": f"{add_months(FIRST, m):%Y-%m}", "active": round(s * 1000),
         "low": round(s * 1000) - 5, "high": round(s * 1000) + 5, "share": s,
         "by_group": [0, 0, 0]}
        for m, s in enumerate(shares)
    ]  # fmt: skip
    years = [{"from": "2025-11", "to": "2026-10", "active_months": 4321, "low": 4300,
              "high": 4350, "average_share": 0.36}]  # fmt: skip
    claims = {
        "person_months": 240, "deaths": [0.5, 1.0, 2.0], "accidents": [0.1, 0.2, 0.4],
        "jkm_rp": [21_000_000, 42_000_000, 84_000_000], "jkk_rp": [1, 2, 3],
        "households": [0.0, 0.1, 0.2], "tables": ["TMI IV 2019", "TMPI 2023"], "unconfirmed": [],
    }  # fmt: skip
    return {"by_month": months, "years": years, "claims": claims}


def summary(*, has_plan: bool = True, lapses: bool = True) -> dict[str, Any]:
    falls = [0.40 - 0.01 * m for m in range(13)]
    variants = {"tanpa_rencana": variant(falls)}
    if has_plan:
        variants["rencana"] = variant([*falls[:6], *[0.5] * 6, falls[12]])
        variants["rencana_diteruskan"] = variant([*falls[:6], *[0.5] * 7])
    ends = [
        {"bulan": "2026-01", "payer": "apbd_kabkota", "persons": 30, "rupiah_person_month": 16_800,
         "rupiah_before": None, "keep_rp_month": 504_000, "keep_rp_year": 6_048_000},
        {"bulan": "2026-03", "payer": "csr", "persons": 10, "rupiah_person_month": 16_800,
         "rupiah_before": None, "keep_rp_month": 168_000, "keep_rp_year": 2_016_000},
    ]  # fmt: skip
    return {
        "id": "2025-10-31-abc", "as_of": "2025-10-31", "place_name": "Kota Binjai",
        "plan": "2026-nama-1" if has_plan else None, "months": 12, "runs": 200, "seed": 7,
        "denominator": 1000, "stay_year": {"firm": 0.9, "own": 0.65},
        "assumptions": {"tetap": "", "bantuan": "", "kematian": "", "manfaat": "",
                        "rumah_tangga": ""},
        "variants": variants, "unconfirmed": ["risiko.kematian"],
        "lapses": ends if lapses else [], "doubling": [
            {"bulan": "2027-01", "payer": "mandiri", "persons": 12, "rupiah_person_month": 16_800,
             "rupiah_before": 8_400}],
        "rates": [{"what": "accidents", "values": [130.0, 330.0, 660.0], "sources": ["Databoks"]},
                  {"what": "jkm_full_rp", "values": [42_000_000.0], "sources": ["PP 44/2015"]}],
    }  # fmt: skip


def text_of(html: str) -> str:
    body = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_the_table_says_every_month_that_the_chart_draws() -> None:
    html = page(summary())
    rows = re.findall(r"<tr><th scope=\"row\">([A-Z][a-z]+ \d{4})</th>", html)
    assert rows.count("Okt 2025") == 2  # beside the chart, and among all months
    assert len(set(rows)) == 13
    assert "395–405" in text_of(html)  # interval of the first month
    for word in ("aria-labelledby", "<caption>", 'scope="col"', "<title id="):
        assert word in html


def test_headline_lapses_and_what_prevents_them() -> None:
    told = text_of(page(summary()))
    assert "28,0%" in told  # the end if nothing is done
    assert "membawa cakupan sampai 50,0%" in told
    assert "Rp504.000" in told
    assert "Rp8.064.000" in told  # both purses, twelve months
    assert "naik dari Rp8.400 menjadi Rp16.800" in told
    assert "TMI IV 2019 dan TMPI 2023" in told
    assert "Databoks" in told
    assert "PP 44/2015" in told
    assert "seakan-akan semua hidup" in told
    assert "risiko.kematian" in told


def test_without_plan_and_lapses_the_page_says_what_to_do() -> None:
    told = text_of(page(summary(has_plan=False, lapses=False)))
    assert "Belum ada rencana menurut nama" in told
    assert "Tidak ada bantuan yang berakhir" in told
    assert "diteruskan" not in told.lower()


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_page_loads_nothing_and_runs_nothing(lang: str) -> None:
    html = page(summary(), "en" if lang == "en" else "id")
    assert f'<html lang="{lang}">' in html
    assert "<script" not in html
    assert not re.search(r'(?:src|href)="(?!#)', html)
    assert ("nothing done" in html) == (lang == "en")


def test_names_of_lines_that_end_together_do_not_lie_on_each_other() -> None:
    months = [add_months(FIRST, m) for m in range(13)]
    lines = [Course(n, n, [0.3] * 13, [0.29] * 13, [0.31] * 13) for n in ("a", "b", "c")]
    svg = courses("k", "t", "d", months, lines, size=(760, 380))
    places = [float(y) for y in re.findall(r'y="([\d.]+)" class="course-name', svg)]
    assert len(places) == 3
    places.sort()
    assert min(b - a for a, b in pairwise(places)) >= 16
    assert max(places) <= 380 - 36
    narrow = courses("k", "t", "d", months, lines, size=(360, 280))
    assert "course-name" not in narrow  # the key below names them
