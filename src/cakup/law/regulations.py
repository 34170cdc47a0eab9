"""Each regulation as the changes it made; replayed in order they give the parameter tables.

The parameter files say what holds and how sure it is; these files say which instrument set it. Both
are written by hand, and a test replays one against the other, so that a slip in either is seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from cakup.kernel.errors import RuleError
from cakup.kernel.language import Text
from cakup.kernel.parameters import Parameter, Plain, read_raw
from cakup.law.catalogue import Catalogue

FOLDER = Path(__file__).parent / "regulations"
Tables = dict[str, dict[date, Any]]


@dataclass(frozen=True)
class Regulation:
    """An instrument and the values it set.

    Args:
        id: Short name, e.g. ``pp-44-2015``.
        title: Title in Indonesian.
        href: Link, may be empty.
        promulgated_on: Day of promulgation, None if not recorded.
        in_force_from: First day of effect.
        concerns: For whom.
        changes: Key → first day → value as written.
    """

    id: str
    title: str
    href: str
    promulgated_on: date | None
    in_force_from: date
    concerns: Text
    changes: Tables


@cache
def regulations() -> tuple[Regulation, ...]:
    """Return every regulation, in the order in which they came into force."""
    read = [_read(path) for path in sorted(FOLDER.glob("*.yaml"))]
    return tuple(sorted(read, key=lambda r: (r.in_force_from, r.id)))


def _read(path: Path) -> Regulation:
    """Read one file."""
    raw = read_raw(path, path.stem)
    try:
        return Regulation(
            path.stem, raw["title"], raw.get("href", ""), raw.get("promulgated_on"),
            raw["in_force_from"], Text(**raw["concerns"]), raw["changes"],
        )  # fmt: skip
    except (KeyError, TypeError) as err:
        raise RuleError("parameter.bad_file", key=path.stem, reason=str(err)) from err


def replay(listed: Iterable[Regulation]) -> Tables:
    """Return the tables after applying regulations in order.

    Args:
        listed: Regulations, first the earliest.

    Raises:
        RuleError: ``parameter.bad_file`` if one sets a value that an earlier one set: new law is
            added, old values stay.
    """
    tables: Tables = {}
    for regulation in listed:
        for key, dated in regulation.changes.items():
            held = tables.setdefault(key, {})
            for day, value in dated.items():
                if day in held:
                    reason = f"{key} {day.isoformat()} is set twice"
                    raise RuleError("parameter.bad_file", key=regulation.id, reason=reason)
                held[day] = _plain(value)
    return tables


def _plain(value: Any) -> Any:
    """Return a value as written, days in a list as text."""
    return (
        [str(v) if isinstance(v, date) else v for v in value] if isinstance(value, list) else value
    )


def as_written(value: Plain) -> Any:
    """Return a value of the catalogue in the form in which a regulation file writes it."""
    if isinstance(value, tuple):
        if value and isinstance(value[0], tuple):
            return [{"max_income": as_written(a), "base": as_written(b)} for a, b in value]
        return [as_written(v) for v in value]
    return value if isinstance(value, bool) or value is None else str(value)


def tables_of(catalogue: Catalogue) -> Tables:
    """Return the current tables of the catalogue in the form of ``replay``."""
    return {p.key: {v.since: as_written(v.value) for v in p.values} for p in catalogue.all()}


def set_by(parameter: Parameter, since: date) -> Regulation | None:
    """Return the regulation that set a value, None if it is a local answer.

    Args:
        parameter: The parameter.
        since: First day of the value.
    """
    for regulation in regulations():
        if since in regulation.changes.get(parameter.key, {}):
            return regulation
    return None
