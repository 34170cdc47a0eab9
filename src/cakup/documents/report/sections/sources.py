"""Are the lists good, what the figure rests on, how it was counted."""

from __future__ import annotations

from cakup.coverage.completeness import CAVEAT
from cakup.coverage.list_share import ListShare
from cakup.documents.markup import Child, Markup, el
from cakup.documents.report.model import Report, SenderLine
from cakup.documents.report.words import (
    capital,
    cell,
    count_words,
    head,
    of_words,
    section,
    share_words,
)
from cakup.documents.svg.inline import bar
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text

QUALITY = Text("Apakah daftarnya baik?", "Are the lists good?")
METHOD = Text("Bagaimana angka ini dihitung?", "How was this counted?")
KINDS = {
    "daftar_pekerja": Text("daftar pekerja", "list of workers"),
    "peserta": Text("data peserta", "participants"),
    "pembayaran": Text("pembayaran", "payments"),
    "kematian": Text("kematian", "deaths"),
    "pemberi_kerja": Text("pemberi kerja", "employers"),
    "dtsen": Text("DTSEN", "DTSEN"),
    "kecelakaan": Text("kecelakaan kerja", "work accidents"),
    "jakon": Text("proyek jasa konstruksi", "construction projects"),
}


def quality(report: Report, lang: Lang) -> Markup | None:
    """Return one row per sender, and the completeness of the register."""
    if not report.senders:
        return None
    lede = Text(
        "Satu baris per pengirim. Baris yang dikembalikan sudah dikirim kembali dengan alasannya; "
        "baris dengan catatan tetap dipakai untuk menghitung.",
        "One row per sender. Returned rows went back with their reasons; rows with a note are used "
        "for counting all the same.",
    )
    return section(
        "mutu", QUALITY, lede, lang,
        el("div", _senders(report, lang), class_="scroll", tabindex="0", role="region",
           aria_label=QUALITY(lang)),
        _list_shares(report, lang),
        _completeness(report, lang),
    )  # fmt: skip


def _senders(report: Report, lang: Lang) -> Markup:
    has_score = any(s.quality is not None for s in report.senders)
    has_ready = any(s.sk_ready is not None for s in report.senders)
    numbers = [
        Text("Baris", "Rows"), Text("Diterima", "Accepted"), Text("Dengan catatan", "With a note"),
        Text("Dikembalikan", "Returned"), Text("NIK rusak/kosong", "NIK damaged/missing"),
        Text("Ganda", "Duplicate"), Text("Terlindungi", "Covered"),
    ]  # fmt: skip
    heads = el(
        "tr", head(Text("Pengirim", "Sender")(lang)),
        [head(n(lang), num=True) for n in numbers],
        head(Text("Siap SK", "Ready for SK")(lang), num=True) if has_ready else None,
        head(Text("Mutu", "Quality")(lang), num=True) if has_score else None,
        head("", class_="pic") if has_score else None,
    )  # fmt: skip
    rows = [_sender(s, has_score, has_ready, lang) for s in report.senders]
    return el("table", el("thead", heads), el("tbody", rows))


def _sender(line: SenderLine, has_score: bool, has_ready: bool, lang: Lang) -> Markup:
    numbers = (line.rows, line.accepted, line.noted, line.returned, line.bad_nik, line.duplicates)
    warn = line.rows and (line.bad_nik or 0) / line.rows > 0.2
    cells: list[Child] = [cell(count_words(n, lang), num=True) for n in numbers]
    if warn:
        cells[4] = cell(el("span", count_words(line.bad_nik, lang), class_="warn"), num=True)
    is_told = line.persons and line.matched is not None
    share = spelling.percent((line.matched or 0) / line.persons, 0, lang) if is_told else "–"
    score = spelling.percent(line.quality, 0, lang) if line.quality is not None else "–"
    return el(
        "tr",
        el("th", line.sender, scope="row"),
        cells,
        cell(count_words(line.matched, lang), el("span", share, class_="sub"), num=True),
        cell(count_words(line.sk_ready, lang), num=True) if has_ready else None,
        cell(score, num=True) if has_score else None,
        cell(bar(line.quality or 0.0), class_="pic") if has_score else None,
    )


