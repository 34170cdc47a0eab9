"""The page: what must stand on it, in both languages, for the office and for the public."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from cakup.documents.report.page import page
from tests.unit.documents.sample_report import figure, sample


def words(html: str) -> str:
    """Return the visible text of a page."""
    body = re.sub(r"<(style|title|desc)[^>]*>.*?</\1>", " ", html, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_page_is_whole_and_alone(lang: str) -> None:
    text = page(sample(), lang)  # type: ignore[arg-type]
    assert text.startswith("<!doctype html>")
    assert "default-src 'none'" in unescape(text)
    assert "<script" not in text
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)
    assert text.count("<section") == text.count("</section>") == 9
    assert len(text.encode()) < 250_000
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    for target in re.findall(r'href="#([^"]+)"', text):
        assert target in ids


def test_the_headline_says_what_of_what_when_and_how_sure() -> None:
    told = words(page(sample()))
    assert "32,8%" in told
    assert "43.526 dari 132.826 (angkatan kerja)" in told
    assert "31 Oktober 2025" in told
    assert "belum dikonfirmasi" in told
    assert "42.310–45.102 = 31,9–34,0 %" in told
    assert "14.110 tidak ada pada daftar mana pun" in told
    english = words(page(sample(), "en"))
    assert "32.8%" in english
    assert "43,526 of 132,826" in english


def test_targets_stand_side_by_side_and_none_is_chosen() -> None:
    told = words(page(sample()))
    for reading in ("A: +20 %", "B: +20 poin persen", "C: 20 %"):
        assert reading in told
    assert "tercapai" in told
    assert "26.872" in told


def test_every_kelurahan_is_in_the_table_sorted_by_share() -> None:
    html = page(sample())
    table = html[html.index('class="areas-table"') :]
    table = table[: table.index("</table>")]
    shares = [
        float(x.replace(",", ".")) for x in re.findall(r'<td class="num">([0-9,]+)%</td>', table)
    ]
    assert len(shares) == 37
    assert shares == sorted(shares, reverse=True)


def test_hidden_figures_are_hidden_everywhere() -> None:
    report = sample(is_public=True)
    html = page(report)
    told = words(html)
    assert "disembunyikan" in told
    assert "Kelompok 1–4 orang disembunyikan" in told
    for area in report.areas:
        if area.figure.suppressed:
            row = html[html.index(f">{area.nama}<span") :]
            row = row[: row.index("</tr>")]
            assert not re.search(r">[0-9.]+(,[0-9]+%)?</td>", row)
    # The whole is left out where it would let a reader subtract.
    assert "seluruh pekerja tercatat pada tabel ini" not in told


def test_without_a_share_there_is_no_percentage_and_no_target() -> None:
    bare = replace(
        sample(), headline=replace(figure(None, None), denominator_definition="tanpa data peserta"),
        parts=None, companions=(), areas=(), breakdowns=(), trend=(), movement=None,
        completeness=(), estimates=(),
    )  # fmt: skip
    told = words(page(bare))
    assert "Belum dapat dihitung" in told
    assert "Seberapa jauh dari target?" not in told


def test_the_line_says_when_its_axis_is_cut_and_marks_each_january() -> None:
    html = page(sample())
    assert "sumbu tidak mulai dari nol" in html
    assert html.count('class="january"') == 9
    assert html.count(">−6.400<") >= 2


def test_the_waterfall_prints_every_term_with_its_sign() -> None:
    told = words(page(sample()))
    assert "Berhenti aktif −4.100" in told
    assert "Masuk +6.863" in told
    assert "+3,41 poin persen" in told


def test_a_name_with_markup_stays_text() -> None:
    report = sample()
    evil = replace(report.senders[0], sender="<img src=x onerror=alert(1)>")
    html = page(replace(report, senders=(evil,)))
    assert "<img" not in html
    assert "&lt;img" in html
