"""``cakup merge``: the summaries of cities become the table of a province."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from cakup.coverage import counts
from cakup.coverage.summary import Merged, Summary, merged, read_summary
from cakup.documents.province_table import write_province
from cakup.engines.files import make_folder, whole_file
from cakup.kernel.errors import InputError, UsageError
from cakup.kernel.language import Lang
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline.basis import prepare
from cakup.pipeline.measure import make_facts
from cakup.pipeline.workspace import Workspace
from cakup.places.provinces import Kabkota, kabkota_of, read_kabkota
from cakup.privacy.suppression import Group, hidden_groups

SMALL_CELL = 5
STATUS = {"solid": "", "confirmed": "", "unconfirmed": "belum dikonfirmasi"}


@dataclass(frozen=True)
class Request:
    """What to merge.

    Args:
        files: Summaries of cities.
        total: The province's own figure, persons; None = not compared.
        total_source: Where that figure stands.
        expected: CSV ``kode,nama`` of the cities that should be there; None = the built-in list.
        named: Folders of workspaces whose names are at hand: their people are counted once.
        out: Workbook ``.xlsx`` of the table; None = none.
        lang: Language.
    """

    files: tuple[str, ...]
    total: int | None = None
    total_source: str = ""
    expected: str | None = None
    named: tuple[str, ...] = ()
    out: str | None = None
    lang: Lang = "id"


@dataclass(frozen=True)
class Once:
    """People of the workspaces whose names are at hand.

    Args:
        places: Codes of these workspaces.
        active: Active persons of all of them, each once.
        counted: Sum over the workspaces of whom each calls active, wherever they live.
        by_residence: Code of the city of residence → active persons, each once.
        without_nik: Active persons without a NIK, who cannot be told from others elsewhere.
    """

    places: tuple[str, ...]
    active: int
    counted: int
    by_residence: dict[str, int]
    without_nik: int

    @property
    def twice(self) -> int:
        """Persons counted again because another workspace has them too."""
        return self.counted - self.active


@dataclass(frozen=True)
class Result:
    """The province's table.

    Args:
        merged: Cities, missing ones, sums.
        hidden: Codes of cities whose counts are not shown.
        once: People counted once by name, None without named workspaces.
        out: Name of the workbook.
    """

    merged: Merged
    hidden: frozenset[str] = frozenset()
    once: Once | None = None
    out: str | None = None
    rows: tuple[dict[str, Any], ...] = field(default=(), repr=False)

    def as_json(self) -> dict[str, Any]:
        """Return the table as plain values."""
        held = self.merged
        return {
            "as_of": held.summaries[0].as_of, "cities": list(self.rows), "active": held.active,
            "denominator": held.denominator, "total": held.total, "difference": held.difference,
            "missing": [{"kode": k, "nama": n} for k, n in held.missing],
            "once": None if self.once is None else {**vars(self.once), "twice": self.once.twice},
            "out": self.out,
        }  # fmt: skip


def run(request: Request, workspace: None = None, progress: Progress = SILENT) -> Result:
    """Merge the summaries; no workspace takes part but those named.

    Args:
        request: What to merge.
        workspace: Always None.
        progress: Listener.

    Raises:
        UsageError: ``usage.file_missing``; ``merge.nothing``; ``usage.bad_choice``.
        InputError: ``merge.not_a_summary``, ``merge.changed``, ``merge.different``,
            ``merge.twice``, ``merge.other_province``, ``merge.bad_expected``.
    """
    if request.out and Path(request.out).suffix.lower() != ".xlsx":
        raise UsageError(
            "usage.bad_choice", option="--out", given=Path(request.out).suffix, choices=".xlsx"
        )
    held = [_read(Path(name)) for name in request.files]
    if not held:
        raise UsageError("merge.nothing")
    expected = _expected(request, held[0][1])
    told = merged(held, [(k.kode, k.nama) for k in expected], request.total)
    once = _once(request, told, progress) if request.named else None
    hidden = _hidden(told)
    names = {k.kode: k.nama for k in expected}
    rows = tuple(_row(s, hidden, names) for s in told.summaries)
    out = Path(request.out) if request.out else None
    if out is not None:
        make_folder(out.parent)
        with whole_file(out) as temporary:
            write_province(
                temporary, pl.DataFrame(list(rows)), told, request.total_source,
                vars(once) | {"twice": once.twice} if once else None, request.lang,
            )  # fmt: skip
    return Result(told, hidden, once, out.name if out else None, rows)


def _read(path: Path) -> tuple[str, Summary]:
    if not path.is_file():
        raise UsageError("usage.file_missing", path=path.name)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as err:
        raise InputError("merge.not_a_summary") from err
    return path.name, read_summary(text, path.name)


def _expected(request: Request, first: Summary) -> tuple[Kabkota, ...]:
    """Return the cities that should be there."""
    if request.expected is None:
        return kabkota_of(first.place.partition(".")[0])
    path = Path(request.expected)
    if not path.is_file():
        raise UsageError("usage.file_missing", path=path.name)
    return read_kabkota(path.read_text(encoding="utf-8"))


def _hidden(held: Merged) -> frozenset[str]:
    """Return the cities whose counts would tell of few people, or reveal those of another."""
    parts = tuple(
        Group(s.place, (s.counts["active"], max(s.counts["workers"] - s.counts["active"], 0)))
        for s in held.summaries
    )
    sums = tuple(sum(c) for c in zip(*(p.counts for p in parts), strict=True))
    return hidden_groups(Group("provinsi", sums, parts), SMALL_CELL)


def _row(one: Summary, hidden: frozenset[str], names: dict[str, str]) -> dict[str, Any]:
    """Return one city as a row of the table."""
    shown = one.place not in hidden
    base = one.denominator
    active = one.counts["active"] if shown else None
    return {
        "kode": one.place, "nama": names.get(one.place, one.place_name), "aktif": active,
        "penyebut": base.persons if base else None,
        "cakupan": active / base.persons if base and active is not None else None,
        "jenis_penyebut": base.kind.replace("_", " ") if base else None,
        "tahun": str(base.year) if base and base.year else None,
        "status": STATUS.get(base.status, base.status) if base else None,
        "pekerja_tercatat": one.counts["workers"] if shown else None,
        "aktif_tanpa_wilayah": one.counts["active_without_place"],
        "diketahui_sampai": one.known_on,
    }  # fmt: skip


def _once(request: Request, held: Merged, progress: Progress) -> Once:
    """Count the active people of the named workspaces, each once, where they live.

    A person is one NIK. Those without one are counted in their workspace only.
    """
    asked = held.summaries[0]
    frames = []
    for name in request.named:
        space = Workspace.find(Path(name))
        progress.step(f"menghitung orang {space.place}")
        frames.append(_active(space, asked))
    people = pl.concat(frames)
    with_nik = people.filter(pl.col("nik").is_not_null())
    home = with_nik.sort("nik", "place").group_by("nik", maintain_order=True).agg(
        pl.col("kabkota").drop_nulls().first()
    )  # fmt: skip
    alone = people.filter(pl.col("nik").is_null())
    by_home = pl.concat([home.select("kabkota"), alone.select("kabkota")])
    told = by_home.group_by("kabkota").len().sort("kabkota", nulls_last=True)
    return Once(
        places=tuple(sorted(people["place"].unique())), active=home.height + alone.height,
        counted=people.height,
        by_residence={str(k or "tidak_diketahui"): int(n) for k, n in told.iter_rows()},
        without_nik=alone.height,
    )  # fmt: skip


def _active(space: Workspace, asked: Summary) -> pl.DataFrame:
    """Return the active persons of one workspace: ``place, nik, kabkota``, wherever they live."""
    scope = counts.Scope(space.place, asked.region, asked.segments, asked.asn)
    with space.engine() as engine:
        basis = prepare(engine, space, date.fromisoformat(asked.as_of))
        make_facts(engine, scope, basis, axes=())
        rule = f"kode_wilayah_{asked.region}"
        return engine.frame(f"""
