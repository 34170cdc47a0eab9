"""The insurer's answer to names that were sent: accepted, rejected with a reason, number given."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from cakup.intake.labels import normal
from cakup.intake.reading import read
from cakup.kernel.errors import InputError, UsageError, Where

HEADER_WITHIN_ROWS = 20
NO_CODE = "(tanpa kode)"
NO_REASON = "(tanpa alasan)"
#: Field → names of its column as offices write them.
HEADS = {
    "status": ("status", "hasil", "status validasi", "hasil validasi", "keterangan status",
               "status data", "valid"),
    "reason": ("alasan", "alasan penolakan", "keterangan", "pesan", "alasan ditolak", "catatan"),
    "kpj": ("kpj", "nomor peserta", "no kpj", "nomor kpj", "kpj diberikan"),
    "kode": ("kode iuran", "kode bayar iuran", "kode"),
    "who": ("nik", "nomor identitas", "nomor ktp", "no ktp", "nik ktp"),
}  # fmt: skip
ACCEPTED = ("diterima", "valid", "sukses", "berhasil", "ya", "ok", "terdaftar")
REJECTED = ("ditolak", "tidak valid", "gagal", "invalid", "tidak", "error", "dikembalikan")


@dataclass
class Answer:
    """What became of the names sent under one kode iuran.

    Args:
        sent: Rows.
        accepted: Rows accepted.
        numbered: Rows that were given a number.
        rejected: Reason → rows.
        open: Rows whose status says neither.
    """

    sent: int = 0
    accepted: int = 0
    numbered: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    open: int = 0


def read_answer(path: Path) -> dict[str, Answer]:
    """Read the answer; counts only, no name leaves this function.

    Args:
        path: Workbook or CSV with STATUS and NIK or KPJ; ALASAN, KPJ and KODE IURAN where known.

    Returns:
        Kode iuran → counts.

    Raises:
        UsageError: ``usage.file_missing``.
        InputError: ``reconcile.not_an_answer``; ``file.…``.
    """
    if not path.is_file():
        raise UsageError("usage.file_missing", path=path.name)
    found: dict[str, Answer] = {}
    for cells in _rows(path):
        told = found.setdefault(cells.get("kode") or NO_CODE, Answer())
        told.sent += 1
        told.numbered += bool(cells.get("kpj"))
        status = normal(cells["status"])
        if status in REJECTED or status.startswith(("ditolak", "tidak valid", "gagal")):
            told.rejected[cells.get("reason") or NO_REASON] += 1
        elif status in ACCEPTED or status.startswith(("diterima", "valid", "berhasil")):
            told.accepted += 1
        else:
            told.open += 1
    return dict(sorted(found.items()))


def _rows(path: Path) -> list[dict[str, str]]:
    names = {normal(n): field for field, held in HEADS.items() for n in held}
    for sheet in read(path).sheets:
        rows = sheet.frame.rows()
        for at, row in enumerate(rows[:HEADER_WITHIN_ROWS]):
            places: dict[str, int] = {}
            for column, cell in enumerate(row):
                name = names.get(normal(cell or ""))
                if name:
                    places.setdefault(name, column)
            if "status" in places and {"who", "kpj"} & set(places):
                return [
                    cells for r in rows[at + 1 :]
                    if (cells := {n: (r[p] or "").strip() for n, p in places.items()})["status"]
                    or cells.get("who")
                ]  # fmt: skip
    raise InputError("reconcile.not_an_answer", where=Where(file=path.name))
