"""``cakup ledger``: build the ledger and say what must be looked at."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cakup.cli.options import (
    JsonOption,
    LangOption,
    QuietOption,
    WaitOption,
    WorkspaceOption,
    terminal,
    workspace,
)
from cakup.cli.terminal import Terminal
from cakup.kernel import spelling
from cakup.kernel.errors import UsageError
from cakup.kernel.language import Text
from cakup.kernel.months import parse_day

if TYPE_CHECKING:
    from cakup.pipeline.ledger import Part, Result
    from cakup.pipeline.ledger_lists import Result as ListResult

SHOWN_ROWS = 20
#: So many digits of a person's id are enough for ``cakup explain``.
SHOWN_DIGITS = 10
FINDINGS = {
    "double": Text("pembayar ganda", "double payers"),
    "overage": Text("lewat batas umur", "over the age limit"),
    "after-death": Text("iuran dibayar sesudah meninggal", "paid after death"),
    "claims": Text("meninggal selagi terlindungi (klaim)", "died while covered (claim due)"),
    "arrears": Text("tunggakan PU yang sudah jatuh tempo", "PU arrears past the due day"),
}
REASONS = {
    "unknown_kpj": Text("KPJ tidak ada pada data peserta", "KPJ not in the participant data"),
    "unknown_nik": Text("NIK tidak dikenal", "NIK not known"),
    "ambiguous": Text("lebih dari satu orang mungkin", "more than one person possible"),
    "no_identity": Text("tanpa KPJ dan NIK", "neither KPJ nor NIK"),
    "no_month": Text("tanpa bulan iuran", "no contribution month"),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ledger")(ledger)


def ledger(
    known: Annotated[
        str | None,
        typer.Option("--known", help="Hanya berkas dan keputusan yang diterima sampai hari ini."),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help="Hari untuk temuan (bawaan: tanggal data terbaru)."),
    ] = None,
    list_: Annotated[
        str | None,
        typer.Option(
            "--list",
            help="Hanya tampilkan satu daftar: double, overage, after-death, atau claims.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Simpan daftar dengan nama dan NIK: berkas .xlsx atau .csv."),
    ] = None,
    workspace_: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
    wait: WaitOption = 0.0,
) -> None:
    """Susun buku kepesertaan: orang, bulan, program, kepesertaan, dan pembayarnya."""
    voice = terminal(lang, json=json, quiet=quiet)
    on = parse_day(as_of) if as_of else None
    until = parse_day(known, option="--known") if known else None
    if list_ is not None:
        _list(voice, workspace_, list_, on, until, out)
        return
    if out is not None:
        raise UsageError("ledger.out_without_list")
    from cakup.pipeline.ledger import Request, run

    made = run(Request(until, on, wait), workspace(workspace_), voice)
    voice.done()
    if json:
        voice.data(asdict(made))
        return
    _say_size(voice, made)
    _say_payments(voice, made)
    _say_findings(voice, made)
    month = f" --as-of {made.as_of:%Y-%m}" if made.as_of else ""
    voice.next(Text(f"hitung cakupan: cakup measure{month}",
                    f"measure the coverage: cakup measure{month}"))  # fmt: skip


def _say_size(voice: Terminal, made: Result) -> None:
    """Print rows, persons and person-months, whole and by part."""
    lang = voice.lang
    if made.first_month is None or made.last_month is None:
        voice.say(Text("Buku kepesertaan kosong: tidak ada bulan yang dibayar atau berlaku.",
                       "The ledger is empty: no month was paid or in force."))  # fmt: skip
        return
    span = f"{spelling.month(made.first_month, lang)} – {spelling.month(made.last_month, lang)}"
    rows: list[tuple[object, ...]] = [_row(Text("seluruhnya", "all")(lang), "", made.total)]
    for title, parts in (
        (Text("segmen", "segment"), made.by_segment),
        (Text("pembayar", "payer"), made.by_payer),
        (Text("bukti", "evidence"), made.by_evidence),
    ):
        rows += [_row(title(lang) if i == 0 else "", _words(name)(lang), part)
                 for i, (name, part) in enumerate(parts.items())]  # fmt: skip
    voice.table(
        ["", "", Text("baris", "rows")(lang), Text("orang", "persons")(lang),
         Text("bulan-orang", "person-months")(lang)],
        rows, title=f"{Text('Buku kepesertaan', 'Ledger')(lang)}, {span}",
    )  # fmt: skip
    voice.say(Text("Orang dengan dua segmen atau pembayar terhitung pada keduanya.",
                   "A person with two segments or payers is counted in both."))  # fmt: skip


def _words(code: str) -> Text:
    """Return a segment, payer or kind of evidence in words."""
    from cakup.pipeline.report_words import EVIDENCE, PAYERS, SEGMENTS

    return {**SEGMENTS, **PAYERS, **EVIDENCE}.get(code, Text(code, code))


def _row(title: str, name: str, part: Part) -> tuple[object, ...]:
    return (title, name, part.rows, part.persons, part.person_months)


def _say_payments(voice: Terminal, made: Result) -> None:
    """Print what became of the payment lines."""
    lang, paid = voice.lang, made.payments
    joined, orphans = sum(paid["joined"].values()), sum(paid["orphans"].values())
    n = {k: spelling.count(v, lang) for k, v in (
        ("lines", paid["lines"]), ("joined", joined), ("orphans", orphans),
        ("repeated", paid["repeated"]), ("back", paid["taken_back_months"]),
    )}  # fmt: skip
    voice.say(Text(
        f"Pembayaran: {n['lines']} baris = {n['joined']} menemukan orangnya + {n['orphans']} "
        f"belum; {n['repeated']} berulang dihitung sekali, {n['back']} bulan ditarik kembali.",
        f"Payments: {n['lines']} lines = {n['joined']} found their person + {n['orphans']} did "
        f"not; {n['repeated']} repeated count once, {n['back']} months taken back.",
    ))  # fmt: skip
    for reason, lines in paid["orphans"].items():
        voice.say(f"  {REASONS[reason](lang)}: {spelling.count(lines, lang)}")


def _say_findings(voice: Terminal, made: Result) -> None:
    """Print persons and months of each list."""
    if not made.findings or made.as_of is None:
        return
    lang = voice.lang
    rows = [
        (FINDINGS[name](lang), found["persons"], found.get("months"), _remark(name, found, lang))
        for name, found in made.findings.items()
    ]
    title = Text("Perlu diperiksa, sampai", "To be looked at, to")(lang)
    voice.table(
        ["", Text("orang", "persons")(lang), Text("bulan", "months")(lang), ""],
        rows, title=f"{title} {spelling.day(made.as_of, lang)}", right=(1, 2),
    )  # fmt: skip
    if made.unconfirmed:
        keys = ", ".join(k.removeprefix("counting.") for k in made.unconfirmed)
        voice.say(Text(f"Belum dikonfirmasi: {keys}.", f"Unconfirmed: {keys}."))


def _remark(name: str, found: dict[str, Any], lang: Any) -> str:
    """Return what stands behind the counts of a list."""
    if name == "claims":
        full, left = (spelling.count(found[k], lang) for k in ("full_jkm", "open_jkm"))
        return Text(f"--list claims; JKM penuh {full}, belum pasti {left}",
                    f"--list claims; full JKM {full}, open {left}")(lang)  # fmt: skip
    return "" if name == "arrears" else f"--list {name}"


def _list(
    voice: Terminal, folder: Path | None, name: str, on: date | None, known: date | None,
    out: Path | None,
) -> None:  # fmt: skip
    """Print one list without names, or write it with names to a file."""
    from cakup.pipeline import ledger_lists

    held = workspace(folder)
    found = ledger_lists.run(ledger_lists.Request(name, on, known), held, voice)
    voice.done()
    if out is not None:
        ledger_lists.write(found, name, out, voice.lang)
    rows = found.rows.drop("nik", "nama")
    if voice.json:
        voice.data({"list": name, "as_of": found.as_of, "unconfirmed": found.unconfirmed,
                    "out": str(out) if out else None, "rows": rows.to_dicts()})  # fmt: skip
        return
    _say_list(voice, name, found, out)


def _say_list(voice: Terminal, name: str, found: ListResult, out: Path | None) -> None:
    """Print the first rows of a list, without names."""
    from cakup.pipeline import ledger_lists

    lang = voice.lang
    rows = ledger_lists.shown(found, lang).drop("nik", "nama", "kode_wilayah_ktp")
    cells = [
        tuple(spelling.month(c, lang) if h in ("first_month", "last_month")
              else c.isoformat() if isinstance(c, date)
              else c[:SHOWN_DIGITS] if h == "person_id" else c
              for h, c in zip(rows.columns, row, strict=True))
        for row in rows.head(SHOWN_ROWS).iter_rows()
    ]  # fmt: skip
    heads = [ledger_lists.HEADS[c](lang) for c in rows.columns]
    voice.table(heads, cells, title=ledger_lists.TITLES[name](lang))
    n = spelling.count(len(rows), lang)
    if out is not None:
        voice.say(Text(f"{n} baris disimpan di {out.name}; berisi nama dan NIK.",
                       f"{n} rows saved in {out.name}; it holds names and NIK."))  # fmt: skip
        voice.next(Text("periksa bersama kelurahan dan cabang",
                        "verify with the kelurahan and the branch"))  # fmt: skip
        return
    voice.say(Text(f"{n} baris seluruhnya.", f"{n} rows in all."))
    voice.next(Text(f"simpan dengan nama: cakup ledger --list {name} --out daftar.xlsx",
                    f"save with names: cakup ledger --list {name} --out list.xlsx"))  # fmt: skip