SELECT '{space.place}' AS place, p.nik, regexp_extract(w.{rule}, '^[0-9]+[.][0-9]+') AS kabkota
FROM facts f JOIN persons p ON p.person_id = f.person_id
JOIN people w ON w.person_id = f.person_id WHERE f.is_active""").with_columns(
            pl.when(pl.col("kabkota") == "").then(None).otherwise("kabkota").alias("kabkota")
        )


def merge(
    files: Sequence[Path | str], *, total: int | None = None, total_source: str = "",
    expected: Path | str | None = None, named: Sequence[Path | str] = (),
    out: Path | str | None = None, lang: Lang = "id", progress: Progress = SILENT,
) -> Result:  # fmt: skip
    """Return the table of a province from the summaries of its cities.

    Args:
        files: Summaries of ``summarise``.
        total: The province's own figure, persons.
        total_source: Where that figure stands.
        expected: CSV ``kode,nama`` of the cities that should be there.
        named: Folders of workspaces whose names are at hand.
        out: Workbook of the table.
        lang: Language.
        progress: Listener.

    Raises:
        InputError: ``merge.different`` if definitions differ; ``merge.twice``; ``merge.changed``.
    """
    request = Request(
        tuple(map(str, files)), total, total_source, str(expected) if expected else None,
        tuple(map(str, named)), str(out) if out else None, lang,
    )  # fmt: skip
    return run(request, progress=progress)
