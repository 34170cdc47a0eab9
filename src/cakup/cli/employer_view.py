"""How ``cakup gap --by employer`` is told on a terminal."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cakup.kernel import spelling
from cakup.kernel.language import Text

if TYPE_CHECKING:
    from cakup.cli.terminal import Terminal
    from cakup.pipeline.employer_gap import Result

SHOWN_FIRMS = 20


def as_json(result: Result) -> dict[str, Any]:
    """Return the result as plain values, file names without folders."""
    files = [{**asdict(f), "path": Path(f.path).name} for f in result.files]
    return {
        **asdict(result), "as_of": result.as_of.isoformat(), "files": files,
        "index": Path(result.index).name,
    }  # fmt: skip


def say(result: Result, out: Terminal) -> None:
    """Print employers, candidates and where the files are; never a worker's name."""
    from cakup.documents.employer_workbook import KINDS, STRENGTHS

    lang = out.lang
    heads = Text("Pemberi kerja|Tidak ditemukan|Tidak ada pada daftar|Upah",
                 "Employer|Not found|Not on its list|Wages")(lang).split("|")  # fmt: skip
    rows = [
        (f.nama, "–" if f.not_found is None else f.not_found,
         "–" if f.not_listed is None else f.not_listed, f.wages)
        for f in result.files[:SHOWN_FIRMS]
    ]  # fmt: skip
    day = spelling.day(result.as_of, lang)
    title = Text(f"Mohon klarifikasi, {day}", f"To be clarified, {day}")
    out.table(heads, rows, title=title(lang), right=(1, 2))
    if len(result.files) > SHOWN_FIRMS:
        out.say(Text(f"… dan {len(result.files) - SHOWN_FIRMS} lagi.",
                     f"… and {len(result.files) - SHOWN_FIRMS} more."))  # fmt: skip
    told = [
        (KINDS[k](lang), *(strengths.get(s, 0) for s in STRENGTHS))
        for k in KINDS if (strengths := result.candidates.get(k))
    ]  # fmt: skip
    if told:
        heads = [Text("Calon", "Candidates")(lang), *(s(lang) for s in STRENGTHS.values())]
        out.table(heads, told, title=Text("Calon menurut kuatnya bukti",
                                          "Candidates by strength of evidence")(lang))  # fmt: skip
    if result.umk is None:
        out.say(Text("UMK belum dicatat (parameters/employers/umk_rp_month.yaml): upah di bawah "
                     "UMK tidak diperiksa.",
                     "No UMK is recorded (parameters/employers/umk_rp_month.yaml): wages below it "
                     "were not looked at."))  # fmt: skip
    out.say(Text(f"{result.left} orang masih aktif pada pemberi kerja yang mungkin sudah "
                 "ditinggalkannya.",
                 f"{result.left} persons are still active at an employer whom they may have "
                 "left."))  # fmt: skip
    folder = Path(result.index).parent
    out.say(Text(f"{len(result.files)} berkas di {folder}/ (memuat data pribadi); ringkasan tanpa "
                 f"nama pekerja: lembar pertama {Path(result.index).name}.",
                 f"{len(result.files)} files in {folder}/ (they hold personal data); overview "
                 f"without names of workers: first sheet of {Path(result.index).name}.")
    )  # fmt: skip
    out.next(Text("serahkan tiap berkas hanya kepada perusahaannya",
                  "hand each file to its own company only"))  # fmt: skip
