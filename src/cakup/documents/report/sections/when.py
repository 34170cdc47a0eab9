"""Since when, until when, and why it moved."""

from __future__ import annotations

from itertools import pairwise

from cakup.documents.markup import Child, Markup, el
from cakup.documents.report.model import Movement, Report, TrendPoint
from cakup.documents.report.words import capital, cell, count_words, head, section, signed
from cakup.documents.svg.inline import bar, step
from cakup.documents.svg.trend import Month, trend
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text
from cakup.kernel.months import first_day

TITLE = Text("Sejak kapan, sampai kapan?", "Since when, until when?")
WHY = Text("Mengapa angkanya berubah?", "Why did it move?")


def when(report: Report, lang: Lang) -> Markup | None:
    """Return the section with the trend, None where no month is known."""
    if len(report.trend) < 2:
        return None
    months = [Month(p.bulan, p.n_active, p.is_forecast) for p in report.trend]
    title = Text("Orang yang aktif per bulan", "Persons active by month")(lang)
    described = _description(report.trend, lang)
    charts = [
        trend("tren-l", title, described, months, size=(1136, 300), lang=lang, class_="widest"),
        trend("tren", title, described, months, size=(720, 280), lang=lang, class_="wide"),
        trend("tren-k", title, described, months, size=(344, 250), lang=lang, class_="narrow"),
    ]
    return section(
        "waktu", TITLE, LEDE, lang,
        el("figure", charts, _twin(report.trend, lang)),
        _ending(report, lang),
    )  # fmt: skip


LEDE = Text(
    "Orang yang aktif pada akhir setiap bulan. Pita kelabu = Januari, ketika iuran yang dibayar "
    "anggaran tahun lalu habis. Garis putus setelah tanggal laporan = bulan yang sudah dibayar, "
    "bukan ramalan pendaftaran baru.",
    "Persons active at the end of each month. Grey band = January, when cover paid from last "
    "year's budget runs out. The dashed line after the date of the report = months already "
    "paid for, no forecast of new enrolment.",
)


def _description(points: tuple[TrendPoint, ...], lang: Lang) -> str:
    known = [p for p in points if not p.is_forecast]
    first, last = known[0], known[-1]
    words = Text(
        "Dari {a} orang pada {ma} menjadi {b} pada {mb}.",
        "From {a} persons in {ma} to {b} in {mb}.",
    ).format(
        lang, a=spelling.count(first.n_active, lang), ma=spelling.month(first.bulan, lang),
        b=spelling.count(last.n_active, lang), mb=spelling.month(last.bulan, lang),
    )  # fmt: skip
    falls = [
        (p.bulan, p.n_active - before.n_active)
        for before, p in pairwise(known)
        if p.bulan.month == 1 and p.n_active < before.n_active
    ]
    for bulan, change in falls:
        words += " " + Text("{month}: {n}.", "{month}: {n}.").format(
            lang, month=spelling.month(bulan, lang), n=signed(change, lang)
        )
    return words


def _twin(points: tuple[TrendPoint, ...], lang: Lang) -> Markup:
    """Return the months as a table, folded on screen."""
    heads = el(
        "tr", head(Text("Bulan", "Month")(lang)),
        head(Text("Aktif (orang)", "Active (persons)")(lang), num=True),
        head(Text("Perubahan", "Change")(lang), num=True),
        head(Text("Keterangan", "Note")(lang)),
    )  # fmt: skip
    rows, before = [], None
    for p in points:
        change = signed(p.n_active - before, lang) if before is not None else ""
        note = Text("sudah dibayar", "already paid")(lang) if p.is_forecast else ""
        rows.append(
            el("tr", el("th", spelling.month(p.bulan, lang), scope="row"),
               cell(spelling.count(p.n_active, lang), num=True), cell(change, num=True), cell(note))
        )  # fmt: skip
        before = p.n_active
    summary = Text("Angka per bulan", "Figures by month")(lang)
    table = el("table", el("thead", heads), el("tbody", rows))
    return el("details", el("summary", summary), table)


def _ending(report: Report, lang: Lang) -> Markup | None:
    """Return who loses cover within 90 days if nobody pays, by month."""
    if not report.ending_90_days:
        return None
    groups = _by_month(report, lang)
    highest = max((n or 0 for _, n in groups), default=0) or 1
    rows = []
    for label, n in groups:
        rows.append(
            el(
                "tr", el("th", label, scope="row"),
                cell(count_words(n, lang), num=True),
                cell(bar((n or 0) / highest, class_="down"), class_="pic"),
            )
        )  # fmt: skip
    total = sum(n or 0 for _, n in report.ending_90_days)
    is_open = any(n is None for _, n in report.ending_90_days)
    foot = el(
        "tr", el("th", Text("Jumlah", "Total")(lang), scope="row"),
        cell(count_words(None if is_open else total, lang), num=True), cell(""),
    )  # fmt: skip
    title = Text(
        "Berakhir dalam 90 hari bila tidak dibayar lagi", "Ending within 90 days unless paid again"
    )
    note = Text(
        "Menurut bulan terakhir yang sudah dibayar. Nama-namanya ada pada daftar kerja dinas, "
        "tidak pada laporan ini.",
        "By the last month already paid. Names are on the office's work-list, not in this report.",
    )
    heads = el(
        "tr", head(Text("Bulan terakhir dibayar", "Last month paid")(lang)),
        head(Text("Orang", "Persons")(lang), num=True), head("", class_="pic"),
    )  # fmt: skip
    return el(
        "div",
        el("h3", title(lang)),
        el("table", el("thead", heads), el("tbody", rows), el("tfoot", foot)),
        el("p", note(lang), class_="foot"),
        class_="block narrow-table",
    )


