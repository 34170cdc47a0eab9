"""Pagu beside names: what was approved by numbers, and what the names ask for inside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def comparable(pagu: Mapping[str, Any], named: Mapping[str, Any]) -> bool:
    """Return whether two stages plan the same months of the same year and can be met.

    The rest of a year that has begun is no part of what was approved for twelve months: held
    against it, what is paid already would look like pagu left.

    Args:
        pagu: Summary of the stage *pagu*.
        named: Summary of the stage *nama*.
    """
    until = [(one.get("running") or {}).get("until") for one in (pagu, named)]
    return (
        pagu["year"] == named["year"] and until[0] == until[1]
        and all(one["scenarios"][0]["feasible"] for one in (pagu, named))
    )  # fmt: skip


def reconciled(
    pagu: Mapping[str, Any], named: Mapping[str, Any], names: Mapping[str, str]
) -> dict[str, Any]:
    """Return the plan by name held against the plan by numbers.

    Args:
        pagu: Summary of the stage *pagu*.
        named: Summary of the stage *nama*.
        names: Code of a kelurahan → its name.

    Returns:
        ``purses`` and ``areas`` with what was approved, what is named and the difference;
        ``totals``, whose differences are the sums of those of the purses; ``is_inside``.
    """
    first, second = pagu["scenarios"][0], named["scenarios"][0]
    purses = _purses(first, second)
    areas = [
        {**one, "nama": names.get(one["kode"], one["kode"])}
        for one in _areas(pagu.get("areas", {}), named.get("areas", {}))
    ]
    persons = (first.get("persons", 0), second.get("persons", 0))
    totals = {
        "persons": _pair(*persons),
        "person_months": _pair(first.get("person_months", 0), second.get("person_months", 0)),
        "rupiah": _pair(first.get("rupiah_total", 0), second.get("rupiah_total", 0)),
        "eligible": _pair(pagu["eligible"], named["eligible"]),
    }
    return {
        "pagu": pagu["id"], "nama": named["id"], "yield_assumed": pagu["yield"],
        "purses": purses, "areas": areas, "totals": totals,
        "is_inside": all(p["is_inside"] for p in purses),
    }  # fmt: skip


def _pair(approved: int, named: int) -> dict[str, int]:
    return {"approved": approved, "named": named, "difference": named - approved}


def _purses(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[dict[str, Any]]:
    before = {p["id"]: p for p in first.get("purses", ())}
    after = {p["id"]: p for p in second.get("purses", ())}
    told = []
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name, {}), after.get(name, {})
        approved = int(old.get("pagu_rp", 0))
        spent = int(new.get("spent_rp", 0))
        told.append(
            {
                "id": name, "pagu_rp": approved,
                "rupiah": _pair(int(old.get("spent_rp", 0)), spent),
                "person_months": _pair(
                    int(old.get("person_months", 0)), int(new.get("person_months", 0))
                ),
                "left_rp": approved - spent, "is_inside": spent <= approved,
            }
        )  # fmt: skip
    return told


def _areas(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return persons by kelurahan, those without a known kelurahan under an empty code."""
    return [
        {"kode": kode, **_pair(int(first.get(kode, [0])[0]), int(second.get(kode, [0])[0]))}
        for kode in sorted({*first, *second})
    ]
