"""Inputs of a question: their names, kinds and limits, for case files, commands and the library.

Names are English and fixed (``interfaces``); unknown names are refused, because an input that is
silently ignored would answer another question.
"""

# ruff: noqa: RUF009 - the helpers return dataclasses.field
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from cakup.kernel.errors import CakupError, UsageError
from cakup.kernel.language import Text
from cakup.law.contributions.jakon import CONTRACT_LIMIT_RP
from cakup.law.contributions.wage import WAGE_LIMIT_RP
from cakup.law.questions import reading

SEGMENTS = ("pu", "bpu", "jakon", "pmi", "magang")
SECTORS = {
    "other": "other", "lain": "other", "transport": "transport", "angkutan": "transport",
    "transportasi": "transport",
}  # fmt: skip
CONTRACTS = {
    "pkwt": "pkwt", "pkwtt": "pkwtt", "borongan": "borongan", "harian": "harian",
    "harian_lepas": "harian", "daily": "harian", "piece": "borongan", "bulanan": "bulanan",
    "monthly": "bulanan",
}  # fmt: skip
CHANNELS = {
    "p3mi": "p3mi", "perseorangan": "perseorangan", "mandiri": "perseorangan",
    "individual": "perseorangan", "g2g_korea": "g2g_korea",
}  # fmt: skip
PAYERS = {
    "self": "mandiri", "mandiri": "mandiri", "employer": "pemberi_kerja",
    "pemberi_kerja": "pemberi_kerja", "apbd": "apbd_kabkota", "apbd_kabkota": "apbd_kabkota",
    "apbd_kota": "apbd_kabkota", "apbd_provinsi": "apbd_provinsi", "apbn": "apbn",
    "dbh": "dbh_cht", "dbh_cht": "dbh_cht", "dbhcht": "dbh_cht", "dbh_sawit": "dbh_sawit",
    "apbdes": "apbdes", "csr": "csr", "baznas": "baznas", "sertakan": "sertakan", "lain": "lain",
    "tidak_diketahui": "tidak_diketahui",
}  # fmt: skip
PUBLIC = ("apbn", "apbd_kabkota", "apbd_provinsi", "dbh_cht", "dbh_sawit")
AID = (*PUBLIC, "apbdes", "csr", "baznas", "sertakan")
HEIRS = {
    "widow": "widow", "widower": "widow", "janda": "widow", "duda": "widow", "child": "child",
    "anak": "child", "parent": "parent", "orang_tua": "parent",
}  # fmt: skip
CAUSES = {
    "natural": "natural", "accident": "accident", "wajar": "natural", "kecelakaan": "accident",
}  # fmt: skip
MONTHS, PERSONS = 1_200, 500_000_000


def _input(kind: str, id: str, en: str, low: int = 0, high: int = 0, **more: Any) -> Any:
    """Return a field with how it is read and what it means."""
    meta = {"kind": kind, "says": Text(id, en), "low": low, "high": high, **more}
    return field(default=None, metadata=meta)


def _rp(id: str, en: str, high: int = WAGE_LIMIT_RP) -> Any:
    return _input("whole", id, en, 0, high)


def _choice(id: str, en: str, choices: Mapping[str, str]) -> Any:
    return _input("choice", id, en, choices=choices)


