"""Who: by segment, sector and other groups; and what needs a decision."""

from __future__ import annotations

from cakup.documents.markup import Markup, el
from cakup.documents.report.model import Breakdown, Report
from cakup.documents.report.words import cell, count_words, head, section, share_words
from cakup.documents.svg.inline import bar
from cakup.kernel.figures import Figure
from cakup.kernel.language import Lang, Text

TITLE = Text("Siapa?", "Who?")
LEDE = Text(
    "Segmen adalah bagian dari yang terlindungi. Sektor dan kelompok lain adalah bagian dari "
    "pekerja tercatat, bukan UCJ.",
    "Segments are parts of the covered. Sectors and other groups are shares of listed workers, not "
    "UCJ.",
)
TASKS = Text("Apa yang perlu diputuskan?", "What needs a decision?")


def who(report: Report, lang: Lang) -> Markup | None:
    """Return the section with one table per axis."""
    shown = [b for b in report.breakdowns if b.rows and b.key != "kecamatan"]
    if not shown:
        return None
    tables = [el("div", breakdown_table(b, lang)) for b in shown]
    return section("kelompok", TITLE, LEDE, lang, el("div", tables, class_="pair"))


def breakdown_table(part: Breakdown, lang: Lang) -> Markup:
    """Return the table of one axis with its total and its note.

    Args:
        part: The table.
        lang: Language.
    """
    has_share = any(f.value is not None for _, f in part.rows)
    longest = max((f.numerator or 0 for _, f in part.rows), default=0) or 1
    heads = el(
        "tr",
        head(el("span", part.title(lang), class_="h3")),
        head(Text("Tercatat", "Listed")(lang), num=True) if has_share else None,
        head(Text("Terlindungi", "Covered")(lang), num=True),
        head(Text("Bagian", "Share")(lang), num=True) if has_share else None,
        head("", class_="pic"),
    )
    rows = [_row(label, f, has_share, longest, lang) for label, f in part.rows]
    notes = [part.note(lang)] if part.note else []
    foot = el("p", " ".join(notes), class_="foot") if notes else None
    total = _total(part, has_share, lang)
    table = el(
        "table",
        el("thead", heads),
        el("tbody", rows),
        el("tfoot", total) if total else None,
        class_="shares" if has_share else None,
    )
    return Markup(table + (foot or ""))


def _row(label: Text, figure: Figure, has_share: bool, longest: int, lang: Lang) -> Markup:
    n = None if figure.suppressed else figure.numerator
    of = None if figure.suppressed else figure.denominator
    length = (figure.value or 0.0) if has_share else (n or 0) / longest
    return el(
        "tr",
        el("th", label(lang), scope="row"),
        cell(count_words(of, lang), num=True) if has_share else None,
        cell(count_words(n, lang), num=True),
        cell(share_words(figure, lang), num=True) if has_share else None,
        cell(bar(0.0 if figure.suppressed else length), class_="pic"),
    )


def _total(part: Breakdown, has_share: bool, lang: Lang) -> Markup | None:
    """Return the sum of the parts where they add up and none is hidden."""
    figures = [f for _, f in part.rows]
    if not part.adds_up or any(f.suppressed or f.numerator is None for f in figures):
        return None
    n = sum(f.numerator or 0 for f in figures)
    of = sum(f.denominator or 0 for f in figures)
    share = share_words(_with_value(figures[0], n, of), lang) if has_share and of else None
    return el(
        "tr",
        el("th", Text("Jumlah", "Total")(lang), scope="row"),
        cell(count_words(of, lang), num=True) if has_share else None,
        cell(count_words(n, lang), num=True),
        cell(share, num=True) if has_share else None,
        cell(""),
    )


def _with_value(figure: Figure, n: int, of: int) -> Figure:
    from dataclasses import replace

    return replace(figure, value=n / of, numerator=n, denominator=of)


def tasks(report: Report, lang: Lang) -> Markup | None:
    """Return what waits for people, the urgent first."""
    waiting = [t for t in report.tasks if t.n is None or t.n > 0]
    if not waiting:
        return None
    ordered = sorted(waiting, key=lambda t: not t.is_urgent)
    items = [
        el(
            "li",
            el("b", count_words(t.n, lang)),
            el("div", t.label(lang), el("span", t.do(lang), class_="sub")),
            class_="urgent" if t.is_urgent else None,
        )
        for t in ordered
    ]
    return section("tugas", TASKS, None, lang, el("ul", items, class_="tasks"))
