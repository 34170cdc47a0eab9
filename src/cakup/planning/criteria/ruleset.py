"""A rule set: number, date and articles of the instrument, and its rules in order.

A rule set is a TOML file (``docs/reference/kriteria.md``)::

    [criteria]
    id = "binjai-mou-2025"
    title = "…"
    instrument = "MoU 10 November 2025"
    date = 2025-11-10
    region = "12.75"
    source = "https://…"
    status = "unconfirmed"
    order = ["kept", "desil", "umur", "tanggungan", "terdaftar"]

    [[rule]]
    id = "umur"
    kind = "age"
    article = "Pasal 3 huruf a"
    min_years = 18
    max_years = 64
    max_months = 11

Every published rule set that ships with Cakup stands in ``planning/rulesets``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from cakup.kernel.errors import InputError, UsageError
from cakup.kernel.parameters import SURE
from cakup.planning.criteria.occupations import groups, with_own
from cakup.planning.toml_lines import TomlFile

SHIPPED = Path(__file__).parents[1] / "rulesets"
HEAD_KEYS = frozenset(
    {"id", "title", "instrument", "date", "region", "source", "status", "order", "note",
     "valid_from", "valid_to"}
)  # fmt: skip
NEEDED = ("id", "title", "instrument", "region", "source", "status")
#: What a person with an unknown value becomes under a rule.
UNKNOWN = ("out", "in", "check")
#: Words of ``order``: how persons of one decile follow each other.
ORDERS = ("kept", "desil", "umur", "umur_muda", "tanggungan", "terdaftar", "bukti")
COMMON = frozenset({"id", "kind", "article", "unknown", "note"})
#: Kind → keys beside the common ones.
KINDS: dict[str, frozenset[str]] = {
    "age": frozenset(
        {"min_years", "max_years", "max_months", "decides_on", "when", "after_limit"}
    ),
    "domicile": frozenset({"by", "places"}),
    "occupation": frozenset({"groups", "without", "from"}),
    "not_pu": frozenset(),
    "not_asn": frozenset(),
    "alive": frozenset(),
    "nik": frozenset(),
    "desil": frozenset({"max", "fallback_max"}),
    "no_double_payer": frozenset({"payers"}),
    "work_evidence": frozenset({"max_age_months", "lists"}),
    "one_per_family": frozenset(),
    "aid": frozenset({"programmes", "require"}),
    "income": frozenset({"max_rp_month", "max_rp_day"}),
    "listed_by": frozenset({"senders"}),
    "column": frozenset({"name", "values", "min", "max"}),
    "quota": frozenset({"total", "by", "weights"}),
}  # fmt: skip
#: Kinds that hold for every month of cover, not only at the first.
QUOTA_KINDS = ("quota",)


@dataclass(frozen=True)
class Rule:
    """One rule of a set.

    Args:
        id: Name of the rule inside the set.
        kind: One of ``KINDS``.
        article: Article of the instrument, may be empty.
        unknown: ``out``, ``in`` or ``check`` (in, but to be verified) where the fact is unknown.
        note: Remark.
        options: The kind's own keys.
    """

    id: str
    kind: str
    article: str
    unknown: str
    note: str
    options: dict[str, Any] = field(default_factory=dict)

    def get(self, key: str, default: Any = None) -> Any:
        """Return one of the kind's own keys."""
        return self.options.get(key, default)


@dataclass(frozen=True)
class RuleSet:
    """Who is a pekerja rentan by one instrument.

    Args:
        id: Name.
        title: Title in words.
        instrument: Kind, number and year of the instrument.
        date: Its date as ISO text, empty if not known.
        region: Kemendagri code of the region, or empty.
        source: Link or title of the source.
        status: Status word; all but ``solid`` and ``confirmed`` are marked.
        order: How persons follow each other inside a decile.
        rules: Rules in the order in which reasons are given.
        occupations: Group → words, the built-in ones and the set's own.
        note: Remark.
        file: Name of the file.
    """

    id: str
    title: str
    instrument: str
    date: str
    region: str
    source: str
    status: str
    order: tuple[str, ...]
    rules: tuple[Rule, ...]
    occupations: Mapping[str, tuple[str, ...]]
    note: str = ""
    file: str = ""

    @property
    def is_sure(self) -> bool:
        """Whether it may be used without a mark."""
        return self.status in SURE

    def of_kind(self, kind: str) -> tuple[Rule, ...]:
        """Return the rules of one kind."""
        return tuple(r for r in self.rules if r.kind == kind)


def shipped() -> tuple[str, ...]:
    """Return the names of the rule sets that ship with Cakup."""
    return tuple(sorted(p.stem for p in SHIPPED.glob("*.toml")))


