"""What the cells of a column look like: shares of a sample, for mapping and its reasons."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import polars as pl

from cakup.identifiers import dates, nik
from cakup.intake import values, vocabulary
from cakup.kernel.identifiers import nik_facts
from cakup.places.registry import Places

SAMPLE_ROWS = 400
NIK_LIKE = ("ok", "scientific", "excel15", "float", "letters", "impossible_date", "extra_digit")
READ_DAYS = ("ok", "ambiguous", "impossible")
_LATEST = date(2100, 12, 31)
#: A column of later days without a name is not about births of workers.
_YOUNGEST = date(2012, 12, 31)
_PLACE_AND_DAY = re.compile(r"^[^0-9]{3,40}?[,/\s]\s*([0-9].*[0-9])$")
_NAME = re.compile(r"^[^\W\d_][^\d_=@<>{}|]{2,60}$")
#: A cell without ten digits, or one and an exponent, is no NIK in any state.
_NIK_DIGITS = re.compile(r"(?:[0-9OoIl].*?){10}|[0-9][eE]")
_ADDRESS = re.compile(
    r"^\W*(jl|jln|jalan|gg|gang|dusun|dsn|lr|lorong|komplek|komp|perum|perumahan|blok)\b"
    r"|\brt\W*[0-9]", re.I,
)  # fmt: skip
_DIGIT = re.compile("[0-9]")
_PHONE = re.compile(r"^(\+?62|0)?8[0-9]{7,11}$")


@dataclass(frozen=True)
class Looks:
    """Measures samples against what fields look like.

    Args:
        places: Known areas.
        kota: Code of the city.
    """

    places: Places
    kota: str
    _told: dict[tuple[str, tuple[str, ...]], float] = field(
        default_factory=dict, repr=False, compare=False
    )

    def share(self, looks: str, sample: Sequence[str]) -> float | None:
        """Return the share of the sample that looks like ``looks``, None where nothing can tell.

        Args:
            looks: Key of a measure; unknown keys (``text``) cannot be told from others.
            sample: Filled cells without blanks around.
        """
        if not sample:
            return None
        measure = self._measures.get(looks)
        if measure is None:
            return None
        # Several fields are tried on each column, some more than once.
        asked = (looks, tuple(sample))
        if asked not in self._told:
            self._told[asked] = measure(sample)
        return self._told[asked]

    @cached_property
    def _measures(self) -> dict[str, Callable[[Sequence[str]], float]]:
        return {
            "nik": nik_share,
            "nkk": _share(lambda c: bool(re.fullmatch(r"[1-9][0-9]{15}", c))),
            # A name says that these are dates, so years that cannot be are news, not disproof.
            "date": lambda cells: date_share(cells, read=("out_of_range", *READ_DAYS)),
            "birth": lambda cells: date_share(cells, _YOUNGEST, serial_counts=0.5),
            "ttl": place_and_day_share,
            "sex": _share(lambda c: vocabulary.sex(c) is not None),
            "name": _share(lambda c: bool(_NAME.fullmatch(c))),
            "phone": _share(lambda c: bool(_PHONE.fullmatch(re.sub(r"[\s.\-']", "", c)))),
            "kelurahan": _share(self._is_kelurahan),
            "kecamatan": _share(self._is_kecamatan),
            "area_code": _share(lambda c: bool(re.fullmatch(r"[0-9]{2}([. ]?[0-9]{2,4})*", c))),
            "money": _share(_is_money),
            "month": _share(lambda c: (values.month(c) or values.month_number(c)) is not None),
            "address": _share(lambda c: bool(_ADDRESS.search(c))),
            "day_number": _share(lambda c: bool(re.fullmatch(r"(0?[1-9]|[12][0-9]|3[01])", c))),
            "month_number": _share(lambda c: values.month_number(c) is not None),
            "tick": _share(vocabulary.is_tick),
            "year": _share(lambda c: bool(re.fullmatch(r"(19|20)[0-9]{2}(\.0)?", c))),
            "count": _share(lambda c: vocabulary.count(c) is not None),
            "kpj": _share(lambda c: bool(re.fullmatch(r"'?[0-9]{8,13}(\.0)?", c))),
            "npp": _share(lambda c: bool(re.fullmatch(r"[A-Z]{0,3}[0-9]{5,12}", c.upper()))),
            "rt": _share(lambda c: bool(re.fullmatch(r"[0-9]{1,3}(\.0)?|-", c))),
            "rt_rw": _share(lambda c: bool(re.fullmatch(r"\D*[0-9]{1,3}\s*[/-].*[0-9]{1,3}", c))),
            "segmen": _share(lambda c: vocabulary.segmen(c) is not None),
            "status": _share(lambda c: vocabulary.status(c) is not None),
            "flag": _share(lambda c: vocabulary.flag(c) is not None),
            "program": _share(lambda c: values.programs(c) is not None),
            "payer": _share(vocabulary.is_known_payer),
            "desil": _share(lambda c: vocabulary.desil(c) is not None),
            "works": _share(lambda c: vocabulary.works(c) is not None),
            "asn": _share(lambda c: vocabulary.asn(c) is not None),
            "registered": _share(
                lambda c: (vocabulary.flag(c) is not None) or vocabulary.status(c) is not None
            ),
        }

    def _is_kelurahan(self, cell: str) -> bool:
        return bool(self.places.find_desa_kelurahan(cell, kota=self.kota))

    def _is_kecamatan(self, cell: str) -> bool:
        return bool(self.places.find(cell, "kecamatan", inside=self.kota))


def nik_share(sample: Sequence[str]) -> float:
    """Return the share of cells that are a NIK, whole or damaged.

    Args:
        sample: Filled cells.
    """
    if not any(map(_NIK_DIGITS.search, sample)):
        return 0.0
    told = pl.DataFrame({"cell": list(sample)}).select(nik.clean(pl.col("cell")).alias("n"))
    told = told.unnest("n")
    lost = (pl.col("nik_status") == "lost_digit") & (pl.col("nik_seen").str.len_chars() >= 14)
    return float(
        told.select((pl.col("nik_status").is_in(NIK_LIKE) | lost).fill_null(False).mean()).item()
    )


def date_share(
    sample: Sequence[str],
    latest: date = _LATEST,
    *,
    serial_counts: float = 1.0,
    read: Sequence[str] = READ_DAYS,
) -> float:
    """Return the share of cells that name a day.

    Args:
        sample: Filled cells.
        latest: Last day that counts.
        serial_counts: What a bare number counts; without a column name it may be anything.
        read: Statuses of ``identifiers.dates`` that count as a day.
    """
    if not any(map(_DIGIT.search, sample)):
        return 0.0
    told = pl.DataFrame({"cell": list(sample)}).select(
        "cell", d=dates.parse(pl.col("cell"), dates.Orders("mixed"), latest=latest)
    )
    is_day = pl.col("d").struct.field("status").is_in(list(read))
    bare = pl.col("cell").str.contains(r"^[0-9.]+$")
    weight = pl.when(is_day & bare).then(serial_counts).when(is_day).then(1.0).otherwise(0.0)
    return float(told.select(weight.mean()).item())


def place_and_day_share(sample: Sequence[str]) -> float:
    """Return the share of cells such as ``Binjai, 12 Agustus 1985``.

    Args:
        sample: Filled cells.
    """
    found = [_PLACE_AND_DAY.fullmatch(cell) for cell in sample]
    days = [hit.group(1) for hit in found if hit]
    return date_share(days) * len(days) / len(sample) if days else 0.0


def looks_like_people(row: Sequence[str]) -> bool:
    """Return whether a row holds a whole NIK beside at least one name.

    Args:
        row: Cells of one row, blank ones empty.
    """
    filled = [cell for cell in row if cell]
    return any(map(_is_nik, filled)) and any(_NAME.fullmatch(cell) for cell in filled)


def _is_nik(cell: str) -> bool:
    digits = re.sub(r"[\s.'\-]", "", cell)
    return len(digits) == 16 and nik_facts(digits) is not None


def sample_of(frame: pl.DataFrame, column: str, rows: int = SAMPLE_ROWS) -> list[str]:
    """Return filled cells of a column, taken evenly from top to bottom.

    Args:
        frame: Data rows.
        column: Column name.
        rows: Largest size of the sample.
    """
    tidy = frame.get_column(column).str.strip_chars()
    filled = tidy.filter((tidy != "").fill_null(False))
    return filled.gather_every(max(1, len(filled) // rows)).head(rows).to_list()


def _share(test: Callable[[str], bool]) -> Callable[[Sequence[str]], float]:
    """Return a measure from a test of one cell; equal cells are tested once."""

    def measure(sample: Sequence[str]) -> float:
        return sum(n for cell, n in Counter(sample).items() if test(cell)) / len(sample)

    return measure


def _is_money(cell: str) -> bool:
    amount = values.rupiah(cell)
    return amount is not None and (amount >= 1000 or amount == 0)
