"""``cakup crosscheck``: ask other offices about people, take their answers, keep appeals."""

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
    from datetime import date

    from cakup.cli.terminal import Terminal
    from cakup.pipeline.crosscheck_receive import Result as Received
    from cakup.pipeline.crosscheck_send import Result as SentResult

ByOption = Annotated[str, typer.Option("--by", help="Nama yang menyatakan atau memutuskan.")]
BasisOption = Annotated[str, typer.Option("--basis", help="Dasar: dokumen dan tanggalnya.")]
OnOption = Annotated[str | None, typer.Option("--on", help="Tanggalnya (bawaan: hari ini).")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="Padankan orang dengan BPJS, Dukcapil, atau Dinsos (alias: padan).",
        no_args_is_help=True,
    )
    group.command("send")(send)
    group.command("receive")(receive)
    group.command("list")(list_)
    group.command("appeal")(appeal)
    group.command("appeals")(appeals)
    group.command("settle")(settle)
    app.add_typer(group, name="crosscheck")


def send(
    to: Annotated[str, typer.Option("--to", help="Kantor: bpjs, dukcapil, atau dinsos.")],
    out_file: Annotated[Path, typer.Option("--out", help="Berkas .xlsx yang akan ditulis.")],
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Orang menurut daftar pada tanggal ini.")
    ] = None,
    basis: Annotated[
        str, typer.Option("--basis", help="Dasar pengiriman: PKS, keputusan, atau surat.")
    ] = "",
    purpose: Annotated[str | None, typer.Option("--purpose", help="Tujuan; dicatat.")] = None,
    elements: Annotated[
        str,
        typer.Option(
            "--elements",
            help="Unsur: nik,nama,tanggal_lahir,jenis_kelamin; kosong = yang paling sedikit.",
        ),
    ] = "",
    until: Annotated[
        str | None, typer.Option("--until", help="Berkas dihapus paling lambat tanggal ini.")
    ] = None,
    who: Annotated[
        str, typer.Option("--who", help="uncovered (belum diketahui terlindungi) atau all.")
    ] = "uncovered",
    kelurahan: Annotated[
        list[str] | None, typer.Option("--kelurahan", help="Kode atau nama; boleh berulang.")
    ] = None,
    fresh_days: Annotated[
        int, typer.Option("--fresh-days", help="Yang dijawab sekian hari terakhir tidak ditanya.")
    ] = 90,
    again: Annotated[
        bool, typer.Option("--again", help="Tanyakan juga yang sedang atau baru ditanyakan.")
    ] = False,
    repeat: Annotated[
        str | None, typer.Option("--repeat", help="Tulis lagi permintaan bernomor ini.")
    ] = None,
    on: OnOption = None,
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
    wait: WaitOption = 0.0,
) -> None:
    """Tulis daftar terkecil yang dapat dijawab kantor lain (alias: padan kirim)."""
    from cakup.pipeline import crosscheck_send as use

    out = terminal(lang, json=json, quiet=quiet)
    request = use.Request(
        to=to, out=str(out_file), as_of=_day(as_of, "--as-of"), basis=basis,
        purpose=purpose or use.PURPOSE, until=_day(until, "--until"), who=who,
        elements=tuple(e.strip() for e in elements.split(",") if e.strip()),
        kelurahan=tuple(kelurahan or ()), fresh_days=fresh_days, again=again, repeat=repeat,
        sent_on=_day(on, "--on"), lang=language(lang), wait_seconds=wait,
    )  # fmt: skip
    try:
        result = use.run(request, workspace(folder), out)
    finally:
        out.done()
    if json:
        out.data(result.as_json())
        return
    _say_sent(result, out)


def receive(
    file: Annotated[Path, typer.Argument(help="Berkas permintaan yang sudah dijawab.")],
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Tanggal data penjawab, bila tidak ada di berkas.")
    ] = None,
    scope: Annotated[
        str | None,
        typer.Option("--scope", help="Data yang dicari (cabang, wilayah, segmen), bila kosong."),
    ] = None,
    sender: Annotated[str | None, typer.Option("--sender", help="Siapa yang menjawab.")] = None,
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
    """Ambil jawaban baris demi baris; dua kali sama dengan satu kali (alias: padan terima)."""
    from cakup.pipeline import crosscheck_receive as use

    out = terminal(lang, json=json, quiet=quiet)
    request = use.Request(
        str(file), as_of=_day(as_of, "--as-of"), scope=scope, sender=sender,
        received_on=_day(received, "--received"), is_applied=not later, day=_day(day, "--day"),
        wait_seconds=wait,
    )  # fmt: skip
    try:
        result = use.run(request, workspace(folder), out)
    finally:
        out.done()
    if json:
        out.data(result.as_json())
        return
    _say_received(result, out)


