"""``daftar_pekerja``: a list of workers from an office, a village, a market, an employer."""

from __future__ import annotations

from cakup.intake.kinds.kind import IDENTITY, Kind
from cakup.kernel.language import Text

KIND = Kind(
    name="daftar_pekerja",
    title=Text("daftar pekerja", "list of workers"),
    groups=("person", "place", "elsewhere", "work", "member"),
    requires=(IDENTITY,),
)
