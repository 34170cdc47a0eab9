"""The public verbs of the law: at, explain, show, diff, status, run_cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cakup.kernel.language import Lang
from cakup.kernel.months import parse_day
from cakup.kernel.parameters import Value
from cakup.law import cases as case_files
from cakup.law import history
from cakup.law.catalogue import Catalogue, catalogue
from cakup.law.family import Death, Paragraph, family
from cakup.law.questions.answer import Answer
from cakup.law.questions.ask import ask, read_programmes
from cakup.law.questions.facts import read_facts
from cakup.law.questions.idle import idle_inputs
from cakup.law.terms import Terms

if TYPE_CHECKING:
    import polars as pl

    from cakup.law.frames import Priced


def _day(on: str | date) -> date:
    """Return a day; a month stands for its last day."""
    return on if isinstance(on, date) else parse_day(on, option="on")


@dataclass(frozen=True)
class LawOn:
    """The law on one day.

    Args:
        day: The day: any day of the contribution month, or the day of the event.
        catalogue: Parameters.
        allow_unconfirmed: Whether rupiah amounts that nobody has confirmed may be used.
    """

    day: date
    catalogue: Catalogue
    allow_unconfirmed: bool = False

    @property
    def terms(self) -> Terms:
        """The terms that rule functions take as ``t``."""
        return Terms(self.day, self.catalogue, allow_unconfirmed=self.allow_unconfirmed)

    def value(self, key: str) -> Value:
        """Return the value of a parameter with its source and status.

        Raises:
            RuleError: ``parameter.unknown_key``; ``parameter.not_in_force``.
        """
        return self.catalogue[key].at(self.day)

    def contribution(self, *, programmes: str | None = None, **inputs: Any) -> Answer:
        """Return what is due for the month.

        Args:
            programmes: Programmes for the totals, e.g. ``"jkk,jkm"``; None for the usual ones.
            **inputs: Names of ``docs/reference/hukum-masukan.md``, e.g. ``segment, wage, base``.

        Raises:
            UsageError: ``law.input.unknown`` and its kin.
            RuleError: ``parameter.not_in_force``; ``law.unconfirmed``.
        """
        return self._ask(programmes, inputs)

    def benefit(self, event: str, *, programme: str | None = None, **inputs: Any) -> Answer:
        """Return what an event gives.

        Args:
            event: Name of the event, e.g. ``death``.
            programme: ``jkk``, ``jkm``, ``jht``, ``jp`` or ``jkp``.
            **inputs: Names of ``docs/reference/hukum-masukan.md``.

        Raises:
            UsageError: ``law.event.unknown`` and its kin.
            RuleError: ``law.rule.no_package`` where no rate is recorded; ``law.unconfirmed``.
        """
        return self._ask(programme, {**inputs, "event": event})

    def _ask(self, programmes: str | None, inputs: Mapping[str, Any]) -> Answer:
        return ask(
            self.day, read_facts(inputs), read_programmes(programmes), catalogue=self.catalogue,
            allow_unconfirmed=self.allow_unconfirmed,
        )  # fmt: skip

    def idle(
        self, answer: Answer, *, programmes: str | None = None, **inputs: Any
    ) -> tuple[str, ...]:
        """Return the inputs of a question without which its answer would be the same.

        Args:
            answer: The answer to it.
            programmes: Programmes asked for, as for the answer.
            **inputs: Inputs as for the answer; ``event`` among them for a benefit.
        """
        return idle_inputs(
            self.day, read_facts(inputs), read_programmes(programmes), answer,
            catalogue=self.catalogue, allow_unconfirmed=self.allow_unconfirmed,
        )  # fmt: skip

    def family(self, **told: Any) -> Paragraph:
        """Return one paragraph for a family after a death.

        Args:
            **told: Fields of ``Death`` without ``on``: ``segment, cause, paid_months,
                unpaid_months, payer, base, wage, employments``.
        """
        words = {k: told[k] for k in ("segment", "cause", "payer") if told.get(k)}
        read = read_facts(words)
        told |= {name: getattr(read, name) for name in words}
        return family(
            Death(self.day, **told), self.catalogue, allow_unconfirmed=self.allow_unconfirmed
        )  # fmt: skip

    def price_frame(
        self, frame: pl.DataFrame | pl.LazyFrame, segment: str, *, month: str | None = None,
        prefix: str = "", **inputs: Any,
    ) -> Priced:  # fmt: skip
        """Add the contributions of every row of a Polars frame.

        Args:
            frame: Rows.
            segment: ``pu``, ``bpu``, ``jakon``, ``jakon_contract``, ``pmi`` or ``magang``.
            month: Column with a day of each row's contribution month; None = this day for all.
            prefix: Put before the names of the results.
            **inputs: Input → column name, e.g. ``wage="upah", risk_group="risiko"``.
        """
        from cakup.law.frames import price_frame

        return price_frame(
            frame, segment, inputs, catalogue=self.catalogue, on=None if month else self.day,
            month=month, allow_unconfirmed=self.allow_unconfirmed, prefix=prefix,
        )  # fmt: skip

    def bill_sql(self, segment: str, **inputs: str) -> dict[str, str]:
        """Return the contributions as SQL expressions in the DuckDB dialect.

        Args:
            segment: As in ``price_frame``.
            **inputs: Input → SQL expression, e.g. ``wage="upah"``.
        """
        from cakup.law.frames import bill_sql

        return bill_sql(
            segment, inputs, catalogue=self.catalogue, on=self.day,
            allow_unconfirmed=self.allow_unconfirmed,
        )  # fmt: skip


def at(
    on: str | date, *, local: Path | None = None, known: date | None = None,
    allow_unconfirmed: bool = False,
) -> LawOn:  # fmt: skip
    """Return the law on a day.

    Args:
        on: ``YYYY-MM-DD``, or ``YYYY-MM`` for the last day of a month.
        local: A workspace's ``parameters/law`` folder with confirmed answers.
        known: Leave out local answers confirmed after this day.
        allow_unconfirmed: Whether rupiah amounts that nobody has confirmed may be used.

    Example:
        >>> at("2026-04-01").contribution(segment="bpu", base=1_000_000).computed["total"]
        8400
    """
    return LawOn(_day(on), catalogue(local, known), allow_unconfirmed)


def explain(
    *, on: str | date, programme: str | None = None, lang: Lang = "id",
    allow_unconfirmed: bool = False, **inputs: Any,
) -> list[str]:  # fmt: skip
    """Return the steps of a computation in words, each with its articles.

    Args:
        on: Day, as in ``at``.
        programme: Programmes, e.g. ``"JKK"``.
        lang: ``id`` or ``en``.
        allow_unconfirmed: Whether rupiah amounts that nobody has confirmed may be used.
        **inputs: Names of ``docs/reference/hukum-masukan.md``.
    """
    answer = at(on, allow_unconfirmed=allow_unconfirmed)._ask(programme, inputs)
    mark = {"id": "belum dikonfirmasi", "en": "not confirmed"}[lang]
    told = []
    for step in answer.steps:
        doubt = f" [{mark}: {', '.join(step.unconfirmed)}]" if step.unconfirmed else ""
        told.append(f"{step.spoken(lang)} ({'; '.join(step.sources)}){doubt}")
    return told


def diff(
    first: str | date, second: str | date, *, local: Path | None = None
) -> tuple[history.Change, ...]:
    """Return what changed in the law between two days, for whom, set by which regulation.

    Args:
        first: Earlier day.
        second: Later day.
        local: A workspace's ``parameters/law`` folder.
    """
    return history.diff(_day(first), _day(second), catalogue(local))


def status(on: str | date, *, local: Path | None = None) -> tuple[history.Doubt, ...]:
    """Return what is not confirmed on a day, and which results rest on it.

    Args:
        on: Day.
        local: A workspace's ``parameters/law`` folder.
    """
    return history.doubts(_day(on), catalogue(local))


def run_cases(
    path: Path | str, *, local: Path | None = None, allow_unconfirmed: bool = False,
    lang: Lang = "id",
) -> list[case_files.Result]:  # fmt: skip
    """Compute the cases of a file and compare them with what they expect.

    Args:
        path: YAML file in the shape of the golden cases.
        local: A workspace's ``parameters/law`` folder.
        allow_unconfirmed: Whether rupiah amounts that nobody has confirmed may be used.
        lang: Language of the reasons.

    Raises:
        InputError: ``law.cases.bad_file``.
    """
    read = case_files.read_cases(Path(path))
    return case_files.run_cases(
        read, catalogue(local), allow_unconfirmed=allow_unconfirmed, lang=lang
    )
