"""``cakup target add | list``: the register of targets."""

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
    target = typer.Typer(help="Target cakupan beserta penerbit dan dokumennya.",
                              no_args_is_help=True)  # fmt: skip
    target.command("add")(add)
    target.command("list")(list_)
    app.add_typer(target, name="target")


def add(
    issuer: IssuerOption,
    document: DocumentOption,
    year: YearOption,
    reading: ReadingOption,
    percent: Annotated[
        str | None, typer.Option("--percent", help="Cakupan dalam persen, misalnya 37,10.")
    ] = None,
    persons: Annotated[
        str | None, typer.Option("--persons", help="Atau jumlah orang, misalnya 49.279.")
    ] = None,
    kind: Annotated[
        str,
        typer.Option("--kind", help="cakupan, atau kenaikan (tiga pembacaan)."),
    ] = "cakupan",
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
    """Catat target dengan penerbit, dokumen, tahun, dan cara membacanya."""
    from cakup.pipeline.targets import AddRequest, add_target

    out = terminal(lang, json=json, quiet=quiet)
    entry = add_target(
        AddRequest(
            issuer=issuer, document=document, year=year, reading=reading, persons=persons,
            percent=percent,
            kind=kind, place=place, id=id_, since=since, status=status,
            confirmed_by=confirmed_by, confirmed_on=confirmed_on,
            confirmed_document=confirmed_document, href=href, note=note, wait_seconds=wait,
        ),
        workspace(folder),
    )  # fmt: skip
    say_added(entry, out)
    out.next(Text("lihat jaraknya: cakup measure --as-of TTTT-BB",
                  "see the distance: cakup measure --as-of YYYY-MM"))  # fmt: skip


def list_(
    place: PlaceOption = None,
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Tampilkan target yang tercatat beserta sumber dan statusnya."""
    from cakup.pipeline.targets import targets

    out = terminal(lang, json=json, quiet=quiet)
    say_list(targets(workspace_if_any(folder), place), out)
    out.next(Text("catat yang baru: cakup target add --help",
                  "record a new one: cakup target add --help"))  # fmt: skip