def _list_shares(report: Report, lang: Lang) -> Markup | None:
    """Return what share of each list's people are participants, as linked and corrected."""
    if not report.list_shares:
        return None
    rows = [
        el("tr", el("th", _list_name(one, lang), scope="row"),
           cell(spelling.count(round(one.listed), lang), num=True),
           cell(spelling.percent(one.uncorrected, 1, lang), num=True),
           cell(spelling.percent(one.value, 1, lang), num=True),
           cell(spelling.percent_range(one.low, one.high, 1, lang), num=True))
        for one in report.list_shares
    ]  # fmt: skip
    heads = el(
        "tr", head(Text("Daftar", "List")(lang)), head(Text("Baris", "Rows")(lang), num=True),
        head(Text("Peserta menurut padanan", "Participants as linked")(lang), num=True),
        head(Text("Dikoreksi", "Corrected")(lang), num=True),
        head(Text("Selang 95 %", "95 % interval")(lang), num=True),
    )  # fmt: skip
    title = Text("Berapa yang luput dari pemadanan", "How many linking misses")
    note = Text(
        "Peserta aktif atau tidak, dari wilayah mana pun. Baris yang NIK-nya pasti disembunyikan "
        "NIK-nya lalu dipadankan lagi; sebanyak yang gagal kembali, sebanyak itu pula baris tanpa "
        "NIK yang luput. Daftar kecil berselang lebar: sedikit barisnya yang dapat dicoba. Angka "
        "utama laporan ini tidak diubah oleh koreksi.",
        "Participants active or not, of any place. Rows whose NIK is sure had it hidden and were "
        "linked again; as many as failed to return, so many rows without a NIK are missed. The "
        "main figure of this report is not changed by the correction. Small lists have wide "
        "intervals: few of their rows can be tried.",
    )
    table = el("div", el("table", el("thead", heads), el("tbody", rows)), class_="scroll",
               tabindex="0", role="region", aria_label=title(lang))  # fmt: skip
    return el("div", el("h3", title(lang)), table, el("p", note(lang), class_="foot"),
              class_="block")  # fmt: skip


def _list_name(one: ListShare, lang: Lang) -> str:
    """Return the sender and the list, all lists together where there is no sender."""
    if not one.sender:
        return Text("Semua daftar (orang)", "All lists (persons)")(lang)
    return one.sender if one.sender == one.list_name else f"{one.sender} · {one.list_name}"


def _completeness(report: Report, lang: Lang) -> Child:
    """Return what share of the workforce is on any list, and the estimates of the rest."""
    if not report.completeness and not report.estimates:
        return None
    title = Text("Kelengkapan daftar", "Completeness of the register")
    parts = [_on_lists(report, lang), _estimates(report, lang)]
    return el("div", el("h3", title(lang)), el("div", parts, class_="pair"), class_="block")


def _on_lists(report: Report, lang: Lang) -> Markup | None:
    rows = [
        el("tr", el("th", name, scope="row"), cell(of_words(figure, lang), num=True),
           cell(share_words(figure, lang), num=True),
           cell(bar(figure.value or 0.0), class_="pic"))
        for name, figure in report.completeness
    ]  # fmt: skip
    if not rows:
        return None
    heads = el(
        "tr", head(Text("Wilayah", "Area")(lang)),
        head(Text("Tercatat dari penyebut", "Listed, of the denominator")(lang), num=True),
        head(Text("Bagian", "Share")(lang), num=True), head("", class_="pic"),
    )  # fmt: skip
    note = Text(
        "Tercatat pada daftar mana pun, juga ASN bila penyebutnya memuat mereka; ini kelengkapan "
        "daftar, bukan cakupan.",
        "On any list, with civil servants where the denominator holds them; completeness of the "
        "lists, not coverage.",
    )
    table = el("table", el("thead", heads), el("tbody", rows))
    return el("div", table, el("p", note(lang), class_="foot"))