@dataclass(frozen=True)
class Facts:
    """What is known about a person, a payer and an event; None = not stated."""

    segment: str | None = _choice(
        "Segmen: pu, bpu, jakon, pmi, atau magang.", "Segment.", {s: s for s in SEGMENTS}
    )
    wage: int | None = _rp("Upah sebulan, rupiah.", "Monthly wage, rupiah.")
    paid_wage: int | None = _rp(
        "Upah yang dibayar pada bulan pertama yang tidak penuh; dasar JP.",
        "Wage paid in a broken first month; the base of JP.",
    )
    daily_wage: int | None = _rp("Upah sehari, rupiah.", "Daily wage, rupiah.")
    monthly_factor: int | None = _input(
        "whole", "Hari pengali upah sehari.", "Days that make a month.", 1, 31
    )
    wage_type: str | None = _choice("Cara pengupahan: bulanan, harian, borongan.",
                                    "Way of pay.", CONTRACTS)  # fmt: skip
    contract_type: str | None = _choice("Perjanjian kerja: PKWT, PKWTT, harian, borongan.",
                                        "Contract.", CONTRACTS)  # fmt: skip
    joined: date | None = _input("day", "Hari mulai bekerja.", "First day of work.")
    left: date | None = _input("day", "Hari terakhir bekerja.", "Last day of work.")
    risk_group: int | None = _input("whole", "Tingkat risiko 1–5.", "Risk class 1–5.", 1, 5)
    employer_group: int | None = _input(
        "whole", "Tingkat risiko usaha jasa konstruksi.", "Risk class of the construction firm.",
        1, 5,
    )  # fmt: skip
    labour_intensive: bool | None = _input(
        "flag", "Industri padat karya yang memenuhi syarat.", "Qualifying labour-intensive branch."
    )
    citizen: bool | None = _input("flag", "Warga negara Indonesia.", "Indonesian citizen.")
    jp_registered: bool | None = _input("flag", "Terdaftar JP.", "Enrolled in JP.")
    born: date | None = _input("day", "Tanggal lahir.", "Date of birth.")
    age: int | None = _input("whole", "Usia, tahun.", "Age, years.", 0, 130)
    art_15_4_choice: bool | None = _input(
        "flag", "Memilih menerima pensiun kemudian (PP 45/2015 Pasal 15(4)).",
        "Chose to receive the pension later (PP 45/2015 Pasal 15(4)).",
    )  # fmt: skip
    base: int | None = _rp("Dasar iuran BPU, rupiah.", "Base of a BPU, rupiah.")
    income: int | None = _rp("Penghasilan BPU sebulan.", "Monthly income of a BPU.")
    jht: bool | None = _input("flag", "BPU ikut JHT.", "The BPU joined JHT.")
    payer: str | None = _input(
        "payer", "Pembayar: self, apbd, dbh, csr, …", "Payer.", choices=PAYERS, first=PUBLIC
    )
    sector: str | None = _choice("Sektor BPU: other atau transport.", "Sector of a BPU.", SECTORS)
    persons: int | None = _input("whole", "Banyaknya orang.", "Persons.", 0, PERSONS)
    months: int | None = _input(
        "whole", "Bulan iuran, kontrak, atau manfaat.", "Months.", 0, MONTHS
    )
    contract_value: int | None = _rp(
        "Nilai kontrak proyek tanpa PPN.", "Contract value without VAT.", CONTRACT_LIMIT_RP
    )
    channel: str | None = _choice(
        "Jalur PMI: p3mi, perseorangan, g2g_korea.", "Channel of a migrant.", CHANNELS
    )
    jht_amount: int | None = _rp("Pilihan JHT PMI.", "Chosen JHT amount of a migrant.")
    event: str | None = _input("event", "Peristiwa.", "Event.")
    cause: str | None = _choice("Sebab kematian: natural atau accident.", "Cause.", CAUSES)
    membership_months: int | None = _input(
        "whole", "Bulan kepesertaan sebelum kejadian.", "Months of membership before.", 0, MONTHS
    )
    unpaid_months: int | None = _input(
        "whole", "Bulan menunggak berturut-turut sampai kejadian.",
        "Unpaid months in a row up to the event.", 0, MONTHS,
    )  # fmt: skip
    employments: int | None = _input(
        "whole", "Banyaknya pemberi kerja.", "Number of employments.", 1, 20
    )
    children: int | None = _input("whole", "Anak.", "Children.", 0, 30)
    levels: tuple[str, ...] | None = _input(
        "levels", "Jenjang sekolah anak: all atau sd,smp,…", "School levels."
    )
    scholarship: tuple[tuple[str, int], ...] | None = _input(
        "scholarship", "Jenjang dan tahun, mis. sd:6,smp:3.", "Levels and years."
    )
    children_max_scholarship: int | None = _input(
        "whole", "Anak dengan beasiswa penuh.", "Children with the full scholarship.", 0, 30
    )
    heir: str | None = _choice("Ahli waris pensiun: widow, child, parent.", "Survivor.", HEIRS)
    after_widow: bool | None = _input(
        "flag", "Anak setelah janda/duda.", "Child after a widow or widower."
    )
    registered_months: int | None = _input(
        "whole", "Bulan sejak terdaftar JP.", "Months since enrolment in JP.", 0, MONTHS
    )
    body_part: str | None = _input("text", "Baris tabel cacat.", "Row of the disability table.")
    body_part_times: int | None = _input(
        "whole", "Berapa kali baris itu.", "How often the row applies.", 1, 10
    )
    loss_percent: int | None = _input(
        "whole", "Persen kehilangan fungsi.", "Percent of function lost.", 1, 100
    )
    cost: int | None = _rp("Biaya yang diganti.", "Cost to be refunded.")
    transport_modes: str | None = _input(
        "text", "Angkutan: darat, laut, udara.", "Kinds of transport."
    )
    jht_balance: int | None = _rp("Saldo JHT.", "Balance of JHT.")
    contribution_due: int | None = _rp(
        "Iuran yang terlambat.", "Contribution that is late.", CONTRACT_LIMIT_RP
    )
    months_late: int | None = _input("whole", "Bulan terlambat.", "Months late.", 0, MONTHS)
    previous_ceiling: int | None = _rp("Batas upah JP sebelumnya.", "JP ceiling before.")
    gdp_growth: Decimal | None = _input(
        "share", "Pertumbuhan PDB, mis. 0.0511.", "GDP growth.", -1, 1
    )
    year: int | None = _input("whole", "Tahun.", "Year.", 2012, 2100)
    note: str | None = _input("text", "Catatan, diabaikan.", "Remark, ignored.")
    claim: str | None = _input("text", "Pernyataan yang diuji, diabaikan.", "Claim, ignored.")

    def given(self) -> dict[str, Any]:
        """Return the inputs that are stated."""
        stated = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: value for name, value in stated.items() if value is not None}


