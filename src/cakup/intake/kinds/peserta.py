"""``peserta``: participants as the insurer states them: enrolment, segment, status, spell."""

from __future__ import annotations

from cakup.intake.kinds.kind import IDENTITY, Kind
from cakup.kernel.language import Text

KIND = Kind(
    name="peserta",
    title=Text("data peserta", "participant data"),
    groups=("person", "member", "place", "elsewhere", "work"),
    requires=(
        IDENTITY,
        (
            (
                "kpj", "status_kepesertaan", "mulai", "selesai", "dibayar_sampai", "kode_iuran",
                "segmen", "npp", "program",
            ),
            Text("KPJ, SEGMEN, STATUS atau TANGGAL KEPESERTAAN",
                 "KPJ, SEGMEN, STATUS or TANGGAL KEPESERTAAN"),
        ),
    ),
)  # fmt: skip
