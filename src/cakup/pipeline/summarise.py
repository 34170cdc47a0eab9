"""``cakup summarise``: a city's figures without a name, for the province."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from cakup.coverage import counts
from cakup.coverage.summary import FORMAT, Denominator, Summary
from cakup.engines.files import make_folder, write_text
from cakup.kernel.figures import Figure
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline import measure as measuring
from cakup.pipeline.ledger import counting_rules
from cakup.pipeline.measure import Measurement
from cakup.pipeline.workspace import Workspace
from cakup.privacy.suppression import Group, hidden_groups

PURPOSE = "ringkasan tanpa nama untuk provinsi"
#: Counting rules on which the count of active persons rests.
RULES = ("counting.lapse_after_unpaid_months", "counting.lapse_moment")


@dataclass(frozen=True)
class Request:
    """Which figures.

    Args:
        as_of: Day for which they hold.
        out: File ``.json``, or a folder for ``ringkasan-KODE-TANGGAL.json``.
        region: Region rule.
        segments: Segments that count.
        asn: ASN rule.
        known: Only files and decisions received by this day.
        recipient: Who receives it.
    """

    as_of: date
    out: str
    region: str = "ktp"
    segments: tuple[str, ...] = counts.DEFAULT_SEGMENTS
    asn: str = "out"
    known: date | None = None
    recipient: str | None = None


@dataclass(frozen=True)
class Result:
    """What was written: path, summary, number of groups hidden."""

    path: str
    summary: Summary
    hidden: int


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Write the summary; small groups and what would reveal them are left out.

    Args:
        request: Which figures.
        workspace: Workspace, linked and with its ledger.
        progress: Listener.

    Raises:
        UsageError: ``usage.bad_choice``.
        InputError: ``workspace.table_missing``.
    """
    asked = measuring.Request(
        as_of=request.as_of, known=request.known, region=request.region,
        segments=request.segments, asn=request.asn,
    )  # fmt: skip
    whole = measuring.run(asked, workspace, progress)
    parts = {
        axis: measuring.run(
            measuring.Request(**{**vars(asked), "by": (axis,)}), workspace, progress
        )
        for axis in ("segmen", "kecamatan")
    }
    limit = counting_rules(workspace, request.as_of, request.known).small_cell
    segments, hidden_segments = _segments(whole, parts["segmen"], limit)
    areas, hidden_areas = _areas(whole, parts["kecamatan"], limit)
    summary = _summary(workspace, whole, segments, areas)
    path = _path(request, workspace)
    make_folder(path.parent)
    write_text(path, summary.text())
    told = {**asdict(request), "as_of": request.as_of.isoformat(), "out": path.name,
            "known": request.known.isoformat() if request.known else None}  # fmt: skip
    workspace.record_run(
        "summarise", told, purpose=PURPOSE, recipient=request.recipient, rows=1,
        hidden=hidden_segments + hidden_areas,
    )  # fmt: skip
    return Result(str(path), summary, hidden_segments + hidden_areas)


def _path(request: Request, workspace: Workspace) -> Path:
    given = Path(request.out)
    if given.suffix.lower() == ".json":
        return given
    return given / f"ringkasan-{workspace.place}-{request.as_of.isoformat()}.json"


def _summary(
    workspace: Workspace, held: Measurement, segments: dict[str, int | None],
    areas: dict[str, tuple[int | None, int | None]],
) -> Summary:  # fmt: skip
    asked, entry = held.request, held.denominator
    rules = counting_rules(workspace, asked.as_of, asked.known)
    return Summary(
        format=FORMAT, place=held.place, place_name=held.place_name,
        as_of=asked.as_of.isoformat(),
        known_on=held.known_on.isoformat() if held.known_on else None, region=asked.region,
        segments=tuple(sorted(asked.segments)), asn=asked.asn,
        rules={key: str(rules.values[key].value) for key in RULES},
        numerator_definition=_definition(held.figures[0], held.has_participants),
        counts={
            "active": held.sums["n_active"], "registered": held.sums["n_registered"],
            "workers": held.sums["n_workers"], "listed": held.sums["n_listed"],
            "active_without_place": held.unknown.active_without_place,
            "active_elsewhere": held.unknown.active_elsewhere,
        },
        by_segment=segments, by_kecamatan=areas,
        denominator=None if entry is None else Denominator(
            int(entry.value), entry.kind, entry.year, entry.issuer, entry.document, entry.status
        ),
        unconfirmed=held.figures[0].unconfirmed,
    )  # fmt: skip


def _definition(figure: Figure, has_participants: bool) -> str:
    """Return what the numerator counts; the shares of evidence differ from city to city."""
    if not has_participants:
        return "tidak ada data peserta"
    return figure.numerator_definition.split("; bukti:")[0]


def _segments(
    whole: Measurement, held: Measurement, limit: int
) -> tuple[dict[str, int | None], int]:
    """Return active persons by segment, small groups and what would reveal them hidden."""
    found = {
        f.by["segmen"]: int(f.numerator or 0) for f in held.figures
        if set(f.by) == {"segmen"} and f.name == "aktif"
    }  # fmt: skip
    parts = tuple(Group(code, (n,)) for code, n in sorted(found.items()))
    rest = whole.sums["n_active"] - sum(found.values())
    parts += (Group("lain", (rest,)),) if rest else ()
    hidden = hidden_groups(Group("semua", (whole.sums["n_active"],), parts), limit) if parts else {}
    told: dict[str, int | None] = {c: None if c in hidden else n for c, n in sorted(found.items())}
    return told, sum(v is None for v in told.values())


def _areas(
    whole: Measurement, held: Measurement, limit: int
) -> tuple[dict[str, tuple[int | None, int | None]], int]:
    """Return active and listed workers by kecamatan, small groups hidden with their complements."""
    found = {
        f.by["kecamatan"]: (int(f.numerator or 0), int(f.denominator or 0)) for f in held.figures
        if set(f.by) == {"kecamatan"} and f.name == "aktif"
    }  # fmt: skip
    parts = tuple(Group(code, (n, max(of - n, 0))) for code, (n, of) in sorted(found.items()))
    total = (whole.sums["n_active"], max(whole.sums["n_workers"] - whole.sums["n_active"], 0))
    rest = (total[0] - sum(p.counts[0] for p in parts), total[1] - sum(p.counts[1] for p in parts))
    if min(rest, default=0) < 0 or not parts:
        return {}, 0
    parts += (Group("lain", rest),) if any(rest) else ()
    hidden = hidden_groups(Group("semua", total, parts), limit)
    told: dict[str, tuple[int | None, int | None]] = {
        c: (None, None) if c in hidden else (n, of) for c, (n, of) in sorted(found.items())
    }
    return told, sum(v[0] is None for v in told.values())


def summarise(
    workspace: Workspace, out: Path | str, *, as_of: date, region: str = "ktp",
    segments: tuple[str, ...] = counts.DEFAULT_SEGMENTS, asn: str = "out",
    known: date | None = None, recipient: str | None = None, progress: Progress = SILENT,
) -> Result:  # fmt: skip
    """Write a city's figures without a name, for the province.

    Args:
        workspace: Workspace, linked and with its ledger.
        out: File ``.json`` or a folder.
        as_of: Day for which they hold.
        region: Region rule.
        segments: Segments that count.
        asn: ASN rule.
        known: Only files and decisions received by this day.
        recipient: Who receives it; stands in the record of exports.
        progress: Listener.

    Raises:
        InputError: ``workspace.table_missing``.
    """
    request = Request(as_of, str(out), region, tuple(segments), asn, known, recipient)
    return run(request, workspace, progress)
