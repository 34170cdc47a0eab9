"""``cakup field``: lists for those who visit, and what they found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cakup.cli.effect_view import say_effect
from cakup.cli.options import (
    JsonOption,
    LangOption,
    QuietOption,
    WaitOption,
    WorkspaceOption,
    language,
    terminal,
    workspace,
)
from cakup.kernel import spelling
from cakup.kernel.language import Text
from cakup.kernel.months import parse_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cakup.cli.terminal import Terminal
    from cakup.pipeline.field_receive import Conflict
    from cakup.pipeline.field_receive import Result as Received
    from cakup.pipeline.field_send import Result as SentResult

WORDS: dict[str, Text] = {
    "ditemui": Text("ditemui", "met"),
    "tidak_ditemui": Text("tidak ditemui", "not met"),
    "pindah": Text("pindah", "moved"),
    "meninggal": Text("meninggal", "dead"),
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="Periksa orang di lapangan per kelurahan atau lingkungan (alias: lapangan).",
        no_args_is_help=True,
    )
    group.command("send")(send)
    group.command("receive")(receive)
    group.command("list")(list_)
    app.add_typer(group, name="field")


def send(
    out: Annotated[Path, typer.Option("--out", help="Folder untuk daftar kunjungan.")],
    as_of: Annotated[str, typer.Option("--as-of", help="Orang menurut keadaan tanggal ini.")],
    basis: Annotated[str, typer.Option("--basis", help="Dasar: surat tugas atau keputusan.")],
    by: Annotated[
        str, typer.Option("--by", help="Satu berkas per kelurahan, lingkungan, rw, atau rt.")
    ] = "kelurahan",
    kelurahan: Annotated[
        list[str] | None, typer.Option("--kelurahan", help="Kode atau nama; boleh berulang.")
    ] = None,
    reasons: Annotated[
        str, typer.Option("--reasons", help="Hanya alasan ini, mis. mungkin_meninggal,nik_rusak.")
    ] = "",
    purpose: Annotated[str | None, typer.Option("--purpose", help="Tujuan; dicatat.")] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="Dikembalikan paling lambat tanggal ini.")
    ] = None,
    fresh_days: Annotated[
        int, typer.Option("--fresh-days", help="Yang ditemui sekian hari terakhir dilewati.")
    ] = 180,
    again: Annotated[
        bool, typer.Option("--again", help="Juga yang sedang atau baru dikunjungi.")
    ] = False,
    repeat: Annotated[
        str | None, typer.Option("--repeat", help="Tulis lagi daftar pemeriksaan bernomor ini.")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", help="Tanggal kirim (bawaan: hari ini).")
    ] = None,
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
    wait: WaitOption = 0.0,
) -> None:
    """Tulis daftar kunjungan, hanya orang wilayah itu (alias: lapangan kirim)."""
    from cakup.pipeline import field_send as use

    voice = terminal(lang, json=json, quiet=quiet)
    request = use.Request(
        out=str(out), as_of=parse_day(as_of), basis=basis, by=by, kelurahan=tuple(kelurahan or ()),
        reasons=tuple(r.strip() for r in reasons.split(",") if r.strip()),
        purpose=purpose or use.PURPOSE,
        until=parse_day(until, option="--until") if until else None, fresh_days=fresh_days,
        again=again, repeat=repeat, lang=language(lang),
        sent_on=parse_day(on, option="--on") if on else None,
        wait_seconds=wait,
    )  # fmt: skip
    try:
        result = use.run(request, workspace(folder), voice)
    finally:
        voice.done()
    if json:
        voice.data(result.as_json())
        return
    _say_sent(result, voice)


def receive(
    files: Annotated[list[Path], typer.Argument(help="Daftar kunjungan yang sudah diisi.")],
    by: Annotated[
        str | None, typer.Option("--by", help="Nama petugas, bila tidak ada di berkas.")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", help="Tanggal kunjungan, bila tidak ada di berkas.")
    ] = None,
    received: Annotated[
        str | None, typer.Option("--received", help="Tanggal diterima (bawaan: hari ini).")
    ] = None,
    day: Annotated[
        str | None, typer.Option("--day", help="Hari untuk angka perubahan (bawaan: data terbaru).")
    ] = None,
    later: Annotated[
        bool, typer.Option("--later", help="Simpan saja; orang dan angka dihitung kemudian.")
    ] = False,
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
    wait: WaitOption = 0.0,
) -> None:
    """Ambil hasil kunjungan; dua petugas yang berbeda disebut (alias: lapangan terima)."""
    from cakup.pipeline import field_receive as use

    voice = terminal(lang, json=json, quiet=quiet)
    request = use.Request(
        tuple(map(str, files)), by, parse_day(on, option="--on") if on else None,
        parse_day(received, option="--received") if received else None, not later,
        parse_day(day, option="--day") if day else None, wait,
    )  # fmt: skip
    try:
        result = use.run(request, workspace(folder), voice)
    finally:
        voice.done()
    if json:
        voice.data(result.as_json())
        return
    _say_received(result, voice)


def list_(
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Daftar pemeriksaan lapangan, baris yang belum kembali, dan petugas yang berbeda pendapat."""
    from cakup.pipeline import field_receive, sent_list

    voice = terminal(lang, json=json, quiet=quiet)
    space = workspace(folder)
    rows = [one for one in sent_list.run(space) if one.to == "lapangan"]
    found = field_receive.conflicts(space)
    if json:
        from dataclasses import asdict

        voice.data({"sent": [r.as_json() for r in rows], "conflicts": [asdict(c) for c in found]})
        return
    heads = [Text("Nomor", "Number"), Text("Dikirim", "Sent"), Text("Orang", "Persons"),
             Text("Belum kembali", "Open"), Text("Kembali sebelum", "Return by")]  # fmt: skip
    voice.table(
        [h(voice.lang) for h in heads],
        [(r.code, r.sent_on.isoformat(), r.rows, r.open, r.until) for r in rows],
    )
    _say_conflicts(found, voice)


