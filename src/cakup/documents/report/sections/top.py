"""Head of the page and the one sentence with the one figure."""

from __future__ import annotations

import re
from datetime import date

from cakup.documents.markup import Child, Markup, el
from cakup.documents.report.model import Companion, Parts, Report
from cakup.documents.report.words import count_words, mark, of_words, share_words
from cakup.documents.svg.inline import stacked
from cakup.kernel import spelling
from cakup.kernel.figures import Figure, Source
from cakup.kernel.language import LANGS, Lang, Text

_ISO_DAY = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")


def kop(report: Report, lang: Lang) -> Markup:
    """Return the head: what, where, when, which version."""
    version = (
        Text("versi publik", "public version")
        if report.is_public
        else Text("versi dinas, tanpa nama dan NIK", "office version, without names and NIK")
    )
    known = (
        Text("berkas diterima sampai {day}", "files received by {day}").format(
            lang, day=spelling.day(report.known_on, lang)
        )
        if report.known_on
        else None
    )
    state = Text("keadaan {day}", "as of {day}").format(lang, day=spelling.day(report.as_of, lang))
    title = Text("Cakupan jaminan sosial ketenagakerjaan", "Coverage of employment social security")
    return el(
        "header",
        el("div", el("h1", f"{title(lang)} · {report.place}"), el("p", state)),
        el("p", version(lang), el("br") if known else None, known),
        class_="kop",
    )


def banner(report: Report, lang: Lang) -> Markup | None:
    """Return the warning that the data are invented, if they are."""
    if not report.is_fictitious:
        return None
    words = Text(
        "Data rekaan untuk uji coba: tidak ada orang sungguhan di balik angka-angka ini.",
        "Invented data for trials: there are no real people behind these figures.",
    )
    return el("p", words(lang), class_="banner", role="note")


def navigation(entries: list[tuple[str, Text]], lang: Lang) -> Markup:
    """Return the list of sections."""
    links = [el("li", el("a", title(lang), href=f"#{key}")) for key, title in entries]
    return el("nav", el("ul", links), aria_label=Text("Isi laporan", "Contents")(lang))


def headline(report: Report, lang: Lang) -> Markup:
    """Return the figure, its sentence, its definitions and the figures beside it."""
    figure = report.headline
    return el(
        "section",
        el(
            "div",
            el("div", *_figure(report, lang), class_="c7"),
            el("div", _companions(report.companions, lang), class_="c5"),
            class_="grid",
        ),
        _definitions(report, lang),
        _parts(report.parts, figure, lang) if report.parts else None,
        id="angka",
        aria_label=Text("Angka utama", "Main figure")(lang),
    )  # fmt: skip


def _figure(report: Report, lang: Lang) -> list[Child]:
    """Return the number and its sentence; without participant data the sentence says why."""
    figure = report.headline
    if figure.value is None or figure.suppressed:
        none = Text("Belum dapat dihitung", "Cannot be computed yet")
        why = report.facts.get(
            "why_no_figure",
            Text(
                "Tidak ada data peserta BPJS Ketenagakerjaan untuk tanggal ini, jadi tidak ada "
                "persentase cakupan yang boleh disebut.",
                "There are no participant data for this date, so no coverage percentage may be "
                "stated.",
            )(lang),
        )
        return [el("strong", none(lang), class_="big none"), el("p", why, class_="sentence")]
    sentence = Text(
        "pekerja {place} terlindungi pada {day} — {of} ({base}).",
        "of the workers of {place} were covered on {day} — {of} ({base}).",
    ).format(
        lang, place=report.place, day=spelling.day(figure.as_of, lang), of=of_words(figure, lang),
        base=report.base(lang),
    )  # fmt: skip
    marked = [" ", mark(lang)] if _is_unsure(figure) else []
    least = Text("Sekurangnya", "At least")(lang) if "at_least" in report.facts else None
    return [
        el("p", least, class_="sentence") if least else None,
        el("strong", share_words(figure, lang), class_="big"),
        el("p", sentence, *marked, class_="sentence"),
    ]


def _is_unsure(figure: Figure) -> bool:
    """Return whether a figure rests on anything unconfirmed."""
    return bool(figure.unconfirmed) or any(
        s.status not in ("solid", "confirmed") for s in figure.sources
    )


