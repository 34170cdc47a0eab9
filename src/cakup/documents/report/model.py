"""What a report says, free of how it looks: counts and figures, never a name or a NIK.

Words are ``Text`` (both languages); proper names and titles of documents are plain text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from cakup.coverage.completeness import Estimate
from cakup.coverage.list_share import ListShare
from cakup.kernel.figures import Figure
from cakup.kernel.language import Text
from cakup.places.boundaries import Boundaries
from cakup.places.tiles import Layout


@dataclass(frozen=True)
class Companion:
    """A figure that stands beside the headline.

    Args:
        label: What it is.
        figure: The figure.
        note: One line below it.
    """

    label: Text
    figure: Figure
    note: Text | None = None


@dataclass(frozen=True)
class Parts:
    """The denominator in parts that add up.

    Args:
        covered: Persons covered.
        known_uncovered: Known workers without active cover who could be enrolled.
        unlisted: Remainder of the denominator that is on no list.
        outside: People on lists who are neither, by why: over the age limit, covered in a segment
            that is not counted, civil servants.
    """

    covered: int
    known_uncovered: int
    unlisted: int
    outside: tuple[tuple[Text, int], ...] = ()

    @property
    def n_outside(self) -> int:
        """Persons on lists who are neither covered nor to be enrolled."""
        return sum(n for _, n in self.outside)


@dataclass(frozen=True)
class TargetLine:
    """One target.

    Args:
        label: Issuer and year, or the reading of a rule.
        share: Target as a share 0–1 of the denominator.
        persons: Persons needed to reach it.
        missing: Persons still missing; 0 or less = reached.
        source: Title of the document.
        is_sure: Whether it is confirmed.
        is_reading: Whether it is one of the readings of "+20 percent".
    """

    label: Text
    share: float
    persons: int
    missing: int
    source: str = ""
    is_sure: bool = False
    is_reading: bool = False


@dataclass(frozen=True)
class AreaLine:
    """One kelurahan; its denominator is the listed workers, so its share is no UCJ.

    Args:
        kode: Code.
        nama: Name.
        kecamatan: Name of its kecamatan.
        figure: Share of listed workers; suppressed figures are hatched.
    """

    kode: str
    nama: str
    kecamatan: str
    figure: Figure


@dataclass(frozen=True)
class Breakdown:
    """A table by one axis.

    Args:
        key: Stable name of the axis.
        title: Heading.
        rows: Label and figure; figures without value are counts only.
        note: What must be known to read it.
        adds_up: Whether the parts add up to the total.
    """

    key: str
    title: Text
    rows: tuple[tuple[Text, Figure], ...]
    note: Text | None = None
    adds_up: bool = True


@dataclass(frozen=True)
class TrendPoint:
    """Persons active at the end of a month.

    Args:
        bulan: First day of the month.
        n_active: Persons.
        is_forecast: Whether it lies after the date of the report: months already paid, nothing
            more.
    """

    bulan: date
    n_active: int
    is_forecast: bool = False


@dataclass(frozen=True)
class MoveTerm:
    """One reason why the number changed; ``n`` with its sign, None if hidden."""

    key: str
    label: Text
    n: int | None


@dataclass(frozen=True)
class Movement:
    """Why the number moved between two dates; ``before + Σ terms = after``."""

    before_on: date
    after_on: date
    before: int
    after: int
    terms: tuple[MoveTerm, ...]
    share_person: float | None = None
    share_denominator: float | None = None


@dataclass(frozen=True)
class Task:
    """Something that needs a decision or an answer.

    Args:
        label: What it is.
        n: How many; None if suppressed.
        do: What to do.
        is_urgent: Whether people may lose cover or money meanwhile.
        key: Stable name.
    """

    label: Text
    n: int | None
    do: Text
    is_urgent: bool = False
    key: str = ""


@dataclass(frozen=True)
class SenderLine:
    """One sender's lists.

    Args:
        sender: Name of the office.
        rows: Rows read, blank ones left out.
        accepted: Rows accepted without a note.
        noted: Rows accepted with a note.
        returned: Rows sent back.
        bad_nik: Rows whose NIK is missing or damaged.
        duplicates: Rows beyond the first of the same person in this sender's lists.
        matched: Persons of this sender who are covered.
        persons: Persons of this sender.
        quality: Data-quality score 0–1, None if unknown.
        sk_ready: Rows complete enough for an SK.

    Counts are None where they are hidden.
    """

    sender: str
    rows: int
    accepted: int | None
    noted: int | None
    returned: int | None
    bad_nik: int | None
    duplicates: int | None
    matched: int | None
    persons: int
    quality: float | None = None
    sk_ready: int | None = None


@dataclass(frozen=True)
class ListLine:
    """One file used: sender, list, kind, date of its data, rows (None if hidden)."""

    sender: str
    list_name: str
    kind: str
    as_of: date
    rows: int | None


@dataclass(frozen=True)
class Report:
    """Everything on the page, in the order of the page.

    ``base`` names the denominator shortly. Counts are None where they are hidden. ``n_listed`` are
    the known workers of the city, covered or not. ``n_region_unknown`` are known workers of whom it
    is not known whether they belong to the city; ``n_area_unknown`` are those and the city's own
    without a kelurahan; ``n_area_elsewhere`` live elsewhere.
    """

    place: str
    kode: str
    as_of: date
    known_on: date | None
    headline: Figure
    base: Text
    layout: Layout
    boundaries: Boundaries | None = None
    companions: tuple[Companion, ...] = ()
    parts: Parts | None = None
    targets: tuple[TargetLine, ...] = ()
    areas: tuple[AreaLine, ...] = ()
    n_listed: int = 0
    n_region_unknown: int | None = 0
    n_area_unknown: int | None = 0
    n_area_elsewhere: int | None = 0
    breakdowns: tuple[Breakdown, ...] = ()
    trend: tuple[TrendPoint, ...] = ()
    ending_90_days: tuple[tuple[date, int | None], ...] = ()
    movement: Movement | None = None
    tasks: tuple[Task, ...] = ()
    senders: tuple[SenderLine, ...] = ()
    evidence: tuple[tuple[Text, int | None], ...] = ()
    completeness: tuple[tuple[str, Figure], ...] = ()
    estimates: tuple[Estimate, ...] = ()
    lists: tuple[ListLine, ...] = ()
    list_shares: tuple[ListShare, ...] = ()
    notes: tuple[Text, ...] = ()
    unconfirmed: tuple[Text, ...] = ()
    is_public: bool = False
    is_fictitious: bool = False
    small_cell: int | None = None
    facts: dict[str, str] = field(default_factory=dict)
