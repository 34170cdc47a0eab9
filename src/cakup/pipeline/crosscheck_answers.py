"""What the cells of one answered row mean: an answer, what it states of the person, or a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from cakup.documents.crosscheck_workbook import CHOICES
from cakup.intake import vocabulary
from cakup.kernel.language import Text
from cakup.pipeline.answer_sheet import day_of, month_of, plain_word

#: An answer and what it states of the person, or the reason why a row is not understood.
Read = tuple[dict[str, Any], dict[str, Any] | None] | str
REASONS: dict[str, Text] = {
    "reference": Text("nomor rujukan tidak dikenal atau berubah", "unknown or changed reference"),
    "other_office": Text("rujukan milik kantor lain", "reference of another office"),
    "twice": Text("dijawab dua kali dengan isi berbeda", "answered twice, not alike"),
    "answer": Text("jawaban tidak ada pada daftar pilihan", "answer not on the list"),
    "segmen": Text("segmen tidak dikenal", "unknown segment"),
    "payer": Text("pembayar tidak dikenal", "unknown payer"),
    "paid_until": Text("bulan tidak terbaca", "month not readable"),
    "day": Text("tanggal tidak terbaca, atau sesudah tanggal data",
                "date not readable, or after the date of the data"),
    "death_day": Text("meninggal tanpa tanggal", "dead without a date"),
    "desil": Text("desil bukan 1–10", "decile not 1–10"),
    "ended_on": Text("sanggahan diterima tanpa tanggal berhenti", "accepted without a last day"),
}  # fmt: skip


def _word(cell: str, choice: str) -> str | None:
    """Return what a word of a drop-down list stands for."""
    plain = plain_word(cell)
    return next((key for key, words in CHOICES[choice].items() if plain in words), None)


def insurer(cells: Mapping[str, str], as_of: date) -> Read:
    """Read the insurer's answer: what it says, and what it states of the person; else a reason."""
    answer = _word(cells["hasil"], "bpjs.hasil")
    if answer is None:
        return "answer"
    if answer not in ("aktif", "nonaktif"):
        return {"answer": answer}, None
    segmen, payer = cells.get("segmen", ""), cells.get("payer", "")
    if segmen and vocabulary.segmen(segmen) is None:
        return "segmen"
    if payer and not vocabulary.is_known_payer(payer):
        return "payer"
    until = month_of(cells.get("paid_until", ""))
    if cells.get("paid_until") and until is None:
        return "paid_until"
    begun = day_of(cells.get("mulai_on", ""))
    if cells.get("mulai_on") and (begun is None or begun > as_of):
        return "day"
    return {"answer": answer}, {
        "kind": "peserta", "status_kepesertaan": answer, "paid_until": until, "mulai_on": begun,
        "segmen": vocabulary.segmen(segmen) if segmen else None,
        "payer": vocabulary.payer(payer) if payer else None, "npp": cells.get("npp") or None,
    }  # fmt: skip


def registry(cells: Mapping[str, str], as_of: date) -> Read:
    """Read the civil registry's answer."""
    answer = _word(cells["hidup"], "dukcapil.hidup")
    flags: dict[str, str | None] = {}
    for name in ("nik_valid", "name_match", "resident"):
        flags[name] = _word(cells[name], f"dukcapil.{name}") if cells.get(name) else None
        if cells.get(name) and flags[name] is None:
            return "answer"
    if answer is None:
        return "answer"
    died = day_of(cells.get("meninggal_on", ""))
    if cells.get("meninggal_on") and (died is None or died > as_of):
        return "day"
    if answer == "meninggal" and died is None:
        return "death_day"
    told = {
        "answer": answer, "name_match": flags["name_match"],
        "is_nik_valid": _yes(flags["nik_valid"]), "is_resident": _yes(flags["resident"]),
    }  # fmt: skip
    return told, {"kind": "kematian", "meninggal_on": died} if answer == "meninggal" else None


def social_office(cells: Mapping[str, str], as_of: date) -> Read:
    """Read the social office's answer."""
    del as_of
    answer = _word(cells["hasil"], "dinsos.hasil")
    if answer is None:
        return "answer"
    desil = vocabulary.desil(cells.get("desil", ""))
    if cells.get("desil") and desil is None:
        return "desil"
    found = {"kind": "dtsen", "desil": desil} if answer == "ditemukan" and desil else None
    return {"answer": answer}, found


def _yes(word: str | None) -> bool | None:
    return None if word is None else word == "ya"


def objection(cells: Mapping[str, str]) -> tuple[str, date | None] | str | None:
    """Return the answer to an appeal: outcome and last day; a text is what is wrong with it."""
    if not cells.get("objection"):
        return None
    outcome = _word(cells["objection"], "bpjs.objection")
    if outcome is None:
        return "answer"
    ended = day_of(cells.get("ended_on", ""))
    if outcome == "diterima" and ended is None:
        return "ended_on"
    return outcome, ended
