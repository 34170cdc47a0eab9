"""Options and output shared by ``cakup denominator`` and ``cakup target``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from cakup.cli.options import workspace
from cakup.cli.terminal import WIDTH, Terminal
from cakup.kernel import spelling
from cakup.kernel.errors import UsageError
from cakup.kernel.language import Lang, Text
from cakup.kernel.parameters import SURE

if TYPE_CHECKING:
    from cakup.coverage.register import Entry
    from cakup.pipeline.workspace import Workspace

STATUS_WORDS = {
    "solid": Text("terbaca pada naskah", "read in the text"),
    "secondary": Text("sumber kedua", "secondary source"),
    "derived": Text("dihitung", "derived"),
    "disputed": Text("bertentangan", "disputed"),
    "unconfirmed": Text("belum dikonfirmasi", "unconfirmed"),
    "confirmed": Text("dikonfirmasi", "confirmed"),
}

IssuerOption = Annotated[str, typer.Option("--issuer", help="Penerbit, misalnya BPS Kota Binjai.")]
DocumentOption = Annotated[str, typer.Option("--document", help="Judul atau nomor dokumen.")]
YearOption = Annotated[int, typer.Option("--year", help="Tahun yang dirujuk.")]
ReadingOption = Annotated[
    str, typer.Option("--reading", help="Cara membacanya: apa yang dihitung.")
]
PlaceOption = Annotated[
    str | None, typer.Option("--place", help="Kode Kemendagri (bawaan: kota ruang kerja).")
]
IdOption = Annotated[str | None, typer.Option("--id", help="Nama untuk memanggilnya kembali.")]
SinceOption = Annotated[
    str | None, typer.Option("--since", help="Berlaku sejak (bawaan: 1 Januari tahunnya).")
]
StatusOption = Annotated[
    str,
    typer.Option(
        "--status", help="solid, secondary, derived, disputed, unconfirmed, atau confirmed."
    ),
]
ConfirmedByOption = Annotated[str, typer.Option("--confirmed-by", help="Siapa yang menegaskan.")]
ConfirmedOnOption = Annotated[str, typer.Option("--confirmed-on", help="Tanggal penegasan.")]
ConfirmedDocumentOption = Annotated[
    str, typer.Option("--confirmed-document", help="Dokumen penegasan.")
]
HrefOption = Annotated[str, typer.Option("--href", help="Tautan ke dokumen.")]
NoteOption = Annotated[str, typer.Option("--note", help="Keterangan.")]


def workspace_if_any(folder: Path | None) -> Workspace | None:
    """Return the workspace; without one the package's own entries are still shown."""
    try:
        return workspace(folder)
    except UsageError as err:
        if folder is None and err.code == "workspace.not_found":
            return None
        raise


def spelled(entry: Entry, lang: Lang) -> str:
    """Return the value of an entry as people write it: persons or percent."""
    if isinstance(entry.value, int):
        return spelling.count(entry.value, lang)
    return spelling.percent(float(entry.value), 2, lang)


def status(entry: Entry, lang: Lang) -> str:
    """Return the status of an entry in words."""
    return STATUS_WORDS[entry.status](lang)


def say_added(entry: Entry, out: Terminal) -> None:
    """Say that an entry was recorded, and mark it if it is not sure."""
    if out.json:
        out.data(entry.as_json())
        return
    value = spelled(entry, out.lang)
    out.say(Text(
        f"Tercatat: {entry.id} = {value}, {entry.issuer}, {entry.document} ({entry.year}).",
        f"Recorded: {entry.id} = {value}, {entry.issuer}, {entry.document} ({entry.year}).",
    ))  # fmt: skip
    if entry.status not in SURE:
        out.say(Text(
            f"Statusnya {status(entry, 'id')}: setiap angka yang memakainya membawa tanda itu.",
            f"Its status is {status(entry, 'en')}: every figure that uses it carries this mark.",
        ))  # fmt: skip


def say_list(entries: Sequence[Entry], out: Terminal) -> None:
    """Print entries, two lines each: value and status, issuer and document; or JSON."""
    if out.json:
        out.data([e.as_json() for e in entries])
        return
    wide_id = max((len(e.id) for e in entries), default=0)
    wide_value = max((len(spelled(e, out.lang)) for e in entries), default=0)
    for e in entries:
        year = str(e.year) if e.year else e.since.isoformat()
        facts = f"{e.place} · {e.kind_words(out.lang)} {year} · {status(e, out.lang)}"
        out.say(f"{e.id:<{wide_id}}  {spelled(e, out.lang):>{wide_value}}  {facts}")
        for line in wrap(f"{e.issuer}: {e.document}", WIDTH - 6):
            out.say(f"    {line}", style="dim")
