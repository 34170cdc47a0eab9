"""Where: the map of kelurahan, its classes, and the sorted table that is its twin."""

from __future__ import annotations

from cakup.documents.markup import Markup, el
from cakup.documents.report.model import AreaLine, Report
from cakup.documents.report.sections.who import breakdown_table
from cakup.documents.report.words import cell, count_words, head, of_words, section, share_words
from cakup.documents.svg.area_map import MapArea, boundary_map, tile_map
from cakup.documents.svg.inline import dot
from cakup.documents.svg.scale import Classes, ticks
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text

TITLE = Text("Di mana?", "Where?")
LEDE = Text(
    "Bagian pekerja tercatat yang terlindungi, per desa dan kelurahan. Penyebutnya pekerja yang "
    "ada pada daftar, jadi ini bukan UCJ: angkatan kerja per kelurahan tidak diterbitkan BPS.",
    "Share of listed workers who are covered, by desa and kelurahan. The denominator is the "
    "workers on lists, so this is no UCJ: no labour force by kelurahan is published.",
)


def where(report: Report, lang: Lang) -> Markup | None:
    """Return the section, None where no area has a figure."""
    if not report.areas:
        return None
    lines = sorted(report.areas, key=_order)
    classes = Classes.of([a.figure.value for a in lines if _is_shown(a)])  # type: ignore[misc]
    return section(
        "wilayah", TITLE, LEDE, lang,
        el(
            "div",
            el("figure", _map(report, lines, classes, lang), _legend(report, lines, classes, lang),
               _kecamatan(report, lang), class_="w5 stick"),
            el("div", _table(report, lines, lang), class_="w7"),
            class_="grid",
        ),
        _not_placed(report, lang),
    )  # fmt: skip


def _kecamatan(report: Report, lang: Lang) -> Markup | None:
    """Return the kecamatan, those without a kelurahan in them too."""
    table = next((b for b in report.breakdowns if b.key == "kecamatan" and b.rows), None)
    if table is None:
        return None
    note = Text(
        "Juga mereka yang kelurahannya tidak diketahui, kebanyakan peserta; karena itu bagiannya "
        "di atas bagian kelurahan.",
        "With those whose kelurahan is not known, most of them participants; so the shares are "
        "above those of the kelurahan.",
    )
    return el("div", breakdown_table(table, lang), el("p", note(lang), class_="foot"),
              class_="block kecamatan")  # fmt: skip


def _is_shown(area: AreaLine) -> bool:
    return area.figure.value is not None and not area.figure.suppressed


def _order(area: AreaLine) -> tuple[bool, float, str]:
    """Highest share first, hidden and unknown last, then by code."""
    return (not _is_shown(area), -(area.figure.value or 0.0), area.kode)


def _map(report: Report, lines: list[AreaLine], classes: Classes, lang: Lang) -> Markup:
    areas = {
        a.kode: MapArea(
            nama=a.nama, group=a.kecamatan,
            class_no=classes.number(a.figure.value or 0.0) if _is_shown(a) else None,
            value=spelling.decimal((a.figure.value or 0.0) * 100, 1, lang) if _is_shown(a) else "–",
            tooltip=f"{a.nama}, {a.kecamatan}: {share_words(a.figure, lang)} "
                    f"({of_words(a.figure, lang)})",
            no=i,
        )
        for i, a in enumerate(lines, start=1)
    }  # fmt: skip
    title = Text("Peta bagian pekerja tercatat yang terlindungi",
                 "Map of the share of listed workers who are covered")(lang)  # fmt: skip
    described = _description(lines, lang)
    if report.boundaries:
        return boundary_map("peta", title, described, report.boundaries, areas)
    return tile_map("peta", title, described, report.layout, areas)


def _description(lines: list[AreaLine], lang: Lang) -> str:
    shown = [a for a in lines if _is_shown(a)]
    if not shown:
        return Text("Semua angka disembunyikan.", "All figures are hidden.")(lang)
    return Text(
        "Tertinggi {top} ({top_share}), terendah {low} ({low_share}). Semua angka ada pada tabel.",
        "Highest {top} ({top_share}), lowest {low} ({low_share}). All figures are in the table.",
    ).format(
        lang, top=shown[0].nama, top_share=share_words(shown[0].figure, lang),
        low=shown[-1].nama, low_share=share_words(shown[-1].figure, lang),
    )  # fmt: skip


def _legend(report: Report, lines: list[AreaLine], classes: Classes, lang: Lang) -> list[Markup]:
    """Return the classes with their bounds, and what kind of map it is."""
    items = []
    for i, (low, high) in enumerate(zip(classes.bounds, classes.bounds[1:], strict=False), 1):
        a, b = (spelling.decimal(x * 100, 1, lang) for x in (low, high))
        items.append(el("li", el("span", class_=f"chip k{i}"), f"{a} – {b} %"))
    if any(not _is_shown(a) for a in lines):
        words = Text("disembunyikan atau tidak diketahui", "hidden or unknown")(lang)
        items.append(el("li", el("span", class_="chip hatched"), words))
    if report.boundaries:
        kind = Text("Angka pada peta = nomor baris pada tabel.",
                    "Numbers on the map = row numbers of the table.")  # fmt: skip
    elif report.layout.is_geographic:
        kind = Text(
            "Peta petak: satu petak satu kelurahan, kira-kira menurut letaknya, utara di atas; "
            "luas petak tidak berarti. Batas sebenarnya: cakup places boundaries.",
            "Tile map: one tile per kelurahan, roughly where it lies, north up; the size of a tile "
            "has no meaning. Real boundaries: cakup places boundaries.",
        )
    else:
        kind = Text(
            "Peta petak per kecamatan menurut urutan kode, bukan letak. Batas sebenarnya: cakup "
            "places boundaries.",
            "Tiles by kecamatan in order of codes, not of place. Real boundaries: cakup places "
            "boundaries.",
        )
    ends = Text("Kelas memuat batas bawahnya.", "A class holds its lower bound.")
    return [
        el("ul", items, class_="legend"),
        el("p", ends(lang), " ", kind(lang), class_="foot"),
    ]