#: Fields in order, with how each is read.
INPUTS = {f.name: f for f in fields(Facts)}


def read_facts(given: Mapping[str, Any]) -> Facts:
    """Return the inputs of a question from texts and values.

    Args:
        given: Input name → value; numbers may be text, None counts as not stated.

    Raises:
        UsageError: ``law.input.unknown`` with the nearest names; ``law.input.bad_value``;
            ``law.input.out_of_range``. No value is repeated.
    """
    unknown = [str(name) for name in given if name not in INPUTS]
    if unknown:
        near = [m for n in unknown for m in get_close_matches(n, INPUTS, n=2, cutoff=0.4)]
        nearest = list(dict.fromkeys(near)) or list(INPUTS)[:3]
        raise UsageError("law.input.unknown", name=", ".join(unknown), near=", ".join(nearest))
    stated = {name: value for name, value in given.items() if value is not None}
    return Facts(**{name: _value(name, value) for name, value in stated.items()})


def _value(name: str, value: Any) -> Any:
    """Read one input by its kind."""
    meta = INPUTS[name].metadata
    try:
        found = reading.READERS[meta["kind"]](value, meta)
    except CakupError:
        raise
    except (ValueError, ArithmeticError, TypeError, KeyError, AttributeError) as err:
        expected = ", ".join(meta.get("choices", ())) or reading.EXPECTED[meta["kind"]]
        raise UsageError("law.input.bad_value", name=name, expected=expected) from err
    if meta["high"] and not meta["low"] <= found <= meta["high"]:
        raise UsageError(
            "law.input.out_of_range", name=name, low=meta["low"], high=meta["high"]
        )  # fmt: skip
    return found
