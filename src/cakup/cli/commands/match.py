"""``cakup match`` and ``cakup dedupe``: linkage for any table of people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cakup.cli.options import JsonOption, LangOption, PartitionsOption, QuietOption, terminal
from cakup.cli.terminal import Terminal
from cakup.kernel import spelling
from cakup.kernel.errors import UsageError
from cakup.kernel.language import Text

if TYPE_CHECKING:
    from cakup.pipeline.match import Result

OutOption = Annotated[str, typer.Option("--out", help="Berkas hasil: .parquet atau .csv.")]
ColumnsOption = Annotated[
    str,
    typer.Option("--columns", help="Bidang=kolom+kolom, …: nama=given_name+surname,nik=ktp."),
]
AlsoOption = Annotated[
    str,
    typer.Option(
        "--also", help="Hanya kolom lain ini: a,b atau kiri=kanan; tanpa ini dipilih sendiri."
    ),
]
SourceOption = Annotated[
    str | None, typer.Option("--source-column", help="Kolom yang menyebut asal daftar tiap baris.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("match")(match)
    app.command("dedupe")(dedupe)


def match(
    left: Annotated[str, typer.Argument(help="Tabel kiri: CSV atau Parquet.")],
    right: Annotated[str, typer.Argument(help="Tabel kanan (daftar induk).")],
    out: OutOption,
    columns: ColumnsOption = "",
    left_columns: Annotated[
        str, typer.Option("--left-columns", help="Seperti --columns, untuk tabel kiri saja.")
    ] = "",
    right_columns: Annotated[
        str, typer.Option("--right-columns", help="Seperti --columns, untuk tabel kanan saja.")
    ] = "",
    also: AlsoOption = "",
    source_column: SourceOption = None,
    one_to_one: Annotated[
        bool, typer.Option("--one-to-one", help="Baris kanan hanya untuk satu baris kiri.")
    ] = False,
    all_pairs: Annotated[
        bool, typer.Option("--all-pairs", help="Tulis semua pasangan sejak peluang 0,01.")
    ] = False,
    partitions: PartitionsOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Padankan dua tabel orang: baris kanan terbaik bagi tiap baris kiri (tanpa ruang kerja)."""
    from cakup.pipeline import match as use_case
    from cakup.pipeline.table_files import same_file

    voice = terminal(lang, json=json, quiet=quiet)
    request = use_case.MatchRequest(
        left, right, out, columns=_columns(columns, "--columns"),
        left_columns=_columns(left_columns, "--left-columns"),
        right_columns=_columns(right_columns, "--right-columns"), also=_list(also),
        source_column=source_column, one_to_one=one_to_one, all_pairs=all_pairs,
        partitions=partitions,
    )  # fmt: skip
    if same_file(Path(left), Path(right)):
        voice.note(SAME_TABLE(voice.lang))
    try:
        result = use_case.run_match(request, None, voice)
    finally:
        voice.done()
    for note in result.notes:
        voice.note(note.spoken(voice.lang))
    if json:
        voice.data(result.as_json())
        return
    _say_fields(result, voice)
    counts = {"rows": result.rows[0], "written": result.written, "links": result.links}
    n = {name: spelling.count(value, voice.lang) for name, value in counts.items()}
    if all_pairs:
        voice.say(Text("{written} pasangan ditulis; {links} di antaranya pasti (≥ 0,95).",
                       "{written} pairs written; {links} of them are links (≥ 0.95).")
                  .format(voice.lang, **n))  # fmt: skip
    else:
        voice.say(
            Text("{written} dari {rows} baris kiri mendapat jawaban; {links} pasti (≥ 0,95).",
                 "{written} of {rows} left rows have an answer; {links} are links (≥ 0.95).")
            .format(voice.lang, **n)
        )  # fmt: skip
    voice.next(
        Text(
            f"buka {result.out}; baris dihitung dari 0, “review” perlu dilihat orang.",
            f"open {result.out}; rows count from 0, people should look at “review”.",
        )
    )


