"""``cakup places import | bridge | boundaries``: the areas of a city."""

from __future__ import annotations

from dataclasses import asdict
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
from cakup.kernel.language import Text
from cakup.kernel.spelling import count

SchemeOption = Annotated[
    str | None,
    typer.Option("--scheme", help="Skema kode yang tanpa titik: kemendagri atau bps."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    places = typer.Typer(help="Wilayah: kode, nama, jembatan BPS, batas.", no_args_is_help=True)
    places.command("import")(import_areas)
    places.command("bridge")(bridge)
    places.command("boundaries")(boundaries)
    app.add_typer(places, name="places")


def import_areas(
    file: Annotated[Path, typer.Argument(help="CSV: kode,nama[,valid_from,valid_to,successor].")],
    scheme: SchemeOption = None,
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
    wait: WaitOption = 0.0,
) -> None:
    """Muat kode dan nama wilayah sebuah kota (Kota Binjai sudah terpasang)."""
    from cakup.pipeline.places import ImportRequest, import_areas

    out = terminal(lang, json=json, quiet=quiet)
    held = workspace(folder)
    result = import_areas(ImportRequest(str(file), scheme, wait), held, out)
    out.done()
    if json:
        out.data(asdict(result))
        return
    names = {
        "provinsi": Text("provinsi", "province"), "kabkota": Text("kabupaten/kota", "city"),
        "kecamatan": Text("kecamatan", "kecamatan"),
        "desa_kelurahan": Text("desa dan kelurahan", "desa and kelurahan"),
    }  # fmt: skip
    rows = [(names[level](out.lang), n) for level, n in result.n_areas.items()]
    out.table([Text("wilayah", "area")(out.lang), Text("jumlah", "number")(out.lang)], rows)
    if result.n_replaced or result.n_split:
        out.say(
            Text(
                f"{result.n_replaced} wilayah berganti kode, {result.n_split} wilayah dimekarkan: "
                "orang pada wilayah yang dimekarkan dihitung sebagai tidak dapat dipindahkan.",
                f"{result.n_replaced} areas changed code, {result.n_split} were split: people of "
                "a split area are counted as not carried over.",
            )
        )
    out.next(
        Text(
            "impor daftar: cakup import BERKAS --kind daftar_pekerja --sender NAMA",
            "import a list: cakup import FILE --kind daftar_pekerja --sender NAME",
        )
    )


def bridge(
    file: Annotated[Path, typer.Argument(help="CSV: kode_bps,kode.")],
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
    wait: WaitOption = 0.0,
) -> None:
    """Muat jembatan kode BPS ke kode Kemendagri (kode Binjai sudah terpasang)."""
    from cakup.pipeline.places import BridgeRequest, import_bridge

    out = terminal(lang, json=json, quiet=quiet)
    result = import_bridge(BridgeRequest(str(file), wait), workspace(folder), out)
    out.done()
    if json:
        out.data(asdict(result))
        return
    out.say(
        Text(
            f"{count(result.n_pairs)} pasangan kode dimuat; {count(result.n_known)} di antaranya "
            f"wilayah yang dikenal. Jembatan kini berisi {count(result.n_total)} kode BPS.",
            f"{count(result.n_pairs, 'en')} pairs of codes loaded; {count(result.n_known, 'en')} "
            f"of them are known areas. The bridge now has {count(result.n_total, 'en')} BPS codes.",
        )
    )
    out.next(
        Text(
            "impor daftar berkode BPS dengan menyatakan skemanya: cakup import --help",
            "import lists with BPS codes stating their scheme: cakup import --help",
        )
    )


def boundaries(
    file: Annotated[Path, typer.Argument(help="GeoJSON atau TopoJSON, WGS84.")],
    scheme: SchemeOption = None,
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
    wait: WaitOption = 0.0,
) -> None:
    """Muat batas desa dan kelurahan untuk peta pada laporan."""
    from cakup.pipeline.places import BoundariesRequest, import_boundaries

    out = terminal(lang, json=json, quiet=quiet)
    request = BoundariesRequest(str(file), scheme, wait)
    result = import_boundaries(request, workspace(folder), out)
    out.done()
    if json:
        out.data(asdict(result))
        return
    by_id = "kodenya" if result.matched_by == "kode" else "namanya"
    by_en = "code" if result.matched_by == "kode" else "name"
    out.say(
        Text(
            f"Batas {result.n_areas} desa dan kelurahan dimuat (dikenali dari {by_id}), "
            f"{len(result.missing)} belum ada batasnya, {count(result.n_skipped)} bentuk lain "
            "dilewati.",
            f"Boundaries of {result.n_areas} desa and kelurahan loaded (recognised by {by_en}), "
            f"{len(result.missing)} have none yet, {count(result.n_skipped, 'en')} other shapes "
            "skipped.",
        )
    )
    if result.missing:
        shown = ", ".join(result.missing[:10]) + (", …" if len(result.missing) > 10 else "")
        out.say(Text(f"Belum ada batas: {shown}", f"Without boundary: {shown}"))
    out.next(Text("buat laporan: cakup report --as-of TTTT-BB",
                  "make the report: cakup report --as-of YYYY-MM"))  # fmt: skip