def _by_month(report: Report, lang: Lang) -> list[tuple[str, int | None]]:
    """Return the months ahead, those already unpaid but not lapsed as one row before them."""
    here = first_day(report.as_of)
    past = [(bulan, n) for bulan, n in report.ending_90_days if bulan < here]
    rows: list[tuple[str, int | None]] = []
    if past:
        label = Text("Sampai {month} (menunggak, belum gugur)", "By {month} (unpaid, not lapsed)")
        is_open = any(n is None for _, n in past)
        rows.append(
            (label.format(lang, month=spelling.month(past[-1][0], lang)),
             None if is_open else sum(n or 0 for _, n in past))
        )  # fmt: skip
    ahead = [(spelling.month(b, lang), n) for b, n in report.ending_90_days if b >= here]
    return rows + ahead


def why(report: Report, lang: Lang) -> Markup | None:
    """Return the waterfall, None where there is no earlier date."""
    move = report.movement
    if move is None:
        return None
    lede = Text(
        "Dari {a} orang pada {da} menjadi {b} pada {db}: {change}. Setiap perubahan masuk ke satu "
        "sebab saja, dan semuanya berjumlah tepat.",
        "From {a} persons on {da} to {b} on {db}: {change}. Every change belongs to one reason "
        "only, and they add up exactly.",
    ).format(
        lang, a=spelling.count(move.before, lang), da=spelling.day(move.before_on, lang),
        b=spelling.count(move.after, lang), db=spelling.day(move.after_on, lang),
        change=signed(move.after - move.before, lang),
    )  # fmt: skip
    return section("sebab", WHY, lede, lang, _waterfall(move, lang), _share_parts(move, lang))


def _waterfall(move: Movement, lang: Lang) -> Markup:
    # The place of a bar tells what lies before it: with a hidden reason no bar may be drawn.
    is_drawn = all(t.n is not None for t in move.terms)
    levels = [move.before]
    for term in move.terms:
        levels.append(levels[-1] + (term.n or 0) if is_drawn else move.before)
    low, high = min(*levels, move.after), max(*levels, move.after)
    pad = (high - low) * 0.08 or 1
    start, span = max(0.0, low - pad), high + pad - max(0.0, low - pad)

    def at(level: float) -> float:
        return (level - start) / span

    def row(label: str, words: str, picture: Markup, class_: str | None = None) -> Markup:
        return el("tr", el("th", label, scope="row"), cell(words, num=True),
                  cell(picture, class_="pic"), class_=class_)  # fmt: skip

    rows: list[Child] = [
        row(spelling.day(move.before_on, lang), spelling.count(move.before, lang),
            step(0, at(move.before), class_="total"))
    ]  # fmt: skip
    for term, level in zip(move.terms, levels, strict=False):
        n = term.n
        words = count_words(None, lang) if n is None else signed(n, lang)
        picture = Markup("")
        if is_drawn and n is not None:
            picture = step(at(level), at(level + n), class_="up" if n >= 0 else "down")
        rows.append(row(capital(term.label(lang)), words, picture, "reading"))
    rows.append(
        row(spelling.day(move.after_on, lang), spelling.count(move.after, lang),
            step(0, at(move.after), class_="total"))
    )  # fmt: skip
    scale = Text("skala mulai dari {n}", "scale starts at {n}").format(
        lang, n=spelling.count(round(start), lang)
    )
    heads = el(
        "tr", head(Text("Sebab", "Reason")(lang)),
        head(Text("Orang", "Persons")(lang), num=True), head(scale, class_="pic"),
    )  # fmt: skip
    return el("table", el("thead", heads), el("tbody", rows), class_="waterfall target-list")


def _share_parts(move: Movement, lang: Lang) -> Markup | None:
    if move.share_person is None or move.share_denominator is None:
        return None
    words = Text(
        "Perubahan persentase: {person} poin persen karena orang, {base} poin persen karena "
        "penyebut.",
        "Change of the share: {person} percentage points from persons, {base} from the "
        "denominator.",
    ).format(
        lang, person=_points(move.share_person, lang), base=_points(move.share_denominator, lang)
    )
    return el("p", words, class_="foot")


def _points(share: float, lang: Lang) -> str:
    sign = "+" if share > 0 else "−" if share < 0 else ""
    return sign + spelling.decimal(abs(share) * 100, 2, lang)
