"""The share of persons on lists who are participants, as a figure with its interval."""

from __future__ import annotations

from dataclasses import dataclass

from cakup.coverage.headline import Setting
from cakup.kernel.figures import Figure
from cakup.kernel.language import Text

NAME = "peserta_pada_daftar"


@dataclass(frozen=True)
class ListShare:
    """Hide and relink's word on one list, or on all lists together.

    Args:
        sender: Who sent the list, empty for all lists together.
        list_name: Which of the sender's lists.
        listed: Corrected number of persons (all lists) or rows (one list).
        covered: Of them in the participant file.
        uncorrected: Share as linked, 0–1.
        value: Corrected share.
        low: Lower end of the 95 % interval.
        high: Upper end.
        n_hidden: Rows that were hidden and linked again.
    """

    sender: str
    list_name: str
    listed: float
    covered: float
    uncorrected: float
    value: float
    low: float
    high: float
    n_hidden: int


def list_figure(setting: Setting, told: ListShare) -> Figure:
    """Return the share of all lists together as a figure.

    Args:
        setting: What all figures share; its denominator is not used.
        told: What was found for all lists together.
    """
    as_linked = f"{100 * told.uncorrected:.1f}"
    return Figure(
        value=told.value, numerator=round(told.covered), denominator=round(told.listed),
        as_of=setting.as_of, known_on=setting.known_on,
        numerator_definition=Text(
            "peserta, aktif atau tidak, di antara orang pada daftar pekerja di mana pun; "
            f"dikoreksi dengan sembunyikan dan padankan lagi (tanpa koreksi {as_linked} persen)",
            "participants, active or not, among persons on lists of workers of any place; "
            f"corrected by hide and relink (uncorrected {as_linked} percent)",
        )(setting.lang),
        denominator_definition=Text(
            "orang pada daftar pekerja, dikoreksi untuk orang yang baris-barisnya tidak saling "
            "ditemukan",
            "persons on lists of workers, corrected for persons whose rows did not find each other",
        )(setting.lang),
        region_rule=setting.scope.region, sources=setting.sources,
        interval=(told.low, told.high), name=NAME,
    )  # fmt: skip
