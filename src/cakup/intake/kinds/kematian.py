"""``kematian``: people who have died, from the civil registry or a village."""

from __future__ import annotations

from cakup.intake.kinds.kind import IDENTITY, Kind
from cakup.kernel.language import Text

KIND = Kind(
    name="kematian",
    title=Text("daftar kematian", "list of deaths"),
    groups=("death", "person", "place"),
    requires=(
        IDENTITY,
        # Without it any list of living people could be imported as dead.
        (("meninggal_on",), Text("TANGGAL MENINGGAL", "TANGGAL MENINGGAL (date of death)")),
    ),
    marks=(("meninggal_on",),),
)
