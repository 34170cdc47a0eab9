"""What the papers of a plan are made of, put together once so that they cannot disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from cakup.documents.plan.office import Office
from cakup.kernel import spelling
from cakup.kernel.months import MONTHS_ID_SHORT

PAYER_WORDS = {
    "apbd_kabkota": "APBD kota", "apbd_provinsi": "APBD provinsi", "dbh_cht": "DBH CHT",
    "dbh_sawit": "DBH sawit", "apbdes": "APBDes", "csr": "CSR/TJSL", "baznas": "Baznas",
    "sertakan": "SERTAKAN", "mandiri": "mandiri", "pemberi_kerja": "pemberi kerja", "lain": "lain",
    "tidak_diketahui": "tidak diketahui",
}  # fmt: skip
#: Payers whose money stands in the city's own budget form.
CITY_BUDGET = ("apbd_kabkota", "dbh_cht", "dbh_sawit")
STATUS_WORDS = {
    "solid": "pasti", "secondary": "sumber kedua", "derived": "diturunkan",
    "disputed": "ada beberapa bacaan", "unconfirmed": "belum dikonfirmasi",
    "confirmed": "dikonfirmasi",
}  # fmt: skip
PROGRAMME_WORDS = {"jkk": "Jaminan Kecelakaan Kerja (JKK)", "jkm": "Jaminan Kematian (JKM)",
                   "jht": "Jaminan Hari Tua (JHT)"}  # fmt: skip


@dataclass(frozen=True)
class PurseFacts:
    """One purse as papers need it.

    Args:
        id: Name.
        payer: Word of the closed list.
        sk: Number of its decree, may be empty.
        opd: Office that holds it, may be empty.
        is_public: Whether it is APBD money.
        accounts: Own accounts by programme.
        pagu_rp: Its money.
        certainty: How sure it is.
    """

    id: str
    payer: str
    sk: str
    opd: str
    is_public: bool
    accounts: Mapping[str, str]
    pagu_rp: int
    certainty: str

    @property
    def source(self) -> str:
        """The source of money in words."""
        return PAYER_WORDS[self.payer]

    @property
    def is_city_budget(self) -> bool:
        """Whether its money stands in the city's own budget form."""
        return self.payer in CITY_BUDGET

    def number(self, office: Office, year: int) -> str:
        """Return the number of its decree."""
        return self.sk or office.number("sk", year=year, purse=self.id)


