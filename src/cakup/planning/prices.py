"""What a month of cover costs: the law asked for payer, sector, month and programmes.

No price stands in this package: every amount comes from ``cakup.law`` and carries the keys of the
parameters that are not sure. A *tariff* is the list of prices of one payer over months.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cakup.kernel.errors import UsageError
from cakup.kernel.months import add_months, first_day
from cakup.kernel.parameters import Value
from cakup.law.catalogue import Catalogue
from cakup.law.contributions import bpu
from cakup.law.questions.facts import PAYERS, SECTORS
from cakup.law.terms import Terms

#: First contribution month of the law on BPU contributions (PP 44/2015).
FIRST_MONTH = date(2015, 7, 1)
PROGRAMMES = ("jkk", "jkm", "jht")
TWO_PROGRAMMES = ("jkk", "jkm")
BASE_KEY = "bpu.dasar.min"
#: Branches whose dates may change a price of this kind.
_BRANCHES = ("bpu.", "jkk.iuran.bpu.", "jkm.iuran.bpu", "jht.iuran.bpu.", "diskon.")


@dataclass(frozen=True)
class Price:
    """The price of one person-month.

    Args:
        month: Contribution month, first day.
        parts: Programme → whole rupiah, in the order asked for.
        unconfirmed: Keys of parameters used that are not sure.
    """

    month: date
    parts: dict[str, int]
    unconfirmed: tuple[str, ...]

    @property
    def total_rp(self) -> int:
        """Rupiah of all programmes together."""
        return sum(self.parts.values())


@dataclass(frozen=True)
class Tariff:
    """Whose price is asked for.

    Args:
        payer: Word of the closed list of payers.
        sector: ``other`` or ``transport``.
        programmes: Of ``PROGRAMMES``.
        catalogue: Parameters of the law.
        base_rp_month: Base; None = the lowest.
        allow_unconfirmed: Whether rupiah amounts that nobody has confirmed may be used.
    """

    payer: str
    sector: str
    programmes: tuple[str, ...]
    catalogue: Catalogue
    base_rp_month: int | None = None
    allow_unconfirmed: bool = False

    @staticmethod
    def of(
        payer: str, sector: str, programmes: Sequence[str], catalogue: Catalogue, *,
        base_rp_month: int | None = None, allow_unconfirmed: bool = False,
    ) -> Tariff:  # fmt: skip
        """Return a tariff from words as people write them.

        Raises:
            UsageError: ``usage.bad_choice`` for an unknown payer, sector or programme.
        """
        for option, given, known in (
            ("--payer", payer, PAYERS), ("--sector", sector, SECTORS),
            *(("--programmes", p, PROGRAMMES) for p in programmes),
        ):  # fmt: skip
            if given.lower() not in known:
                choices = ", ".join(known)
                raise UsageError(
                    "usage.bad_choice", option=option, given=given[:20], choices=choices
                )
        chosen = tuple(p for p in PROGRAMMES if p in {g.lower() for g in programmes})
        return Tariff(
            PAYERS[payer.lower()], SECTORS[sector.lower()], chosen or TWO_PROGRAMMES, catalogue,
            base_rp_month, allow_unconfirmed,
        )  # fmt: skip

    def at(self, month: date) -> Price:
        """Return the price of one contribution month.

        Raises:
            RuleError: ``parameter.not_in_force`` before the law; ``law.unconfirmed``.
        """
        t = Terms(first_day(month), self.catalogue, allow_unconfirmed=self.allow_unconfirmed)
        with t.watch() as seen:
            base = self.base_rp_month if self.base_rp_month is not None else t.rp(BASE_KEY)
            part = bpu.potongan_bpu(self.payer, self.sector, t=t)
            made = {
                "jkk": lambda: bpu.iuran_jkk_bpu(base, potongan=part, t=t),
                "jkm": lambda: bpu.iuran_jkm_bpu(potongan=part, t=t),
                "jht": lambda: bpu.iuran_jht_bpu(base, t=t),
            }
            parts = {name: int(made[name]()) for name in self.programmes}
        return Price(first_day(month), parts, _unsure(seen))

    def over(self, months: Sequence[date]) -> tuple[Price, ...]:
        """Return the prices of several months."""
        return tuple(self.at(month) for month in months)

    def spells(self, first: date = FIRST_MONTH) -> tuple[Spell, ...]:
        """Return every price in force since a month, each with its months; the last is open.

        Args:
            first: First month asked for.
        """
        found: list[Spell] = []
        dated = (p for p in self.catalogue.all() if p.key.startswith(_BRANCHES))
        days = {
            first_day(v.since) if v.since.day == 1 else add_months(v.since, 1)
            for parameter in dated
            for v in parameter.values
        }
        days |= {add_months(d, -1) for d in days}
        for month in sorted({first} | {d for d in days if d > first}):
            price = self.at(month)
            if found and found[-1].price.parts == price.parts:
                continue
            if found:
                found[-1] = Spell(found[-1].price, found[-1].first, add_months(month, -1))
            found.append(Spell(price, month, None))
        return tuple(found)


@dataclass(frozen=True)
class Spell:
    """A price and the months for which it holds.

    Args:
        price: The price.
        first: First month.
        last: Last month, None = until further notice.
    """

    price: Price
    first: date
    last: date | None


def _unsure(seen: Mapping[str, Value]) -> tuple[str, ...]:
    """Return the keys of values used that are not sure, sorted."""
    return tuple(sorted(k for k, v in seen.items() if not v.is_sure))


def months_of(first: date, last: date) -> tuple[date, ...]:
    """Return the first days of the months from one to the other, both kept."""
    n = (last.year - first.year) * 12 + last.month - first.month + 1
    return tuple(add_months(first, i) for i in range(n))