def _table(report: Report, lines: list[AreaLine], lang: Lang) -> Markup:
    span = _span(lines)
    whole = _whole(lines)
    low, high = (spelling.percent(x, 0, lang) for x in span)
    heads = el(
        "tr",
        head(Text("No", "No")(lang), num=True),
        head(Text("Kelurahan", "Kelurahan")(lang)),
        head(Text("Kecamatan", "Kecamatan")(lang), class_="hide-narrow"),
        head(Text("Tercatat", "Listed")(lang), num=True, class_="hide-narrow"),
        head(Text("Terlindungi", "Covered")(lang), num=True, class_="hide-narrow"),
        head(Text("Bagian", "Share")(lang), num=True),
        head(f"{low}–{high}", class_="pic"),
        head(Text("Belum", "Not yet")(lang), num=True),
    )  # fmt: skip
    rows = [_row(i, a, span, whole, lang) for i, a in enumerate(lines, start=1)]
    note = Text(
        "Diurutkan menurut bagian. Titik = bagian{bounds}{whole}.",
        "Sorted by share. Dot = share{bounds}{whole}.",
    ).format(
        lang,
        bounds=Text(", garis = batas bawah dan atas", ", line = lower and upper bound")(lang)
        if any(a.figure.bounds for a in lines) else "",
        whole=Text("; garis putus = seluruh pekerja tercatat pada tabel ini, {share}",
                   "; dashed line = all listed workers of this table, {share}").format(
            lang, share=spelling.percent(whole, 1, lang)) if whole is not None else "",
    )  # fmt: skip
    return el(
        "table", el("caption", note), el("thead", heads), el("tbody", rows), class_="areas-table"
    )


def _row(
    no: int, area: AreaLine, span: tuple[float, float], whole: float | None, lang: Lang
) -> Markup:
    figure = area.figure
    shown = _is_shown(area)
    bounds = None
    if shown and figure.bounds and figure.denominator:
        bounds = (figure.bounds[0] / figure.denominator, figure.bounds[1] / figure.denominator)
    picture = (
        dot(figure.value or 0.0, span, bounds=bounds, reference=whole) if shown else Markup("")
    )
    n = None if figure.suppressed else figure.numerator
    of = None if figure.suppressed else figure.denominator
    missing = of - n if n is not None and of is not None else None
    return el(
        "tr",
        cell(str(no), num=True),
        el("th", area.nama, el("span", area.kecamatan, class_="sub show-narrow"), scope="row"),
        cell(area.kecamatan, class_="hide-narrow"),
        cell(count_words(of, lang), num=True, class_="hide-narrow"),
        cell(count_words(n, lang), num=True, class_="hide-narrow"),
        cell(share_words(figure, lang), num=True),
        cell(picture, class_="pic"),
        cell(count_words(missing, lang), num=True),
    )


def _whole(lines: list[AreaLine]) -> float | None:
    """Return the share over all areas shown, None if any is hidden (it could be subtracted)."""
    if any(not _is_shown(a) for a in lines):
        return None
    of = sum(a.figure.denominator or 0 for a in lines)
    return sum(a.figure.numerator or 0 for a in lines) / of if of else None


def _span(lines: list[AreaLine]) -> tuple[float, float]:
    """Return the ends of the common scale: round, and wide enough for every bound."""
    ends = []
    for area in lines:
        if _is_shown(area):
            ends.append(area.figure.value or 0.0)
            if area.figure.bounds and area.figure.denominator:
                ends += [b / area.figure.denominator for b in area.figure.bounds]
    if not ends:
        return (0.0, 1.0)
    marks = ticks(min(ends), max(ends), 6)
    return (max(0.0, marks[0]), min(1.0, marks[-1]))


def _not_placed(report: Report, lang: Lang) -> Markup | None:
    """Return how many persons are in no row of the table."""
    parts = []
    if report.n_area_unknown:
        parts.append(
            Text(
                "{n} orang belum diketahui kelurahannya",
                "the kelurahan of {n} persons is not known",
            ).format(lang, n=count_words(report.n_area_unknown, lang))
        )
    if report.n_area_elsewhere:
        parts.append(
            Text(
                "{n} orang pada daftar beralamat di luar kota",
                "{n} listed persons live elsewhere",
            ).format(lang, n=count_words(report.n_area_elsewhere, lang))
        )
    if not parts:
        return None
    words = Text("Tidak termasuk pada tabel: ", "Not in the table: ")(lang) + "; ".join(parts) + "."
    return el("p", words, class_="foot")
