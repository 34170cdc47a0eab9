"""The whole page: one file, no network, no script."""

from __future__ import annotations

from importlib.resources import files

from cakup import __version__
from cakup.documents.markup import Child, Markup, el
from cakup.documents.report import palette
from cakup.documents.report.model import Report
from cakup.documents.report.sections import sources, targets, top, when, where, who
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(report: Report, lang: Lang = "id") -> str:
    """Return the report as one HTML file.

    Args:
        report: What it says.
        lang: Language.

    Returns:
        HTML that loads nothing and runs nothing.
    """
    built: list[tuple[str, Text, Markup | None]] = [
        ("target", targets.TITLE, targets.targets(report, lang)),
        ("wilayah", where.TITLE, where.where(report, lang)),
        ("waktu", when.TITLE, when.when(report, lang)),
        ("sebab", when.WHY, when.why(report, lang)),
        ("tugas", who.TASKS, who.tasks(report, lang)),
        ("kelompok", who.TITLE, who.who(report, lang)),
        ("mutu", sources.QUALITY, sources.quality(report, lang)),
        ("cara", sources.METHOD, sources.method(report, lang)),
    ]
    shown = [(key, title, part) for key, title, part in built if part is not None]
    body = el(
        "body",
        el(
            "div",
            top.kop(report, lang),
            top.banner(report, lang),
            top.navigation([(key, title) for key, title, _ in shown], lang),
            el("main", top.headline(report, lang), [part for _, _, part in shown]),
            _footer(report, lang),
            class_="sheet",
        ),
    )
    return "<!doctype html>\n" + el("html", _head(report, lang), body, lang=lang) + "\n"


def _head(report: Report, lang: Lang) -> Markup:
    title = Text("Cakupan {place}, {day}", "Coverage of {place}, {day}").format(
        lang, place=report.place, day=spelling.day(report.as_of, lang)
    )
    return el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=POLICY),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="robots", content="noindex"),
        el("meta", name="generator", content=f"Cakup {__version__}"),
        el("title", title),
        el("style", Markup(style_sheet())),
    )


def style_sheet() -> str:
    """Return the style sheet with both palettes; paper is always light."""
    sheet = (files("cakup.documents.report") / "style.css").read_text(encoding="utf-8")
    light, dark = palette.variables(palette.LIGHT), palette.variables(palette.DARK)
    return (
        f":root{{color-scheme:light dark;{light}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"
        f"@media print{{:root{{color-scheme:light;{light}--page:#ffffff}}}}\n" + sheet
    )


def _footer(report: Report, lang: Lang) -> Markup:
    words: list[Child] = [
        Text("Laporan ini tidak memuat nama dan NIK.", "This report holds no names and no NIK.")(
            lang
        )
    ]
    if report.is_public and report.small_cell:
        words.append(
            " "
            + Text(
                "Kelompok 1–{n} orang disembunyikan, beserta angka lain yang dapat dipakai "
                "menghitungnya kembali.",
                "Groups of 1–{n} persons are hidden, with other figures from which they could be "
                "computed.",
            ).format(lang, n=report.small_cell - 1)
        )
    words.append(f" Cakup {__version__}.")
    return el("footer", el("p", *words), class_="foot block")
