"""``cakup denominator add | list``: the register of denominators."""

from __future__ import annotations

from typing import Annotated

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
from cakup.cli.registers import (
    ConfirmedByOption,
    ConfirmedDocumentOption,
    ConfirmedOnOption,
    DocumentOption,
    HrefOption,
    IdOption,
    IssuerOption,
    NoteOption,
    PlaceOption,
    ReadingOption,
    SinceOption,
    StatusOption,
    YearOption,
    say_added,
    say_list,
    workspace_if_any,
)
from cakup.kernel.language import Text


def register(app: typer.Typer) -> None:
    """Add the commands."""
    denominator = typer.Typer(help="Penyebut: jumlah pekerja beserta sumbernya.",
                              no_args_is_help=True)  # fmt: skip
    denominator.command("add")(add)
    denominator.command("list")(list_)
    app.add_typer(denominator, name="denominator")


def add(
    persons: Annotated[
        str, typer.Option("--persons", "--value", help="Jumlah orang, misalnya 132.826.")
    ],
    issuer: IssuerOption,
    document: DocumentOption,
    year: YearOption,
    reading: ReadingOption,
    kind: Annotated[
        str,
        typer.Option("--kind", help="angkatan_kerja, penduduk_bekerja, potensi, atau lain."),
    ] = "angkatan_kerja",
    place: PlaceOption = None,
    id_: IdOption = None,
    since: SinceOption = None,
    status: StatusOption = "unconfirmed",
    confirmed_by: ConfirmedByOption = "",
    confirmed_on: ConfirmedOnOption = "",
    confirmed_document: ConfirmedDocumentOption = "",
    href: HrefOption = "",
    note: NoteOption = "",
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
    wait: WaitOption = 0.0,
) -> None:
    """Catat penyebut dengan penerbit, dokumen, tahun, dan cara membacanya."""
    from cakup.pipeline.denominators import AddRequest, add_denominator

    out = terminal(lang, json=json, quiet=quiet)
    entry = add_denominator(
        AddRequest(
            issuer=issuer, document=document, year=year, reading=reading, persons=persons,
            kind=kind, place=place, id=id_, since=since, status=status,
            confirmed_by=confirmed_by, confirmed_on=confirmed_on,
            confirmed_document=confirmed_document, href=href, note=note, wait_seconds=wait,
        ),
        workspace(folder),
    )  # fmt: skip
    say_added(entry, out)
    command = f"cakup measure --as-of 2025-10 --denominator {entry.id}"
    out.next(Text(f"ukur dengannya: {command}", f"measure with it: {command}"))


def list_(
    place: PlaceOption = None,
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Tampilkan penyebut yang tercatat beserta sumber dan statusnya."""
    from cakup.pipeline.denominators import denominators

    out = terminal(lang, json=json, quiet=quiet)
    say_list(denominators(workspace_if_any(folder), place), out)
    out.next(Text("catat yang baru: cakup denominator add --help",
                  "record a new one: cakup denominator add --help"))  # fmt: skip
