"""``kecelakaan``: work accidents as reported, so that no right is forgotten."""

from __future__ import annotations

from cakup.intake.kinds.kind import IDENTITY, Kind
from cakup.kernel.language import Text

KIND = Kind(
    name="kecelakaan",
    title=Text("laporan kecelakaan kerja", "reports of work accidents"),
    groups=("accident", "person", "member", "place"),
    requires=(
        IDENTITY,
        (("kecelakaan_on",), Text("TANGGAL KECELAKAAN", "TANGGAL KECELAKAAN (date of accident)")),
    ),
)
