"""The metadata sheet of the indicator: what the percentage means, beside every publication."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from cakup.kernel import spelling
from cakup.kernel.figures import Figure
from cakup.kernel.language import Lang, Text
from cakup.sheets import ColumnOut, Paper, SheetOut, write_xlsx

_MARK = Text("belum dikonfirmasi", "not confirmed")


@dataclass(frozen=True)
class MetadataFacts:
    """What the sheet says beside the figure.

    Args:
        place: Name of the city.
        region: Region rule in words, with the persons for whom it is unknown.
        segments: Segments that count.
        estimate: Corrected count (*perkiraan*), None if not known.
        bounds: Lowest and highest count, None if not known.
        published: Publications of the same question, in words.
        project_heads: Heads of construction projects and projects, None if none are recorded.
    """

    place: str
    region: str
    segments: str
    estimate: int | None
    bounds: tuple[int, int] | None
    published: tuple[str, ...] = ()
    project_heads: tuple[int, int] | None = None


def write_metadata(path: Path, figure: Figure, facts: MetadataFacts, lang: Lang = "id") -> None:
    """Write the sheet.

    Args:
        path: File to write; the caller makes it appear whole.
        figure: The administrative figure.
        facts: What stands beside it.
        lang: Language.
    """
    title = Text("Metadata indikator: cakupan kepesertaan · {place}",
                 "Metadata of the indicator: coverage · {place}").format(
        lang, place=facts.place
    )  # fmt: skip
    rows = [(head(lang), body) for head, body in _lines(figure, facts, lang) if body]
    frame = pl.DataFrame(rows, schema={"h": pl.String, "b": pl.String}, orient="row")
    columns = [
        ColumnOut("h", Text("Unsur", "Element")(lang), width=30, is_wrapped=True),
        ColumnOut("b", Text("Isi", "Content")(lang), width=92, is_wrapped=True),
    ]
    note = Text(
        "Lembar metadata resmi indikator RPJMD/IKD belum diketahui; lembar ini menyebut arti angka "
        "yang dihitung Cakup.",
        "The official metadata sheet of the indicator is not known; this one says what the figure "
        "counted by Cakup means.",
    )
    sheet = SheetOut(
        Text("Metadata", "Metadata")(lang), frame, columns, above=[[title], [note(lang)], [None]],
        has_footer=False, paper=Paper(row_points=30.0),
    )  # fmt: skip
    write_xlsx(path, [sheet], title=title, lang=lang)


def _lines(figure: Figure, facts: MetadataFacts, lang: Lang) -> list[tuple[Text, str]]:
    share = spelling.percent(figure.value, 2, lang) if figure.value is not None else "–"
    sources = "; ".join(
        f"{s.issuer}: {s.document}" + ("" if s.status in ("solid", "confirmed") else
                                       f" ({_MARK(lang)})")
        for s in figure.sources
    )  # fmt: skip
    estimate = "" if facts.estimate is None else Text(
        "{n} orang (perkiraan: setiap padanan yang ragu menurut peluangnya)",
        "{n} persons (estimate: every doubtful link by its chance)",
    ).format(lang, n=spelling.count(facts.estimate, lang))  # fmt: skip
    bounds = "" if facts.bounds is None else Text(
        "{low} sampai {high} orang; bukan selang kepercayaan",
        "{low} to {high} persons; no confidence interval",
    ).format(
        lang, low=spelling.count(facts.bounds[0], lang), high=spelling.count(facts.bounds[1], lang)
    )  # fmt: skip
    return [
        (Text("Nama indikator", "Indicator"), Text(
            "Cakupan kepesertaan jaminan sosial ketenagakerjaan (%)",
            "Coverage of employment social security (%)")(lang)),
        (Text("Nilai administratif", "Administrative value"), Text(
            "{share} — {n} dari {of} orang", "{share} — {n} of {of} persons").format(
            lang, share=share, n=spelling.count(figure.numerator or 0, lang),
            of=spelling.count(figure.denominator, lang) if figure.denominator else "–")),
        (Text("Perkiraan", "Estimate"), estimate), (Text("Batas", "Bounds"), bounds),
        (Text("Keadaan pada", "As of"), spelling.day(figure.as_of, lang)),
        (Text("Diketahui sampai", "Known by"),
         spelling.day(figure.known_on, lang) if figure.known_on else "–"),
        (Text("Rumus", "Formula"), Text("pembilang ÷ penyebut × 100",
                                        "numerator ÷ denominator × 100")(lang)),
        (Text("Pembilang", "Numerator"), figure.numerator_definition),
        (Text("Penyebut", "Denominator"), figure.denominator_definition),
        (Text("Aturan wilayah", "Region rule"), facts.region),
        (Text("Segmen", "Segments"), facts.segments),
        (Text("Jakon menurut proyek", "Jakon by project"), _project_words(facts, lang)),
        (Text("Sumber data", "Sources"), sources),
        (Text("Belum dikonfirmasi", "Not confirmed"), ", ".join(figure.unconfirmed)),
        (Text("Diterbitkan", "Published"), "; ".join(facts.published)),
        (Text("Satuan, tingkat penyajian", "Unit, level"), Text(
            "persen; kota (di bawahnya hanya bagian dari pekerja yang terdaftar)",
            "per cent; city (below it only shares of listed workers)")(lang)),
        (Text("Padanan Bappenas", "Bappenas code"), Text(
            "06.02.021 (JKK & JKM segmen PBPU) berbeda: hanya BPU",
            "06.02.021 (JKK & JKM of own-account workers) differs: BPU only")(lang)),
    ]  # fmt: skip


def _project_words(facts: MetadataFacts, lang: Lang) -> str:
    if not facts.project_heads or not facts.project_heads[1]:
        return ""
    heads, projects = (spelling.count(n, lang) for n in facts.project_heads)
    return Text(
        f"{heads} orang pada {projects} proyek; baris tersendiri, tidak dipilah, tidak "
        "dijumlahkan dengan pembilang",
        f"{heads} heads in {projects} projects; a line of its own, not de-duplicated, not added to "
        "the numerator",
    )(lang)