def _definitions(report: Report, lang: Lang) -> Markup:
    """Return what is counted, of what, by which rule, and what is not known."""
    figure = report.headline
    rows: list[tuple[Text, Child]] = [
        (Text("Pembilang", "Numerator"), figure.numerator_definition),
        (Text("Penyebut", "Denominator"), _denominator(figure, lang)),
        (Text("Sumber", "Sources"), "; ".join(_source(s, lang) for s in figure.sources)),
    ]
    if figure.bounds:
        rows.append((Text("Batas", "Bounds"), _bounds(figure, lang)))
    if figure.interval:
        low, high = (spelling.decimal(x * 100, 1, lang) for x in figure.interval)
        rows.append((Text("Selang 95 %", "95 % interval"), f"{low}–{high} %"))
    rows.append((Text("Wilayah", "Region"), _region(report, lang)))
    items = [
        el("div", el("dt", label(lang)), el("dd", words)) for label, words in rows if words
    ]  # fmt: skip
    return el("dl", items, class_="define")


def _denominator(figure: Figure, lang: Lang) -> str:
    if figure.denominator is None:
        return figure.denominator_definition
    return f"{spelling.count(figure.denominator, lang)} · {figure.denominator_definition}"


def _source(source: Source, lang: Lang) -> str:
    words = f"{source.issuer}, {source.document}" if source.document else source.issuer
    words = _ISO_DAY.sub(lambda d: spelling.day(date.fromisoformat(d.group()), lang), words)
    is_told = source.year is None or str(source.year) in words
    return words if is_told else f"{words}, {source.year}"


def _bounds(figure: Figure, lang: Lang) -> str:
    """Return lowest and highest number, as shares too where there is a denominator."""
    assert figure.bounds is not None
    low, high = figure.bounds
    words = f"{spelling.count(low, lang)}–{spelling.count(high, lang)}"
    if figure.denominator:
        a, b = (spelling.decimal(x / figure.denominator * 100, 1, lang) for x in figure.bounds)
        words += f" = {a}–{b} %"
    return words + Text(
        "; bawah: hanya padanan yang pasti, atas: semua padanan yang mungkin",
        "; low: certain links only, high: all possible links",
    )(lang)


_RULES = {
    "ktp": Text("menurut alamat KTP", "by the address on the identity card"),
    "domisili": Text("menurut tempat tinggal", "by residence"),
    "kerja": Text("menurut tempat kerja", "by place of work"),
}


def _region(report: Report, lang: Lang) -> str:
    rule = report.headline.region_rule
    words = _RULES[rule](lang) if rule in _RULES else rule
    if not report.n_region_unknown:
        return words
    return words + Text(
        "; {n} orang belum diketahui wilayahnya", "; the place of {n} persons is not known"
    ).format(lang, n=count_words(report.n_region_unknown, lang))


def _companions(companions: tuple[Companion, ...], lang: Lang) -> Markup | None:
    """Return the figures beside the headline."""
    if not companions:
        return None
    rows = []
    for one in companions:
        has_share = one.figure.value is not None
        value = (
            share_words(one.figure, lang) if has_share else count_words(one.figure.numerator, lang)
        )
        detail = [of_words(one.figure, lang)] if has_share else []
        detail += [one.note(lang)] if one.note else []
        rows.append(
            el(
                "div", el("dt", one.label(lang)), el("dd", value),
                el("span", " · ".join(detail), class_="small") if detail else None,
            )
        )  # fmt: skip
    return el("dl", rows, class_="companions")


def _outside(parts: Parts) -> Text:
    """Return who is on a list but neither covered nor to be enrolled."""
    if len(parts.outside) == 1:
        return parts.outside[0][0]
    told = [
        ", ".join(f"{spelling.count(n, one)} {words(one)}" for words, n in parts.outside)
        for one in LANGS
    ]
    return Text(f"di luar sasaran: {told[0]}", f"outside the aim: {told[1]}")


def _parts(parts: Parts, figure: Figure, lang: Lang) -> Markup:
    """Return the denominator as a bar of three parts that add up."""
    total = parts.covered + parts.known_uncovered + parts.n_outside + parts.unlisted
    entries = [
        ("covered", parts.covered, Text("terlindungi", "covered")),
        ("uncovered", parts.known_uncovered,
         Text("pekerja yang diketahui belum terlindungi (ada nama dan alamatnya)",
              "known workers without cover (name and address at hand)")),
        ("outside", parts.n_outside, _outside(parts)),
        ("rest", parts.unlisted,
         Text("tidak ada pada daftar mana pun", "on no list at all")),
    ]  # fmt: skip
    entries = [e for e in entries if e[1] or e[0] != "outside"]
    items = [
        el("li", el("span", class_=f"chip {key}"),
           el("span", el("b", spelling.count(n, lang)), " ", words(lang)))
        for key, n, words in entries
    ]  # fmt: skip
    shares = [(n / total if total else 0.0, key) for key, n, _ in entries]
    caption = Text("{total} terbagi habis:", "{total} in full:").format(
        lang, total=spelling.count(figure.denominator or total, lang)
    )
    return el(
        "figure",
        el("figcaption", caption, class_="small"),
        stacked(shares),
        el("ul", items, class_="legend"),
        class_="block",
    )
