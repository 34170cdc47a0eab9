"""``cakup gap``: the work-lists of known workers without cover."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

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
from cakup.kernel.errors import UsageError
from cakup.kernel.language import Text
from cakup.kernel.months import parse_day

if TYPE_CHECKING:
    from cakup.cli.terminal import Terminal
    from cakup.pipeline.gap import Result


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("gap")(gap)


def gap(
    as_of: Annotated[str, typer.Option("--as-of", help="Tanggal atau bulan (= hari terakhirnya).")],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            help="gap.xlsx: ringkasan tanpa nama, dan satu berkas per kelurahan di sebelahnya "
            "(gap-KODE-NAMA.xlsx); atau nama folder.",
        ),
    ],
    by: Annotated[
        str,
        typer.Option(
            "--by",
            help="kelurahan: daftar kerja per kelurahan; employer: satu berkas per pemberi kerja, "
            "mohon klarifikasi.",
        ),
    ] = "kelurahan",
    kelurahan: Annotated[
        list[str] | None,
        typer.Option("--kelurahan", help="Kode atau nama kelurahan/kecamatan; boleh berulang."),
    ] = None,
    combined: Annotated[
        bool, typer.Option("--combined", help="Satu berkas untuk seluruh kota.")
    ] = False,
    region: Annotated[
        str, typer.Option("--region", help="Aturan wilayah: ktp, domisili, atau kerja.")
    ] = "ktp",
    segments: Annotated[
        str, typer.Option("--segments", help="Segmen yang dihitung: pu,bpu,jakon,pmi.")
    ] = "",
    asn: Annotated[str, typer.Option("--asn", help="ASN, TNI, Polri: in atau out.")] = "out",
    known: Annotated[
        str | None, typer.Option("--known", help="Hanya berkas yang diterima sampai tanggal ini.")
    ] = None,
    purpose: Annotated[
        str | None, typer.Option("--purpose", help="Tujuan; dicatat bersama jumlah baris.")
    ] = None,
    basis: Annotated[str, typer.Option("--basis", help="Dasar; dicatat.")] = "",
    recipient: Annotated[str, typer.Option("--recipient", help="Penerima; dicatat.")] = "",
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
    wait: WaitOption = 0.0,
) -> None:
    """Tulis daftar kerja pekerja yang diketahui belum terlindungi, satu berkas per kelurahan."""
    from cakup.pipeline import gap as use

    out_ = terminal(lang, json=json, quiet=quiet)
    if _by_employer(by):
        _employers(out_, folder, out, as_of, known, purpose, lang)
        return
    request = use.Request(
        as_of=parse_day(as_of), out=str(out), kelurahan=tuple(kelurahan or ()), combined=combined,
        region=region, segments=tuple(s.strip() for s in segments.split(",") if s.strip()),
        with_asn=_with_asn(asn), known=parse_day(known, option="--known") if known else None,
        purpose=purpose or use.PURPOSE, basis=basis, recipient=recipient, lang=language(lang),
        wait_seconds=wait,
    )  # fmt: skip
    result = use.run(request, workspace(folder), out_)
    out_.done()
    if json:
        out_.data(_as_json(result))
        return
    _say(result, out_)


def _by_employer(given: str) -> bool:
    if given not in ("kelurahan", "employer"):
        raise UsageError(
            "usage.bad_choice", option="--by", given=given[:20], choices="kelurahan, employer"
        )
    return given == "employer"


def _employers(
    out: Terminal, folder: Path | None, path: Path, as_of: str, known: str | None,
    purpose: str | None, lang: str,
) -> None:  # fmt: skip
    """Write one workbook per employer."""
    from cakup.cli import employer_view
    from cakup.pipeline import employer_gap as use

    request = use.Request(
        parse_day(as_of), str(path), parse_day(known, option="--known") if known else None,
        purpose or use.PURPOSE, language(lang),
    )  # fmt: skip
    try:
        result = use.run(request, workspace(folder), out)
    finally:
        out.done()
    if out.json:
        out.data(employer_view.as_json(result))
        return
    employer_view.say(result, out)


def _with_asn(given: str) -> bool:
    if given not in ("in", "out"):
        raise UsageError("usage.bad_choice", option="--asn", given=given[:20], choices="in, out")
    return given == "in"


def _as_json(result: Result) -> dict[str, Any]:
    return {
        **asdict(result),
        "as_of": result.as_of.isoformat(),
        "searched": result.searched.id,
        "files": [
            {"file": Path(f.path).name, "kode": f.kode, "nama": f.nama, "persons": f.persons}
            for f in result.files
        ],
        "index": Path(result.index).name if result.index else None,
    }


def _say(result: Result, out: Terminal) -> None:
    """Print counts by reason and where the files are; never a name."""
    from cakup.pipeline.gap_rows import EXCLUDED, REASONS

    lang = out.lang
    day = spelling.day(result.as_of, lang)
    rows = [(REASONS[r](lang), n) for r, n in result.reasons.items()]
    rows.append((Text("Jumlah", "Total")(lang), result.persons))
    title = Text(
        f"Pekerja yang diketahui belum terlindungi, {day}", f"Known workers without cover, {day}"
    )
    out.table([Text("Alasan", "Reason")(lang), Text("Orang", "Persons")(lang)], rows,
              title=title(lang))  # fmt: skip
    if result.excluded:
        told = ", ".join(
            f"{EXCLUDED[e](lang)} {spelling.count(n, lang)}" for e, n in result.excluded.items()
        )
        out.say(Text(f"Tidak termasuk: {told}.", f"Left out: {told}."))
    if result.without_place:
        n = spelling.count(result.without_place, lang)
        out.say(
            Text(
                f"{n} di antaranya belum diketahui kotanya; angka cakupan kota tidak memuat "
                "mereka.",
                f"Of {n} of them no list says in which city they live; the figures of the city "
                "leave them out.",
            )
        )
    if result.not_carried:
        n = spelling.count(result.not_carried, lang)
        out.say(
            Text(
                f"{n} kode wilayah tidak dapat dipindahkan ke wilayah tanggal ini.",
                f"{n} place codes could not be carried to the areas of this day.",
            )
        )
    out.say(_remainder(result))
    first = Path(result.files[0].path) if result.files else Path()
    if result.index is None:
        out.say(Text(f"{first} ditulis; memuat data pribadi seluruh kota.",
                     f"{first} written; it holds personal data of the whole city."))  # fmt: skip
    else:
        out.say(
            Text(
                f"{len(result.files)} berkas di {first.parent}/ (memuat data pribadi).",
                f"{len(result.files)} files in {first.parent}/ (they hold personal data).",
            )
        )
    out.next(
        Text(
            "serahkan tiap berkas hanya kepada petugas kelurahannya; laporan: cakup report",
            "hand each file only to the officer of its kelurahan; report: cakup report",
        )
    )


def _remainder(result: Result) -> Text:
    if result.unlisted is None:
        return Text(
            "Ini bukan seluruh kesenjangan: pekerja yang tidak ada pada daftar mana pun tidak "
            "termasuk.",
            "This is not the whole gap: workers on no list are not in it.",
        )
    return Text(
        f"Ini bukan seluruh kesenjangan: {spelling.count(result.unlisted)} pekerja tidak ada pada "
        "daftar mana pun.",
        f"This is not the whole gap: {spelling.count(result.unlisted, 'en')} workers are on no "
        "list at all.",
    )
