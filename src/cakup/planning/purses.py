"""Purses: whom each may pay, at which price, from which month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

import polars as pl

from cakup.kernel.errors import InputError
from cakup.kernel.language import LANGS, Text
from cakup.law.catalogue import Catalogue
from cakup.planning.optimise.build import Pot
from cakup.planning.prices import Price, Tariff
from cakup.planning.settings import PlanSettings, Purse
from cakup.planning.toml_lines import TomlFile

#: Whom a payer may pay when the plan says nothing: the rule of that money, unconfirmed.
DEFAULT_ELIGIBLE: dict[str, Any] = {
    "dbh_sawit": {"groups": ["sawit"]},
    "dbh_cht": {"groups": ["tembakau"]},
    "apbd_provinsi": {"aid_payer": "apbd_provinsi"},
}
EVERYBODY = ("", "semua", "all")
CONDITIONS = frozenset(
    {"groups", "desil_max", "kode_wilayah", "kept", "aid_payer", "jenis_kelamin"}
)
TRANSPORT_GROUPS = ("ojek", "ojol", "angkot", "sopir")
SECTORS = ("other", "transport")


def eligible_expr(purse: Purse, groups: Mapping[str, Any], file: TomlFile | None = None) -> pl.Expr:
    """Return whether a purse may pay each person.

    Args:
        purse: The purse.
        groups: Known occupation groups.
        file: Plan file, to name the line of a wrong word.

    Raises:
        InputError: ``plan.purse.eligible``.
    """
    given = conditions(purse)
    if given is None:
        return pl.lit(True)
    if not isinstance(given, dict) or set(given) - CONDITIONS:
        raise _bad(purse, groups, file)
    held = [pl.lit(True)]
    wanted = given.get("groups")
    if wanted:
        names = [wanted] if isinstance(wanted, str) else list(wanted)
        if set(names) - set(groups):
            raise _bad(purse, groups, file)
        held.append(pl.col("groups").list.eval(pl.element().is_in(names)).list.any())
    if "desil_max" in given:
        held.append(pl.col("desil") <= int(given["desil_max"]))
    if "kode_wilayah" in given:
        codes = given["kode_wilayah"]
        codes = [codes] if isinstance(codes, str) else list(codes)
        held.append(pl.any_horizontal(
            [(pl.col("kode") == c) | pl.col("kode").str.starts_with(f"{c}.") for c in codes]
        ))  # fmt: skip
    if "kept" in given:
        held.append(pl.col("is_kept") == bool(given["kept"]))
    for name in ("aid_payer", "jenis_kelamin"):
        if name in given:
            held.append(pl.col(name) == str(given[name]))
    return pl.all_horizontal([h.fill_null(False) for h in held])


def conditions(purse: Purse) -> Any:
    """Return the conditions of a purse as a table, None if it may pay everybody."""
    given = purse.eligible
    if given == "" and purse.payer in DEFAULT_ELIGIBLE:
        return DEFAULT_ELIGIBLE[purse.payer]
    if given in EVERYBODY:
        return None
    if isinstance(given, str):
        return {"groups": [word.strip() for word in given.split(",") if word.strip()]}
    if isinstance(given, list):
        return {"groups": given}
    return given


def spoken(purse: Purse) -> Text:
    """Return whom a purse may pay, in words."""
    given = conditions(purse)
    if given is None:
        return Text("semua yang memenuhi kriteria", "all who meet the criteria")
    words = {
        "groups": Text("pekerjaan {v}", "occupation {v}"),
        "desil_max": Text("desil 1–{v}", "decile 1–{v}"),
        "kode_wilayah": Text("wilayah {v}", "area {v}"),
        "kept": Text("peserta tahun lalu: {v}", "last year's people: {v}"),
        "aid_payer": Text("ada pada daftar {v}", "on the list of {v}"),
        "jenis_kelamin": Text("jenis kelamin {v}", "sex {v}"),
    }
    told: list[str] = []
    for lang in LANGS:
        parts = []
        for key, value in given.items():
            v = ", ".join(map(str, value)) if isinstance(value, list) else value
            parts.append(words[key].format(lang, v=str(v).replace("_", " ")))
        told.append("; ".join(parts))
    return Text(*told)


def _bad(purse: Purse, groups: Mapping[str, Any], file: TomlFile | None) -> InputError:
    given = str(purse.eligible)
    near = get_close_matches(given, list(groups), n=5, cutoff=0.3) or sorted(groups)
    where = file.where("purse", _position(file, purse), "eligible") if file else None
    return InputError("plan.purse.eligible", where=where, purse=purse.id[:40],
                      near=", ".join(near[:12]))  # fmt: skip


def _position(file: TomlFile, purse: Purse) -> int:
    ids = [str(p.get("id")) for p in file.data.get("purse", [])]
    return ids.index(purse.id) if purse.id in ids else 0


def refuse_empty(
    frame: pl.DataFrame, settings: PlanSettings, groups: Mapping[str, Any], file: TomlFile | None
) -> None:
    """Refuse a purse that may pay nobody of the candidates.

    Raises:
        InputError: ``plan.purse.nobody`` naming file and line.
    """
    counts = frame.select(
        **{
            str(n): (pl.col("is_in") & eligible_expr(p, groups, file)).sum()
            for n, p in enumerate(settings.purses)
        }
    ).row(0)
    for purse, count in zip(settings.purses, counts, strict=True):
        if not count and purse.pagu_rp:
            where = file.where("purse", _position(file, purse), "eligible") if file else None
            raise InputError("plan.purse.nobody", where=where, purse=purse.id[:40],
                             eligible=spoken(purse))  # fmt: skip


def pots(settings: PlanSettings, catalogue: Catalogue) -> tuple[tuple[Pot, ...], tuple[Price, ...]]:
    """Return the purses as the solver sees them, and every price behind them.

    Args:
        settings: The plan.
        catalogue: Parameters of the law.

    Raises:
        RuleError: ``parameter.not_in_force``; ``law.unconfirmed``.
    """
    months = [date(settings.year, m + 1, 1) for m in range(12)]
    made: list[Pot] = []
    asked: list[Price] = []
    for purse in settings.purses:
        prices: dict[str, Sequence[int]] = {}
        for sector in SECTORS:
            tariff = Tariff(purse.payer, sector, settings.programmes, catalogue)
            told = tariff.over(months)
            asked += told
            prices[sector] = [p.total_rp for p in told]
        last = settings.month(purse.last, 11)
        last = min(last, 11)
        made.append(
            Pot(purse.id, purse.pagu_rp, settings.effective_first(purse), last, purse.is_public,
                prices)
        )  # fmt: skip
    return tuple(made), tuple(asked)
