"""``documents.toml``: letterhead, signatories, numbering, accounts, readiness for FINAL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from cakup.kernel import spelling
from cakup.kernel.errors import InputError, Where

READY_WORDS = {
    "perwal": "Peraturan Wali Kota", "ssh": "Standar harga satuan memuat iuran",
    "account": "Kode rekening disahkan BPKAD", "sub_kegiatan": "Sub kegiatan disahkan",
    "pks": "PKS dengan BPJS Ketenagakerjaan", "dpa": "DPA dan SPD",
    "dukcapil": "Daftar diperiksa Disdukcapil", "bpjs": "Daftar diperiksa BPJS Ketenagakerjaan",
}  # fmt: skip
#: What a change of the budget needs besides.
CHANGE_WORDS = {
    "perda": "Peraturan tentang Perubahan APBD", "dppa": "DPPA",
    "sk_change": "Keputusan perubahan, nomor",
}  # fmt: skip
#: Requirements that are checks of the lists: they must not be older than the data.
CHECKS = ("dukcapil", "bpjs")
#: A paper is not dated before what it stands on.
PAPER_DAY = "Tanggal dokumen ([office] date)"
READY_PARTS = ("number", "date", "by")
ACCEPT_PARTS = ("by", "on", "document")
#: What stands before the key of a mark among the open points.
ACCEPTANCE = "penerimaan atas "
DOTS = "…………………"
#: Rows of the table of the TAPD on a budget form.
TAPD_ROWS = 8


@dataclass(frozen=True)
class Office:
    """What papers need of the office.

    Args:
        lines: Lines of the letterhead.
        address: Address under them.
        logo: Coat of arms, None without one.
        sheet: ``A4`` or ``F4``.
        city: Place of signing.
        date: Day of signing, None = dots.
        contact: Whom a participant may ask.
        numbering: Patterns of numbers.
        signatories: Role → ``jabatan, nama, pangkat, nip``.
        tapd: Members of the TAPD, ``nama, nip, jabatan``.
        copies: Whom letters go to besides, *tembusan*.
        accounts: Account → name, those known for the year.
        budget: Accounts by programme, and the budget's own names.
        purse_budget: Purse → what differs from ``budget``.
        ready: Requirement → ``number, date, by``.
        change: Requirement of a change of the budget → ``number, date, by``.
        accepted: Mark → ``by, on, document``.
        places: Key such as ``budget.jkk`` → where it stands, for errors.
    """

    lines: tuple[str, ...] = ()
    address: str = ""
    logo: Path | None = None
    sheet: str = "A4"
    city: str = ""
    date: date | None = None
    contact: str = ""
    numbering: Mapping[str, str] = field(default_factory=dict)
    signatories: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    tapd: tuple[Mapping[str, str], ...] = ()
    copies: tuple[str, ...] = ()
    accounts: Mapping[str, str] = field(default_factory=dict)
    budget: Mapping[str, str] = field(default_factory=dict)
    purse_budget: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ready: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    accepted: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    places: Mapping[str, Where] = field(default_factory=dict)
    change: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def signatory(self, role: str) -> dict[str, str]:
        """Return a signatory block; dots where nobody is named."""
        held = dict(self.signatories.get(role, {}))
        return {
            "jabatan": held.get("jabatan") or role.replace("_", " ").capitalize(),
            "nama": held.get("nama") or DOTS,
            "pangkat": held.get("pangkat", ""), "nip": held.get("nip", ""),
        }  # fmt: skip

    @property
    def day(self) -> str:
        """Day of signing, dots where it is open."""
        return spelling.day(self.date) if self.date else DOTS

    @property
    def place_date(self) -> str:
        """Place and day of signing."""
        return f"{self.city}, {self.day}"

    def number(
        self, what: str, *, year: int, purse: str = "", n: int | str = "…", place: str = ""
    ) -> str:
        """Return a number by its pattern, dots where there is none."""
        pattern = self.numbering.get(what, DOTS)
        return pattern.format(year=year, purse=purse, n=n, place=place)

    def budget_of(self, purse: str) -> dict[str, str]:
        """Return the budget's names for a purse, its own before the common ones."""
        return {**self.budget, **self.purse_budget.get(purse, {})}

    def is_met(self, requirement: str) -> bool:
        """Tell whether a requirement has number, day and name."""
        return all(self.ready.get(requirement, {}).get(part) for part in READY_PARTS)

    def is_accepted(self, mark: str) -> bool:
        """Tell whether an officer has accepted an unsure value, with day and paper."""
        return all(self.accepted.get(mark, {}).get(part) for part in ACCEPT_PARTS)

    def open_points(self, marks: tuple[str, ...], as_of: str = "") -> list[str]:
        """Return what FINAL still lacks: requirements without number, date and name; marks.

        Args:
            marks: Keys of values used that nobody has confirmed.
            as_of: Day of the data, ISO; a check of the lists before it is none.
        """
        lacking = [READY_WORDS[k] for k in READY_WORDS if not self.is_met(k)]
        for key in CHECKS if as_of else ():
            if self.is_met(key) and self.ready[key]["date"] < as_of:
                lacking.append(f"{READY_WORDS[key]} sesudah tanggal data")
        if self.date and self.date.isoformat() < as_of:
            lacking.append(f"{PAPER_DAY} sesudah tanggal data")
        return [*lacking, *(f"{ACCEPTANCE}{k}" for k in marks if not self.is_accepted(k))]

    def open_change(self) -> list[str]:
        """Return what FINAL papers of a change of the budget still lack."""
        lacking = [
            words
            for key, words in CHANGE_WORDS.items()
            if key != "sk_change"
            and not all(self.change.get(key, {}).get(part) for part in READY_PARTS)
        ]
        if "…" in self.numbering.get("sk_change", DOTS):
            lacking.append(CHANGE_WORDS["sk_change"])
        if self.date and self.date.isoformat() < self.change.get("perda", {}).get("date", ""):
            lacking.append(f"{PAPER_DAY} sesudah Perubahan APBD")
        return lacking


def account(
    office: Office, purse: str, programme: str, given: Mapping[str, str], year: int,
    where: Where | None = None,
) -> tuple[str, str]:  # fmt: skip
    """Return the account of a programme and its name.

    Args:
        office: The office.
        purse: Purse that pays.
        programme: ``jkk``, ``jkm`` or ``jht``.
        given: The purse's own accounts by programme, from ``plan.toml``.
        year: Fiscal year, for the error.
        where: Where the purse stands in ``plan.toml``, for the error.

    Raises:
        InputError: ``plan.documents.unknown_account`` with file and line.
    """
    own = given.get(programme)
    code = str(own or office.budget_of(purse).get(programme, ""))
    if code not in office.accounts:
        at = office.places.get(f"budget.purse.{purse}.{programme}") or office.places.get(
            f"budget.{programme}"
        )
        raise InputError(
            "plan.documents.unknown_account", where=where if own else at,
            account=code or programme, year=year,
        )  # fmt: skip
    return code, office.accounts[code]
