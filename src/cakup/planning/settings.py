"""``plan.toml``: year, criteria, purses, quotas, scenarios; every unknown key is an error.

Shapes: ``docs/reference/rencana.md``. Months are written ``YYYY-MM``; amounts are whole rupiah.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from cakup.kernel.errors import InputError, Where
from cakup.kernel.months import DAY_OR_MONTH, parse_day
from cakup.kernel.schemas import PAYERS, PUBLIC_PAYERS
from cakup.planning.first_month import check_first_month
from cakup.planning.prices import PROGRAMMES, TWO_PROGRAMMES
from cakup.planning.toml_lines import TomlFile

PLAN_KEYS = frozenset(
    {"year", "as_of", "seed", "criteria", "objectives", "yield", "stage", "target", "programmes",
     "start", "january", "dpa_ready", "known"}
)  # fmt: skip
PURSE_KEYS = frozenset(
    {"id", "payer", "pagu_rp", "from", "to", "eligible", "certainty", "sk", "opd", "account"}
)
QUOTA_KEYS = frozenset({"kode_wilayah", "min", "max"})
SCENARIO_KEYS = frozenset({"id", "changes", "title"})
#: Objective → other spellings.
OBJECTIVES = {
    "keep": ("peserta_lama",), "target": ("sasaran",), "poorest": ("termiskin",),
    "jkm_months": ("jkm_penuh", "jkm"), "fairness": ("merata",),
    "least_apbd": ("apbd_terkecil", "hemat_apbd"),
}  # fmt: skip
STAGES = ("nama", "pagu")
#: How January to March are covered before the new DPA can be used; each a choice with its status.
JANUARY = ("dpa_baru", "dpa_lama", "jembatan", "tunggakan")
MAX_RUPIAH = 10**15
MAX_PERSONS = 10**8
BASE = "dasar"


@dataclass(frozen=True)
class Purse:
    """A source of money.

    Args:
        id: Name.
        payer: Word of the closed list of payers.
        pagu_rp: Money of the year, whole rupiah.
        first: First month that it can pay.
        last: Last month.
        eligible: Who may be paid: ``semua``, occupation groups, or a table of conditions; empty =
            what the payer's rules say.
        certainty: How sure the money is, in words or as a share.
        sk: Number of its decree, may be empty.
        opd: Office that holds it.
        account: Account codes by programme, if other than the office's.
    """

    id: str
    payer: str
    pagu_rp: int
    first: date
    last: date
    eligible: Any = ""
    certainty: str = ""
    sk: str = ""
    opd: str = ""
    account: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_public(self) -> bool:
        """Whether it is APBD money, of any kind."""
        return self.payer in PUBLIC_PAYERS


@dataclass(frozen=True)
class Quota:
    """A floor and a ceiling of persons in an area.

    Args:
        kode: Kemendagri code of city, kecamatan or kelurahan.
        least: Fewest persons.
        most: Most persons, None = no ceiling.
    """

    kode: str
    least: int = 0
    most: int | None = None


@dataclass(frozen=True)
class Scenario:
    """Changes to a plan.

    Args:
        id: Name.
        changes: Dotted key → value; ``-45%`` and ``+10%`` change a number by a share.
        title: Words for tables, may be empty.
    """

    id: str
    changes: dict[str, Any]
    title: str = ""


@dataclass(frozen=True)
class PlanSettings:
    """A plan as written.

    Args:
        year: Fiscal year.
        as_of: Day of the data.
        seed: Seed of the draw that decides ties.
        criteria: Rule set: name or path.
        objectives: Words of ``OBJECTIVES`` in the order of the user.
        yield_share: Share of the names that pass verification, 0–1.
        stage: ``nama`` or ``pagu``.
        target: ``id`` of a target, with ``/A``, ``/B`` or ``/C`` for a reading; empty = reading A.
        programmes: Programmes paid.
        start: First month in which anybody may begin, never one that is over; None = January, or
            the month after the day of the data once the year has begun.
        january: One of ``JANUARY``.
        dpa_ready: First month that the new DPA can pay.
        known: Only files and decisions received by this day.
        changed_from: First month of a budget changed in the middle of the year; scenarios only.
        purses: Purses in order.
        quotas: Quotas.
        scenarios: Scenarios beside the base.
        folder: Folder of the file; paths in it start there.
        file: Name of the file.
    """

    year: int
    as_of: date
    seed: int
    criteria: str
    objectives: tuple[str, ...]
    yield_share: float = 1.0
    stage: str = "nama"
    target: str = ""
    programmes: tuple[str, ...] = TWO_PROGRAMMES
    start: date | None = None
    january: str = "dpa_baru"
    dpa_ready: date | None = None
    known: date | None = None
    changed_from: date | None = None
    purses: tuple[Purse, ...] = ()
    quotas: tuple[Quota, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    folder: Path = Path()
    file: str = ""

    def month(self, day: date | None, default: int) -> int:
        """Return a month of the plan year as 0–11; before the year 0, after it 12."""
        if day is None:
            return default
        return max(0, min(12, (day.year - self.year) * 12 + day.month - 1))

    @property
    def payers(self) -> tuple[str, ...]:
        """Payers of the purses, each once."""
        return tuple(dict.fromkeys(p.payer for p in self.purses))

    @property
    def is_running(self) -> bool:
        """Whether the plan year has begun on the day of the data: its first months are over."""
        return self.as_of.year == self.year

    @property
    def begins(self) -> int:
        """The first month (0–11) in which anybody may begin; never one that is over by itself."""
        if self.start is None and self.is_running:
            return min(self.as_of.month, 11)
        return self.month(self.start, 0)

    def effective_first(self, purse: Purse) -> int:
        """Return the first month (0–12) that a purse can pay under the choice for January."""
        first = self.month(purse.first, 0)
        if purse.is_public and self.january in ("dpa_baru", "jembatan"):
            first = max(first, self.month(self.dpa_ready, 0))
        return first

    def plain(self) -> dict[str, Any]:
        """Return the settings as plain JSON values, for manifests."""
        return {
            "year": self.year, "as_of": self.as_of.isoformat(), "seed": self.seed,
            "criteria": self.criteria, "objectives": list(self.objectives),
            "yield": self.yield_share, "stage": self.stage, "target": self.target,
            "programmes": list(self.programmes), "january": self.january,
            "start": _iso(self.start), "dpa_ready": _iso(self.dpa_ready),
            "known": self.known.isoformat() if self.known else None,
            "purses": [
                {"id": p.id, "payer": p.payer, "pagu_rp": p.pagu_rp, "from": _iso(p.first),
                 "to": _iso(p.last), "eligible": p.eligible, "certainty": p.certainty, "sk": p.sk,
                 "opd": p.opd, "account": dict(p.account)}
                for p in self.purses
            ],
            "quotas": [
                {"kode_wilayah": q.kode, "min": q.least, "max": q.most} for q in self.quotas
            ],
        }  # fmt: skip


def _iso(month: date | None) -> str | None:
    return None if month is None else f"{month:%Y-%m}"


def read_plan(path: Path) -> PlanSettings:
    """Read ``plan.toml``.

    Args:
        path: The file.

    Raises:
        InputError: ``plan.file.…``, ``plan.key.…``, ``plan.start.over``, ``plan.year.over``,
            ``plan.purse.…``, ``plan.quota.…`` with file and line.
    """
    file = TomlFile(path)
    _known(file, "", 0, file.data, frozenset({"plan", "purse", "quota", "scenario"}))
    head = file.data.get("plan")
    if not isinstance(head, dict):
        raise InputError("plan.key.missing", where=Where(file=file.name), key="[plan]")
    _known(file, "plan", 0, head, PLAN_KEYS)
    for key in ("year", "as_of", "criteria"):
        if key not in head:
            raise InputError("plan.key.missing", where=file.where("plan"), key=key)
    year = _whole(file, "plan", 0, head, "year", 2015, 2100)
    purses = tuple(_purse(file, n, p, year) for n, p in enumerate(file.data.get("purse", [])))
    if not purses:
        raise InputError("plan.key.missing", where=file.where("plan"), key="[[purse]]")
    _unique(file, "purse", [p.id for p in purses])
    quotas = tuple(_quota(file, n, q) for n, q in enumerate(file.data.get("quota", [])))
    _unique(file, "quota", [q.kode for q in quotas])
    scenarios = tuple(_scenario(file, n, s) for n, s in enumerate(file.data.get("scenario", [])))
    _unique(file, "scenario", [BASE, *(s.id for s in scenarios)], offset=1)
    held = _head(file, head, year)
    check_first_month(file, held)
    return replace(held, purses=purses, quotas=quotas, scenarios=scenarios,
                   folder=path.absolute().parent, file=file.name)  # fmt: skip


def _head(file: TomlFile, head: dict[str, Any], year: int) -> PlanSettings:
    """Return the settings of ``[plan]``."""
    objectives = head.get("objectives", ["keep", "target", "poorest", "jkm_months"])
    programmes = head.get("programmes", list(TWO_PROGRAMMES))
    for word in programmes:
        _choice(file, "plan", 0, "programmes", word, PROGRAMMES)
    for key, choices in (("stage", STAGES), ("january", JANUARY)):
        if key in head:
            _choice(file, "plan", 0, key, head[key], choices)
    share = head.get("yield", 1.0)
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share <= 1:
        where = file.where("plan", 0, "yield")
        raise InputError("plan.key.bad_number", where=where, key="yield", low="0 (tidak termasuk)",
                         high=1)  # fmt: skip
    known = head.get("known")
    return PlanSettings(
        year=year, as_of=_day(file, "plan", 0, head, "as_of"),
        seed=_whole(file, "plan", 0, head, "seed", 0, 2**53, default=year),
        criteria=str(head["criteria"]),
        objectives=tuple(_objective(file, word) for word in objectives),
        yield_share=float(share), stage=head.get("stage", "nama"), target=head.get("target", ""),
        programmes=tuple(programmes),
        start=_month(file, "plan", 0, head, "start") if "start" in head else None,
        january=head.get("january", "dpa_baru"),
        dpa_ready=_month(file, "plan", 0, head, "dpa_ready") if "dpa_ready" in head else None,
        known=_day(file, "plan", 0, head, "known") if known is not None else None,
    )  # fmt: skip


def _objective(file: TomlFile, word: Any) -> str:
    for name, also in OBJECTIVES.items():
        if word == name or word in also:
            return name
    _choice(file, "plan", 0, "objectives", word, tuple(OBJECTIVES))
    raise AssertionError


def _purse(file: TomlFile, n: int, raw: dict[str, Any], year: int) -> Purse:
    """Check and build one purse."""
    _known(file, "purse", n, raw, PURSE_KEYS)
    for key in ("id", "payer", "pagu_rp"):
        if key not in raw:
            raise InputError("plan.key.missing", where=file.where("purse", n), key=key)
    _choice(file, "purse", n, "payer", raw["payer"], PAYERS)
    pagu = raw["pagu_rp"]
    if isinstance(pagu, bool) or not isinstance(pagu, int) or not 0 <= pagu <= MAX_RUPIAH:
        raise InputError("plan.purse.bad_pagu", where=file.where("purse", n, "pagu_rp"),
                         purse=str(raw["id"])[:40])  # fmt: skip
    first = _month(file, "purse", n, raw, "from") if "from" in raw else date(year, 1, 1)
    last = _month(file, "purse", n, raw, "to") if "to" in raw else date(year, 12, 1)
    if last < first or last.year < year or first.year > year:
        raise InputError("plan.purse.bad_months", where=file.where("purse", n, "to"),
                         purse=str(raw["id"])[:40], year=year)  # fmt: skip
    return Purse(
        str(raw["id"]), raw["payer"], pagu, first, last, raw.get("eligible", ""),
        str(raw.get("certainty", "")), str(raw.get("sk", "")), str(raw.get("opd", "")),
        dict(raw.get("account", {})),
    )  # fmt: skip


def _quota(file: TomlFile, n: int, raw: dict[str, Any]) -> Quota:
    """Check and build one quota."""
    _known(file, "quota", n, raw, QUOTA_KEYS)
    if "kode_wilayah" not in raw:
        raise InputError("plan.key.missing", where=file.where("quota", n), key="kode_wilayah")
    least = _whole(file, "quota", n, raw, "min", 0, MAX_PERSONS, default=0)
    most = _whole(file, "quota", n, raw, "max", 0, MAX_PERSONS) if "max" in raw else None
    if most is not None and least > most:
        raise InputError("plan.quota.crossed", where=file.where("quota", n, "min"),
                         kode=str(raw["kode_wilayah"])[:20], least=least, most=most)  # fmt: skip
    return Quota(str(raw["kode_wilayah"]), least, most)


def _scenario(file: TomlFile, n: int, raw: dict[str, Any]) -> Scenario:
    """Check and build one scenario; nested tables become dotted keys."""
    _known(file, "scenario", n, raw, SCENARIO_KEYS)
    if "id" not in raw:
        raise InputError("plan.key.missing", where=file.where("scenario", n), key="id")
    changes: dict[str, Any] = {}
    given = raw.get("changes", {})
    for part in given if isinstance(given, list) else [given]:
        if not isinstance(part, dict):
            where = file.where("scenario", n, "changes")
            raise InputError("plan.scenario.bad_changes", where=where, id=str(raw["id"])[:40])
        changes |= flatten(part)
    return Scenario(str(raw["id"]), changes, str(raw.get("title", "")))


def flatten(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested tables as dotted keys; ``eligible`` and ``account`` stay tables."""
    held: dict[str, Any] = {}
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and key not in ("eligible", "account"):
            held |= flatten(value, f"{name}.")
        else:
            held[name] = value
    return held


