"""Options that every command on a workspace takes (``docs/reference/perintah.md``)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cakup.cli.terminal import Terminal
from cakup.kernel.errors import UsageError
from cakup.kernel.language import LANGS, Lang

if TYPE_CHECKING:
    from cakup.pipeline.workspace import Workspace

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        "-w",
        help="Folder ruang kerja (bawaan: $CAKUP_WORKSPACE atau induk terdekat).",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Keluaran JSON.")]
LangOption = Annotated[str, typer.Option("--lang", help="Bahasa keluaran: id atau en.")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="Tanpa kemajuan dan catatan.")]
NikOption = Annotated[
    bool, typer.Option("--show-identity", help="Tulis NIK lengkap (dicatat).")
]  # fmt: skip
BookRecipientOption = Annotated[
    str | None, typer.Option("--to", help="Penerima buku kerja; dicatat.")
]
PartitionsOption = Annotated[
    int | None,
    typer.Option(
        "--partitions", min=0, max=10_000,
        help="Jumlah bagian; 0 = sekaligus. Tanpa ini menurut banyaknya baris.",
    ),
]  # fmt: skip
WaitOption = Annotated[
    float, typer.Option("--wait", help="Detik menunggu bila ruang kerja sedang dipakai.")
]


def language(given: str) -> Lang:
    """Return the language, refused if it is not one of the two."""
    for known in LANGS:
        if given == known:
            return known
    raise UsageError("usage.bad_choice", option="--lang", given=given, choices="id, en")


def workspace(given: Path | None) -> Workspace:
    """Open the workspace that a command works on."""
    # Commands without a workspace need no engine, and start in half the time.
    from cakup.pipeline.workspace import Workspace

    return Workspace.find(given)


def terminal(lang: str, *, json: bool = False, quiet: bool = False) -> Terminal:
    """Return the terminal through which a command speaks."""
    return Terminal(language(lang), json=json, quiet=quiet)
