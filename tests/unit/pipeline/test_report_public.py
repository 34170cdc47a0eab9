"""The public report of a small city: nobody is named, and no hidden count can be computed.

The attacker of these tests reads the report as it is published (``Report`` after hiding, which is
all that the page is made of) and knows how the tables add up. He shares no code with the hiding.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.optimize import linprog

from bench.true_links import import_city, link_truly
from cakup.cli.main import main
from cakup.documents.report.model import Report
from cakup.pipeline import gap, measure, report, report_public, synth
from cakup.pipeline.kept_tables import FOLDER
from cakup.pipeline.workspace import Workspace

#: A whole city or many processes; see ``rounds``.
pytestmark = pytest.mark.slow

SEPTEMBER, OCTOBER = date(2025, 9, 30), date(2025, 10, 31)
LIMIT = 5


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    files = tmp_path_factory.mktemp("files")
    synth.run(synth.Request(str(files), workers=700, covered=230, seed=23))
    workspace = import_city(files, tmp_path_factory.mktemp("space") / "w")
    link_truly(workspace, files)
    return workspace


@dataclass
class Book:
    """What is published, as a system of linear equations over counts of 0 or more."""

    at: dict[str, int] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)
    sums: list[tuple[str, list[str]]] = field(default_factory=list)

    def cell(self, name: str, value: int | None) -> str:
        self.at.setdefault(name, len(self.at))
        if value is not None:
            self.known[name] = value
        return name

    def total(self, whole: str, parts: list[str]) -> None:
        self.sums.append((whole, parts))

    def width(self, name: str) -> float:
        """Return how far a cell may range."""
        rows = np.zeros((len(self.sums), len(self.at)))
        for row, (whole, parts) in zip(rows, self.sums, strict=True):
            row[self.at[whole]] += 1
            for part in parts:
                row[self.at[part]] -= 1
        limits = [(self.known.get(n, 0), self.known.get(n)) for n in self.at]
        ends = []
        for sign in (1, -1):
            aim = np.zeros(len(self.at))
            aim[self.at[name]] = sign
            solved = linprog(aim, A_eq=rows, b_eq=np.zeros(len(self.sums)), bounds=limits)
            assert solved.status in (0, 3), solved.message
            ends.append(sign * (solved.fun if solved.status == 0 else float("-inf")))
        return ends[1] - ends[0]

    def hidden(self) -> list[str]:
        return [n for n in self.at if n not in self.known and not n.endswith("rest")]


def read(told: Report, month: str = "") -> Book:
    """Return everything that adds up on the page."""
    book = Book()
    n = told.headline.numerator
    covered = book.cell(f"{month}covered", n)
    rest = book.cell(f"{month}uncovered", told.n_listed - n if n is not None else None)
    kecamatan: dict[str, list[tuple[str, str]]] = {}
    for area in told.areas:
        pair = _pair(book, f"{month}{area.kode}", area.figure)
        kecamatan.setdefault(area.kode.rpartition(".")[0], []).append(pair)
    for table in told.breakdowns:
        pairs = []
        for label, figure in table.rows:
            code = figure.by.get(table.key, label.id)
            if figure.denominator is None and table.key in ("segmen", "pembayar"):
                pairs.append((book.cell(f"{month}{table.key}.{code}", figure.numerator), ""))
                continue
            pair = _pair(book, f"{month}{table.key}.{code}", figure)
            pairs.append(pair)
            if table.key == "kecamatan" and code in kecamatan:
                for i in (0, 1):
                    left = book.cell(f"{pair[i]}.rest", None)
                    book.total(pair[i], [*(p[i] for p in kecamatan[code]), left])
        for i, whole in enumerate((covered, rest)):
            parts = [p[i] for p in pairs if p[i]]
            if parts:
                book.total(whole, parts)
    _lists(book, told, month, covered)
    return book


def _lists(book: Book, told: Report, month: str, covered: str) -> None:
    evidence = [book.cell(f"{month}bukti.{w.id}", n) for w, n in told.evidence]
    if evidence:
        book.total(covered, evidence)
    ending = [book.cell(f"{month}akhir.{b}", n) for b, n in told.ending_90_days]
    task = next((t for t in told.tasks if t.key == "ending"), None)
    if ending and task is not None:
        whole = book.cell(f"{month}akhir", task.n)
        book.total(whole, ending)
        book.total(covered, [whole, book.cell(f"{month}akhir.rest", None)])


def _pair(book: Book, name: str, figure: Any) -> tuple[str, str]:
    n, of = figure.numerator, figure.denominator
    gone = figure.suppressed or n is None
    assert not gone or (figure.value, n, of, figure.bounds) == (None,) * 4
    return (
        book.cell(f"{name}+", None if gone else n),
        book.cell(f"{name}-", None if gone else (of or n) - n),
    )


def publish(city: Workspace, day: date, folder: Path) -> Report:
    """Write the public report of a day and return what it was made of."""
    held = report.gather(report.Request(out="", as_of=day, is_public=True), city)
    asked = report.Request(out=str(folder / f"{day}.html"), as_of=day, is_public=True)
    before = report_public.hidden_before(city, {**asked.__dict__}, day.isoformat())
    told = report_public.public(held, before)
    report.run(asked, city)
    assert city.runs()[-1]["hidden_groups"] == sorted(told.hidden)
    return told.report


@pytest.fixture(scope="module")
def months(city: Workspace, tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, Report]:
    folder = tmp_path_factory.mktemp("public")
    return publish(city, SEPTEMBER, folder), publish(city, OCTOBER, folder)


def test_small_groups_are_hidden_everywhere(city: Workspace, months: tuple[Report, Report]) -> None:
    full = report.gather(report.Request(out="", as_of=OCTOBER), city)
    told = months[1]
    small = 0
    for a, b in zip(full.areas, told.areas, strict=True):
        n, of = a.figure.numerator or 0, a.figure.denominator or 0
        if 0 < n < LIMIT or 0 < of - n < LIMIT:
            small += 1
            assert b.figure.suppressed
    assert small, "a city of 700 workers has small kelurahan"
    for one, other in zip(full.breakdowns, told.breakdowns, strict=True):
        for (_, f), (_, g) in zip(one.rows, other.rows, strict=True):
            if 0 < (f.numerator or 0) < LIMIT:
                assert g.suppressed
    counts = [
        *(t.n for t in told.tasks), *(n for _, n in told.evidence),
        *(n for _, n in told.ending_90_days), told.n_area_unknown, told.n_area_elsewhere,
        told.n_region_unknown, *(p.n_active for p in told.trend), *(i.rows for i in told.lists),
    ]  # fmt: skip
    for count in counts:
        assert count is None or count == 0 or count >= LIMIT
    for line in told.senders:
        for name in ("accepted", "noted", "returned", "bad_nik", "duplicates", "matched"):
            assert (getattr(line, name) or 0) == 0 or getattr(line, name) >= LIMIT
    if told.movement is not None:
        assert all(t.n is None or abs(t.n) >= LIMIT for t in told.movement.terms)


def test_no_hidden_count_of_the_report_can_be_computed(months: tuple[Report, Report]) -> None:
    for told in months:
        book = read(told)
        hidden = book.hidden()
        assert hidden
        for name in hidden:
            assert book.width(name) >= LIMIT, name


def test_two_months_subtracted_give_nothing_away(months: tuple[Report, Report]) -> None:
    """Both months in one system, and the change of every hidden count as one more unknown."""
    first, second = read(months[0], "9."), read(months[1], "10.")
    hidden = [{n.partition(".")[2] for n in b.hidden()} for b in (first, second)]
    assert hidden[0] <= hidden[1], "what was hidden in September stays hidden in October"
    both = Book()
    for book in (first, second):
        for name in book.at:
            both.cell(name, book.known.get(name))
        both.sums += book.sums
    for name in sorted(hidden[0]):
        # was + gain = now + loss: a change is computed if its gain less its loss is.
        was, now = f"9.{name}", f"10.{name}"
        gain, loss = both.cell(f"gain.{name}", None), both.cell(f"loss.{name}", None)
        side = both.cell(f"side.{name}", None)
        both.total(side, [was, gain])
        both.total(side, [now, loss])
    for name in sorted(hidden[0]):
        for cell in (f"9.{name}", f"10.{name}", f"gain.{name}"):
            assert both.width(cell) >= LIMIT, cell


def test_publishing_the_same_month_again_hides_the_same(city: Workspace, tmp_path: Path) -> None:
    once = publish(city, OCTOBER, tmp_path)
    again = publish(city, OCTOBER, tmp_path)
    assert once == again


def test_the_public_page_shows_no_hidden_number(city: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "laporan.html"
    report.run(report.Request(out=str(path), as_of=OCTOBER, is_public=True), city)
    text = path.read_text(encoding="utf-8")
    assert "versi publik" in text
    assert "Kelompok 1–4 orang disembunyikan" in text
    assert "bukti: " not in text, "shares of evidence would tell small groups"


def test_a_city_too_small_says_only_that() -> None:
    from tests.unit.documents.sample_report import figure, sample

    tiny = sample()
    tiny = report_public.replace(tiny, headline=figure(3, 40), n_listed=20)
    told = report_public.public(tiny).report
    assert told.headline.suppressed
    assert told.headline.numerator is None
    shown = (told.areas, told.breakdowns, told.trend, told.parts, told.targets)
    assert not any(shown)


def _marked(city: Workspace) -> tuple[set[str], set[str]]:
    """Return every full name and every long number of a person in the city's files."""
    columns = ["nik", "nik_seen", "nkk", "nama", "nama_ibu", "telepon", "kpj"]
    paths = sorted((city.root / "imports").glob("*/records.parquet"))
    held = pl.concat(pl.read_parquet(p, columns=columns) for p in paths)
    names = {n for c in ("nama", "nama_ibu") for n in held[c].drop_nulls() if len(n.split()) > 1}
    numbers = {n for c in columns[:3] + columns[5:] for n in held[c].drop_nulls() if len(n) >= 9}
    return names, numbers


