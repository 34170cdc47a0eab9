"""openfisca-core reading the same YAML finds the same values; skipped where it is not installed.

OpenFisca is AGPL and is never imported by shipped code. It computes in 32-bit floats, so values are
compared, not sums.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from cakup.law.catalogue import BUILT_IN, built_in
from cakup.law.history import change_dates

parameters = pytest.importorskip("openfisca_core.parameters")
OWN_KEYS = ("description_en", "minimum", "maximum")


def _theirs(tree: Any) -> Any:
    """Move what OpenFisca does not know into metadata; numbers and dates stay as they stand."""
    if not isinstance(tree, dict):
        return tree
    if "brackets" in tree:
        brackets = [{part: _theirs(b[part]) for part in ("threshold", "rate")}
                    for b in tree["brackets"]]  # fmt: skip
        return {"description": tree["description"], "brackets": [
            {part: b[part]["values"] for part in b} for b in brackets
        ]}  # fmt: skip
    if "values" not in tree:
        return {name: _theirs(child) for name, child in tree.items()}
    kept = {k: v for k, v in tree.items() if k not in OWN_KEYS}
    kept["values"] = {
        str(day): {"value": _plain(entry["value"]), "metadata": {"status": entry["status"]}}
        for day, entry in tree["values"].items()
    }
    return {k: v for k, v in kept.items() if k in ("description", "unit", "values")}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [str(v) for v in value]
    return value


def _find(node: Any, key: str, prefix: str, day: date) -> Any:
    for name in key.removeprefix(prefix).strip(".").split("."):
        if not name:
            continue
        node = node.brackets[int(name) - 1] if name.isdigit() else getattr(node, name)
    return node.get_at_instant(day.isoformat())


@pytest.mark.parametrize("path", sorted(BUILT_IN.rglob("*.yaml")), ids=lambda p: p.stem)
def test_same_values_on_every_change_date(path: Path) -> None:
    parts = path.relative_to(BUILT_IN).with_suffix("").parts
    prefix = ".".join(p for p in parts if p != "index")
    data = _theirs(yaml.safe_load(path.read_text(encoding="utf-8")))
    make = parameters.Parameter if "values" in data else parameters.ParameterNode
    node = make(prefix, data=data)
    days = {d + timedelta(days=n) for d in change_dates(built_in()) for n in (-1, 0, 1)}
    own = [p for p in built_in().all() if p.key == prefix or p.key.startswith(f"{prefix}.")]
    compared = 0
    for parameter in own:
        is_ours = parameter.key in _keys(data, prefix)
        if not is_ours or isinstance(parameter.values[0].value, tuple | str):
            continue
        for day in days:
            held = parameter.find(day)
            theirs = _find(node, parameter.key, prefix, day)
            value = held.value if held else None
            if isinstance(value, Decimal):
                assert theirs == pytest.approx(float(value))
            else:
                assert theirs == value, (parameter.key, day)
            compared += 1
    ours = [p for p in own if p.key in _keys(data, prefix)]
    assert compared or all(isinstance(p.values[0].value, tuple | str) for p in ours)


def _keys(tree: Any, key: str) -> set[str]:
    """Return the keys of the entries of one file."""
    if "brackets" in tree:
        return {f"{key}.{n}.{part}" for n in range(1, len(tree["brackets"]) + 1)
                for part in ("threshold", "rate")}  # fmt: skip
    if "values" in tree:
        return {key}
    return {k for name, child in tree.items() if isinstance(child, dict)
            for k in _keys(child, f"{key}.{name}")}  # fmt: skip
