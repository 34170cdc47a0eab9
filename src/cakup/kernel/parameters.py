"""Dated parameters with a source: one format for law, counting rules and local answers.

A parameter file is YAML in OpenFisca's layout::

    description: Unpaid months after which a BPU enrolment is no longer active
    unit: months            # one of UNITS: months, years, share, rp, rp_month, count, text …
    minimum: 1              # optional range; a value outside does not load
    maximum: 12
    values:
      2015-07-01:
        value: 3
        status: disputed    # solid | secondary | derived | disputed | unconfirmed | confirmed
        reference: {title: "PP 44/2015 Pasal 39", href: "…"}
        note: "…"

Numbers are read as text and made ``int`` or ``Decimal``, never binary floats. ``reference`` may be
a list. A file may hold a tree of such entries, and an entry may have ``brackets`` (a scale:
threshold and rate per bracket) in the place of ``values``. A key that stands twice does not load:
new law is added, old values stay. Local answers (``status: confirmed`` with ``confirmed_by``,
``confirmed_on``, ``document``) stand in the workspace's ``parameters/`` under the same key and are
added to, not written over, these files.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from cakup.kernel.errors import RuleError, Where
from cakup.kernel.parameter_values import (
    EXACT,
    MONEY,
    STATUSES,
    SURE,
    UNITS,
    Parameter,
    Plain,
    Reference,
    Status,
    Value,
)

__all__ = [
    "EXACT", "MONEY", "STATUSES", "SURE", "UNITS", "Parameter", "Plain", "Reference", "Status",
    "Value", "branch_files", "build_parameter", "read_branch", "read_parameter", "read_raw",
    "read_text", "read_tree", "with_local",
]  # fmt: skip

KEYS = frozenset(
    {"description", "description_en", "unit", "minimum", "maximum", "values", "documentation"}
)
BAND = ("max_income", "base")
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is ten times faster


class _TextLoader(_PARSER):  # type: ignore[misc]
    """Reads numbers as text, so that no value passes through a binary float; no key twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Return a mapping, refused if a key stands twice in it."""
        keys = [k.value for k, _ in node.value]
        if len(keys) != len(set(keys)):
            twice = next(k for k in keys if keys.count(k) > 1)
            raise yaml.YAMLError(f"{twice} stands twice")
        made: dict[Any, Any] = super().construct_mapping(node, deep)
        return made


_TextLoader.yaml_implicit_resolvers = {
    first: [
        (tag, rx)
        for tag, rx in pairs
        if tag not in ("tag:yaml.org,2002:float", "tag:yaml.org,2002:int")
    ]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


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
        return read_text(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as err:
        where = Where(file=path.name)
        raise RuleError("parameter.bad_file", where=where, key=key, reason="YAML") from err


def read_text(text: str) -> Any:
    """Return what a YAML text holds, with numbers as text.

    Args:
        text: YAML.

    Raises:
        yaml.YAMLError: If it is none, or if a key stands twice in one mapping.
    """
    return yaml.load(text, Loader=_TextLoader)  # noqa: S506 - safe subclass


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
    if unknown := set(raw) - KEYS:
        raise ValueError(f"unknown key {sorted(unknown)[0]}")
    values = tuple(_value(day, entry, raw) for day, entry in raw["values"].items())
    if [v.since for v in values] != sorted({v.since for v in values}):
        raise ValueError("dates do not rise")
    if not values:
        raise ValueError("no value")
    low, high = (Decimal(str(raw[b])) if b in raw else None for b in ("minimum", "maximum"))
    return Parameter(
        key, raw["description"], unit, values, raw.get("description_en", ""),
        raw.get("documentation", ""), low, high,
    )  # fmt: skip


def _value(day: Any, entry: dict[str, Any], raw: dict[str, Any]) -> Value:
    """Build one dated value and hold it against the unit and the range."""
    since = day if isinstance(day, date) else date.fromisoformat(str(day))
    status = entry["status"]
    if status not in STATUSES:
        raise ValueError(f"unknown status {status}")
    if status == "confirmed" and not {"confirmed_by", "confirmed_on", "document"} <= set(entry):
        raise ValueError("confirmed needs confirmed_by, confirmed_on and document")
    value = _plain(entry["value"], raw)
    confirmed = entry.get("confirmed_on")
    if confirmed is not None and not isinstance(confirmed, date):
        confirmed = date.fromisoformat(str(confirmed))
    return Value(since, value, status, _references(entry), entry.get("note", ""), confirmed)


def _references(entry: dict[str, Any]) -> tuple[Reference, ...]:
    """Return the sources of an entry; ValueError if there is none with a title."""
    given = entry["reference"]
    listed = given if isinstance(given, list) else [given]
    if not listed or not all(r["title"] for r in listed):
        raise ValueError("no source")
    return tuple(
        Reference(r["title"], r.get("href") or "", bool(r.get("href_partial"))) for r in listed
    )


def _plain(given: Any, raw: dict[str, Any]) -> Plain:
    """Return the value in the type of its unit, refused if outside the stated range."""
    unit = raw["unit"]
    if given is None:
        return None
    if unit == "bands":
        return tuple(tuple(_plain(b[k], {**raw, "unit": "rp"}) for k in BAND) for b in given)
    if isinstance(given, list):
        return tuple(_plain(one, raw) for one in given)
    if unit == "flag":
        if not isinstance(given, bool):
            raise ValueError("a flag is true or false")
        return given
    return str(given) if unit in ("text", "words") else _number(given, raw)


def _number(text: Any, raw: dict[str, Any]) -> int | Decimal:
    """Return a number, refused if outside the stated range."""
    exact = Decimal(str(text).replace("_", ""))
    for bound, wrong in (("minimum", exact.__lt__), ("maximum", exact.__gt__)):
        if bound in raw and wrong(Decimal(str(raw[bound]))):
            raise ValueError(f"value outside {bound}")
    if raw["unit"] in EXACT:
        return exact
    if exact != exact.to_integral_value():
        raise ValueError(f"{raw['unit']} must be whole")
    return int(exact)


def read_tree(root: Path, prefix: str = "") -> dict[str, Parameter]:
    """Read every ``*.yaml`` below ``root``; keys are dotted paths.

    A file ``index.yaml`` holds entries of its folder.

    Args:
        root: Folder of parameter files; a missing folder is an empty tree.
        prefix: Put before every key.
    """
    tree: dict[str, Parameter] = {}
    for key, path in branch_files(root, prefix).items():
        tree |= read_branch(path, key)
    return tree


def branch_files(root: Path, prefix: str = "") -> dict[str, Path]:
    """Return the parameter files below ``root`` by the dotted key of each.

    Args:
        root: Folder of parameter files; a missing folder has none.
        prefix: Put before every key.
    """
    found: dict[str, Path] = {}
    for path in sorted(root.rglob("*.yaml")) if root.is_dir() else []:
        parts = path.relative_to(root).with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "index" else parts
        found[".".join((*((prefix,) if prefix else ()), *parts))] = path
    return found


def read_branch(path: Path, key: str) -> dict[str, Parameter]:
    """Read one file that holds a parameter, a scale or a tree of them.

    Args:
        path: YAML file.
        key: Dotted key of the whole file.

    Returns:
        Parameters by dotted key; bracket n of a scale has the keys ``….n.threshold`` and
        ``….n.rate``, counted from 1.

    Raises:
        RuleError: ``parameter.bad_file`` with the reason.
    """
    return dict(_branch(read_raw(path, key), key, Where(file=path.name)))


def _branch(raw: Any, key: str, where: Where) -> list[tuple[str, Parameter]]:
    """Flatten a tree of entries."""
    if not isinstance(raw, dict) or "values" in raw:
        return [(key, build_parameter(raw, key, where))]
    if "brackets" in raw:
        return [
            (name := f"{key}.{n}.{part}", build_parameter(bracket[part], name, where))
            for n, bracket in enumerate(raw["brackets"], 1)
            for part in ("threshold", "rate")
        ]
    found: list[tuple[str, Parameter]] = []
    for name, child in raw.items():
        if name not in ("description", "description_en"):
            found += _branch(child, f"{key}.{name}", where)
    return found


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
