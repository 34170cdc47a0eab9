"""One HTML file of a plan: no network, no script, no names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cakup import __version__
from cakup.documents.markup import Markup, el
from cakup.documents.report.page import POLICY, style_sheet
from cakup.documents.report.words import mark, section, signed
from cakup.documents.scenarios.folding import FOLDING, Row, folding
from cakup.documents.scenarios.midyear import changed
from cakup.documents.scenarios.narrow_picture import NARROW, narrow_scenarios
from cakup.documents.scenarios.picture import Line, scenarios
from cakup.documents.scenarios.targets import aims, aims_short, key_line, targets
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text

EXTRA = (
    f"{FOLDING}{NARROW}"
    ".diamond{fill:var(--ink);stroke:var(--paper);stroke-width:1.5}"
    "svg.trend text{font-size:13px}svg.trend .note{font-size:11px}"
    "svg.trend .number{paint-order:stroke;stroke:var(--paper);stroke-width:3px}"
    "svg.trend .tick{font-size:12px}.scroll svg.trend.wider{min-width:720px}"
)
Summary = Mapping[str, Any]


def page(s: Summary, held: Summary | None = None, lang: Lang = "id") -> str:
    """Return the page.

    Args:
        s: Summary of the plan.
        held: Pagu beside names, None while only one stage is there.
        lang: Language.
    """
    parts = [
        _so_far(s, lang), _scenarios(s, lang), targets(s, lang), _sensitivity(s, lang),
        *changed(s, lang),
        _purses(s, lang), _january(s, lang) if s["scenarios"][0]["feasible"] else None,
        _levers(s, lang), _waterfall(s, lang),
        _reconciled(held, lang) if held is not None else None, _method(s, lang),
    ]  # fmt: skip
    title = Text("Rencana perlindungan {place}, TA {year}", "Plan of cover of {place}, FY {year}")
    words = title.format(lang, place=s["place_name"], year=s["year"])
    header = el("head", el("meta", charset="utf-8"),
                el("meta", http_equiv="Content-Security-Policy", content=POLICY),
                el("meta", name="viewport", content="width=device-width, initial-scale=1"),
                el("title", words), el("style", Markup(style_sheet() + EXTRA)))  # fmt: skip
    stage = {"nama": Text("tahap nama", "by name"), "pagu": Text("tahap pagu", "by numbers")}
    kop = el("header", el("div", el("h1", words), el("p", f"{s['criteria']['title']} · "
             f"{stage[s['stage']](lang)} · {s['id']}")), class_="kop")  # fmt: skip
    body = el("body", el("div", kop, el("main", _headline(s, lang), parts), _foot(lang),
              class_="sheet"))  # fmt: skip
    return "<!doctype html>\n" + el("html", header, body, lang=lang) + "\n"


def _foot(lang: Lang) -> Markup:
    words = Text("Halaman ini tidak memuat nama dan NIK.", "This page holds no names and no NIK.")
    return el("footer", el("p", f"{words(lang)} Cakup {__version__}."), class_="foot block")


def _headline(s: Summary, lang: Lang) -> Markup:
    base = s["scenarios"][0]
    if not base["feasible"]:
        words = Text("Rencana dasar tidak dapat dipenuhi: {clash}. Perubahan terkecil: {change}.",
                     "The base plan cannot be met: {clash}. Least change: {change}.")  # fmt: skip
        told = words.format(lang, clash=", ".join(base["clash"]), change=_ways_out(base, lang))
        return el("section", el("p", told, class_="sentence"))
    words = Text(
        "{persons} orang dilindungi dengan {cost}; cakupan {dec} pada 31 Desember {year} dan "
        "{avg} rata-rata dua belas bulan — {covered} dari {workers} pekerja.",
        "{persons} persons are covered for {cost}; coverage is {dec} on 31 December {year} and "
        "{avg} on average over twelve months — {covered} of {workers} workers.",
    )
    told = words.format(
        lang, persons=spelling.count(base["persons"], lang),
        cost=spelling.rupiah(base["rupiah_total"], lang),
        dec=spelling.percent(base["ucj_dec31"], 1, lang), year=s["year"],
        avg=spelling.percent(base["ucj_avg12"], 1, lang),
        covered=spelling.count(base["covered_dec31"], lang),
        workers=spelling.count(s["denominator"]["value"], lang),
    )  # fmt: skip
    first = [el("li", one["text"] if lang == "id" else one["text_en"])
             for one in s.get("notices", ())]  # fmt: skip
    keep = Text("Menjaga orang yang sama setahun lagi: {rp}.", "Keeping them for a year: {rp}.")
    return el(
        "section",
        el("span", spelling.percent(base["ucj_dec31"], 1, lang), class_="big"),
        el("p", told, class_="sentence"),
        el("p", keep.format(lang, rp=spelling.rupiah(base["to_keep_rp_year"], lang)), " ",
           mark(lang), class_="lede"),
        el("ul", first, class_="notes block") if first else None,
    )  # fmt: skip


def _ways_out(one: Summary, lang: Lang) -> str:
    """Return the least changes, each of which would do."""
    return Text("; atau ", "; or ")(lang).join(one["least_change"])


def _title(one: Summary, lang: Lang) -> str:
    base = Text("Rencana dasar", "Base plan")(lang)
    return str(one["title"] or one["id"]) if one["id"] != "dasar" else base


def _scenarios(s: Summary, lang: Lang) -> Markup:
    size = s["denominator"]["value"]
    lines = [
        Line(_title(one, lang), one["base_by_month"][-1] / size, one["ucj_dec31"],
             one["ucj_avg12"], spelling.rupiah(one["rupiah_total"], lang))
        if one["feasible"] else Line(_title(one, lang), is_met=False)
        for one in s["scenarios"]
    ]  # fmt: skip
    held = aims(s)
    heads = _heads(lang, ("Skenario", "Scenario"), ("Orang", "Persons"),
                   ("Orang-bulan", "Person-months"), ("Biaya", "Cost"),
                   ("31 Des", "31 Dec"), ("Rata-rata", "Average"),
                   ("Kurang dari target", "Short of target"),
                   ("Selisih batas", "Gap"))  # fmt: skip
    rows = [_scenario_row(s, one, lang) for one in s["scenarios"]]
    lede = Text(
        "Yang tampak baik pada 31 Desember dapat buruk sepanjang tahun: bandingkan keduanya.",
        "What looks good on 31 December may be poor through the year: compare both.",
    )
    note = Text(
        "Batang: cakupan 31 Desember, bagian gelap ditambah rencana. Belah ketupat: rata-rata. "
        "Garis putus: target, bernomor seperti di bawah. Kurang dari target: orang pada 31 "
        "Desember dan nomor target yang dituju skenario itu. Selisih batas = jarak ke nilai yang "
        "terbukti tidak dapat dilampaui.",
        "Bar: coverage on 31 December, the dark part added by the plan. Diamond: average. Dashed "
        "line: target, numbered as below. Short of target: persons on 31 December, and the number "
        "of the target that the scenario aims at. Gap = distance to a value proven to be out of "
        "reach.",
    )
    picture = [
        el("figure", scenarios(lines, [(t["id"], t["target_share"]) for t in held], lang),
           narrow_scenarios(lines, [(t["id"], t["target_share"]) for t in held], lang),
           class_="scroll"),
        key_line(held, lang), el("p", note(lang), class_="foot"),
    ]  # fmt: skip
    return section(
        "skenario", Text("Skenario berdampingan", "Scenarios side by side"), lede, lang,
        *(picture if any(line.is_met for line in lines) else ()),
        el("div", folding(heads, rows, (0, 3)), class_="scroll block"),
        *(el("p", line, class_="foot")
          for one in s["scenarios"] for line in one.get("given", {}).get(lang, ())),
    )  # fmt: skip


def _scenario_row(s: Summary, one: Summary, lang: Lang) -> Row:
    name = _title(one, lang)
    if not one["feasible"]:
        words = Text("tidak dapat dipenuhi: ", "cannot be met: ")(lang)
        return Row(name, told=words + _ways_out(one, lang))
    gap = spelling.percent(one["gap"], 3, lang)
    exact = Text("tepat", "exact")(lang) if one["exact"] else gap
    values = [
        spelling.count(one["persons"], lang), spelling.count(one["person_months"], lang),
        spelling.rupiah(one["rupiah_total"], lang), spelling.percent(one["ucj_dec31"], 2, lang),
        spelling.percent(one["ucj_avg12"], 2, lang), aims_short(s, one, lang), exact,
    ]  # fmt: skip
    return Row(name, values)


def _sensitivity(s: Summary, lang: Lang) -> Markup | None:
    base = s["scenarios"][0]
    others = [one for one in s["scenarios"][1:] if one["feasible"]]
    if not base["feasible"] or not others:
        return None
    others.sort(key=lambda one: [-abs(one[k] - base[k]) for k in ("person_months", "persons")])
    heads = _heads(lang, ("Yang berubah", "What changes"), ("Orang", "Persons"),
                   ("Orang-bulan", "Person-months"), ("31 Des, poin", "31 Dec, points"),
                   ("Rata-rata, poin", "Average, points"), ("Biaya", "Cost"))  # fmt: skip
    rows = [
        Row(_title(one, lang), (
            signed(one["persons"] - base["persons"], lang),
            signed(one["person_months"] - base["person_months"], lang),
            _points(one["ucj_dec31"] - base["ucj_dec31"], lang),
            _points(one["ucj_avg12"] - base["ucj_avg12"], lang),
            _signed_rp(one["rupiah_total"] - base["rupiah_total"], lang),
        ))
        for one in others
    ]  # fmt: skip
    lede = Text("Selisih terhadap rencana dasar; yang paling besar akibatnya lebih dahulu.",
                "Difference from the base plan; the largest effect first.")  # fmt: skip
    return section("kepekaan", Text("Apa yang paling berpengaruh", "What matters most"), lede,
                   lang, el("div", folding(heads, rows, (0, 2)), class_="scroll"))  # fmt: skip


def _points(share: float, lang: Lang) -> str:
    points = round(share * 100, 2)  # a sign before a zero would tell a difference nobody can see
    sign = "+" if points > 0 else "−" if points < 0 else ""
    return sign + spelling.decimal(abs(points), 2, lang)


def _signed_rp(rp: int, lang: Lang) -> str:
    return ("+" if rp > 0 else "−" if rp < 0 else "") + spelling.rupiah(abs(rp), lang)


def _left_rp(rp: int, lang: Lang) -> str:
    return ("−" if rp < 0 else "") + spelling.rupiah(abs(rp), lang)


def _purses(s: Summary, lang: Lang) -> Markup | None:
    base = s["scenarios"][0]
    if not base["feasible"]:
        return None
    heads = _heads(lang, ("Dompet", "Purse"), ("Pagu", "Pagu"), ("Terpakai", "Spent"),
                   ("Sisa", "Left"), ("Orang-bulan", "Person-months"))  # fmt: skip
    rows = [
        Row(p["id"], (*(spelling.rupiah(p[k], lang) for k in ("pagu_rp", "spent_rp", "left_rp")),
                      spelling.count(p["person_months"], lang)),
            f"{p['eligible']} · {p['certainty'] or '–'}")
        for p in base["purses"]
    ]  # fmt: skip
    told = [el("li", b["text"] if lang == "id" else b["text_en"]) for b in base["binding"]]
    return section(
        "dompet", Text("Dompet dan yang mengikat", "Purses and what binds"), None, lang,
        el("div", folding(heads, rows, (2,)), class_="scroll"),
        el("ul", told, class_="notes block") if told else None,
    )  # fmt: skip


def _january(s: Summary, lang: Lang) -> Markup:
    j = s["january"]
    if not j["options"]:
        return _last_payment(j, lang)
    lede = Text("Pilihan hukum, belum dikonfirmasi sampai BPKAD menandatanganinya.",
                "A legal choice, not confirmed until BPKAD has signed it.")  # fmt: skip
    risk = j["at_risk" if lang == "id" else "at_risk_en"]
    tail = "" if lang == "id" else "_en"
    rows = [
        el("li", el("strong", o[f"text{tail}"]) if o["how"] == j["how"] else o[f"text{tail}"],
           " — ", o[f"question{tail}"])
        for o in j["options"]
    ]  # fmt: skip
    return section("januari", Text("Januari sampai Maret", "January to March"), lede, lang,
                   el("p", f"{risk[:1].upper()}{risk[1:]}."),
                   el("ul", rows, class_="notes block"))  # fmt: skip


def _so_far(s: Summary, lang: Lang) -> Markup | None:
    """Return what was paid in a year that has begun, and what becomes of the enrolled."""
    if not s.get("running"):
        return None
    told = [el("li", line) for line in s["running"]["told"][lang]]
    return section("berjalan", Text("Tahun yang sedang berjalan", "The year so far"), None, lang,
                   el("ul", told, class_="notes block"))  # fmt: skip


def _last_payment(j: Summary, lang: Lang) -> Markup:
    """Return the last safe payment of a plan whose year has begun: the DPA is in use."""
    months, way, risk = (j[f"{k}{'' if lang == 'id' else '_en'}"]
                         for k in ("months", "text", "at_risk"))  # fmt: skip
    return section("januari", Text("Pembayaran yang aman", "Safe payment"),
                   Text(f"{months}: {way}.", f"{months}: {way}."), lang,
                   el("p", f"{risk[:1].upper()}{risk[1:]}."))  # fmt: skip


def _levers(s: Summary, lang: Lang) -> Markup | None:
    if not s["levers"]:
        return None
    heads = _heads(lang, ("Pengungkit tanpa APBD", "Lever without APBD"), ("Orang", "Persons"),
                   ("Bagian pekerja", "Share of workers"))  # fmt: skip
    rows = [
        Row(one["title"], (
            "–" if one["persons"] is None else spelling.count(one["persons"], lang),
            "–" if one["share"] is None else spelling.percent(one["share"], 2, lang),
        ), f"{one['acts']} · {one['certainty']}")
        for one in s["levers"]
    ]  # fmt: skip
    return section("pengungkit", Text("Tanpa uang APBD", "Without APBD money"), None, lang,
                   el("div", folding(heads, rows, (0, 1)), class_="scroll"))  # fmt: skip


def _waterfall(s: Summary, lang: Lang) -> Markup:
    heads = _heads(lang, ("Aturan", "Rule"), ("Masuk", "In"), ("Keluar", "Out"),
                   ("Tetap", "Stay"), ("Diperiksa", "To check"))  # fmt: skip
    rows = [
        Row(step["asks"], [spelling.count(n, lang) for n in
                           (step["before"], sum(o["persons"] for o in step["out"]), step["after"],
                            step["to_check"])], step["rule"])
        for step in s["waterfall"]
    ]  # fmt: skip
    return section("aturan", Text("Dari calon ke penerima", "From candidates to recipients"),
                   None, lang,
                   el("div", folding(heads, rows, (1, 2)), class_="scroll"))  # fmt: skip


def _reconciled(held: Summary, lang: Lang) -> Markup:
    heads = _heads(lang, ("Dompet", "Purse"), ("Pagu disetujui", "Pagu approved"),
                   ("Tahap pagu", "By numbers"), ("Tahap nama", "By name"), ("Beda", "Difference"),
                   ("Sisa pagu", "Left"))  # fmt: skip
    rows = [
        Row(p["id"], (
            spelling.rupiah(p["pagu_rp"], lang), spelling.rupiah(p["rupiah"]["approved"], lang),
            spelling.rupiah(p["rupiah"]["named"], lang),
            _signed_rp(p["rupiah"]["difference"], lang), _left_rp(p["left_rp"], lang),
        ), warned=() if p["is_inside"] else (4,))
        for p in held["purses"]
    ]  # fmt: skip
    areas = [
        Row(a["nama"] or Text("tak diketahui", "unknown")(lang),
            (*(spelling.count(a[k], lang) for k in ("approved", "named")),
             signed(a["difference"], lang)), a["kode"])
        for a in held["areas"]
    ]  # fmt: skip
    t = held["totals"]["persons"]
    inside = Text("Rencana menurut nama ada di dalam pagu yang disetujui.",
                  "The plan by name stays inside the approved pagu.")  # fmt: skip
    outside = Text("Rencana menurut nama melampaui pagu yang disetujui.",
                   "The plan by name exceeds the approved pagu.")  # fmt: skip
    lede = (inside if held["is_inside"] else outside)(lang) + " " + Text(
        "Tahap pagu: {a} orang dengan {y} lolos verifikasi; tahap nama: {b} orang.",
        "By numbers: {a} persons with {y} passing; by name: {b} persons.",
    ).format(lang, a=spelling.count(t["approved"], lang), b=spelling.count(t["named"], lang),
             y=spelling.percent(held["yield_assumed"], 0, lang))  # fmt: skip
    more = _heads(lang, ("Kelurahan", "Kelurahan"), ("Tahap pagu", "By numbers"),
                  ("Tahap nama", "By name"), ("Beda", "Difference"))  # fmt: skip
    return section(
        "rekonsiliasi", Text("Pagu dan nama", "Pagu and names"), lede, lang,
        el("div", folding(heads, rows, (4,)), class_="scroll"),
        el("div", folding(more, areas, (2,)), class_="scroll block"),
    )  # fmt: skip


def _method(s: Summary, lang: Lang) -> Markup:
    lede = Text(
        "Parameter dan pilihan di balik halaman ini yang belum dikonfirmasi, dengan kuncinya.",
        "Keys of parameters and choices behind this page that nobody has confirmed.",
    )
    words = s["unconfirmed_words"] if lang == "id" else {}
    keys = [
        el("li", words[key], el("span", key, class_="sub")) if key in words else el("li", key)
        for key in s["unconfirmed"]
    ]
    title = Text("Belum dikonfirmasi", "Not confirmed")
    return section("catatan", title, lede, lang, el("ul", keys, class_="notes columns"))


def _heads(lang: Lang, *words: tuple[str, str]) -> list[str]:
    return [Text(*w)(lang) for w in words]
