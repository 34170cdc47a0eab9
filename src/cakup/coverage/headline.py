"""Figures from sums: effective, ever registered, full death cover, KPI-weighted, average, parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from math import floor

from cakup.coverage import definitions as words
from cakup.coverage.bounds import Bounds
from cakup.coverage.completeness import Estimate
from cakup.coverage.counts import PART_AXES, Scope, sort_key
from cakup.coverage.register import Entry
from cakup.coverage.workforce import holds_asn, on_lists
from cakup.kernel.figures import Figure, Source
from cakup.kernel.language import Lang, Text
from cakup.ledger.rules import Rules

AVERAGE_MONTHS = 12


@dataclass(frozen=True)
class Setting:
    """What all figures of one measurement share.

    Args:
        scope: Whom they are about.
        as_of: Day for which they hold.
        known_on: Last day of receipt of the files used.
        rules: Counting rules.
        denominator: Denominator of the city, None if none is recorded.
        sources: Participant files behind the numerator.
        has_participants: Whether any participant file answers.
        lang: Language of the definitions.
        reach: What the figures must say beside themselves: how far answers reach; empty if all
            participants are known.
    """

    scope: Scope
    as_of: date
    known_on: date | None
    rules: Rules
    denominator: Entry | None
    sources: tuple[Source, ...]
    has_participants: bool
    lang: Lang = "id"
    reach: str = ""

    def figure(
        self, name: str, count: int, definition: str, *, exact: Fraction | None = None,
        marks: Sequence[str] = (), bounds: tuple[int, int] | None = None,
    ) -> Figure:  # fmt: skip
        """Return a figure of the whole city.

        Args:
            name: Short stable name.
            count: Persons counted.
            definition: Words for the numerator.
            exact: Numerator before rounding, None if it is ``count``.
            marks: Keys of unsure parameters behind the numerator.
            bounds: Lowest and highest count.
        """
        held = self.denominator
        value = None
        if held is not None and self.has_participants:
            value = float((count if exact is None else exact) / Fraction(int(held.value)))
        unsure = () if held is None or held.is_sure else (held.key,)
        return Figure(
            value=value, numerator=count, denominator=int(held.value) if held else None,
            as_of=self.as_of, known_on=self.known_on,
            numerator_definition="; ".join(part for part in (definition, self.reach) if part),
            denominator_definition=words.denominator_words(held, self.lang) if held
            else words.NOT_RECORDED(self.lang),
            region_rule=self.scope.region,
            sources=(*self.sources, *((held.source,) if held else ())), bounds=bounds,
            unconfirmed=tuple(sorted({*marks, *unsure})), name=name,
        )  # fmt: skip


def listed_figure(setting: Setting, n_workers: int) -> Figure:
    """Return the count of known workers, without a share: nobody is known to be covered."""
    lang = setting.lang
    definition = Text(
        f"pekerja tercatat pada daftar mana pun; {words.scope_words(setting.scope, lang)}",
        f"workers on any list; {words.scope_words(setting.scope, lang)}",
    )(lang)
    figure = setting.figure("tercatat", n_workers, definition)
    reason = f"{words.NO_PARTICIPANTS(lang)}; {figure.denominator_definition}"
    return replace(figure, value=None, denominator=None, denominator_definition=reason)


def listed_parts(
    setting: Setting, axes: Sequence[str], groups: Sequence[Mapping[str, int | str]]
) -> tuple[Figure, ...]:
    """Return the known workers of every group, without a share.

    Args:
        setting: What they share.
        axes: Axes of the groups; nobody has a segment or payer where nobody is a participant.
        groups: Sums of every group with its codes.
    """
    return tuple(
        replace(
            listed_figure(setting, int(group["n_workers"])),
            by={axis: str(group[axis]) for axis in axes},
        )
        for group in _in_order(groups, axes)
    )


def headline_figures(
    setting: Setting, sums: Mapping[str, int], limits: Bounds
) -> tuple[Figure, ...]:
    """Return the figures of the whole city, the effective one first.

    Args:
        setting: What they share.
        sums: Sums of ``coverage.counts.SUMS``.
        limits: Bounds of the effective count.
    """
    rules, lang, full = setting.rules, setting.lang, setting.rules.kpi_full_months
    average, weight = Fraction(sums["months_12"], AVERAGE_MONTHS), Fraction(sums["kpi_units"], full)
    counted = (
        setting.figure(
            "aktif", sums["n_active"],
            words.active_words(setting.scope, setting.as_of, sums, lang),
            marks=rules.marks("active"),
            bounds=None if setting.reach else (limits.lower, limits.upper),
        ),
        setting.figure(
            "terdaftar", sums["n_registered"],
            words.registered_words(setting.scope, setting.as_of, lang),
        ),
    )  # fmt: skip
    if setting.reach:  # answers tell a state, no months: nothing that rests on months is known
        return counted
    return (
        *counted,
        setting.figure(
            "jkm_penuh", sums["n_jkm"],
            words.jkm_words(rules.jkm_waiting_months, sums["n_jkm_open"], lang),
            marks=rules.marks("jkm"), bounds=(sums["n_jkm"], sums["n_jkm"] + sums["n_jkm_open"]),
        ),
        setting.figure(
            "berbobot_kpi", _half_up(weight), words.kpi_words(sums["kpi_units"], full, lang),
            exact=weight, marks=rules.marks("kpi"),
        ),
        setting.figure(
            "rata_rata_12_bulan", _half_up(average),
            words.average_words(sums["months_12"], setting.as_of, lang), exact=average,
        ),
    )  # fmt: skip


def part_figures(
    setting: Setting, axes: Sequence[str], groups: Sequence[Mapping[str, int | str]]
) -> tuple[Figure, ...]:
    """Return the figures of the groups of some axes, in the order of the axes' codes.

    A group of ``segmen`` alone is a part of the city's figure and has its denominator. Groups by
    ``pembayar`` are parts of the active persons. All others are shares of the listed workers of
    the same group, without ``segmen`` and ``pembayar``: never UCJ.

    Args:
        setting: What they share.
        axes: Axes of the groups.
        groups: Sums of every group with its codes.
    """
    others = [a for a in axes if a not in PART_AXES]
    totals: dict[tuple[str, ...], dict[str, int]] = {}
    for group in groups:
        held = totals.setdefault(
            tuple(str(group[a]) for a in others), {"n_workers": 0, "n_active": 0}
        )
        held["n_workers"] += int(group["n_workers"])
        held["n_active"] += int(group["n_active"])
    found = []
    for group in _in_order(groups, axes):
        codes = {axis: str(group[axis]) for axis in axes}
        is_part = any(a in PART_AXES for a in axes)
        if is_part and not group["n_active"] and not group["n_registered"]:
            continue
        total = totals[tuple(codes[a] for a in others)]
        for name, count in (("aktif", "n_active"), ("terdaftar", "n_registered")):
            found.append(_part(setting, axes, codes, name, int(group[count]), total, group))
    return tuple(found)


def _in_order(
    groups: Sequence[Mapping[str, int | str]], axes: Sequence[str]
) -> list[Mapping[str, int | str]]:
    """Return the groups in the order of the axes' codes, unknown last."""
    return sorted(groups, key=lambda g: [sort_key(a, str(g[a])) for a in axes])


