"""What the files of a folder seem to be: kind, sender, date, columns, and what is not sure.

Nothing is imported here. A guess rests on the columns found, never on the file's name alone; the
name only helps with sender and date, and where it contradicts the content, that is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from cakup.documents.crosscheck_workbook import REFERENCE
from cakup.engines.files import sha256_of
from cakup.intake.kinds import KINDS
from cakup.intake.passage import plan_file, stated_day
from cakup.intake.plan import SheetPlan, carried_ids
from cakup.intake.settings import Settings
from cakup.intake.source import Source
from cakup.intake.titles import stated_days
from cakup.kernel.errors import CakupError
from cakup.kernel.language import Lang, Text
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline import sent
from cakup.pipeline.answer_sheet import find_sheet
from cakup.pipeline.imports import all_imports
from cakup.pipeline.places import workspace_places
from cakup.pipeline.workspace import Workspace

#: What a file can be, beside the kinds of ``kernel.schemas.KINDS``.
RETURNED, ANSWER, VISIT = "perbaikan", "jawaban", "kunjungan"
_COPY = re.compile(r"\s*(?:\(\d+\)|- ?copy|- ?salin(?:an)?|_copy)$", re.I)
_OFFICE = re.compile(
    r"\b(dinas|badan|kecamatan|kelurahan|bagian|kantor|sekretariat|bpjs|upt[d]?|disdukcapil|"
    r"disnaker|dinsos|satpol|rumah sakit|pt|cv|koperasi)\b[^|;]*", re.I,
)  # fmt: skip
_NAMED: dict[str, str] = {
    "pembayaran": r"bayar|iuran|payment", "peserta": r"peserta|kepesertaan",
    "kematian": r"kematian|meninggal|akta mati", "pemberi_kerja": r"pemberi kerja|perusahaan|wlkp",
    "dtsen": r"dtsen|dtks|p3ke|desil", "kecelakaan": r"kecelakaan",
    "jakon": r"jakon|jasa konstruksi",
}  # fmt: skip
#: Columns of which at least so many must be there for a kind; the special kinds come first.
_TELLING: tuple[tuple[str, frozenset[str], int], ...] = (
    ("pembayaran", frozenset({"bulan", "tahun"}), 1),
    ("kecelakaan", frozenset({"kecelakaan_on"}), 1),
    ("kematian", frozenset({"meninggal_on"}), 1),
    ("jakon", frozenset({"proyek"}), 1),
    ("peserta", frozenset({"kpj", "status_kepesertaan", "segmen", "selesai", "dibayar_sampai",
                           "npp"}), 2),
    ("dtsen", frozenset({"desil", "status_bekerja"}), 1),
)  # fmt: skip


@dataclass(frozen=True)
class Guess:
    """What one file seems to be.

    Args:
        file: Its path under the folder.
        kind: One of ``kernel.schemas.KINDS``, ``perbaikan``, ``jawaban``, ``kunjungan``; None if it
            cannot be taken.
        sender: Who seems to have sent it.
        list_name: Which of the sender's lists.
        as_of: Date of its data.
        columns: Columns that were understood, in words.
        unsure: What a person should look at.
        why_not: Why it cannot be taken, in one sentence; None if it can.
        sha256: Hash of its bytes.
    """

    file: str
    kind: str | None = None
    sender: str = ""
    list_name: str = ""
    as_of: date | None = None
    columns: str = ""
    unsure: tuple[Text, ...] = ()
    why_not: Text | None = None
    sha256: str = ""


def scan(
    folder: Path, workspace: Workspace, leave_out: Iterable[Path] = (), as_of: date | None = None,
    progress: Progress = SILENT,
) -> list[Guess]:  # fmt: skip
    """Return what the files of a folder seem to be, by name; subfolders too.

    Args:
        folder: The folder.
        workspace: Where they would be imported: its places, and what it knows already.
        leave_out: Files and folders that are Cakup's own.
        as_of: Date of the data for files that do not state one.
        progress: Listener.
    """
    own = {p.resolve() for p in leave_out}
    paths = sorted(
        p for p in folder.rglob("*")
        if p.is_file() and not own & {p.resolve(), *p.resolve().parents}
        and not any(part.startswith(".") for part in p.relative_to(folder).parts)
    )  # fmt: skip
    found: list[Guess] = []
    first: dict[str, str] = {}
    # Of two files with one content the one whose name is no copy's comes first.
    paths.sort(key=lambda p: (bool(_COPY.search(p.stem)), p))
    for n, path in enumerate(paths, start=1):
        name = path.relative_to(folder).as_posix()
        progress.step("memeriksa berkas", n, len(paths))
        guess = _guess(path, name, workspace, as_of)
        if guess.sha256 and guess.sha256 in first:
            other = first[guess.sha256]
            guess = _refused(
                guess,
                Text(
                    f"Isinya sama dengan {other}; dipakai sekali saja.",
                    f"Its content equals {other}; used once only.",
                ),
            )
        elif guess.sha256:
            first[guess.sha256] = name
        found.append(guess)
    return _told_apart(sorted(found, key=lambda g: g.file))


def _guess(path: Path, name: str, workspace: Workspace, as_of: date | None) -> Guess:
    """Look at one file."""
    if path.name.startswith("~$"):
        return Guess(name, why_not=Text(
            "Berkas sementara Excel; tutup buku kerjanya, berkas ini hilang sendiri.",
            "A temporary file of Excel; close the workbook and it goes away.",
        ))  # fmt: skip
    bare = Guess(name)
    try:
        bare = replace(bare, sha256=sha256_of(path))
        source = Source(path)
        openings = source.openings
    except CakupError as err:
        return _refused(bare, _sentence(err))
    except OSError:
        return _refused(bare, Text("Tidak dapat dibuka.", "It cannot be opened."))
    held = frozenset(i for s in openings for i in carried_ids(s, source.layout(s)))
    if held:
        return replace(bare, kind=RETURNED, columns=", ".join(sorted(held)))
    answered = _answered(path, workspace)
    if answered is not None:
        return replace(bare, kind=answered[0], columns=answered[1])
    return _list_guess(source, bare, workspace, as_of)


def _refused(guess: Guess, why: Text) -> Guess:
    return replace(guess, kind=None, why_not=why)


def _sentence(err: CakupError) -> Text:
    """Return what is wrong and what to do, in one line."""
    if err.code == "file.foreign":
        kind = err.params.get("kind", "?")
        return Text(
            f"Isinya {kind}, tanpa tabel yang dapat dibaca; minta daftar aslinya dalam XLSX atau "
            "CSV.",
            f"Its content is {kind}, without a table that can be read; ask for the list itself in "
            "XLSX or CSV.",
        )
    told = [err.parts("id"), err.parts("en")]
    return Text(*(" ".join(x for x in (p["what"], p["do"]) if x) for p in told))


def _answered(path: Path, workspace: Workspace) -> tuple[str, str] | None:
    """Return whether a file brings answers to something that was sent from here, and to what."""
    if not sent.all_sent(workspace):
        return None
    sheet = find_sheet(path, {"reference": REFERENCE}, ("reference",))
    codes = {one.code: one.to for one in sent.all_sent(workspace)}
    for row in sheet.rows if sheet else ():
        found = sent.read_reference(workspace, row.cells["reference"])
        if found is not None and found[0] in codes:
            return (VISIT if codes[found[0]] == "lapangan" else ANSWER), found[0]
    return None


def _list_guess(source: Source, bare: Guess, workspace: Workspace, as_of: date | None) -> Guess:
    """Return what a list or register seems to be, by the columns that each kind finds in it."""
    planned: dict[str, Sequence[SheetPlan]] = {}
    refused: dict[str, CakupError] = {}
    places = workspace_places(workspace)
    for name, kind in KINDS.items():
        settings = Settings(
            kind, "0" * 16, as_of or date.max, places, workspace.place, where=source.where
        )
        try:
            planned[name] = plan_file(source, settings)[0]
        except CakupError as err:
            refused[name] = err
    if not planned:
        return _refused(bare, _sentence(refused["daftar_pekerja"]))
    kind_name = _kind(planned)
    stem = re.sub(r"[_\-.]+", " ", _COPY.sub("", Path(bare.file).stem))
    titles = [t for s in source.openings if (at := source.layout(s)) for t in at.titles]
    unsure: list[Text] = []
    sender, list_name = _sender(titles, stem, unsure)
    day = _day(source, stem, as_of, unsure)
    spoken = [k for k, words in _NAMED.items() if re.search(words, stem.casefold())]
    if spoken and kind_name not in spoken:
        title = KINDS[spoken[0]].title
        unsure.append(Text(f"namanya menyebut {title.id}, isinya tidak",
                           f"its name says {title.en}, its content does not"))  # fmt: skip
    if _COPY.search(Path(bare.file).stem):
        unsure.append(Text("namanya seperti salinan; pastikan ini yang terbaru",
                           "its name looks like a copy; make sure it is the latest"))  # fmt: skip
    mapped = dict.fromkeys(f for p in planned[kind_name] for f in p.mapping.columns)
    return replace(
        bare, kind=kind_name, sender=sender, list_name=list_name, as_of=day,
        columns=", ".join(mapped), unsure=tuple(unsure),
    )  # fmt: skip


def _kind(planned: dict[str, Sequence[SheetPlan]]) -> str:
    """Return the kind that the columns speak for; the special ones first."""
    for name, telling, least in _TELLING:
        held = {f for p in planned.get(name, ()) for f in p.mapping.columns}
        if len(held & telling) >= least:
            return name
    people = {f for p in planned.get("daftar_pekerja", ()) for f in p.mapping.columns}
    if "pemberi_kerja" in planned and not people & {"nik", "tanggal_lahir", "nama_depan"}:
        return "pemberi_kerja"
    return "daftar_pekerja" if "daftar_pekerja" in planned else next(iter(planned))


def _sender(titles: Sequence[str], stem: str, unsure: list[Text]) -> tuple[str, str]:
    """Return sender and list; what is only read from the file's name is not sure."""
    words = " ".join(re.sub(r"\b\d+\b", " ", stem).split())
    named = words[:1].upper() + words[1:] if words else "tidak diketahui"
    for title in titles:
        found = _OFFICE.search(title)
        if found:
            return " ".join(found.group().split())[:80].strip(" .,:-"), named
    unsure.append(Text("pengirim ditebak dari nama berkas", "sender guessed from the file's name"))
    return named, "utama"