def test_no_output_but_the_work_list_names_anybody(
    city: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names, numbers = _marked(city)
    assert len(names) > 500
    assert len(numbers) > 900
    out: dict[str, str] = {}
    for lang in ("id", "en"):
        for public in (True, False):
            path = tmp_path / f"{lang}{public}.html"
            report.run(report.Request(str(path), as_of=OCTOBER, is_public=public, lang=lang), city)
            out[path.name] = path.read_text(encoding="utf-8")
    held = measure.run(measure.Request(OCTOBER, by=("sektor",)), city)
    out["json"] = json.dumps(held.as_json())
    for words in (["--by", "kelurahan"], ["--json"], ["--format", "csv", "--by", "sektor"]):
        with pytest.raises(SystemExit):
            main(["measure", "-w", str(city.root), "--as-of", "2025-10", *words])
        seen = capsys.readouterr()
        out[" ".join(words)] = seen.out + seen.err
    lists = gap.run(gap.Request(as_of=OCTOBER, out=str(tmp_path / "gap")), city)
    assert lists.index is not None
    sheets = pl.read_excel(lists.index, sheet_id=0, has_header=False)
    out["index"] = "\n".join(str(row) for sheet in sheets.values() for row in sheet.rows())
    for path in sorted((city.root / "runs").glob("*/manifest.json")):
        out[path.parent.name] = path.read_text(encoding="utf-8")
    kept = sorted((city.root / FOLDER).glob("*.parquet"))
    assert kept
    for path in kept:
        out[path.name] = "\n".join(str(row) for row in pl.read_parquet(path).rows())
    for where, text in out.items():
        for number in set(re.findall(r"[0-9]{9,}", text)):
            assert number not in numbers, where
        found = next((name for name in names if name in text), None)
        assert found is None, where
