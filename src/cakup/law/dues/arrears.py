"""What arrears do to a right: who pays, on which condition, or none at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cakup.kernel.language import Text
from cakup.law.rules import rule
from cakup.law.terms import Terms

Effect = Literal["full", "conditional", "employer_first", "none"]

CONDITIONS: dict[tuple[Effect, str], Text] = {
    ("full", "jkk"): Text("BPJS Ketenagakerjaan membayar.", "BPJS Ketenagakerjaan pays."),
    ("full", "jkm"): Text("BPJS Ketenagakerjaan membayar.", "BPJS Ketenagakerjaan pays."),
    ("conditional", "jkk"): Text(
        "Perawatan diberikan segera; uang dibayar setelah tunggakan dilunasi.",
        "Care is given at once; cash is paid after the arrears are settled.",
    ),
    ("conditional", "jkm"): Text(
        "Biaya pemakaman dibayar segera; sisanya setelah tunggakan dilunasi.",
        "The funeral grant is paid at once; the rest after the arrears are settled.",
    ),
    ("employer_first", "jkk"): Text(
        "Pemberi kerja membayar dahulu, lalu diganti BPJS Ketenagakerjaan setelah tunggakan dan "
        "denda dilunasi.",
        "The employer pays first and is refunded by BPJS Ketenagakerjaan after arrears and fine "
        "are settled.",
    ),
    ("employer_first", "jkm"): Text(
        "Pemberi kerja membayar dahulu, lalu diganti BPJS Ketenagakerjaan setelah tunggakan dan "
        "denda dilunasi.",
        "The employer pays first and is refunded by BPJS Ketenagakerjaan after arrears and fine "
        "are settled.",
    ),
    ("none", "jkk"): Text("Tidak ada hak.", "No right."),
    ("none", "jkm"): Text("Tidak ada hak.", "No right."),
}
ARTICLES = {
    ("pu", "jkk"): "PP 44/2015 Pasal 38", ("pu", "jkm"): "PP 44/2015 Pasal 41",
    ("bpu", "jkk"): "PP 44/2015 Pasal 39", ("bpu", "jkm"): "PP 44/2015 Pasal 42",
}  # fmt: skip


@dataclass(frozen=True)
class InArrears:
    """What unpaid months mean for a benefit.

    Args:
        effect: ``full``, ``conditional``, ``employer_first`` or ``none``.
        condition: The same in words.
        article: Article on which it rests.
    """

    effect: Effect
    condition: Text
    article: str


@rule(
    "in_arrears", "umum.tunggakan.pu_bulan", "umum.tunggakan.bpu_bulan", programme="umum",
    id="Tunggakan {belum_dibayar_months} bulan berturut-turut",
    en="{belum_dibayar_months} unpaid months in a row",
)  # fmt: skip
def akibat_tunggakan(
    belum_dibayar_months: int, *, segmen: str, program: str, t: Terms
) -> InArrears:
    """What consecutive unpaid months before an event do to JKK or JKM.

    Args:
        belum_dibayar_months: Unpaid months in a row up to the event.
        segmen: ``pu``, ``bpu`` or ``jakon`` (as ``pu``).
        program: ``jkk`` or ``jkm``.
        t: The law in force on the day of the event.

    Returns:
        The effect with its condition and article.

    Law: PP 44/2015 Pasal 38, 39, 41, 42.
    """
    kind = "bpu" if segmen == "bpu" else "pu"
    limit = t.count(f"umum.tunggakan.{kind}_bulan")
    if belum_dibayar_months <= 0 or (kind == "pu" and belum_dibayar_months <= limit):
        effect: Effect = "full"
    elif belum_dibayar_months <= limit:
        effect = "conditional"
    else:
        effect = "none" if kind == "bpu" else "employer_first"
    return InArrears(effect, CONDITIONS[effect, program], ARTICLES[kind, program])
