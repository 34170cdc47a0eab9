"""One HTML file of a forecast: no network, no script, no names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cakup import __version__
from cakup.documents.forecast.picture import Course, courses
from cakup.documents.forecast.tables import claims, keeping, rates, table, variants, years
from cakup.documents.forecast.words import ASSUMPTIONS, NAMES, RANGE, STYLE
from cakup.documents.markup import Child, Markup, el
from cakup.documents.report.page import POLICY, style_sheet
from cakup.documents.report.words import capital, cell, mark, section
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text
from cakup.kernel.months import parse_day

Summary = Mapping[str, Any]
#: Months between two rows of the table beside the chart; the others are folded away.
EVERY = 3
SIZES = (("narrow", (360.0, 280.0)), ("wide", (760.0, 380.0)), ("widest", (720.0, 560.0)))


def page(s: Summary, lang: Lang = "id") -> str:
    """Return the page.

    Args:
        s: Summary of the forecast.
        lang: Language.
    """
    title = Text("Perkiraan kepesertaan {place}", "Forecast of cover, {place}").format(
        lang, place=s["place_name"]
    )
    header = el("head", el("meta", charset="utf-8"),
                el("meta", http_equiv="Content-Security-Policy", content=POLICY),
                el("meta", name="viewport", content="width=device-width, initial-scale=1"),
                el("meta", name="color-scheme", content="light dark"),
                el("title", title), el("style", Markup(style_sheet() + STYLE)))  # fmt: skip
    under = Text("{n} bulan sesudah {day} · {id}", "{n} months after {day} · {id}").format(
        lang, n=s["months"], day=spelling.day(parse_day(s["as_of"]), lang), id=s["id"]
    )
    kop = el("header", el("div", el("h1", title), el("p", under)), class_="kop")
    parts = [
        _months(s, lang), years(s, lang), keeping(s, lang), claims(s, lang), rates(s, lang),
        _notes(s, lang),
    ]  # fmt: skip
    words = Text("Halaman ini tidak memuat nama dan NIK.", "This page holds no names and no NIK.")
    foot = el("footer", el("p", f"{words(lang)} Cakup {__version__}."), class_="foot block")
    body = el("body", el("div", kop, el("main", _headline(s, lang), parts), foot, class_="sheet"))
    return "<!doctype html>\n" + el("html", header, body, lang=lang) + "\n"


def _headline(s: Summary, lang: Lang) -> Markup:
    """Return the one figure: coverage at the end if nothing is done, beside what else may be."""
    nothing = s["variants"]["tanpa_rencana"]["by_month"]
    last = nothing[-1]
    words = Text(
        "pekerja {place} diperkirakan terlindungi pada {month} bila tidak dilakukan apa-apa — "
        "{n} dari {of}; pada {now} {share}.",
        "of the workers of {place} are expected to be covered in {month} if nothing is done — "
        "{n} of {of}; in {now} {share}.",
    ).format(
        lang, place=s["place_name"], month=spelling.month(parse_day(last["bulan"]), lang),
        n=spelling.count(last["active"], lang), of=spelling.count(s["denominator"], lang),
        now=spelling.month(parse_day(nothing[0]["bulan"]), lang),
        share=spelling.percent(nothing[0]["share"], 1, lang),
    )  # fmt: skip
    return el(
        "section", el("span", spelling.percent(last["share"], 1, lang), class_="big"),
        el("p", words, class_="sentence"),
        el("p", _others(s, lang), " ", mark(lang), class_="lede"),
    )  # fmt: skip


def _others(s: Summary, lang: Lang) -> str:
    """Return what the plan makes of it, or how to get one."""
    if not s["plan"]:
        words = Text(
            "Belum ada rencana menurut nama: hitung dengan cakup plan, lalu cakup forecast lagi.",
            "There is no plan by name yet: make one with cakup plan, then cakup forecast again.",
        )
        return words(lang)
    end = {k: v["by_month"][-1]["share"] for k, v in variants(s).items()}
    both = zip(*(s["variants"][k]["by_month"] for k in ("rencana", "tanpa_rencana")), strict=True)
    added = [m for m, n in both if m["active"] > n["active"]]
    if not added:
        words = Text(
            "Rencana {id} tidak menambah seorang pun dalam bulan-bulan ini.",
            "Plan {id} adds nobody within these months.",
        )
        return words.format(lang, id=s["plan"])
    top = max(added, key=lambda m: float(m["share"]))
    words = Text(
        "Rencana {id} membawa cakupan sampai {top} pada {month}; tanpa kelanjutan {end} pada akhir "
        "perkiraan, bila diteruskan tanpa jeda {on}.",
        "Plan {id} takes coverage to {top} in {month}; not carried on it is {end} at the end of "
        "the forecast, carried on without a gap {on}.",
    )
    return words.format(
        lang, id=s["plan"], top=spelling.percent(top["share"], 1, lang),
        month=spelling.month(parse_day(top["bulan"]), lang),
        end=spelling.percent(end["rencana"], 1, lang),
        on=spelling.percent(end["rencana_diteruskan"], 1, lang),
    )  # fmt: skip


def _months(s: Summary, lang: Lang) -> Markup:
    """Return the lines with their table beside them, and all months folded away."""
    lede = Text(
        "Cakupan setiap bulan, nilai harapan; pita di sekeliling garis adalah selang 95% dari {n} "
        "undian. Kolom abu-abu: Januari, ketika bantuan setahun habis.",
        "Coverage by month, expected value; the band around a line is the 95% interval of {n} "
        "runs. Grey columns: January, when aid for a year has run out.",
    ).format(lang, n=spelling.count(s["runs"], lang))
    title = Text("Bulan demi bulan", "Month by month")
    some = table(Text("Setiap tiga bulan", "Every third month")(lang), *_rows(s, lang, EVERY))
    every = table(Text("Semua bulan", "All months")(lang), *_rows(s, lang, 1, is_full=True))
    more = Text("Semua bulan dengan jumlah orang dan selangnya", "All months with persons and "
                "intervals")  # fmt: skip
    return section(
        "bulan", title, lede, lang,
        el("div", el("figure", _chart(s, lang), _key(s, lang), class_="c7"),
           el("div", some, class_="c5 scroll tight"), class_="grid"),
        el("details", el("summary", more(lang)), el("div", every, class_="scroll")),
    )  # fmt: skip


def _chart(s: Summary, lang: Lang) -> list[Markup]:
    """Return the chart in three sizes, one of which is shown."""
    size = s["denominator"]
    first = s["variants"]["tanpa_rencana"]["by_month"]
    months = [parse_day(m["bulan"]) for m in first]
    lines = [
        Course(NAMES[name](lang), name.replace("_", "-"),
               *([float(m[k]) / size for m in held["by_month"]] for k in ("active", "low", "high")))
        for name, held in reversed(variants(s).items())
    ]  # fmt: skip
    title = Text("Cakupan menurut bulan", "Coverage by month")(lang)
    told = "; ".join(
        f"{c.name} {spelling.percent(c.share[0], 1, lang)} → "
        f"{spelling.percent(c.share[-1], 1, lang)}"
        for c in reversed(lines)
    )
    return [
        courses(f"bulan-{class_}", title, told, months, lines, size=px, lang=lang, class_=class_)
        for class_, px in SIZES
    ]


def _key(s: Summary, lang: Lang) -> Markup:
    """Return which line is which, for narrow screens and for print."""
    items = [
        el("li", el("span", class_=f"stroke {name.replace('_', '-')}"), NAMES[name](lang))
        for name in variants(s)
    ]
    return el("ul", items, class_="legend")


def _rows(
    s: Summary, lang: Lang, every: int, *, is_full: bool = False
) -> tuple[list[str], list[Markup]]:
    """Return heads and rows: coverage of every course, its interval below."""
    heads = [Text("Bulan", "Month")(lang), *(capital(NAMES[n](lang)) for n in variants(s))]
    rows = []
    for at in range(0, s["months"] + 1, every):
        cells: list[Child] = []
        for held in variants(s).values():
            one = held["by_month"][at]
            share = spelling.percent(one["share"], 1, lang)
            if is_full:
                n, low, high = (spelling.count(one[k], lang) for k in ("active", "low", "high"))
                below = f"{n} ({low}–{high})"
            else:
                low, high = (spelling.decimal(one[k] / s["denominator"] * 100, 1, lang)
                             for k in ("low", "high"))  # fmt: skip
                below = f"{low}–{high}"
            cells.append(cell(share, el("span", below, class_="sub"), num=True))
        bulan = s["variants"]["tanpa_rencana"]["by_month"][at]["bulan"]
        rows.append(el("tr", el("th", spelling.month(parse_day(bulan), lang), scope="row"), cells))
    return heads, rows


def _notes(s: Summary, lang: Lang) -> Markup:
    """Return what was assumed, what the interval leaves out, and what nobody has confirmed."""
    stay = {k: spelling.percent(v, 1, lang) for k, v in s["stay_year"].items()}
    measured = Text(
        "Terukur setahun terakhir: {firm} dari yang dibayar pemberi kerja dan {own} dari peserta "
        "mandiri masih terlindungi.",
        "Measured over the last year: {firm} of those paid by employers and {own} of self-payers "
        "are still covered.",
    ).format(lang, firm=stay.get("firm", "–"), own=stay.get("own", "–"))
    seed = Text("Benih undian {seed}, {n} ulangan: angka yang sama di mesin mana pun.",
                "Seed {seed}, {n} runs: the same figures on any machine.").format(
                    lang, seed=s["seed"], n=spelling.count(s["runs"], lang))  # fmt: skip
    told = [words(lang) for key, words in ASSUMPTIONS.items() if key in s["assumptions"]]
    items = [el("li", w) for w in (measured, *told, RANGE(lang), seed)]
    keys = [el("li", key) for key in s["unconfirmed"]]
    unsure = Text("Belum dikonfirmasi", "Not confirmed")
    return section(
        "catatan", Text("Anggapan dan catatan", "Assumptions and notes"), None, lang,
        el("ul", items, class_="notes"),
        el("h3", unsure(lang), class_="block h3") if keys else None,
        el("ul", keys, class_="notes columns") if keys else None,
    )  # fmt: skip
