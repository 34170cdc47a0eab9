"""The register of denominators and targets: numbers that others published, each with its paper.

One format with all parameters (``kernel.parameters``): a file is a list of entries, each with an
``id``, a ``place``, a ``kind`` and dated values; a value carries issuer, document, year, reading
and status. The package has its own list (Kota Binjai and its province and nation); a workspace
adds lines to ``parameters/denominators.yaml`` and ``parameters/targets.yaml``. Nothing is ever
overwritten: a later line under the same id and date answers in place of the earlier one, which
stays in the history.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, cast

from cakup.kernel.errors import RuleError, UsageError, Where
from cakup.kernel.figures import Source
from cakup.kernel.language import Text
from cakup.kernel.parameters import SURE, build_parameter, read_raw

Kind = Literal["denominators", "targets"]
BUILT_IN = Path(__file__).parent / "parameters"
REGISTERS: tuple[Kind, ...] = ("denominators", "targets")
#: Kinds of entries and their words.
KINDS: dict[str, dict[str, Text]] = {
    "denominators": {
        "angkatan_kerja": Text("angkatan kerja", "labour force"),
        "penduduk_bekerja": Text("penduduk bekerja", "employed population"),
        "potensi": Text("potensi peserta", "potential participants"),
        "lain": Text("penyebut lain", "other denominator"),
    },
    "targets": {
        "cakupan": Text("cakupan", "coverage"),
        "kenaikan": Text("kenaikan", "increase"),
    },
}
NATION = "nasional"
_OWN = ("id", "place", "kind")


@dataclass(frozen=True)
class Entry:
    """One published number with its paper.

    Args:
        register: ``denominators`` or ``targets``.
        id: Name under which it is asked for.
        place: Kemendagri code with dots, or ``nasional``.
        kind: One of ``KINDS`` of its register.
        description: What it is, in Indonesian.
        unit: ``persons`` or ``share`` (0–1).
        since: First day on which it answers.
        value: Persons (``int``) or share (``Decimal``).
        issuer: Who published it.
        document: Title or number of the document.
        year: Year to which it refers; None if not stated.
        reading: How it is to be read: what it counts, or a share of what.
        status: Status word of ``kernel.parameters``.
        href: Link, may be empty.
        note: Remark, may be empty.
        received_on: Day on which a workspace recorded it; None for the package's own.
    """

    register: Kind
    id: str
    place: str
    kind: str
    description: str
    unit: str
    since: date
    value: int | Decimal
    issuer: str
    document: str
    year: int | None
    reading: str
    status: str
    href: str = ""
    note: str = ""
    received_on: date | None = None

    @property
    def key(self) -> str:
        """Key by which figures name it when it is not sure."""
        return f"{self.register}.{self.id}"

    @property
    def is_sure(self) -> bool:
        """Whether figures may use it without a mark."""
        return self.status in SURE

    @property
    def source(self) -> Source:
        """The paper behind it, as a figure's source."""
        return Source(self.issuer, self.document, self.year, self.status)

    @property
    def kind_words(self) -> Text:
        """The kind in words."""
        return KINDS[self.register][self.kind]

    def as_json(self) -> dict[str, Any]:
        """Return the entry as plain JSON values."""
        return {
            "id": self.id, "place": self.place, "kind": self.kind, "unit": self.unit,
            "value": self.value if isinstance(self.value, int) else float(self.value),
            "since": self.since.isoformat(), "issuer": self.issuer, "document": self.document,
            "year": self.year, "reading": self.reading, "status": self.status,
            "description": self.description, "href": self.href, "note": self.note,
            "received_on": self.received_on.isoformat() if self.received_on else None,
        }  # fmt: skip


