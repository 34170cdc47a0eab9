"""A whole file through intake: plan every sheet, convert every part, settle the date orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from cakup.identifiers.dates import Orders
from cakup.intake.content import Looks
from cakup.intake.convert import Converted, SheetConverter
from cakup.intake.plan import SheetPlan, Skipped, plan_sheet
from cakup.intake.reading import ReadingNote, Sheet
from cakup.intake.reading.frames import joined_notes
from cakup.intake.seen import Seen
from cakup.intake.settings import Settings
from cakup.intake.source import Source
from cakup.intake.tally import Tally
from cakup.intake.titles import day_of_titles
from cakup.kernel.errors import InputError
from cakup.kernel.progress import SILENT, Progress


class Sink(Protocol):
    """Where converted parts go; ``restart`` forgets all that came before."""

    def restart(self) -> None:
        """Begin again from nothing."""

    def take(self, plan: SheetPlan, part: Converted) -> None:
        """Take one converted part."""


@dataclass(frozen=True)
class Passage:
    """What became of a file.

    Args:
        plans: How its sheets were read.
        skipped: Sheets that were left out, and why.
        tally: Counts.
        notes: What was noticed while reading.
        orders: (Sheet number, date field) → order of day and month.
    """

    plans: tuple[SheetPlan, ...]
    skipped: tuple[Skipped, ...]
    tally: Tally
    notes: tuple[ReadingNote, ...]
    orders: dict[tuple[int, str], Orders] = field(default_factory=dict)


def stated_day(source: Source) -> date | None:
    """Return the date of the data that the titles of a file state; None if none or several.

    Args:
        source: The file.
    """
    layouts = [source.layout(sheet) for sheet in source.openings]
    return day_of_titles([title for layout in layouts if layout for title in layout.titles])


def plan_file(source: Source, settings: Settings) -> tuple[list[SheetPlan], list[Skipped]]:
    """Return how the sheets of a file are read, and which are left out.

    Args:
        source: The file.
        settings: Settings of the import.

    Raises:
        InputError: No sheet can be read: ``file.empty``, ``intake.file.header_only``,
            ``intake.file.no_table``, ``intake.mapping.required``; or one is refused, see
            ``plan_sheet``.
    """
    plans: list[SheetPlan] = []
    skipped: list[Skipped] = []
    looks = Looks(settings.places, settings.kota)
    for sheet in source.openings:
        layout = source.layout(sheet, settings.correction.header_row)
        here = replace(settings, where=source.where_of(sheet.name))
        is_only = len(source.openings) == 1
        planned = plan_sheet(sheet, here, layout, looks, is_only=is_only)
        if isinstance(planned, SheetPlan):
            plans.append(planned)
        else:
            skipped.append(planned)
    if not plans:
        raise _no_sheet(skipped, settings, source)
    return plans, skipped


def _no_sheet(skipped: Sequence[Skipped], settings: Settings, source: Source) -> InputError:
    """Return the error that says best why no sheet could be read."""
    by_code = {s.code: s for s in reversed(skipped)}
    if "required" in by_code:
        worst = by_code["required"]
        return InputError(
            "intake.mapping.required", where=source.where_of(worst.name),
            missing=worst.params["missing"], kind=settings.kind.title,
        )  # fmt: skip
    if "header_only" in by_code:
        return InputError(
            "intake.file.header_only", where=source.where_of(by_code["header_only"].name)
        )
    if set(by_code) == {"empty"}:
        return InputError("file.empty", where=source.where)
    return InputError("intake.file.no_table", where=source.where, kind=settings.kind.title)


def pass_through(
    source: Source, settings: Settings, sink: Sink, progress: Progress = SILENT
) -> Passage:
    """Convert a file, part by part.

    The order of day and month is decided on the first part of a column. If later parts turn the
    decision over, everything is converted once more under the decision of the whole column, so
    that the result does not depend on where the parts were cut.

    Args:
        source: The file.
        settings: Settings of the import.
        sink: Takes the rows.
        progress: Listener.

    Raises:
        InputError: The file is refused as a whole.
    """
    plans, skipped = plan_file(source, settings)
    orders: dict[int, dict[str, Orders]] = {}
    for _ in range(2):
        sink.restart()
        converters, tally, notes = _convert(source, plans, settings, sink, orders, progress)
        settled = {no: c.settled_orders() for no, c in converters.items()}
        used = {no: dict(c.memory.orders) for no, c in converters.items()}
        if all(settled[n].get(f) == o for n, held in used.items() for f, o in held.items()):
            break
        orders = settled
    assert tally.n_read == sum(tally.outcomes.values())
    flat = {(no, f): o for no, held in used.items() for f, o in held.items()}
    return Passage(tuple(plans), tuple(skipped), tally, notes, flat)


def _convert(
    source: Source, plans: Sequence[SheetPlan], settings: Settings, sink: Sink,
    orders: dict[int, dict[str, Orders]], progress: Progress,
) -> tuple[dict[int, SheetConverter], Tally, tuple[ReadingNote, ...]]:  # fmt: skip
    """Convert every part once under the given orders."""
    tally = Tally()
    notes: list[ReadingNote] = list(source.notes)
    by_no = {plan.no: plan for plan in plans}
    seen: dict[str, Seen] = {}
    # By number: nothing but Excel itself keeps two sheets from having one name.
    converters: dict[int, SheetConverter] = {}
    for part, has_end in source.parts():
        if source.format == "csv":
            notes += part.notes
        plan = by_no.get(part.no)
        if plan is None:
            continue
        converter = converters.get(plan.no) or SheetConverter(
            plan, replace(settings, where=source.where_of(plan.name)),
            seen, orders.get(plan.no, {}),
        )  # fmt: skip
        converters[plan.no] = converter
        _convert_part(converter, part, tally, sink, has_end)
        progress.step(source.file_name, tally.n_read)
    return converters, tally, joined_notes(notes)


def _convert_part(
    converter: SheetConverter, part: Sheet, tally: Tally, sink: Sink, has_end: bool
) -> None:
    before = tally.n_read
    converted = converter.convert(part, tally, has_end=has_end)
    assert converted.rows.height == tally.n_read - before, "every row read has one outcome"
    sink.take(converter.plan, converted)