def dedupe(
    table: Annotated[str, typer.Argument(help="Tabel: CSV atau Parquet.")],
    out: OutOption,
    columns: ColumnsOption = "",
    also: AlsoOption = "",
    source_column: SourceOption = None,
    threshold: Annotated[
        float, typer.Option("--threshold", help="Peluang sejak baris dianggap satu orang, 0–1.")
    ] = 0.5,
    partitions: PartitionsOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Temukan baris ganda: baris satu tabel yang orangnya sama (tanpa ruang kerja)."""
    from cakup.pipeline import match as use_case

    voice = terminal(lang, json=json, quiet=quiet)
    request = use_case.DedupeRequest(
        table, out, columns=_columns(columns, "--columns"), also=_list(also),
        source_column=source_column, threshold=threshold, partitions=partitions,
    )  # fmt: skip
    try:
        result = use_case.run_dedupe(request, None, voice)
    finally:
        voice.done()
    for note in result.notes:
        voice.note(note.spoken(voice.lang))
    if json:
        voice.data(result.as_json())
        return
    _say_fields(result, voice)
    counts = {"rows": result.rows[0], "clusters": result.clusters or 0, "links": result.links}
    n = {name: spelling.count(value, voice.lang) for name, value in counts.items()}
    voice.say(
        Text("{rows} baris = {clusters} orang; {links} baris mengulang orang yang sudah ada.",
             "{rows} rows = {clusters} persons; {links} rows repeat somebody.")
        .format(voice.lang, **n)
    )  # fmt: skip
    voice.next(
        Text(
            f"buka {result.out}; baris dengan cluster yang sama adalah satu orang.",
            f"open {result.out}; rows of one cluster are one person.",
        )
    )


SAME_TABLE = Text(
    "Kedua tabel adalah berkas yang sama: kebanyakan baris akan menjawab dirinya sendiri. "
    "Untuk mencari baris ganda pakailah `cakup dedupe`.",
    "Both tables are the same file: most rows will answer themselves. "
    "To find repeated rows use `cakup dedupe`.",
)
WHY_TAKEN = {
    "told": Text("disebutkan", "named by you"),
    "name": Text("nama kolom sama", "same column name"),
    "meaning": Text("nama kolom searti", "column names mean the same"),
    "content": Text("isi kolom sama", "same values"),
}
WHY_LEFT = {
    "not_named": Text("tidak disebut dalam --also", "not named in --also"),
    "one_side": Text("hanya ada pada satu tabel", "on one table only"),
    "constant": Text("kosong atau satu nilai saja", "empty or one value only"),
    "row_number": Text("nomor baris, atau tidak pernah berulang", "numbers rows, or never repeats"),
    "copy": Text("isinya sama dengan kolom lain", "same values as another column"),
    "repeats": Text("mengulang isi kolom lain", "repeats another column"),
    "not_plain": Text("isinya daftar, struktur, atau biner", "holds lists, structures or bytes"),
    "too_many": Text("terlalu banyak kolom", "too many columns"),
    "passing": Text(
        "berganti dari baris ke baris: kapan, berapa, atau apa, bukan siapa",
        "changes from row to row: when, how much or what, not who",
    ),
}


def _say_fields(result: Result, voice: Terminal) -> None:
    """Print which column was compared with which, as what and why; and which were not."""
    if result.chosen:
        heads = Text("Kolom|Pasangan|Jenis|Sebab", "Column|With|Kind|Why")(voice.lang).split("|")
        rows = [
            ("+".join(f.left), "+".join(f.right), f.kind, WHY_TAKEN[f.why](voice.lang))
            for f in result.chosen
        ]
        voice.table(heads, rows)
    else:
        heads = Text("Bidang|Kolom", "Field|Columns")(voice.lang).split("|")
        voice.table(heads, list(result.fields.items()))
    if result.ignored:
        sides = {"left": Text("kiri", "left"), "right": Text("kanan", "right")}
        left_out = Text("Tidak dibandingkan|Tabel|Sebab", "Not compared|Table|Why")(voice.lang)
        voice.table(
            left_out.split("|"),
            [(i.column, sides[i.table](voice.lang), WHY_LEFT[i.why](voice.lang))
             for i in result.ignored],
        )  # fmt: skip


def _list(given: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in given.split(",") if part.strip())


def _columns(given: str, option: str) -> dict[str, tuple[str, ...]]:
    """Return ``field=column+column,…`` as a mapping.

    Raises:
        UsageError: ``match.bad_columns``.
    """
    found = {}
    for part in _list(given):
        field, equals, columns = part.partition("=")
        names = tuple(c.strip() for c in columns.split("+") if c.strip())
        if not equals or not field.strip() or not names:
            raise UsageError("match.bad_columns", option=option)
        found[field.strip()] = names
    return found