@dataclass(frozen=True)
class Register:
    """All entries of one register, the package's own first, in the order of their lines."""

    name: Kind
    entries: tuple[Entry, ...]

    def current(self) -> tuple[Entry, ...]:
        """Return the entry that answers for every id and date, by place, id and date."""
        latest = {(e.id, e.since): e for e in self.entries}
        return tuple(sorted(latest.values(), key=lambda e: (e.place, e.id, e.since)))

    def get(self, entry_id: str, day: date) -> Entry:
        """Return the entry of an id that is in force on a day.

        Raises:
            UsageError: ``coverage.register.unknown_id``.
            RuleError: ``parameter.not_in_force`` if its first value is later.
        """
        held = [e for e in self.current() if e.id == entry_id]
        if not held:
            known = ", ".join(sorted({e.id for e in self.entries})) or "–"
            raise UsageError("coverage.register.unknown_id", id=entry_id, known=known)
        answering = [e for e in held if e.since <= day]
        if not answering:
            raise RuleError("parameter.not_in_force", key=held[0].key, day=day.isoformat())
        return answering[-1]

    def at(self, place: str, day: date) -> tuple[Entry, ...]:
        """Return what is in force for a place on a day: the latest value of every id."""
        latest = {e.id: e for e in self.current() if e.place == place and e.since <= day}
        return tuple(latest.values())

    def default(self, place: str, day: date) -> Entry | None:
        """Return the entry that answers for a place when none is named, None if there is none.

        A workspace's own entry goes before the package's, a sure one before an unsure one, a later
        one before an earlier one; the id breaks what is left.
        """
        found = self.at(place, day)
        rank = [(e.received_on is not None, e.is_sure, e.since, e.id) for e in found]
        return found[rank.index(max(rank))] if found else None


def read_register(name: Kind, local: Path | None = None, known: date | None = None) -> Register:
    """Read the package's entries and those of a workspace.

    Args:
        name: ``denominators`` or ``targets``.
        local: The workspace's ``parameters`` folder.
        known: Leave out entries recorded after this day.

    Raises:
        RuleError: ``parameter.bad_file`` with the reason.
    """
    entries = list(_read_file(BUILT_IN / f"{name}.yaml", name))
    path = local / f"{name}.yaml" if local else None
    if path is not None and path.exists():
        entries += [
            e for e in _read_file(path, name)
            if known is None or e.received_on is None or e.received_on <= known
        ]  # fmt: skip
    return Register(name, tuple(entries))


def read_entries(raw: Any, name: Kind, file: str) -> tuple[Entry, ...]:
    """Return the entries of a list as read by ``kernel.parameters.read_raw``.

    Raises:
        RuleError: ``parameter.bad_file`` with the reason.
    """
    if raw is None:
        return ()
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise RuleError(
            "parameter.bad_file", where=Where(file=file), key=name, reason="not a list of entries"
        )
    return tuple(entry for one in raw for entry in _entries(one, name, file))


def _read_file(path: Path, name: Kind) -> tuple[Entry, ...]:
    return read_entries(read_raw(path, name), name, path.name)


def _entries(raw: dict[str, Any], name: Kind, file: str) -> Iterable[Entry]:
    """Build one entry for every dated value; the shared format checks the value itself."""
    key, where = f"{name}.{raw.get('id')}", Where(file=file)
    body = {k: v for k, v in raw.items() if k not in _OWN}
    parameter = build_parameter(body, key, where)
    try:
        if raw["kind"] not in KINDS[name]:
            raise ValueError(f"unknown kind {raw['kind']}")
        if parameter.unit not in ("persons", "share"):
            raise ValueError(f"unit {parameter.unit} is not persons or share")
        for value, stated in zip(parameter.values, body["values"].values(), strict=True):
            if value.value is None or value.value <= 0:  # type: ignore[operator]
                raise ValueError("value must be above 0")
            yield Entry(
                register=name, id=str(raw["id"]), place=str(raw["place"]), kind=raw["kind"],
                description=parameter.description, unit=parameter.unit, since=value.since,
                value=cast("int | Decimal", value.value), issuer=stated["issuer"],
                document=value.title, year=int(stated["year"]) if stated.get("year") else None,
                reading=stated["reading"], status=value.status, href=value.href, note=value.note,
                received_on=stated.get("received_on"),
            )  # fmt: skip
    except (KeyError, TypeError, ValueError) as err:
        raise RuleError("parameter.bad_file", where=where, key=key, reason=str(err)) from err
