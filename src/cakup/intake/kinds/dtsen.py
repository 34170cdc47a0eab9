"""``dtsen``: the welfare register; a row states work or only adds facts."""

from __future__ import annotations

from cakup.intake.kinds.kind import IDENTITY, Kind
from cakup.kernel.language import Text

KIND = Kind(
    name="dtsen",
    title=Text("data DTSEN", "DTSEN data"),
    groups=("welfare", "person", "place", "elsewhere", "work"),
    requires=(
        IDENTITY,
        (
            ("desil", "status_bekerja", "pekerjaan"),
            Text("DESIL, STATUS BEKERJA atau PEKERJAAN", "DESIL, STATUS BEKERJA or PEKERJAAN"),
        ),
    ),
)
