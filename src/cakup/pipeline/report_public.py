"""The public version of the report: small groups and what would reveal them are hidden.

Every table of the page is a tree of groups whose counts add up (``privacy.suppression``). The
totals of the city are shown, so the tables do not touch each other; a city whose total is small
itself shows nothing but that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cakup.documents.report.model import Breakdown, Movement, Report, SenderLine
from cakup.kernel.figures import Figure
from cakup.pipeline.workspace import Workspace
from cakup.privacy.suppression import Group, hidden_groups, hidden_terms

#: What must be equal in two publications for one to be the month before the other.
SAME = ("region", "segments", "asn")


@dataclass(frozen=True)
class Published:
    """A report as the public may see it.

    Args:
        report: The report, hidden counts None and hidden figures marked.
        hidden: Keys of the groups that are hidden.
    """

    report: Report
    hidden: frozenset[str]


def hidden_before(workspace: Workspace, request: dict[str, Any], as_of: str) -> frozenset[str]:
    """Return what the publication of the same day and of the day before it hid.

    Args:
        workspace: Workspace; its manifests tell.
        request: Request of the report as it stands in the manifest.
        as_of: ISO day of the report.
    """
    latest: dict[str, frozenset[str]] = {}
    for run in workspace.runs():
        told = run.get("request", {})
        is_publication = run["verb"] == "report" and "hidden_groups" in run
        is_same = all(_plain(told.get(n)) == _plain(request.get(n)) for n in SAME)
        if is_publication and is_same and run["as_of"] <= as_of:
            latest[run["as_of"]] = frozenset(run["hidden_groups"])
    earlier = sorted(day for day in latest if day < as_of)
    days = [as_of, *earlier[-1:]]
    return frozenset().union(*(latest.get(day, frozenset()) for day in days))


def _plain(value: Any) -> Any:
    """Return a value as JSON would."""
    return list(value) if isinstance(value, tuple) else value


def public(report: Report, before: frozenset[str] = frozenset()) -> Published:
    """Return the report with small groups hidden.

    Args:
        report: Full report; ``small_cell`` is the smallest group that may be shown.
        before: Keys hidden by the publication before this one.
    """
    limit = report.small_cell or 0
    covered = report.headline.numerator or 0
    rest = report.n_listed - covered
    if any(0 < n < limit for n in (covered, rest)):
        return _nothing(report)
    found: set[str] = set()
    for tree in _trees(report):
        found |= hidden_groups(tree, limit, before)
    hidden = frozenset(found)
    told = _counts_hidden(report, limit, hidden)
    told = replace(told, movement=_movement(told.movement, limit))
    return Published(_tables_hidden(told, hidden), hidden)


def n_hidden(report: Report) -> int:
    """Return the number of figures that are hidden."""
    figures = [a.figure for a in report.areas]
    figures += [f for b in report.breakdowns for _, f in b.rows]
    return sum(f.suppressed for f in figures)


def _trees(report: Report) -> list[Group]:
    """Return the tables of the page as trees of groups."""
    covered = report.headline.numerator or 0
    total = (covered, report.n_listed - covered)
    trees = [_area_tree(report, total)] if report.areas else []
    # The kecamatan stand in the tree of areas.
    trees += [
        _breakdown_tree(b, total) for b in report.breakdowns if b.rows and b.key != "kecamatan"
    ]
    if report.evidence:
        parts = [Group(f"bukti={w.id}", (n or 0,)) for w, n in report.evidence]
        trees.append(_rounded("bukti", (covered,), parts))
    if report.ending_90_days:
        months = [Group(f"berakhir={b.isoformat()}", (n or 0,)) for b, n in report.ending_90_days]
        ending = _rounded("berakhir", (sum(n or 0 for _, n in report.ending_90_days),), months)
        trees.append(_rounded("akhir", (covered,), [ending]))
    return trees


def _rounded(key: str, counts: tuple[int, ...], parts: Sequence[Group]) -> Group:
    """Return a group with whatever its parts leave over as one more part."""
    left = tuple(n - sum(p.counts[i] for p in parts) for i, n in enumerate(counts))
    more = (Group(f"{key}:lain", left),) if any(left) else ()
    return Group(key, counts, (*parts, *more))


def _counts(figure: Figure) -> tuple[int, int]:
    """Return the covered and the others of a group of listed workers."""
    n = figure.numerator or 0
    return n, (figure.denominator or n) - n


def _area_tree(report: Report, total: tuple[int, int]) -> Group:
    """Return city → kecamatan → kelurahan; those without a kelurahan are a part too."""
    known = next((b for b in report.breakdowns if b.key == "kecamatan"), None)
    figures = {f.by["kecamatan"]: f for _, f in known.rows} if known else {}
    below: dict[str, list[Group]] = {}
    for area in report.areas:
        leaf = Group(f"desa_kelurahan={area.kode}", _counts(area.figure))
        below.setdefault(area.kode.rpartition(".")[0], []).append(leaf)
    parts = []
    for kode in sorted(set(below) | set(figures)):
        leaves = below.get(kode, [])
        sums = tuple(sum(c) for c in zip(*(g.counts for g in leaves), strict=True)) or (0, 0)
        counts = _counts(figures[kode]) if kode in figures else sums
        parts.append(_rounded(f"kecamatan={kode}", counts, leaves))
    return _rounded("wilayah", total, parts)


def _breakdown_tree(table: Breakdown, total: tuple[int, int]) -> Group:
    """Return a table of one axis: its rows, and those that stand only in ``cakup measure``."""
    is_part = all(f.denominator is None for _, f in table.rows)
    parts = [
        Group(_key(table, f), (f.numerator or 0,) if is_part else _counts(f)) for _, f in table.rows
    ]
    return _rounded(table.key, total[:1] if is_part else total, parts)


def _key(table: Breakdown, figure: Figure) -> str:
    return f"{table.key}={figure.by.get(table.key, '')}"


def _nothing(report: Report) -> Published:
    """Return the report of a city that is small itself: only that it is."""
    keys = frozenset(key for tree in _trees(report) for key in tree.all_keys())
    bare = replace(
        report, headline=_hide(report.headline), companions=(), parts=None, targets=(), areas=(),
        breakdowns=(), trend=(), ending_90_days=(), movement=None, tasks=(), senders=(),
        evidence=(), completeness=(), estimates=(), list_shares=(), notes=(), n_region_unknown=0,
        n_area_unknown=0, n_area_elsewhere=0,
    )  # fmt: skip
    return Published(bare, keys)


def _hide(figure: Figure) -> Figure:
    """Return a figure without its numbers."""
    return replace(
        figure, value=None, numerator=None, denominator=None, bounds=None, interval=None,
        suppressed=True,
    )  # fmt: skip


def _tables_hidden(report: Report, hidden: frozenset[str]) -> Report:
    """Return the report with the hidden rows of its tables marked."""

    def shown(key: str, figure: Figure) -> Figure:
        # The bounds of a group tell how few of its persons rest on a doubtful link.
        return _hide(figure) if key in hidden else replace(figure, bounds=None)

    areas = tuple(
        replace(a, figure=shown(f"desa_kelurahan={a.kode}", a.figure)) for a in report.areas
    )
    breakdowns = tuple(
        replace(b, rows=tuple((label, shown(_key(b, f), f)) for label, f in b.rows))
        for b in report.breakdowns
    )
    evidence = tuple(
        (w, None if f"bukti={w.id}" in hidden else n) for w, n in report.evidence
    )  # fmt: skip
    ending = tuple(
        (b, None if f"berakhir={b.isoformat()}" in hidden else n) for b, n in report.ending_90_days
    )
    tasks = report.tasks
    if "berakhir" in hidden:
        tasks = tuple(replace(t, n=None) if t.key == "ending" else t for t in tasks)
    return replace(
        report, areas=areas, breakdowns=breakdowns, evidence=evidence, ending_90_days=ending,
        tasks=tasks,
    )  # fmt: skip


def _movement(move: Movement | None, limit: int) -> Movement | None:
    """Return the movement with small reasons hidden, None where that is not enough."""
    if move is None or any(0 < n < limit for n in (move.before, move.after)):
        return None
    hidden = hidden_terms([(t.key, t.n or 0) for t in move.terms], limit)
    if hidden is None:
        return None
    return replace(
        move, terms=tuple(replace(t, n=None) if t.key in hidden else t for t in move.terms)
    )


def _counts_hidden(report: Report, limit: int, hidden: frozenset[str]) -> Report:
    """Return the report with the small counts hidden that stand alone."""

    def is_small(n: int | None) -> bool:
        return n is not None and 0 < n < limit

    parts = report.parts
    if parts and any(
        map(is_small, (parts.covered, parts.known_uncovered, parts.unlisted, *(
            n for _, n in parts.outside)))
    ):  # fmt: skip
        # The parts add up to a known number: one hidden alone would be the difference.
        parts = None
    base = report.headline.numerator or 0
    companions = tuple(
        c for c in report.companions
        if not is_small(c.figure.numerator) and not is_small(abs((c.figure.numerator or 0) - base))
    )  # fmt: skip
    headline = report.headline
    if headline.bounds and any(map(is_small, (base - headline.bounds[0],
                                              headline.bounds[1] - base))):  # fmt: skip
        headline = replace(headline, bounds=None)
    return replace(
        report, headline=headline, parts=parts, companions=companions,
        trend=tuple(p for p in report.trend if not is_small(p.n_active)),
        tasks=tuple(replace(t, n=None) if is_small(t.n) else t for t in report.tasks),
        senders=tuple(_sender(s, limit) for s in report.senders),
        list_shares=tuple(s for s in report.list_shares if not s.sender),
        lists=tuple(replace(i, rows=None) if is_small(i.rows) else i for i in report.lists),
        completeness=tuple(
            (name, f) for name, f in report.completeness
            if not is_small(f.numerator) and (not f.by or not hidden & _kecamatan_keys(f))
        ),
        n_region_unknown=None if is_small(report.n_region_unknown) else report.n_region_unknown,
        n_area_elsewhere=None if is_small(report.n_area_elsewhere) else report.n_area_elsewhere,
        n_area_unknown=None
        if is_small(report.n_area_unknown) or any(_is_unplaced(key) for key in hidden)
        else report.n_area_unknown,
    )  # fmt: skip


def _is_unplaced(key: str) -> bool:
    """Return whether a group is those without a kelurahan."""
    return key.startswith(("wilayah", "kecamatan=")) and key.endswith(":lain")


def _kecamatan_keys(figure: Figure) -> frozenset[str]:
    return frozenset({f"kecamatan={figure.by.get('kecamatan')}"})


def _sender(line: SenderLine, limit: int) -> SenderLine:
    """Return a sender's line with small counts hidden; its outcomes add up to its rows."""
    outcomes = {"accepted": line.accepted, "noted": line.noted, "returned": line.returned}
    parts = tuple(Group(name, (n or 0,)) for name, n in outcomes.items())
    gone = hidden_groups(Group("rows", (sum(n or 0 for n in outcomes.values()),), parts), limit)
    alone = {
        name for name in ("bad_nik", "duplicates", "sk_ready", "matched")
        if 0 < (getattr(line, name) or 0) < limit
    }  # fmt: skip
    if 0 < (line.persons or 0) - (line.matched or 0) < limit:
        alone.add("matched")
    told: dict[str, Any] = dict.fromkeys(sorted(gone | alone))
    return replace(line, **told)
