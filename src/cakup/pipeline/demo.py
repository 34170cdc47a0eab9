"""The whole main job on a fictitious city: what ``make demo`` runs, step by step with its times."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cakup.engines.files import read_json, write_text
from cakup.kernel.errors import UsageError
from cakup.kernel.language import Lang, Text
from cakup.kernel.months import parse_day
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline import gap, import_files, ledger, link, measure, published, report, synth
from cakup.pipeline.workspace import Workspace

PURPOSE = "peragaan dengan data rekaan"
MARK = ".cakup-demo"
STEPS = {
    "synth": Text("membuat kota rekaan", "making a fictitious city"),
    "import": Text("mengimpor berkas", "importing the files"),
    "link": Text("memadankan orang", "linking persons"),
    "ledger": Text("menyusun buku kepesertaan", "building the ledger"),
    "measure": Text("mengukur cakupan", "measuring coverage"),
    "gap": Text("menulis daftar kerja per kelurahan", "writing work-lists per kelurahan"),
    "report": Text("menulis laporan", "writing the report"),
}


@dataclass(frozen=True)
class Request:
    """What to show.

    Args:
        folder: Folder for everything; made if missing, made anew if an earlier demo made it.
        workers: Workers of the city.
        covered: How many of them are active participants.
        as_of: Day for which is measured.
        seed: Same seed, same city.
        lang: Language of report and workbooks.
    """

    folder: str
    workers: int = 132_826
    covered: int = 43_526
    as_of: str = "2025-10-31"
    seed: int = 7
    lang: Lang = "id"


@dataclass(frozen=True)
class Result:
    """What was made.

    Args:
        folder: Folder with ``berkas/``, ``workspace/``, ``gap/`` and ``laporan.html``.
        workspace: The workspace.
        results: Verb → result of its use case (``import``: one per file).
        seconds: Verb → wall seconds.
    """

    folder: Path
    workspace: Workspace
    results: dict[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def run(request: Request, progress: Progress = SILENT) -> Result:
    """Make the city and run import → link → ledger → measure → gap → report on it.

    Args:
        request: What to show.
        progress: Listener.

    Returns:
        Results and times of all steps.

    Raises:
        UsageError: ``demo.foreign_folder`` if the folder holds something that no demo made.
    """
    folder = Path(request.folder)
    _make_room(folder)
    made = Result(folder, Workspace.create(folder / "workspace", "12.75", seed=request.seed))
    day = parse_day(request.as_of)
    space = made.workspace
    _record_denominator(request, space, day.year)
    city = synth.Request(
        str(folder / "berkas"), workers=request.workers, covered=request.covered,
        as_of=request.as_of, seed=request.seed,
    )  # fmt: skip
    steps: dict[str, Callable[[], Any]] = {
        "synth": lambda: synth.run(city, progress=progress),
        "import": lambda: import_all(folder / "berkas", space, progress),
        "link": lambda: link.run(link.Request(), space, progress),
        "ledger": lambda: ledger.run(ledger.Request(), space, progress),
        "measure": lambda: measure.run(
            measure.Request(as_of=day, lang=request.lang), space, progress
        ),
        "gap": lambda: gap.run(_gap_request(request, folder), space, progress),
        "report": lambda: report.run(_report_request(request, folder), space, progress),
    }
    for verb, step in steps.items():
        begun = time.perf_counter()
        made.results[verb] = step()
        made.seconds[verb] = time.perf_counter() - begun
        progress.note(f"  {made.seconds[verb]:5.1f} s  {STEPS[verb](request.lang)}")
    return made


def _record_denominator(request: Request, space: Workspace, year: int) -> None:
    """Record the workers of a city of another size: the built-in number is Binjai's."""
    if request.workers != Request.workers:
        published.add(
            "denominators",
            published.AddRequest(
                issuer="Cakup", document="kota rekaan", year=year - 1,
                reading="pekerja rekaan ber-KTP kota itu", persons=str(request.workers),
            ),
            space,
        )  # fmt: skip


def _make_room(folder: Path) -> None:
    """Empty a folder that an earlier demo made; refuse any other that is not empty."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise UsageError("demo.foreign_folder", path=folder.name)
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_text(
        folder / MARK, "Dibuat oleh `cakup demo`; akan dikosongkan oleh peragaan berikutnya.\n"
    )


def import_all(
    folder: Path, workspace: Workspace, progress: Progress = SILENT
) -> list[import_files.Result]:
    """Import every file of the city as its manifest says."""
    return [
        import_files.run(
            import_files.Request(
                (str(folder / one["file"]),), kind=one["kind"], sender=one["sender"],
                as_of=one["as_of"], list_name=one["list"], purpose=PURPOSE,
            ),
            workspace, progress,
        )
        for one in read_json(folder / "daftar-berkas.json")["files"]
    ]  # fmt: skip


def _gap_request(request: Request, folder: Path) -> gap.Request:
    return gap.Request(
        as_of=parse_day(request.as_of), out=str(folder / "gap"), purpose=PURPOSE, lang=request.lang
    )


def _report_request(request: Request, folder: Path) -> report.Request:
    return report.Request(
        as_of=parse_day(request.as_of), out=str(folder / "laporan.html"), lang=request.lang
    )