def _unique(file: TomlFile, table: str, ids: list[str], offset: int = 0) -> None:
    for n, one in enumerate(ids):
        if one in ids[:n]:
            where = file.where(table, n - offset)
            raise InputError("plan.key.twice", where=where, table=table, id=one[:40])


def _known(file: TomlFile, table: str, n: int, raw: Any, keys: frozenset[str]) -> None:
    """Refuse a key that nobody reads."""
    if not isinstance(raw, dict):
        raise InputError("plan.key.not_a_table", where=file.where(table, n), key=table)
    for key in raw:
        if key not in keys:
            near = ", ".join(get_close_matches(key, sorted(keys), n=3, cutoff=0.4) or sorted(keys))
            where = file.where(table, n, key) if table else file.where(key)
            raise InputError("plan.key.unknown", where=where, key=key[:40], near=near)


def _choice(
    file: TomlFile, table: str, n: int, key: str, given: Any, choices: tuple[str, ...]
) -> None:
    if given not in choices:
        raise InputError("plan.key.bad_choice", where=file.where(table, n, key), key=key,
                         choices=", ".join(choices))  # fmt: skip


def _whole(
    file: TomlFile, table: str, n: int, raw: dict[str, Any], key: str, low: int, high: int,
    default: int | None = None,
) -> int:  # fmt: skip
    """Return a whole number between bounds."""
    value = raw.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        where = file.where(table, n, key)
        raise InputError("plan.key.bad_number", where=where, key=key, low=low, high=high)
    return value


def _day(file: TomlFile, table: str, n: int, raw: dict[str, Any], key: str) -> date:
    """Return a day; a month stands for its last day."""
    value = raw[key]
    if isinstance(value, date):
        return value
    if isinstance(value, str) and DAY_OR_MONTH.fullmatch(value):
        return parse_day(value, option=key)
    raise InputError("plan.key.bad_date", where=file.where(table, n, key), key=key)


def _month(file: TomlFile, table: str, n: int, raw: dict[str, Any], key: str) -> date:
    return _day(file, table, n, raw, key).replace(day=1)
