"""``cakup import``: take in files as offices send them."""

from __future__ import annotations

from pathlib import Path
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

#: Exit code when some of several files were refused; a single file raises.
REFUSED = 3
KIND_HELP = (
    "daftar_pekerja, peserta, pembayaran, kematian, pemberi_kerja, dtsen, kecelakaan, atau jakon "
    "(jumlah orang per proyek)."
)


KindOption = Annotated[
    str | None,
    typer.Option(
        "--kind",
        help=KIND_HELP,
    ),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="Tanggal data: TTTT-BB-HH atau TTTT-BB. Wajib bila berkas tidak menyatakannya.",
    ),
]
ListOption = Annotated[
    str | None,
    typer.Option("--list", help="Nama daftar, bila pengirim punya lebih dari satu."),
]
SchemeOption = Annotated[
    str | None,
    typer.Option("--scheme", help="Skema kode wilayah tanpa titik: kemendagri atau bps."),
]
BasisOption = Annotated[
    str | None, typer.Option("--basis", help="Dasar penerimaan data: PKS, keputusan, surat.")
]
ScopeOption = Annotated[
    str | None,
    typer.Option("--scope", help="Cakupan berkas peserta: cabang, wilayah, segmen."),
]
KeepOption = Annotated[
    str | None,
    typer.Option("--keep-until", help="Boleh disimpan sampai tanggal ini (cakup erase --expired)."),
]
LaterOption = Annotated[
    bool,
    typer.Option("--later", help="Perbaikan atau daftar baru: hitung orang dan angka nanti."),
]
PayerOption = Annotated[
    str | None, typer.Option("--payer", help="Pembayar untuk baris yang tidak menyebutnya.")
]
PurposeOption = Annotated[
    str | None, typer.Option("--purpose", help="Tujuan penerimaan data, untuk catatan.")
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(import_)


def import_(
    files: Annotated[list[Path], typer.Argument(help="Berkas CSV, XLSX, XLS, atau ODS.")],
    kind: KindOption = None,
    sender: Annotated[str | None, typer.Option("--sender", help="Pengirim daftar.")] = None,
    as_of: AsOfOption = None,
    list_name: ListOption = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="Berkas pemetaan kolom (TOML).")
    ] = None,
    received: Annotated[
        str | None, typer.Option("--received", help="Tanggal diterima (bawaan: hari ini).")
    ] = None,
    scheme: SchemeOption = None,
    payer: PayerOption = None,
    purpose: PurposeOption = None,
    basis: BasisOption = None,
    scope: ScopeOption = None,
    later: LaterOption = False,
    keep_until: KeepOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Periksa saja; tidak ada yang disimpan.")
    ] = False,
    show_mapping: Annotated[
        bool, typer.Option("--show-mapping", help="Tampilkan juga kolom yang tidak dipakai.")
    ] = False,
    workspace_: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
    wait: WaitOption = 0.0,
) -> int:
    """Impor berkas: kolom dikenali, setiap baris diperiksa, baris yang kurang dikembalikan."""
    from cakup.cli.effect_view import say_effect
    from cakup.cli.import_words import next_step, say_file
    from cakup.pipeline import import_files

    voice, held = terminal(lang, json=json, quiet=quiet), workspace(workspace_)
    request = import_files.Request(
        files=tuple(str(f) for f in files), kind=kind, sender=sender, as_of=as_of,
        list_name=list_name, mapping=str(mapping) if mapping else None, received=received,
        scheme=scheme, payer=payer, purpose=purpose or import_files.PURPOSE, dry_run=dry_run,
        basis=basis, scope=scope, keep_until=keep_until, is_applied=not later, wait_seconds=wait,
    )  # fmt: skip
    try:
        result = import_files.run(request, held, voice)
    finally:
        voice.done()
    if json:
        voice.data(result.as_json())
    for one in result.files:
        say_file(voice, one, held.root, show_mapping=show_mapping)
    if result.effect is not None:
        say_effect(result.effect, voice)
    else:
        voice.next(next_step(result.files))
    return REFUSED if result.is_refused else 0