def _part(
    setting: Setting, axes: Sequence[str], codes: dict[str, str], name: str, count: int,
    total: Mapping[str, int], group: Mapping[str, int | str],
) -> Figure:  # fmt: skip
    """Return one figure of one group."""
    lang, scope = setting.lang, setting.scope
    definition = (
        words.active_words(scope, setting.as_of, group, lang)  # type: ignore[arg-type]
        if name == "aktif"
        else words.registered_words(scope, setting.as_of, lang)
    )
    marks = setting.rules.marks("active") if name == "aktif" else ()
    figure = setting.figure(name, count, definition, marks=marks)
    if tuple(axes) == ("segmen",):
        return replace(figure, by=codes)
    if "pembayar" in axes:
        base, label = total["n_active"], words.PART_OF_ACTIVE
        is_meant = name == "aktif"
    else:
        base, label, is_meant = total["n_workers"], words.LISTED, True
    value = count / base if base and is_meant and setting.has_participants else None
    return replace(
        figure, by=codes, value=value, denominator=base if is_meant else None,
        denominator_definition=label(lang), sources=setting.sources, unconfirmed=tuple(marks),
    )  # fmt: skip


def completeness_figures(
    setting: Setting, sums: Mapping[str, int], areas: Sequence[tuple[Entry, Mapping[str, int]]],
    found: Sequence[Estimate],
) -> tuple[Figure, ...]:  # fmt: skip
    """Return the share of the workforce on any list, by area where known, and the unlisted.

    Args:
        setting: What they share.
        sums: Sums of the city: ``n_workers`` and ``n_asn``.
        areas: Denominators of kecamatan with the same sums.
        found: Estimates of the unlisted.
    """
    figures = [_completeness(setting, sums)]
    for entry, held in areas:
        figure = _completeness(replace(setting, denominator=entry), held)
        figures.append(replace(figure, by={"kecamatan": entry.place}))
    return (*figures, *(_estimate(setting, one) for one in found))


def _completeness(setting: Setting, sums: Mapping[str, int]) -> Figure:
    """Return the share of a denominator that is on any list."""
    held = setting.denominator
    n = sums["n_workers"] if held is None else on_lists(sums, held)
    definition = words.LISTED_WORKERS(setting.lang)
    if setting.scope.asn == "out" and held is not None and holds_asn(held):
        definition += words.WITH_LISTED_ASN(setting.lang)
    return setting.figure("kelengkapan", n, definition)


def _estimate(setting: Setting, one: Estimate) -> Figure:
    """Return the estimated unlisted as a share of all workers seen and unseen."""
    lang = setting.lang
    unlisted = _half_up(Fraction(one.unlisted))
    definition = Text(
        f"PERKIRAAN pekerja yang tidak ada pada daftar mana pun; {one.assumption.id}",
        f"ESTIMATE of the workers on no list; {one.assumption.en}",
    )(lang)
    total = one.observed + unlisted
    shares = [x / (one.observed + x) if one.observed + x else 0.0 for x in (one.low, one.high)]
    return Figure(
        value=unlisted / total if total else None, numerator=unlisted, denominator=total,
        as_of=setting.as_of, known_on=setting.known_on, numerator_definition=definition,
        denominator_definition=Text(
            "pekerja tercatat ditambah perkiraan yang tidak tercatat",
            "workers listed plus the estimated unlisted",
        )(lang),
        region_rule=setting.scope.region, sources=setting.sources,
        interval=(shares[0], shares[1]), bounds=(floor(one.low), floor(one.high)),
        name=f"perkiraan_tidak_tercatat_{one.method}",
    )  # fmt: skip


def _half_up(value: Fraction) -> int:
    """Return the nearest whole number, halves up."""
    return floor(value + Fraction(1, 2))
