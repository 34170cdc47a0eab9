"""Dated parameters with a source: one format for law, counting rules and local answers.

A parameter file is YAML in OpenFisca's layout::

    description: Unpaid months after which a BPU enrolment is no longer active
    unit: months            # months | years | share | per_100k | rp | count | text
    minimum: 1              # optional range; a value outside does not load
    maximum: 12
    values:
      2015-07-01:
        value: 3
        status: disputed    # solid | secondary | derived | disputed | unconfirmed | confirmed
        reference: {title: "PP 44/2015 Pasal 39", href: "…"}
        note: "…"

Numbers are read as text and made ``int`` or ``Decimal``, never binary floats. Local answers
(``status: confirmed`` with ``confirmed_by``, ``confirmed_on``, ``document``) stand in the
workspace's ``parameters/`` under the same key and are added to, not written over, these files.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import yaml

from cakup.kernel.errors import RuleError, Where

Status = Literal["solid", "secondary", "derived", "disputed", "unconfirmed", "confirmed"]
STATUSES = ("solid", "secondary", "derived", "disputed", "unconfirmed", "confirmed")
SURE = frozenset({"solid", "confirmed"})
UNITS = ("months", "years", "persons", "share", "per_100k", "rp", "count", "text")


class _TextLoader(yaml.SafeLoader):
    """Reads numbers as text, so that no value passes through a binary float."""


_TextLoader.yaml_implicit_resolvers = {
    first: [
        (tag, rx)
        for tag, rx in pairs
        if tag not in ("tag:yaml.org,2002:float", "tag:yaml.org,2002:int")
    ]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Value:
    """One dated value of a parameter.

    Args:
        since: First day on which it holds.
        value: ``int``, ``Decimal`` or text, by the parameter's unit; None = repealed.
        status: How sure it is.
        title: Title of the source.
        href: Link to the source, may be empty.
        note: Remark, may be empty.
        confirmed_on: Day on which a local answer was confirmed; ``--known`` looks at this.
    """

    since: date
    value: int | Decimal | str | None
    status: Status
    title: str
    href: str = ""
    note: str = ""
    confirmed_on: date | None = None

    @property
    def is_sure(self) -> bool:
        """Whether results may use it without a mark."""
        return self.status in SURE


@dataclass(frozen=True)
class Parameter:
    """A parameter with its dated values, oldest first."""

    key: str
    description: str
    unit: str
    values: tuple[Value, ...]

    def at(self, day: date) -> Value:
        """Return the value in force on ``day``.

        Raises:
            RuleError: ``parameter.not_in_force`` before the first value or after a repeal.
        """
        found = [v for v in self.values if v.since <= day]
        if not found or found[-1].value is None:
            raise RuleError("parameter.not_in_force", key=self.key, day=day.isoformat())
        return found[-1]


def read_parameter(path: Path, key: str) -> Parameter:
    """Read one parameter file.

    Args:
        path: YAML file.
        key: Dotted key under which it is known, e.g. ``counting.lapse_after_unpaid_months``.

    Raises:
        RuleError: ``parameter.bad_file`` with the reason.
    """
    where = Where(file=path.name)
    return build_parameter(read_raw(path, key), key, where)


def read_raw(path: Path, key: str) -> Any:
    """Return what a YAML file of parameters holds, with numbers as text.

    Args:
        path: YAML file.
        key: Name under which it is known, for the error.

    Raises:
        RuleError: ``parameter.bad_file`` if it is no YAML.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_TextLoader)  # noqa: S506 - safe subclass
    except (yaml.YAMLError, UnicodeDecodeError) as err:
        where = Where(file=path.name)
        raise RuleError("parameter.bad_file", where=where, key=key, reason="YAML") from err


def build_parameter(raw: Any, key: str, where: Where | None = None) -> Parameter:
    """Return the parameter of one entry in this module's format, numbers read as text.

    Args:
        raw: The entry, see ``read_raw``.
        key: Dotted key under which it is known.
        where: File it stands in, for the error.

    Raises:
        RuleError: ``parameter.bad_file`` with the reason.
    """
    try:
        return _build(raw, key)
    except (KeyError, TypeError, ValueError, InvalidOperation, AttributeError) as err:
        raise RuleError("parameter.bad_file", where=where, key=key, reason=str(err)) from err


