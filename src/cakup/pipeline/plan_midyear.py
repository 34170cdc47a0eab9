"""What a budget changed in the middle of the year does, as plain values and in words."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from cakup.engines.files import whole_file
from cakup.kernel import spelling
from cakup.kernel.language import LANGS, Lang, Text
from cakup.planning.compute import MONTHS, Outcome, schedule

HEAD = Text(
    "Sejak {month} pagu berubah. {enrolled} orang sudah terdaftar; sampai Desember mereka masih "
    "memerlukan {owed}, pagu yang berubah menyisakan {left}.",
    "From {month} the pagu changes. {enrolled} persons are enrolled; to December they still need "
    "{owed}, the changed pagu leaves {left}.",
)
DRY = Text(
    "Bila semua dibayar terus, uang {purse} tidak cukup lagi mulai iuran {month}.",
    "If everybody is paid on, {purse} is short from the contribution of {month}.",
)
ALL = Text("Semua dipertahankan sampai Desember atau batas umurnya.",
           "All stay to December or to their age limit.")  # fmt: skip
LOST = Text(
    "Menurut urutan kriteria {kept} dipertahankan dan {lost} kehilangan perlindungan, yang "
    "terakhir dalam urutan lebih dahulu: {when}. Kesinambungan terputus karena pagu itu; tidak ada "
    "orang baru dari dompet yang boleh membayar mereka.",
    "In the order of the rule set {kept} stay and {lost} lose cover, the last of the order "
    "first: {when}. Continuity breaks because of that pagu; nobody new begins from a purse that "
    "may pay them.",
)
MOVED = Text("{n} dari mereka dibayar dompet lain sejak itu.",
             "{n} of them are paid by another purse from then on.")  # fmt: skip
NEW = Text("Orang baru sejak itu: {n} (rencana dasar {n0}).",
           "New persons from then on: {n} (base plan {n0}).")  # fmt: skip
REACHED = Text(
    "Terlindungi pada 31 Desember {dec} (rencana dasar {dec0}), rata-rata dua belas bulan {avg} "
    "({avg0}).",
    "Covered on 31 December {dec} (base plan {dec0}), on average over twelve months {avg} "
    "({avg0}).",
)
OVERSPENT = Text(
    "{purse} sudah membayar {rp} lebih dari pagu yang berubah: harus ditutup dari sumber lain.",
    "{purse} has already paid {rp} more than the changed pagu: another source must cover it.",
)
NAMES = Text("Nama mereka: cakup documents --only berhenti.",
             "Their names: cakup documents --only berhenti.")  # fmt: skip
PAPERS = Text(
    "SK perubahan, RKPA/DPPA, dan pemberitahuan bila perubahan ini disahkan: cakup documents "
    "--change {scenario}.",
    "Amending decree, changed budget and notices if this change is approved: cakup documents "
    "--change {scenario}.",
)
WHEN = Text("{n} orang tanpa perlindungan sejak {month}", "{n} persons without cover from {month}")


def midyear(outcome: Outcome, base: Outcome, scenario: str) -> dict[str, Any] | None:
    """Return what the change does, None for a scenario without one.

    Args:
        outcome: The scenario.
        base: The plan that was carried out before the change.
        scenario: Its id.
    """
    c = outcome.course
    if c is None:
        return None
    year = outcome.settings.year
    ids = [pot.id for pot in outcome.pots]
    lost = sum(c.stopped.values())
    return {
        "from": f"{year}-{c.first + 1:02}", "enrolled": c.enrolled, "kept": c.kept,
        "moved": c.moved, "lost": lost, "added": c.added,
        "lost_from": {f"{year}-{m + 1:02}": n for m, n in sorted(c.stopped.items())},
        "purses": [
            {"id": name, "spent_before_rp": c.spent_rp[at], "owed_rp": c.owed_rp[at],
             "left_rp": c.left_rp[at], "short_rp": max(0, c.owed_rp[at] - c.left_rp[at]),
             "short_from": f"{year}-{c.dry[at] + 1:02}" if c.dry[at] >= 0 else None}
            for at, name in enumerate(ids)
        ],
        "breaks_continuity": lost > 0,
        "told": {lang: [*_told(outcome, base, lang), *_papers(outcome, scenario, lang)]
                 for lang in LANGS},
    }  # fmt: skip


def _told(outcome: Outcome, base: Outcome, lang: Lang) -> list[str]:
    """Return the sentences."""
    c, year, ids = outcome.course, outcome.settings.year, [pot.id for pot in outcome.pots]

    def month(m: int) -> str:
        return spelling.month(date(year, m + 1, 1), lang)

    told = [HEAD.format(
        lang, month=month(c.first), enrolled=spelling.count(c.enrolled, lang),
        owed=spelling.rupiah(sum(c.owed_rp), lang),
        left=spelling.rupiah(sum(max(0, v) for v in c.left_rp), lang),
    )]  # fmt: skip
    told += [OVERSPENT.format(lang, purse=name, rp=spelling.rupiah(-left, lang))
             for name, left in zip(ids, c.left_rp, strict=True) if left < 0]  # fmt: skip
    told += [DRY.format(lang, purse=name, month=month(dry))
             for name, dry in zip(ids, c.dry, strict=True) if dry >= 0]  # fmt: skip
    lost = sum(c.stopped.values())
    if lost:
        when = "; ".join(WHEN.format(lang, n=spelling.count(n, lang), month=month(m))
                         for m, n in sorted(c.stopped.items()))  # fmt: skip
        told.append(LOST.format(lang, kept=spelling.count(c.kept, lang),
                                lost=spelling.count(lost, lang), when=when))  # fmt: skip
        told += [NAMES(lang)] if c.names else []
    else:
        told.append(ALL(lang))
    if c.moved:
        told.append(MOVED.format(lang, n=spelling.count(c.moved, lang)))
    planned = sum(int(n) for n, way in zip(base.columns, base.built.ways, strict=True)
                  if way.start >= c.first)  # fmt: skip
    told.append(NEW.format(lang, n=spelling.count(c.added, lang),
                           n0=spelling.count(planned, lang)))  # fmt: skip
    now, then = _reached(outcome), _reached(base)
    told.append(REACHED.format(
        lang, dec=spelling.percent(now[0], 2, lang), dec0=spelling.percent(then[0], 2, lang),
        avg=spelling.percent(now[1], 2, lang), avg0=spelling.percent(then[1], 2, lang),
    ))  # fmt: skip
    return told


def _papers(outcome: Outcome, scenario: str, lang: Lang) -> list[str]:
    """Return how the papers of the change are written, where names are known."""
    return [PAPERS.format(lang, scenario=scenario)] if outcome.names.height else []


def _reached(outcome: Outcome) -> tuple[float, float]:
    """Return coverage on 31 December and on average."""
    total = [b + int(n) for b, n in zip(outcome.base.months, outcome.by_month(), strict=True)]
    size = outcome.base.denominator
    return total[-1] / size, sum(total) / MONTHS / size


def write_changed(folder: Path, scenario: str, outcome: Outcome) -> None:
    """Write the year as the change makes it: ``perubahan-<scenario>.parquet``, and who loses cover.

    Args:
        folder: Folder of the plan.
        scenario: Id of the scenario.
        outcome: The scenario; nothing is written without a change or without names.
    """
    if outcome.course is None or not outcome.names.height:
        return
    with whole_file(folder / f"perubahan-{scenario}.parquet") as temporary:
        schedule(outcome).write_parquet(temporary, compression="zstd")
    write_lost(folder, scenario, outcome)


def write_lost(folder: Path, scenario: str, outcome: Outcome) -> None:
    """Write who loses cover: ``berhenti-<scenario>.parquet``, the last of the order first.

    Args:
        folder: Folder of the plan.
        scenario: Id of the scenario.
        outcome: The scenario; nothing is written where nobody known by name loses cover.
    """
    if outcome.course is None or not outcome.course.names:
        return
    year = outcome.settings.year
    frame = pl.DataFrame(
        [(p, rank, date(year, m + 1, 1)) for p, rank, m in outcome.course.names],
        schema={"person_id": pl.String, "rank": pl.Int64, "tanpa_perlindungan": pl.Date},
        orient="row",
    )
    with whole_file(folder / f"berhenti-{scenario}.parquet") as temporary:
        frame.write_parquet(temporary, compression="zstd")
