"""Tables of a forecast: years, whose cover ends, what is to be expected, and at which rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cakup.documents.findings_workbook import PAYERS
from cakup.documents.forecast.words import NAMES
from cakup.documents.markup import Child, Markup, el
from cakup.documents.report.words import capital, cell, head, section
from cakup.documents.svg.inline import bar
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text
from cakup.kernel.months import parse_day

Summary = Mapping[str, Any]
LEVELS = (Text("Rendah", "Low"), Text("Tengah", "Mid"), Text("Tinggi", "High"))
CLAIMS = {
    "deaths": Text("Meninggal", "Deaths"),
    "accidents": Text("Kecelakaan kerja", "Work accidents"),
    "jkm_rp": Text("Santunan JKM", "Death benefits (JKM)"),
    "jkk_rp": Text("Manfaat JKK", "Accident benefits (JKK)"),
    "households": Text("Keluarga tidak jatuh miskin (anggapan)",
                       "Households kept out of poverty (assumed)"),
}  # fmt: skip
RATES = {
    "deaths": Text("Meninggal setahun per 100.000, rata-rata orang yang dibayar",
                   "Deaths a year per 100,000, mean of those paid for"),
    "accidents": Text("Kecelakaan kerja BPU setahun per 100.000",
                      "Work accidents of own-account workers a year per 100,000"),
    "jkk_paid_rp": Text("Rata-rata manfaat JKK per kasus", "Average JKK paid per case"),
    "jkm_full_rp": Text("Santunan JKM penuh, tanpa beasiswa", "Full death benefit, no scholarship"),
    "jkm_waiting_rp": Text("Santunan dalam masa tunggu", "Death benefit while waiting"),
}  # fmt: skip


def table(caption: str, heads: Sequence[str], rows: Child) -> Markup:
    """Return a table; all columns but the first hold numbers."""
    top = el("tr", [head(h, num=n > 0) for n, h in enumerate(heads)])
    return el("table", el("caption", caption), el("thead", top), el("tbody", rows))


def variants(s: Summary) -> dict[str, Any]:
    """Return the courses in the order in which they are told, however the summary was stored."""
    return {name: s["variants"][name] for name in NAMES if name in s["variants"]}


def years(s: Summary, lang: Lang) -> Markup:
    """Return the months of cover of every year, course by course."""
    heads = [Text("Dua belas bulan", "Twelve months")(lang),
             *(capital(NAMES[n](lang)) for n in variants(s))]  # fmt: skip
    spans = next(iter(variants(s).values()))["years"]
    rows = []
    for at, span in enumerate(spans):
        first, last = (spelling.month(parse_day(span[k]), lang) for k in ("from", "to"))
        cells = []
        for held in variants(s).values():
            one = held["years"][at]
            low, high = (spelling.count(one[k], lang) for k in ("low", "high"))
            below = f"{low}–{high} · {spelling.percent(one['average_share'], 1, lang)}"
            cells.append(cell(spelling.count(one["active_months"], lang),
                              el("span", below, class_="sub"), num=True))  # fmt: skip
        rows.append(el("tr", el("th", f"{first} – {last}", scope="row"), cells))
    lede = Text(
        "Satu bulan aktif = satu orang terlindungi satu bulan. Di bawahnya selang 95% dan cakupan "
        "rata-rata.",
        "One active month = one person covered for one month. Below it the 95% interval and the "
        "average coverage.",
    )
    told = Text("Bulan aktif per dua belas bulan", "Active months by twelve months")(lang)
    return section("tahun", Text("Bulan aktif", "Active months"), lede, lang,
                   el("div", table(told, heads, rows), class_="scroll"))  # fmt: skip


def keeping(s: Summary, lang: Lang) -> Markup:
    """Return when paid cover ends, for how many, and the money that would prevent it."""
    title = Text("Siapa berhenti kapan, dan berapa menjaganya",
                 "Who lapses when, and what keeps them")  # fmt: skip
    held = s["lapses"]
    if not held:
        none = Text("Tidak ada bantuan yang berakhir dalam bulan-bulan ini.",
                    "No aid ends within these months.")  # fmt: skip
        return section("berhenti", title, none, lang, _rises(s, lang))
    most = max(r["persons"] for r in held)
    heads = el("tr", head(Text("Bulan pertama tanpa bayaran", "First month unpaid")(lang)),
               head(Text("Orang", "Persons")(lang), num=True), head("", class_="pic hide-narrow"),
               head(Text("Sebulan", "A month")(lang), num=True),
               head(Text("Setahun", "A year")(lang), num=True))  # fmt: skip
    rows = [
        el("tr", el("th", spelling.month(parse_day(r["bulan"]), lang),
                    el("span", _payer(r["payer"], lang), class_="sub"), scope="row"),
           cell(spelling.count(r["persons"], lang), num=True),
           cell(bar(r["persons"] / most, class_="down"), class_="pic hide-narrow"),
           cell(spelling.rupiah(r["keep_rp_month"], lang), num=True),
           cell(spelling.rupiah(r["keep_rp_year"], lang), num=True))
        for r in held
    ]  # fmt: skip
    total = el("tfoot", el(
        "tr", el("th", Text("Jumlah", "Total")(lang), scope="row"),
        cell(spelling.count(sum(r["persons"] for r in held), lang), num=True),
        cell("", class_="pic hide-narrow"),
        *(cell(spelling.rupiah(sum(r[k] for r in held), lang), num=True)
          for k in ("keep_rp_month", "keep_rp_year")),
    ))  # fmt: skip
    lede = Text(
        "Bantuan yang sekarang dibayar habis; rencana tidak dihitung di sini. Rupiahnya iuran dua "
        "program menurut harga bulan itu, sebulan dan dua belas bulan. Namanya: "
        "cakup forecast --names hubungi.xlsx.",
        "Aid that is paid now runs out; the plan is not counted here. The money is the iuran of "
        "two programmes at that month's price, for a month and for twelve. By name: "
        "cakup forecast --names call.xlsx.",
    )
    made = el("table", el("thead", heads), el("tbody", rows), total)
    return section("berhenti", title, lede, lang, el("div", made, class_="scroll"), _rises(s, lang))


def _payer(key: str, lang: Lang) -> str:
    return PAYERS[key](lang) if key in PAYERS else str(key).replace("_", " ")


def _rises(s: Summary, lang: Lang) -> Markup | None:
    """Return whose own iuran rises when the discount ends."""
    words = Text(
        "Mulai {month} iuran {n} peserta mandiri naik dari {old} menjadi {new} sebulan: hubungi "
        "sebelum bulan itu.",
        "From {month} the iuran of {n} self-payers rises from {old} to {new} a month: reach them "
        "before that month.",
    )
    told = [
        el("li", words.format(
            lang, month=spelling.month(parse_day(r["bulan"]), lang),
            n=spelling.count(r["persons"], lang),
            old=spelling.rupiah(r["rupiah_before"], lang),
            new=spelling.rupiah(r["rupiah_person_month"], lang),
        ))
        for r in s["doubling"]
    ]  # fmt: skip
    return el("ul", told, class_="notes block") if told else None


def claims(s: Summary, lang: Lang) -> Markup:
    """Return deaths, accidents and benefits of the months that aid and plan pay."""
    heads = [Text("Perkiraan", "Expected")(lang), *(level(lang) for level in LEVELS)]
    bodies = []
    for name, held in variants(s).items():
        told = held["claims"]
        n = spelling.count(told["person_months"], lang)
        paid = Text("{n} orang-bulan dibayar bantuan dan rencana",
                    "{n} person-months paid by aid and plan").format(lang, n=n)  # fmt: skip
        bodies.append(el("tr", el("th", capital(NAMES[name](lang)),
                         el("span", paid, class_="sub"), scope="rowgroup", colspan=4)))  # fmt: skip
        if not told["person_months"]:
            continue
        bodies += [
            el("tr", el("td", words(lang)), [cell(_value(key, v, lang), num=True)
                                             for v in told[key]])
            for key, words in CLAIMS.items()
        ]  # fmt: skip
    low, high = next(iter(variants(s).values()))["claims"]["tables"]
    lede = Text(
        "Rendah, tengah, tinggi selama {n} bulan; tabel mortalita {low} dan {high}.",
        "Low, mid and high over {n} months; life tables {low} and {high}.",
    ).format(lang, n=s["months"], low=low, high=high)
    title = Text("Meninggal, kecelakaan, dan manfaat", "Deaths, accidents and benefits")
    caption = Text("Perkiraan klaim", "Expected claims")(lang)
    return section("klaim", title, lede, lang,
                   el("div", table(caption, heads, bodies), class_="scroll"))  # fmt: skip


def rates(s: Summary, lang: Lang) -> Markup:
    """Return the rates behind the claims, each with its source."""
    heads = [Text("Angka dasar", "Rate")(lang), *(level(lang) for level in LEVELS)]
    rows = []
    for one in s["rates"]:
        values = [_value(one["what"], v, lang) for v in one["values"]]
        rows.append(el("tr", el("th", RATES[one["what"]](lang),
                    el("span", "; ".join(one["sources"]), class_="sub"), scope="row"),
                    [el("td", v, class_="num", colspan=None if len(values) > 1 else 3)
                     for v in values]))  # fmt: skip
    lede = Text("Masukan yang dikalikan dengan bulan terlindungi, masing-masing dengan sumbernya.",
                "Inputs multiplied with covered months, each with its source.")  # fmt: skip
    caption = Text("Angka dasar dan sumber", "Rates and sources")(lang)
    return section("dasar", Text("Angka di baliknya", "Rates behind it"), lede, lang,
                   el("div", table(caption, heads, rows), class_="scroll"))  # fmt: skip


def _value(key: str, value: float, lang: Lang) -> str:
    if key.endswith("_rp"):
        return spelling.rupiah(round(value), lang)
    return spelling.decimal(value, 1, lang)