def find_ruleset(named: str, beside: Path | None = None) -> RuleSet:
    """Return the rule set of a file, or one that ships.

    Args:
        named: Path of a TOML file, or name of a shipped rule set.
        beside: Folder in which a relative path is looked for.

    Raises:
        InputError: ``plan.criteria.unknown_set``; ``plan.file.…`` and ``plan.criteria.…``.
    """
    given = Path(named)
    if not named.endswith(".toml"):
        if named in shipped():
            return read_ruleset(SHIPPED / f"{named}.toml")
        near = ", ".join(get_close_matches(named, shipped(), n=3, cutoff=0.3) or shipped())
        raise UsageError("plan.criteria.unknown_set", name=given.name[:60], near=near)
    return read_ruleset(given if given.is_absolute() or beside is None else beside / given)


def read_ruleset(path: Path) -> RuleSet:
    """Read a rule set.

    Args:
        path: TOML file.

    Raises:
        InputError: ``plan.file.…``; ``plan.key.unknown``, ``plan.key.missing``,
            ``plan.criteria.…`` with file and line.
    """
    file = TomlFile(path)
    _known(file, "", 0, file.data, ("criteria", "rule", "occupations"))
    head = file.data.get("criteria", {})
    _known(file, "criteria", 0, head, HEAD_KEYS)
    for key in NEEDED:
        if not head.get(key):
            raise InputError("plan.key.missing", where=file.where("criteria"), key=key)
    words = with_own(file.data.get("occupations", {}))
    rules = tuple(_rule(file, n, raw, words) for n, raw in enumerate(file.data.get("rule", [])))
    ids = [r.id for r in rules]
    for n, one in enumerate(ids):
        if one in ids[:n]:
            raise InputError("plan.criteria.twice", where=file.where("rule", n), id=one)
    order = tuple(head.get("order", ("kept", "desil", "umur", "tanggungan", "terdaftar")))
    for word in order:
        _choice(file, "criteria", 0, "order", word, ORDERS)
    day = head.get("date", "")
    return RuleSet(
        str(head["id"]), head["title"], head["instrument"],
        day.isoformat() if isinstance(day, date) else str(day), str(head["region"]),
        head["source"], head["status"], order, rules, words, head.get("note", ""), path.name,
    )  # fmt: skip


def _rule(file: TomlFile, n: int, raw: dict[str, Any], words: Mapping[str, Any]) -> Rule:
    """Check and build one rule."""
    for key in ("id", "kind"):
        if not raw.get(key):
            raise InputError("plan.key.missing", where=file.where("rule", n), key=key)
    _choice(file, "rule", n, "kind", raw["kind"], tuple(KINDS))
    _known(file, "rule", n, raw, COMMON | KINDS[raw["kind"]])
    unknown = raw.get("unknown", "out")
    _choice(file, "rule", n, "unknown", unknown, UNKNOWN)
    for key in ("groups", "without"):
        for name in raw.get(key, ()):
            _choice(file, "rule", n, key, name, tuple(words))
    _numbers(file, n, raw)
    options = {k: v for k, v in raw.items() if k not in COMMON}
    return Rule(
        str(raw["id"]), raw["kind"], raw.get("article", ""), unknown, raw.get("note", ""), options
    )


def _numbers(file: TomlFile, n: int, raw: dict[str, Any]) -> None:
    """Refuse numbers that cannot be: negative ages, deciles outside 1–10, max below min."""
    limits = {
        "min_years": (0, 120), "max_years": (0, 120), "max_months": (0, 11), "max": (0, 10**12),
        "fallback_max": (1, 10), "max_age_months": (0, 600), "total": (0, 10**9),
        "max_rp_month": (0, 10**10), "max_rp_day": (0, 10**9),
    }  # fmt: skip
    for key, (low, high) in limits.items():
        value = raw.get(key)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            where = file.where("rule", n, key)
            raise InputError("plan.criteria.bad_number", where=where, key=key, low=low, high=high)
    if raw.get("min_years", 0) > raw.get("max_years", 120):
        where = file.where("rule", n, "min_years")
        raise InputError("plan.criteria.bad_number", where=where, key="min_years", low=0,
                         high=raw["max_years"])  # fmt: skip


def _known(file: TomlFile, table: str, n: int, raw: object, keys: Any) -> None:
    """Refuse a key that nobody reads."""
    if not isinstance(raw, dict):
        raise InputError("plan.key.not_a_table", where=file.where("", 0, table), key=table)
    for key in raw:
        if key not in keys:
            near = ", ".join(get_close_matches(key, sorted(keys), n=3, cutoff=0.4) or sorted(keys))
            raise InputError("plan.key.unknown", where=file.where(table, n, key), key=key[:40],
                             near=near)  # fmt: skip


def _choice(
    file: TomlFile, table: str, n: int, key: str, given: Any, choices: tuple[str, ...]
) -> None:
    """Refuse a word that is not on a closed list."""
    if given not in choices:
        near = get_close_matches(str(given), choices, n=4, cutoff=0.4) or choices
        raise InputError(
            "plan.key.bad_choice", where=file.where(table, n, key), key=key,
            choices=", ".join(near[:20]),
        )  # fmt: skip


def built_in_groups() -> tuple[str, ...]:
    """Return the names of the occupation groups that ship with Cakup."""
    return tuple(groups())