@dataclass(frozen=True)
class PlanFacts:
    """Everything that papers say.

    Args:
        place_name: Name of the city.
        summary: The plan's ``summary.json``.
        office: Letterhead and the like.
        purses: Purses that pay somebody.
        people: One row per person and purse: ``person_id, purse, rank, nama, nik, tempat_lahir,
            tanggal_lahir, jenis_kelamin, alamat, rt, rw, kode, kelurahan, kecamatan, pekerjaan,
            desil, telepon, proposers, is_kept, first, last, months, rupiah, to_check``; empty in
            the stage by numbers.
        blocks: One row per purse, sector and months: ``purse, sector, first, last, persons``.
        bills: One row per purse, month, programme and price: ``purse, bulan, programme, price_rp,
            persons, rupiah``.
        spans: One row per purse, programme, price and number of months at it: ``purse, programme,
            price_rp, months, persons, rupiah``.
        expected: Expected events and benefits, low/mid/high.
        marks: Keys of values that nobody has confirmed.
        is_final: FINAL instead of KONSEP.
        mark_words: Key of a mark → what it is.
    """

    place_name: str
    summary: Mapping[str, Any]
    office: Office
    purses: tuple[PurseFacts, ...]
    people: pl.DataFrame
    blocks: pl.DataFrame
    bills: pl.DataFrame
    spans: pl.DataFrame
    expected: Mapping[str, Any]
    marks: tuple[str, ...]
    is_final: bool
    mark_words: Mapping[str, str] = field(default_factory=dict)

    @property
    def year(self) -> int:
        """Fiscal year."""
        return int(self.summary["year"])

    @property
    def base(self) -> Mapping[str, Any]:
        """Summary of the base scenario."""
        held: Mapping[str, Any] = self.summary["scenarios"][0]
        return held

    @property
    def january(self) -> Mapping[str, Any]:
        """The first months and their last safe payment; plans of earlier versions say less."""
        return {"months": "Januari–Maret", "whom": "peserta tahun lalu",
                "decide_by": "sebelum akhir tahun"} | dict(self.summary["january"])  # fmt: skip

    @property
    def so_far(self) -> list[str]:
        """Sentences on the months that are over, empty before the year has begun."""
        running = self.summary.get("running")
        return list(running["told"]["id"]) if running else []

    @property
    def months_over(self) -> int:
        """Months of the plan year that were over on the day of the data."""
        running = self.summary.get("running")
        return int(running["until"][5:]) if running else 0

    @property
    def has_names(self) -> bool:
        """Whether the plan is by names; the stage by numbers has none."""
        return bool(self.summary["stage"] == "nama")

    @property
    def persons(self) -> int:
        """Persons, each once."""
        return int(self.base["persons"])

    @property
    def person_months(self) -> int:
        """Person-months paid."""
        return int(self.base["person_months"])

    @property
    def rupiah(self) -> int:
        """Rupiah of all purses."""
        return int(self.base["rupiah_total"])

    @property
    def workers(self) -> int:
        """The denominator."""
        return int(self.summary["denominator"]["value"])

    @property
    def active(self) -> int:
        """Active participants on the day of the data."""
        return int(sum(self.summary["standing"]["active"].values()))

    def of(self, purse: PurseFacts) -> pl.DataFrame:
        """Return the people of a purse in the order of the decree: area, then rank."""
        return self.people.filter(pl.col("purse") == purse.id).sort(
            pl.col("kode") == "", "kode", "rank"
        )

    def heads(self, purse: PurseFacts | None = None) -> list[int]:
        """Return persons paid in each of the twelve months, of a purse or of all."""
        held = self.blocks if purse is None else self.blocks.filter(pl.col("purse") == purse.id)
        return [
            int(held.filter((pl.col("first") <= m) & (pl.col("last") >= m))["persons"].sum())
            for m in range(1, 13)
        ]

    def purse_persons(self, purse: PurseFacts) -> int:
        """Return the persons whom a purse pays in any month."""
        return int(self.blocks.filter(pl.col("purse") == purse.id)["persons"].sum())

    def purse_months(self, purse: PurseFacts) -> tuple[date, date]:
        """Return the first and the last month that a purse pays."""
        held = self.blocks.filter(pl.col("purse") == purse.id)
        first, last = int(held["first"].min()), int(held["last"].max())  # type: ignore[arg-type]
        return date(self.year, first, 1), date(self.year, last, 1)

    @property
    def place_short(self) -> str:
        """Name of the city without its kind: ``Binjai``."""
        kind, _, name = self.place_name.partition(" ")
        return name if kind in ("Kota", "Kabupaten", "Kab.") and name else self.place_name

    @property
    def head(self) -> str:
        """Who heads it: ``Wali Kota Binjai``, ``Bupati Garut``."""
        is_regency = self.place_name.startswith("Kab")
        return f"{'Bupati' if is_regency else 'Wali Kota'} {self.place_short}"

    @property
    def decree(self) -> str:
        """What its decrees are called: ``Keputusan Wali Kota``."""
        return f"Keputusan {self.head.removesuffix(self.place_short).strip()}"

    @property
    def programmes(self) -> str:
        """The programmes in short: ``JKK dan JKM``."""
        return listed([p.upper() for p in self.summary["programmes"]])

    @property
    def doubt(self) -> str:
        """Mark behind values that are not sure; FINAL papers carry it on the control sheet."""
        return "" if self.is_final else " (belum dikonfirmasi)"

    @property
    def state(self) -> str:
        """Mark in the first line of workbooks; a FINAL has none."""
        return "" if self.is_final else " · KONSEP, belum dikonfirmasi"

    def draft(self, *blocks: dict[str, Any]) -> list[dict[str, Any]]:
        """Return blocks that only a KONSEP carries."""
        return [] if self.is_final else list(blocks)

    def draft_lines(self, *lines: str) -> list[str]:
        """Return lines that only a KONSEP carries."""
        return [] if self.is_final else list(lines)

    def foot(self, name: str) -> str:
        """Return the words at the foot of a paper."""
        state = "FINAL" if self.is_final else "KONSEP"
        return f"{name} · rencana {self.summary['id']} · {state}"


