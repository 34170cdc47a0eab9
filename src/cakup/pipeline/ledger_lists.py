"""Use case: one of the ledger's lists with the people's names, for those who must look at them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cakup.engines.files import whole_file
from cakup.kernel import spelling
from cakup.kernel.errors import InputError, UsageError
from cakup.kernel.language import Lang, Text
from cakup.kernel.progress import SILENT, Progress
from cakup.kernel.schemas import MONEY_KINDS
from cakup.ledger.findings import LISTS
from cakup.pipeline import imports
from cakup.pipeline.ledger import counting_rules, listing_sql, view_basis
from cakup.pipeline.workspace import Workspace
from cakup.sheets import ColumnOut, SheetOut, write_csv, write_xlsx
from cakup.sheets.outline import Kind

if TYPE_CHECKING:
    import polars as pl

PURPOSES = {
    "double": "daftar pembayar ganda untuk diperiksa",
    "overage": "daftar peserta lewat batas umur untuk diperiksa",
    "after-death": "daftar iuran sesudah meninggal untuk diperiksa",
    "claims": "daftar ahli waris yang berhak mengajukan klaim",
}

TITLES = {
    "double": Text("Pembayar ganda", "Double payers"),
    "overage": Text("Lewat batas umur", "Over the age limit"),
    "after-death": Text("Iuran dibayar sesudah meninggal", "Contributions paid after death"),
    "claims": Text("Meninggal selagi terlindungi: klaim", "Died while covered: a claim is due"),
}
HEADS = {
    "kode_wilayah_ktp": Text("Kode wilayah KTP", "KTP area code"),
    "nama": Text("Nama", "Name"),
    "nik": Text("NIK", "NIK"),
    "person_id": Text("Tanda orang", "Person id"),
    "payers": Text("Pembayar", "Payers"),
    "segments": Text("Segmen", "Segments"),
    "kind": Text("Jenis", "Kind"),
    "first_month": Text("Sejak", "From"),
    "last_month": Text("Sampai", "To"),
    "n_months": Text("Bulan", "Months"),
    "meninggal_on": Text("Meninggal", "Died"),
    "evidence": Text("Bukti", "Evidence"),
    "unbroken_months": Text("Bulan tak terputus", "Unbroken months"),
    "is_jkm_full": Text("JKM penuh", "Full JKM"),
    "is_month_covered": Text("Bulan itu dibayar", "That month paid"),
}
WORDS = {
    "kind": {
        "two_aid": Text("dua bantuan", "two aid payers"),
        "aid_and_pu": Text("bantuan dan PU", "aid and PU"),
    },
    "evidence": {
        "paid": Text("dibayar", "paid"),
        "spell": Text("masa", "spell"),
        "status": Text("status", "status"),
        "mixed": Text("campuran", "mixed"),
    },
}
YES = Text("ya", "yes")
NO = Text("tidak", "no")
OPEN = Text("belum dapat dijawab", "open")


@dataclass(frozen=True)
class Request:
    """Which list.

    Args:
        name: ``double``, ``overage``, ``after-death`` or ``claims``.
        as_of: Last day looked at; None = date of the newest participant or payment file.
        known: Use the tables and answers as known on this day.
    """

    name: str
    as_of: date | None = None
    known: date | None = None


@dataclass(frozen=True)
class Result:
    """The list.

    Args:
        as_of: Last day looked at.
        rows: ``kode_wilayah_ktp, nama, nik`` and the columns of ``cakup.ledger.findings``, by
            area and name. Holds identifying data.
        unconfirmed: Keys of the rules that touch the list and are not sure.
    """

    as_of: date
    rows: pl.DataFrame
    unconfirmed: tuple[str, ...]


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Return one list; the reading of personal data is recorded with its purpose.

    Args:
        request: Which list.
        workspace: The workspace; the ledger must have been built.
        progress: Listener.

    Raises:
        UsageError: ``usage.bad_choice`` for an unknown list.
        InputError: ``workspace.table_missing`` without a ledger; ``ledger.no_date``.
    """
    if request.name not in LISTS:
        raise UsageError(
            "usage.bad_choice", option="--list", given=request.name, choices=", ".join(LISTS)
        )
    as_of = request.as_of or newest_money(workspace, request.known)
    rules = counting_rules(workspace, as_of, request.known)
    progress.step("menyusun daftar")
    with workspace.engine() as engine:
        view_basis(engine, workspace.store(request.known))
        sql = listing_sql(engine, request.name, rules, workspace.root / "parameters", request.known)
        rows = engine.frame(
            f"SELECT p.kode_wilayah_ktp, p.nama, p.nik, l.* FROM ({sql}) l"
            " JOIN persons p ON p.person_id = l.person_id ORDER BY ALL"
        )
    touched = {"overage": ("over_age",), "claims": ("active", "jkm")}.get(request.name)
    workspace.record_run(
        "ledger-list",
        {"name": request.name, "as_of": as_of.isoformat(),
         "known": request.known.isoformat() if request.known else None},
        purpose=PURPOSES[request.name], rows=len(rows),
    )  # fmt: skip
    return Result(as_of, rows, rules.marks(*touched) if touched else ())