def _day(source: Source, stem: str, as_of: date | None, unsure: list[Text]) -> date | None:
    """Return the date of the data: as the file states it, as its name does, as it was given."""
    stated = stated_day(source)
    if stated is not None:
        return stated
    named = {s.day for s in stated_days([stem])}
    if len(named) == 1:
        unsure.append(Text("tanggal ditebak dari nama berkas", "date guessed from the file's name"))
        return named.pop()
    if as_of is None:
        unsure.append(Text("tanggal data tidak disebut; isi", "no date of the data; fill it in"))
    else:
        unsure.append(Text("tanggal data dari --as-of", "date of the data by --as-of"))
    return as_of


def _told_apart(found: list[Guess]) -> list[Guess]:
    """Give two snapshots of one sender, list and date different list names."""
    seen: dict[tuple[str | None, str, str, date | None], int] = {}
    made = []
    for guess in found:
        key = (guess.kind, guess.sender.casefold(), guess.list_name.casefold(), guess.as_of)
        seen[key] = seen.get(key, 0) + (guess.kind is not None)
        if seen[key] > 1:
            guess = replace(guess, list_name=f"{guess.list_name} {seen[key]}")
        made.append(guess)
    return made


def spelled_unsure(guess: Guess, lang: Lang) -> str:
    """Return what is not sure about a file in one line; empty if nothing is."""
    return "; ".join(text(lang) for text in guess.unsure)


def known_hashes(workspace: Workspace) -> set[str]:
    """Return the hashes of the files that a workspace holds already, in force or not."""
    return {str(i.facts.get("sha256")) for i in all_imports(workspace) if i.withdrawn_on is None}