def listed(words: Sequence[str]) -> str:
    """Return words as a list is spelled: ``a``, ``a dan b``, ``a, b, dan c``."""
    *first, last = words
    if not first:
        return last
    return f"{', '.join(first)}{',' if len(first) > 1 else ''} dan {last}"


def target_name(target: Mapping[str, Any]) -> str:
    """Return a target as people call it: who set it, how much, which reading.

    Args:
        target: One of the ``targets`` of a scenario.
    """
    _, _, reading = str(target["id"]).partition("/")
    nation = " nasional" if target.get("place") == "nasional" and not reading else ""
    share = target.get("target_share")
    much = f" {spelling.percent(share)}" if share else ""
    return f"{target['issuer']}{nation}{much}{f', bacaan {reading}' if reading else ''}"


def in_order(targets: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return targets as every paper and page lists them, the lowest first.

    Args:
        targets: The ``targets`` of a scenario.
    """
    return sorted(targets, key=lambda t: (t["target_share"], t["id"]))


def target_paper(target: Mapping[str, Any]) -> str:
    """Return the document of a target, its year and how it is read.

    Args:
        target: One of the ``targets`` of a scenario; plans of earlier versions have no words for
            the readings of an increase.
    """
    words = target.get("reading_words", {}).get("id") or target["reading"]
    year = f" (untuk {target['year']})" if target.get("year") else ""
    told = f"{target['document']}{year}"
    return told if words in told else f"{told}; {words}"


def months_of(people: pl.DataFrame) -> dict[str, int]:
    """Return what rows of people add up to: ``lines, person_months, rupiah``."""
    return {
        "lines": people.height, "person_months": int(people.get_column("months").sum()),
        "rupiah": int(people.get_column("rupiah").sum()),
    }  # fmt: skip


def rp(value: int) -> str:
    """Return an amount as official papers write it: ``Rp1.767.427.200,00``."""
    return f"{spelling.rupiah(value)},00"


def short_rp(value: float) -> str:
    """Return an amount in running text: ``Rp1,77 miliar``, ``Rp86,4 juta``."""
    for size, word, digits in ((10**12, "triliun", 2), (10**9, "miliar", 2), (10**6, "juta", 1)):
        if abs(value) >= size:
            return f"Rp{spelling.decimal(value / size, digits)} {word}"
    return spelling.rupiah(int(value))


def span(first: date, last: date) -> str:
    """Return months as ``Jan–Des 2027``."""
    a, b = MONTHS_ID_SHORT[first.month - 1], MONTHS_ID_SHORT[last.month - 1]
    return f"{a} {first.year}" if first == last else f"{a}–{b} {last.year}"


def low_high(values: Any, unit: str = "") -> str:
    """Return a range of three as ``17–33 (tengah 25)``; one number where rounding leaves one."""
    low, mid, high = (spelling.decimal(float(v), 0) for v in values)
    return f"{low}–{high}{unit} (tengah {mid})" if low != high else f"sekitar {low}{unit}"


def between(low: float, high: float, digits: int = 0) -> str:
    """Return a range as ``17–33``; one number where rounding leaves one: ``sekitar 17``."""
    a, b = spelling.decimal(low, digits), spelling.decimal(high, digits)
    return f"{a}–{b}" if a != b else f"sekitar {a}"
