"""What ``cakup import`` says about one file: counts, columns, reasons, what to do."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cakup.cli.terminal import Terminal
from cakup.intake.quality import SHARES
from cakup.intake.reasons import reasons
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text

if TYPE_CHECKING:
    from cakup.pipeline.import_results import FileResult

SHOWN_ROWS = 20
#: Characters of a line of row numbers, so that it stays one line of a terminal.
LINE = 84
STATUS = {
    "imported": Text("diimpor", "imported"),
    "unchanged": Text(
        "berkas yang sama sudah pernah diimpor; tidak ada yang berubah",
        "the same file was imported before; nothing changes",
    ),
    "checked": Text("diperiksa saja, tidak disimpan", "checked only, not kept"),
    "refused": Text("ditolak", "refused"),
}
SOURCES = {
    "option": Text("dari --as-of", "from --as-of"),
    "file": Text("tertulis di berkas", "stated by the file"),
    "option_against_file": Text(
        "dari --as-of; berkas menyebut tanggal lain", "from --as-of; the file states another date"
    ),
    "corrected": Text("dari impor yang dilengkapi", "from the import that it completes"),
}
OUTCOMES = {
    "accepted": Text("diterima", "accepted"),
    "noted": Text("diterima dengan catatan", "accepted with a note"),
    "returned": Text("dikembalikan", "returned"),
    "blank": Text("kosong", "blank"),
}
ORDERS = {
    "mdy": Text("bulan-hari", "month-day"),
    "mixed": Text("bercampur", "mixed"),
    "unknown": Text("tidak dapat diputuskan", "undecided"),
}


def say_file(voice: Terminal, result: FileResult, root: Path, *, show_mapping: bool) -> None:
    """Print what became of one file.

    Args:
        voice: Terminal.
        result: The file's result.
        root: Folder of the workspace.
        show_mapping: Whether every column is listed, the unused ones too.
    """
    lang = voice.lang
    voice.say("")
    voice.say(f"{result.file_name}: {STATUS[result.status](lang)}", style="bold")
    if result.error is not None:
        voice.say(_error(result.error[lang]))
        return
    _say_what(voice, result)
    _say_counts(voice, result)
    if result.status == "unchanged":
        return
    for alike in _alike(result.facts["sheets"]):
        _say_columns(voice, alike, show_mapping=show_mapping)
    _say_reasons(voice, result)
    _say_notes(voice, result)
    if result.returned:
        path = _typed(result.returned, root)
        voice.say(Text(f"Baris yang dikembalikan: {path}", f"Returned rows: {path}"))


def _typed(name: str, root: Path) -> str:
    """Return a path of the workspace as it is typed from the folder where the user stands."""
    return os.path.relpath(root / name)


def _alike(sheets: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return the sheets in groups of equal columns: a list per kecamatan needs one table."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for sheet in sheets:
        parts = [(c["letter"], c["label"], c["field"], c["reason"]) for c in sheet["columns"]]
        groups.setdefault(repr((sheet["header_rows"], parts)), []).append(sheet)
    return list(groups.values())


def _error(parts: dict[str, str]) -> str:
    said = [parts["what"], parts["why"], parts["do"], f"[{parts['code']}]"]
    return " ".join(part for part in said if part)


def _say_what(voice: Terminal, result: FileResult) -> None:
    """Say what the import is: id, kind, sender, list, date and where the date is from."""
    facts, lang = result.facts, voice.lang
    source = SOURCES[facts["as_of_source"]](lang)
    voice.say(Text(
        f"  impor {result.import_id} · {facts['kind']} · {facts['sender']} · daftar "
        f"{facts['list_name']}\n  tanggal data {facts['as_of']} ({source})",
        f"  import {result.import_id} · {facts['kind']} · {facts['sender']} · list "
        f"{facts['list_name']}\n  date of data {facts['as_of']} ({source})",
    ))  # fmt: skip
    if facts.get("corrects"):
        voice.say(Text(f"  melengkapi impor {facts['corrects']}",
                       f"  completes import {facts['corrects']}"))  # fmt: skip
    if facts.get("supersedes"):
        voice.say(Text(f"  menggantikan impor {facts['supersedes']} mulai tanggal itu",
                       f"  replaces import {facts['supersedes']} from that date on"))  # fmt: skip


def _say_counts(voice: Terminal, result: FileResult) -> None:
    """Say that rows read are the sum of the four outcomes, and the score with its shares."""
    rows, lang = result.counts["rows"], voice.lang
    parts = " + ".join(f"{_n(rows[k], lang)} {words(lang)}" for k, words in OUTCOMES.items())
    read = Text("baris dibaca", "rows read")(lang)
    voice.say(f"  {_n(rows['read'], lang)} {read} = {parts}")
    if result.facts["kind"] in ("daftar_pekerja", "dtsen"):
        ready = _n(result.counts["sk_ready"], lang)
        voice.say(Text(f"  {ready} siap untuk lampiran SK",
                       f"  {ready} ready for the annex of a decree"))  # fmt: skip
    quality = result.facts["quality"]
    if quality["score"] is not None:
        shares = ", ".join(
            f"{SHARES[name][0](lang)} {spelling.percent(share, 1, lang)}"
            for name, share in _in_order(quality["shares"])
        )
        score = spelling.decimal(quality["score"], 1, lang)
        voice.say(Text(f"  mutu {score} dari 100: {shares}", f"  quality {score} of 100: {shares}"))


def _in_order(shares: dict[str, float]) -> list[tuple[str, float]]:
    return [(name, shares[name]) for name in SHARES if name in shares]


def _say_columns(voice: Terminal, sheets: Sequence[dict[str, Any]], *, show_mapping: bool) -> None:
    """Print the columns of sheets that have the same ones, with the reason for each."""
    lang = voice.lang
    columns = [min(c, key=_fit) for c in zip(*(s["columns"] for s in sheets), strict=True)]
    used = [c for c in columns if c["field"] or show_mapping or c["reason"] in (
        "contradicted", "taken")]  # fmt: skip
    rows = [
        (
            c["letter"], c["label"][:34], c["field"] or "–", c[lang],
            spelling.percent(c["confidence"], 0, lang) if c["field"] else "",
        )
        for c in used
    ]  # fmt: skip
    header = ", ".join(str(r) for r in sheets[0]["header_rows"])
    names = ", ".join(s["sheet"] for s in sheets)
    title = Text(
        f"Lembar {names}: judul kolom di baris {header or '–'}",
        f"Sheet {names}: header in row {header or '–'}",
    )(lang)
    if len(sheets) > 1:
        title += Text(" (yang ditampilkan bagian terendahnya)", " (the lowest shares are shown)")(
            lang
        )
    heads = Text("Kolom|Nama di berkas|Arti|Alasan|Yakin", "Column|Name in file|Field|Reason|Sure")
    voice.table(heads(lang).split("|"), rows, title=title, right=(4,))
    for sheet in sheets:
        head = f"{sheet['sheet']}: " if len(sheets) > 1 else ""
        for remark in _sheet_remarks(sheet, lang):
            voice.say(f"  {head}{remark}")


def _fit(column: dict[str, Any]) -> float:
    """Return the share of cells that fit; a column that nothing can judge fits."""
    return 1.0 if column["fits"] is None else float(column["fits"])


def _sheet_remarks(sheet: dict[str, Any], lang: Lang) -> list[str]:
    """Return what else was noticed on a sheet."""
    said = []
    for field, orders in sheet["orders"].items():
        if orders["numeric"] in ORDERS:
            order = ORDERS[orders["numeric"]](lang)
            said.append(Text(f"urutan hari dan bulan pada {field}: {order}",
                             f"order of day and month in {field}: {order}"))  # fmt: skip
        if orders["iso"] == "mdy":
            said.append(Text(
                f"{field}: tanggal tersimpan dengan hari dan bulan tertukar; dibalik menurut NIK",
                f"{field}: dates were stored with day and month swapped; turned by the NIKs",
            ))  # fmt: skip
    if sheet["final_zero_lost"]:
        said.append(Text("kolom NIK pernah disimpan sebagai angka: angka terakhirnya hilang",
                         "the NIK column was stored as numbers: last digits are lost"))  # fmt: skip
    if sheet.get("is_rounded"):
        said.append(Text(
            "kolom NIK pernah dibulatkan: NIK provinsi 91–96 mungkin berubah angka terakhirnya",
            "the NIK column was rounded: last digits of provinces 91–96 may have changed",
        ))  # fmt: skip
    if sheet["place"]:
        place = sheet["place"].get("desa_kelurahan", "")
        said.append(Text(f"kelurahan {place} diambil dari judul lembar",
                         f"kelurahan {place} was taken from the sheet's title"))  # fmt: skip
    if sheet["kind_seen"]:
        kind = sheet["kind_seen"]
        said.append(Text(
            f"kolomnya juga seperti {kind}; pastikan --kind sudah benar",
            f"its columns also look like {kind}; make sure that --kind is right",
        ))  # fmt: skip
    return [text(lang) for text in said]


def _say_reasons(voice: Terminal, result: FileResult) -> None:
    """Print reasons by outcome, the most frequent first, with the first rows."""
    lang, several = voice.lang, len(result.facts["sheets"]) > 1
    for outcome in ("returned", "noted"):
        held = [r for r in result.counts["reasons"] if r["outcome"] == outcome]
        if held:
            voice.say(f"{OUTCOMES[outcome](lang).capitalize()}:", style="bold")
        for reason in held:
            words = reasons()[reason["code"]].what(lang)
            voice.say(f"{_n(reason['rows'], lang):>9}  {words} [{reason['code']}]")
            voice.say(f"{'':11}{_first_rows(reason, lang, several)}")


def _first_rows(reason: dict[str, Any], lang: Lang, several: bool) -> str:
    """Return the first row numbers in one line; with their sheet where there are several."""
    said = Text("baris", "rows")(lang)
    sheet = None
    for shown, place in enumerate(reason["first"][:SHOWN_ROWS]):
        mark = f" {place['sheet']}:" if several and place["sheet"] != sheet else ""
        sheet = place["sheet"]
        part = f"{',' if shown else ''}{mark} {place['row']}"
        if len(said) + len(part) > LINE:
            return f"{said}, …"
        said += part
    return f"{said}, …" if reason["rows"] > len(reason["first"]) else said


def _say_notes(voice: Terminal, result: FileResult) -> None:
    """Print sheets left out and what was noticed while reading."""
    lang = voice.lang
    for skipped in result.facts["skipped"]:
        voice.say(Text(f"  lembar {skipped['sheet']} dilewati: {skipped['id']}",
                       f"  sheet {skipped['sheet']} left out: {skipped['en']}"))  # fmt: skip
    said: dict[str, list[str]] = {}
    for note in result.facts["notes"]:
        said.setdefault(note[lang], []).append(note["sheet"])
    for text, sheets in said.items():
        place = f"{', '.join(sheets)}: " if any(sheets) else ""
        voice.say(f"  {place}{text}")


def next_step(results: Sequence[FileResult]) -> Text:
    """Return the last line: send returned rows back, else go on.

    Args:
        results: Results of all files.
    """
    if any(r.returned for r in results):
        return Text(
            "kirim baris yang dikembalikan kepada pengirimnya; berkas yang sudah diperbaiki cukup "
            "diimpor lagi dengan cakup import BERKAS",
            "send the returned rows back to their sender; the mended file is imported with "
            "cakup import FILE",
        )
    if all(r.status == "checked" for r in results):
        return Text("jalankan lagi tanpa --dry-run untuk menyimpan",
                    "run it again without --dry-run to keep it")  # fmt: skip
    return Text("cakup link setelah semua daftar masuk", "cakup link when all lists are in")


def _n(value: int, lang: Lang) -> str:
    return spelling.count(value, lang)
