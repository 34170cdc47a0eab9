"""A published figure is frozen with its date; a later count stands beside it, not in its place."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from cakup.kernel.errors import UsageError
from cakup.pipeline import decisions
from cakup.pipeline.decisions import Decision
from cakup.pipeline.grounds import ground
from cakup.pipeline.measure import Measurement
from cakup.pipeline.workspace import Workspace

#: Kind of decision that freezes a figure.
PUBLISHED = "figure_published"
SCOPE = ("place", "as_of", "region", "segments", "asn")
_DIGITS = 20


@dataclass(frozen=True)
class Published:
    """A figure as it was published.

    Args:
        as_of: ISO day for which it holds.
        numerator: Persons.
        denominator: Persons it is a part of, None without one.
        value: Share as published, None without a denominator.
        by: Who published it.
        basis: Document and its date.
        received_on: ISO day on which Cakup took note.
        correction: Why an earlier publication was corrected; empty for a first one.
        now: What the same question gives now, None until compared.
    """

    as_of: str
    numerator: int
    denominator: int | None
    value: float | None
    by: str
    basis: str
    received_on: str
    correction: str = ""
    now: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values, with the difference to now."""
        told = dict(vars(self))
        told["difference"] = None if self.now is None else self.now - self.numerator
        return told


def scope_of(held: Measurement) -> dict[str, Any]:
    """Return what makes two publications answers to one question.

    Args:
        held: A measurement.
    """
    asked = held.request
    return {
        "place": held.place, "as_of": asked.as_of.isoformat(), "region": asked.region,
        "segments": sorted(asked.segments), "asn": asked.asn,
    }  # fmt: skip


def published(workspace: Workspace, held: Measurement) -> tuple[Published, ...]:
    """Return what was published for the question of a measurement, oldest first, beside now.

    Args:
        workspace: Workspace.
        held: A measurement.
    """
    wanted = scope_of(held)
    return tuple(
        Published(
            wanted["as_of"], d.body["numerator"], d.body["denominator"], d.body["value"], d.by,
            d.basis, d.received_on, d.body["correction"], held.sums["n_active"],
        )
        for d in decisions.read(workspace, held.request.known)
        if d.kind == PUBLISHED and all(d.body[key] == wanted[key] for key in SCOPE)
    )  # fmt: skip


def publish(
    workspace: Workspace, held: Measurement, *, by: str | None, basis: str | None,
    correction: str = "", received_on: date | None = None, wait_seconds: float = 0.0,
) -> Published:  # fmt: skip
    """Freeze the administrative figure of a measurement; doing it twice changes nothing.

    Args:
        workspace: Workspace of the measurement.
        held: The measurement.
        by: Who publishes it.
        basis: Document and its date (``grounds.ground``).
        correction: Why a figure that was published before is corrected.
        received_on: Day on which it counts as received; None = today.
        wait_seconds: How long to wait for another writer.

    Raises:
        UsageError: ``decisions.no_by``, ``decisions.no_basis``;
            ``publish.already_published`` if another number was published for the same question and
            no correction is named; ``publish.nothing`` without participant data.
        ConflictError: ``workspace.busy``.
    """
    said = ground(by, basis)
    if not held.has_participants:
        raise UsageError("publish.nothing")
    first = held.figures[0]
    earlier = published(workspace, held)
    last = earlier[-1] if earlier else None
    if last is not None and last.numerator == first.numerator and not correction:
        return last
    if last is not None and not correction.strip():
        raise UsageError("publish.already_published", basis=last.basis, n=last.numerator)
    body = {
        **scope_of(held), "numerator": first.numerator, "denominator": first.denominator,
        "value": first.value, "correction": correction.strip(),
        "known_on": held.known_on.isoformat() if held.known_on else None, "run_id": held.run_id,
        "unconfirmed": list(first.unconfirmed),
    }  # fmt: skip
    told = "|".join(str(x) for x in (*map(str, scope_of(held).values()), first.numerator,
                                     said.by, said.basis, correction))  # fmt: skip
    decision_id = hashlib.sha256(told.encode()).hexdigest()[:_DIGITS]
    day = (received_on or date.today()).isoformat()  # noqa: DTZ011  (a day, local)
    decision = Decision(
        decision_id, PUBLISHED, body, said.by, said.basis, said.dated.isoformat(), day
    )
    with workspace.writing("measure", wait_seconds):
        decisions.append(workspace, [decision])
    return published(workspace, held)[-1]