def _build(raw: dict[str, Any], key: str) -> Parameter:
    """Check and build a parameter; ValueError says what is wrong."""
    unit = raw["unit"]
    if unit not in UNITS:
        raise ValueError(f"unknown unit {unit}")
    if unknown := set(raw) - {
        "description",
        "unit",
        "minimum",
        "maximum",
        "values",
        "documentation",
    }:
        raise ValueError(f"unknown key {sorted(unknown)[0]}")
    values = tuple(_value(day, entry, raw) for day, entry in raw["values"].items())
    if [v.since for v in values] != sorted({v.since for v in values}):
        raise ValueError("dates do not rise")
    if not values:
        raise ValueError("no value")
    return Parameter(key, raw["description"], unit, values)


def _value(day: Any, entry: dict[str, Any], raw: dict[str, Any]) -> Value:
    """Build one dated value and hold it against the unit and the range."""
    since = day if isinstance(day, date) else date.fromisoformat(str(day))
    status = entry["status"]
    if status not in STATUSES:
        raise ValueError(f"unknown status {status}")
    if status == "confirmed" and not {"confirmed_by", "confirmed_on", "document"} <= set(entry):
        raise ValueError("confirmed needs confirmed_by, confirmed_on and document")
    title = entry["reference"]["title"]
    if not title:
        raise ValueError("no source")
    value = _number(entry["value"], raw)
    confirmed = entry.get("confirmed_on")
    if confirmed is not None and not isinstance(confirmed, date):
        confirmed = date.fromisoformat(str(confirmed))
    return Value(
        since, value, status, title, entry["reference"].get("href", ""), entry.get("note", ""),
        confirmed,
    )  # fmt: skip


def _number(text: Any, raw: dict[str, Any]) -> int | Decimal | str | None:
    """Return the value in the type of its unit, refused if outside the stated range."""
    if text is None or raw["unit"] == "text":
        return text if text is None else str(text)
    exact = Decimal(str(text).replace("_", ""))
    for bound, wrong in (("minimum", exact.__lt__), ("maximum", exact.__gt__)):
        if bound in raw and wrong(Decimal(str(raw[bound]))):
            raise ValueError(f"value outside {bound}")
    if raw["unit"] == "share":
        return exact
    if exact != exact.to_integral_value():
        raise ValueError(f"{raw['unit']} must be whole")
    return int(exact)


def read_tree(root: Path, prefix: str = "") -> dict[str, Parameter]:
    """Read every ``*.yaml`` below ``root``; keys are dotted paths.

    Args:
        root: Folder of parameter files; a missing folder is an empty tree.
        prefix: Put before every key.
    """
    tree: dict[str, Parameter] = {}
    for path in sorted(root.rglob("*.yaml")) if root.is_dir() else []:
        key = ".".join(
            (*((prefix,) if prefix else ()), *path.relative_to(root).with_suffix("").parts)
        )
        tree[key] = read_parameter(path, key)
    return tree


def with_local(
    built_in: dict[str, Parameter], local: dict[str, Parameter], known: date | None = None
) -> dict[str, Parameter]:
    """Return the built-in parameters with the local answers added as further dated values.

    Nothing is overwritten: the built-in values stay in the history. On the same date the local
    answer is the one in force.

    Args:
        built_in: Parameters of the package.
        local: Parameters of a workspace under the same keys.
        known: Leave out answers confirmed after this day.

    Raises:
        RuleError: ``parameter.unknown_key`` for a local key that the package does not have;
            ``parameter.other_unit`` if it states another unit.
    """
    merged = dict(built_in)
    for key, answer in local.items():
        if key not in built_in:
            near = get_close_matches(key, built_in, n=3) or sorted(built_in)
            raise RuleError("parameter.unknown_key", key=key, near=", ".join(near))
        base = built_in[key]
        if answer.unit != base.unit:
            raise RuleError("parameter.other_unit", key=key, unit=answer.unit, expected=base.unit)
        added = [
            v for v in answer.values
            if known is None or v.confirmed_on is None or v.confirmed_on <= known
        ]  # fmt: skip
        values = sorted((*base.values, *added), key=lambda v: v.since)
        merged[key] = replace(base, values=tuple(values))
    return merged