def shown(result: Result, lang: Lang = "id") -> pl.DataFrame:
    """Return the rows as people read them: words instead of codes, blanks between list items.

    Args:
        result: The list.
        lang: Language.
    """
    import polars as pl

    spoken = [
        pl.col(name).replace({code: text(lang) for code, text in words.items()})
        for name, words in WORDS.items()
        if name in result.rows.columns
    ]
    spaced = [
        pl.col(name).str.replace_all(",", ", ").str.replace_all("_", " ")
        for name in ("payers", "segments")
    ]
    return result.rows.with_columns(*spoken, *spaced).with_columns(
        pl.when(flag).then(pl.lit(YES(lang))).when(~flag).then(pl.lit(NO(lang)))
        .otherwise(pl.lit(OPEN(lang))).alias(name)
        for name in ("is_jkm_full", "is_month_covered")
        if name in result.rows.columns
        for flag in (pl.col(name),)
    )  # fmt: skip


def write(result: Result, name: str, path: Path, lang: Lang = "id") -> None:
    """Write a list as a workbook or, by the name's end, as CSV. It holds names and NIK.

    Args:
        result: The list.
        name: Its name in ``findings.LISTS``.
        path: File ending in ``.xlsx`` or ``.csv``.
        lang: Language of heads.

    Raises:
        UsageError: ``usage.bad_choice`` for another ending.
    """
    rows = shown(result, lang)
    columns = [ColumnOut(c, HEADS[c](lang), _kind(c, str(rows.schema[c]))) for c in rows.columns]
    if path.suffix == ".csv":
        with whole_file(path) as temporary:
            write_csv(temporary, rows, columns)
        return
    if path.suffix != ".xlsx":
        raise UsageError(
            "usage.bad_choice", option="--out", given=path.suffix, choices=".xlsx, .csv"
        )
    title = TITLES[name](lang)
    day = spelling.day(result.as_of, lang)
    above = [[f"{title}, {Text('sampai', 'to')(lang)} {day}"], []]
    sheet = SheetOut(title, rows, columns, above=above, footer=_footer(result, lang))
    with whole_file(path) as temporary:
        write_xlsx(temporary, [sheet], title=title, lang=lang)


def _kind(name: str, dtype: str) -> Kind:
    """Return how a column is written."""
    if name in ("nik", "person_id", "kode_wilayah_ktp"):
        return "id"
    return "date" if dtype == "Date" else "count" if "Int" in dtype else "text"


def _footer(result: Result, lang: Lang) -> list[str]:
    """Return the lines below the table: what is not confirmed, and whom this is for."""
    lines = [Text("Berisi data pribadi: hanya untuk pemeriksaan.",
                  "Holds personal data: for verification only.")(lang)]  # fmt: skip
    if result.unconfirmed:
        head = Text("Belum dikonfirmasi: ", "Unconfirmed: ")(lang)
        lines.append(head + ", ".join(result.unconfirmed))
    return lines


def newest_money(workspace: Workspace, known: date | None = None) -> date:
    """Return the newest date of participant and payment files."""
    found = imports.usable(imports.all_imports(workspace, known))
    days = [i.as_of for i in found if i.kind in MONEY_KINDS]
    if not days:
        raise InputError("ledger.no_date")
    return max(days)
