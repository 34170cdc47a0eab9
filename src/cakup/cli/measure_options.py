"""Options that say which figure is meant: shared by ``cakup measure`` and ``cakup publish``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

AsOfOption = Annotated[
    str, typer.Option("--as-of", help="Tanggal atau bulan (= hari terakhirnya).")
]
KnownOption = Annotated[
    str | None, typer.Option("--known", help="Hanya berkas yang diterima sampai tanggal ini.")
]
RegionOption = Annotated[
    str, typer.Option("--region", help="Aturan wilayah: ktp, domisili, atau kerja.")
]
SegmentsOption = Annotated[
    str, typer.Option("--segments", help="Segmen yang dihitung: pu,bpu,jakon,pmi.")
]
AsnOption = Annotated[str, typer.Option("--asn", help="ASN, TNI, Polri: in atau out.")]
DenominatorOption = Annotated[
    str | None, typer.Option("--denominator", help="Penyebut: id dari cakup denominator list.")
]
OfficialOption = Annotated[
    Path | None,
    typer.Option(
        "--official", help="Angka cabang atau Kemendagri (.yaml, .csv, .xlsx); jembatannya dicetak."
    ),
]
MetadataOption = Annotated[
    Path | None,
    typer.Option("--metadata", help="Tulis lembar metadata indikator ke berkas .xlsx ini."),
]


def words(text: str) -> tuple[str, ...]:
    """Return the words of a list with commas, each once."""
    return tuple(dict.fromkeys(w.strip() for w in text.split(",") if w.strip()))