def _estimates(report: Report, lang: Lang) -> Markup | None:
    """Return the estimates of the unlisted side by side with what each rests on."""
    rows = []
    for one in report.estimates:
        low, high = (spelling.count(round(x), lang) for x in (one.low, one.high))
        rows.append(
            el("tr",
               el("th", capital(one.name(lang)),
                  el("span", capital(one.assumption(lang)), ".", class_="sub"), scope="row"),
               cell(spelling.count(round(one.unlisted), lang), num=True),
               cell(f"{low}–{high}", num=True))
        )  # fmt: skip
    if not rows:
        return None
    heads = el(
        "tr", head(Text("Perkiraan yang tidak tercatat", "Estimates of the unlisted")(lang)),
        head(Text("Orang", "Persons")(lang), num=True), head("95 %", num=True),
    )  # fmt: skip
    table = el("table", el("thead", heads), el("tbody", rows), class_="estimates")
    return el("div", table, el("p", CAVEAT(lang), class_="foot"))


def method(report: Report, lang: Lang) -> Markup:
    """Return evidence, files used, notes and everything unconfirmed."""
    return section(
        "cara", METHOD, None, lang,
        el("div", el("div", _evidence(report, lang), _notes(report, lang)),
           _lists(report, lang), class_="pair"),
        _unconfirmed(report, lang),
    )  # fmt: skip


def _evidence(report: Report, lang: Lang) -> Markup | None:
    """Return on what kind of evidence the covered are counted."""
    total = report.headline.numerator
    if not report.evidence or not total:
        return None
    rows = [
        el("tr", el("th", capital(label(lang)), scope="row"),
           cell(count_words(n, lang), num=True),
           cell("" if n is None else spelling.percent(n / total, 1, lang), num=True),
           cell(bar((n or 0) / total), class_="pic"))
        for label, n in report.evidence
    ]  # fmt: skip
    heads = el(
        "tr", head(Text("Bukti perlindungan", "Evidence of cover")(lang)),
        head(Text("Orang", "Persons")(lang), num=True), head("%", num=True), head("", class_="pic"),
    )  # fmt: skip
    return el(
        "div",
        el("h3", Text("Dasar angka terlindungi", "What the covered rest on")(lang)),
        el("table", el("thead", heads), el("tbody", rows)),
    )


def _lists(report: Report, lang: Lang) -> Markup | None:
    if not report.lists:
        return None
    rows = [
        el("tr",
           el("th", i.sender, el("span", f"{_kind(i.kind, lang)} · {i.list_name}", class_="sub"),
              scope="row"),
           cell(spelling.day(i.as_of, lang), num=True),
           cell(count_words(i.rows, lang), num=True))
        for i in report.lists
    ]  # fmt: skip
    heads = el(
        "tr", head(Text("Berkas yang dipakai", "Files used")(lang)),
        head(Text("Tanggal data", "Date of data")(lang), num=True),
        head(Text("Baris", "Rows")(lang), num=True),
    )  # fmt: skip
    return el(
        "div",
        el("h3", Text("Berkas yang berlaku", "Files in force")(lang)),
        el("table", el("thead", heads), el("tbody", rows), class_="files"),
    )


def _kind(kind: str, lang: Lang) -> str:
    return KINDS[kind](lang) if kind in KINDS else kind


def _notes(report: Report, lang: Lang) -> Markup | None:
    if not report.notes:
        return None
    items = [el("li", n(lang)) for n in report.notes]
    title = Text("Catatan cara", "Notes on method")(lang)
    return el("div", el("h3", title), el("ul", items, class_="notes"), class_="block")


def _unconfirmed(report: Report, lang: Lang) -> Markup | None:
    if not report.unconfirmed:
        return None
    items = [el("li", u(lang)) for u in report.unconfirmed]
    title = Text("Belum dikonfirmasi", "Unconfirmed")(lang)
    return el("div", el("h3", title), el("ul", items, class_="notes columns"), class_="block")
