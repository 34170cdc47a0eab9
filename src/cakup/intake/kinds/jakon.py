"""``jakon``: construction projects with a head count per month; no names, never de-duplicated."""

from __future__ import annotations

from cakup.intake.kinds.kind import Kind
from cakup.kernel.language import Text

KIND = Kind(
    name="jakon",
    title=Text("proyek jasa konstruksi", "construction projects"),
    groups=("project", "place", "elsewhere"),
    requires=(
        (("proyek",), Text("NAMA PROYEK", "NAMA PROYEK (name of the project)")),
        (("n_pekerja",), Text("JUMLAH TENAGA KERJA", "JUMLAH TENAGA KERJA (head count)")),
    ),
)