def _say_sent(result: SentResult, out: Terminal) -> None:
    lang = out.lang
    left_out = [
        (Text("tanpa kelurahan", "without a kelurahan"), result.without_area),
        (Text("daftarnya belum kembali", "on a list that is still out"), result.waiting),
        (Text("baru saja ditemui", "met lately"), result.fresh),
    ]
    told = ", ".join(f"{words(lang)} {spelling.count(n, lang)}" for words, n in left_out if n)
    if result.code is None:
        out.say(Text("Tidak ada orang yang perlu dikunjungi.", "Nobody needs a visit."))
    else:
        n, files = spelling.count(result.persons, lang), len(result.files)
        where = Path(result.files[0].path).parent
        out.say(
            Text(
                f"Pemeriksaan {result.code}: {n} orang pada {files} berkas di {where}/.",
                f"Field check {result.code}: {n} persons in {files} files in {where}/.",
            )
        )
    if told:
        out.say(Text(f"Tidak ikut: {told}.", f"Left out: {told}."))
    if result.open_codes:
        codes = ", ".join(result.open_codes)
        out.say(Text(f"Belum kembali: {codes}.", f"Not returned yet: {codes}."))
    if result.code is not None:
        out.next(
            Text(
                "serahkan tiap berkas hanya kepada petugas wilayahnya; hasilnya: cakup field "
                "receive BERKAS…",
                "hand each file only to the visitor of its area; what they found: cakup field "
                "receive FILE…",
            )
        )


def _say_received(result: Received, out: Terminal) -> None:
    lang = out.lang
    kinds = [k for k in WORDS if any(k in f.answers for f in result.files)]
    heads = [Text("Berkas", "File")(lang), Text("Petugas", "Visitor")(lang),
             *(WORDS[k](lang) for k in kinds),
             Text("belum", "open")(lang), Text("dikembalikan", "returned")(lang)]  # fmt: skip
    rows = [
        (f.file_name, f.by, *(f.answers.get(k, 0) for k in kinds), f.open, sum(f.wrong.values()))
        for f in result.files
    ]
    out.table(heads, rows)
    for f in result.files:
        if not f.is_new:
            out.say(Text(f"{f.file_name}: sudah dicatat sebelumnya.",
                         f"{f.file_name}: recorded before."))  # fmt: skip
        if f.wrong:
            out.say(Text(f"{f.file_name}: tidak dicatat: {f.wrong_rows['id']}.",
                         f"{f.file_name}: not recorded: {f.wrong_rows['en']}."))  # fmt: skip
    _say_conflicts(result.conflicts, out)
    say_effect(result.effect, out)
    ids = ", ".join(f.import_id for f in result.files)
    out.next(Text(f"batalkan bila keliru: cakup withdraw IMPOR --reason … (impor: {ids})",
                  f"undo if wrong: cakup withdraw IMPORT --reason … (imports: {ids})"))  # fmt: skip


def _say_conflicts(found: Sequence[Conflict], out: Terminal) -> None:
    """Print where two visitors disagree, by reference; never a name of the visited."""
    from cakup.pipeline.field_receive import COMPARED

    if not found:
        return
    lang = out.lang
    heads = [Text("Rujukan", "Reference"), Text("Berbeda tentang", "Disagree about"),
             Text("Yang berlaku", "Counts"), Text("Yang lain", "The other")]  # fmt: skip
    title = Text(
        f"{len(found)} kunjungan bertentangan; yang terakhir berlaku, tanyakan kepada keduanya",
        f"{len(found)} visits disagree; the later one counts, ask both",
    )
    rows = [
        (
            c.reference, ", ".join(COMPARED[a](lang) for a in c.about),
            f"{c.by[0]}, {c.on[0].isoformat()}", f"{c.by[1]}, {c.on[1].isoformat()}",
        )
        for c in found
    ]  # fmt: skip
    out.table([h(lang) for h in heads], rows, title=title(lang))