def list_(
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Daftar permintaan padan: kepada siapa, kapan, berapa baris, berapa belum dijawab."""
    from cakup.pipeline.sent_list import run

    out = terminal(lang, json=json, quiet=quiet)
    rows = [one for one in run(workspace(folder)) if one.to != "lapangan"]
    if json:
        out.data([one.as_json() for one in rows])
        return
    heads = [Text("Nomor", "Number"), Text("Kepada", "To"), Text("Dikirim", "Sent"),
             Text("Baris", "Rows"), Text("Belum dijawab", "Open"),
             Text("Hapus sebelum", "Delete by")]  # fmt: skip
    out.table(
        [h(out.lang) for h in heads],
        [(r.code, r.to, r.sent_on.isoformat(), r.rows, r.open, r.until) for r in rows],
    )


def appeal(
    target: Annotated[str, typer.Argument(help="Tanda orang, atau BERKAS:LEMBAR:BARIS.")],
    by: ByOption,
    basis: BasisOption,
    npp: Annotated[
        str | None, typer.Option("--npp", help="Pemberi kerja yang disanggah (bawaan: semua).")
    ] = None,
    on: OnOption = None,
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Catat sanggahan: menurut pekerja, pemberi kerja lama masih melaporkannya."""
    from cakup.pipeline import appeals as use

    out = terminal(lang, json=json, quiet=quiet)
    result = use.run(
        use.Request(target, by, basis, _day(on, "--on"), npp), workspace(folder)
    )  # fmt: skip
    if json:
        out.data(result.as_json())
        return
    out.say(Text(f"Sanggahan {result.appeal_id}: {use.STATES[result.state].id}.",
                 f"Appeal {result.appeal_id}: {use.STATES[result.state].en}."))  # fmt: skip
    out.next(
        Text(
            "cakup link, lalu cakup crosscheck send --to bpjs: sanggahan ikut ditanyakan",
            "cakup link, then cakup crosscheck send --to bpjs: the appeal is asked about",
        )
    )


def appeals(
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Daftar sanggahan dengan keadaannya; angka mengikuti BPJS sampai sanggahan diterima."""
    from cakup.pipeline import appeals as use

    out = terminal(lang, json=json, quiet=quiet)
    rows = use.open_appeals(workspace(folder)).sort("opened_on", "appeal_id").to_dicts()
    if json:
        out.data(rows)
        return
    heads = [Text("Sanggahan", "Appeal"), Text("Orang", "Person"), Text("Keadaan", "State"),
             Text("Diajukan", "Lodged"), Text("Diputuskan", "Decided"),
             Text("Berhenti pada", "Left on")]  # fmt: skip
    out.table(
        [h(out.lang) for h in heads],
        [
            (r["appeal_id"], r["person_id"], use.STATES[r["state"]](out.lang), r["opened_on"],
             r["closed_on"], r["ended_on"])
            for r in rows
        ],
    )  # fmt: skip


def settle(
    appeal_id: Annotated[str, typer.Argument(help="Tanda sanggahan, lihat crosscheck appeals.")],
    outcome: Annotated[str, typer.Option("--outcome", help="diterima, ditolak, atau dicabut.")],
    by: ByOption,
    basis: BasisOption,
    ended_on: Annotated[
        str | None, typer.Option("--ended-on", help="Hari terakhir bekerja, bila diterima.")
    ] = None,
    on: OnOption = None,
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Putuskan sanggahan; yang diterima mengakhiri kepesertaan pada pemberi kerja itu."""
    from cakup.pipeline import appeals as use

    out = terminal(lang, json=json, quiet=quiet)
    request = use.Request(
        appeal_id, by, basis, _day(on, "--on"), None, outcome, _day(ended_on, "--ended-on")
    )
    result = use.run(request, workspace(folder))
    if json:
        out.data(result.as_json())
        return
    out.say(Text(f"Sanggahan {result.appeal_id}: {use.STATES[result.state].id}.",
                 f"Appeal {result.appeal_id}: {use.STATES[result.state].en}."))  # fmt: skip
    out.next(Text("cakup link, lalu cakup ledger", "cakup link, then cakup ledger"))


def _day(text: str | None, option: str) -> date | None:
    return parse_day(text, option=option) if text else None


def _say_sent(result: SentResult, out: Terminal) -> None:
    """Print how many are asked about, and why others are not."""
    lang = out.lang
    left_out = [
        (Text("tanpa NIK yang sah", "without a valid NIK"), result.without_nik),
        (Text("masih menunggu jawaban", "still wait for an answer"), result.waiting),
        (Text("baru saja dijawab", "answered lately"), result.fresh),
    ]
    told = ", ".join(f"{words(lang)} {spelling.count(n, lang)}" for words, n in left_out if n)
    if result.code is None:
        out.say(Text("Tidak ada orang yang perlu ditanyakan.", "Nobody needs to be asked about."))
    else:
        n = spelling.count(result.persons, lang)
        out.say(
            Text(
                f"Permintaan {result.code}: {n} orang ditulis ke {result.out}.",
                f"Request {result.code}: {n} persons were written to {result.out}.",
            )
        )
    if result.objections:
        out.say(Text(f"{result.objections} di antaranya membawa sanggahan.",
                     f"{result.objections} of them carry an appeal."))  # fmt: skip
    if told:
        out.say(Text(f"Tidak ikut: {told}.", f"Left out: {told}."))
    if result.open_codes:
        codes = ", ".join(result.open_codes)
        out.say(Text(f"Belum dijawab: {codes} (tulis lagi dengan --repeat).",
                     f"Not answered yet: {codes} (write again with --repeat)."))  # fmt: skip
    if result.code is not None:
        out.next(
            Text(
                "kirim lewat jalur yang disepakati; jawabannya: cakup crosscheck receive BERKAS",
                "send it by the agreed way; its answer: cakup crosscheck receive FILE",
            )
        )


WORDS: dict[str, Text] = {
    "aktif": Text("aktif", "active"),
    "nonaktif": Text("tidak aktif", "not active"),
    "tidak_ditemukan": Text("tidak ditemukan", "not found"),
    "belum_pernah": Text("belum pernah terdaftar", "never registered"),
    "hidup": Text("hidup", "alive"),
    "meninggal": Text("meninggal", "dead"),
    "ditemukan": Text("ditemukan", "found"),
}


def _say_received(result: Received, out: Terminal) -> None:
    """Print answers, what was not understood, and what changed."""
    lang = out.lang
    day = spelling.day(result.as_of, lang)
    if not result.is_new:
        out.say(Text(f"Jawaban ini sudah ada ({result.import_id}); tidak dicatat dua kali.",
                     f"These answers are here already ({result.import_id})."))  # fmt: skip
    rows = [
        (f"{WORDS[name](lang)}{_of_scope(name, result, day)}", n)
        for name, n in result.answers.items()
    ]
    rows.append((Text("belum dijawab", "not answered")(lang), result.open))
    title = Text(f"Jawaban {result.to} atas data {result.scope} per {day}",
                 f"Answers of {result.to} from the data {result.scope} of {day}")  # fmt: skip
    out.table([Text("Jawaban", "Answer")(lang), Text("Orang", "Persons")(lang)], rows,
              title=title(lang))  # fmt: skip
    if result.wrong:
        out.say(
            Text(
                f"Tidak dicatat: {result.wrong_rows['id']}. Perbaiki, lalu terima lagi.",
                f"Not recorded: {result.wrong_rows['en']}. Mend and receive again.",
            )
        )
    if result.appeals:
        out.say(Text(f"{result.appeals} sanggahan diputuskan oleh jawaban ini.",
                     f"{result.appeals} appeals were decided by these answers."))  # fmt: skip
    say_effect(result.effect, out)
    out.next(Text(f"batalkan bila keliru: cakup withdraw {result.import_id} --reason …",
                  f"undo if wrong: cakup withdraw {result.import_id} --reason …"))  # fmt: skip


def _of_scope(name: str, result: Received, day: str) -> str:
    """Return where "not found" was looked for: it says no more than that."""
    if name != "tidak_ditemukan" or result.to != "bpjs":
        return ""
    return f" [{result.scope}, {day}]"
