"""Single rows with their origin, for people who look at them: review and explain."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from cakup.kernel import spelling
from cakup.kernel.identifiers import mask_nik
from cakup.kernel.language import Lang, Text
from cakup.kernel.schemas import PERSON_KINDS, RETURN_KINDS
from cakup.pipeline.fingerprints import fingerprints
from cakup.pipeline.imports import Import, all_imports
from cakup.pipeline.workspace import Workspace

#: What two rows are compared by, in this order, with the word that people read. No word may stand
#: within another: the review sheet marks cells by looking for them.
FIELDS: dict[str, Text] = {
    "nik": Text("NIK", "NIK"),
    "nama": Text("Nama", "Name"),
    "tanggal_lahir": Text("Tanggal lahir", "Birth date"),
    "jenis_kelamin": Text("Jenis kelamin", "Sex"),
    "nama_ibu": Text("Ibu kandung", "Mother"),
    "tempat_lahir": Text("Tempat lahir", "Birthplace"),
    "desa_kelurahan": Text("Kelurahan", "Kelurahan"),
    "alamat": Text("Alamat", "Address"),
    "telepon": Text("Telepon", "Phone"),
    "pekerjaan": Text("Pekerjaan", "Occupation"),
    "nama_pemberi_kerja": Text("Pemberi kerja", "Employer"),
    "kpj": Text("KPJ", "KPJ"),
}
KINDS: dict[str, Text] = {
    "daftar_pekerja": Text("daftar pekerja", "list of workers"),
    "peserta": Text("data peserta", "participant data"),
    "kematian": Text("data kematian", "list of deaths"),
    "dtsen": Text("DTSEN", "DTSEN"),
    "kecelakaan": Text("laporan kecelakaan kerja", "reports of work accidents"),
    "jakon": Text("proyek jasa konstruksi", "construction projects"),
    "pembayaran": Text("data pembayaran", "payments"),
    "pemberi_kerja": Text("daftar pemberi kerja", "list of employers"),
    "padan_bpjs": Text("jawaban BPJS Ketenagakerjaan", "answers of the insurer"),
    "padan_dukcapil": Text("jawaban Dukcapil", "answers of the civil registry"),
    "padan_dinsos": Text("jawaban Dinas Sosial", "answers of the social office"),
    "lapangan": Text("hasil kunjungan", "visits"),
}
ALMOST_NIK_DIGITS = 2
_PLAIN = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Card:
    """One row of a file.

    Args:
        values: The row as in the table ``records``.
        origin: Its import.
        fingerprint: Its fingerprint.
    """

    values: dict[str, Any]
    origin: Import
    fingerprint: str

    def source(self, lang: Lang = "id") -> str:
        """Return where the row stands: file, sheet, row, kind, sender and date of the data."""
        row = Text("baris", "row")(lang)
        kind = KINDS[self.origin.kind](lang)
        return (
            f"{self.origin.file_name}, {self.values['sheet']}, {row} {self.values['sheet_row']} "
            f"({kind}, {self.origin.sender}, {spelling.day(self.origin.as_of, lang)})"
        )

    def shown(self, field: str, *, show_identity: bool = False) -> str:
        """Return a value as people may see it: the NIK masked unless asked for."""
        value = self.values[field]
        if field == "nik":
            return self._shown_nik(show_identity)
        if isinstance(value, date):
            return value.strftime("%d-%m-%Y")
        return str(value) if value is not None else ""

    def _shown_nik(self, show_identity: bool) -> str:
        """Return the NIK; of a damaged one what is still readable."""
        whole, seen = self.values["nik"], self.values["nik_seen"]
        text = whole or seen or ""
        text = text if show_identity else mask_nik(text)
        return f"{text} (rusak)" if text and not whole else text


def cards(workspace: Workspace, record_ids: Iterable[str]) -> dict[str, Card]:
    """Return the rows with these ids; an id without its import is left out."""
    origins = {i.id: i for i in all_imports(workspace) if i.kind in (*PERSON_KINDS, *RETURN_KINDS)}
    wanted: dict[str, set[str]] = defaultdict(set)
    for record_id in record_ids:
        wanted[record_id.split(".", 1)[0]].add(record_id)
    found: dict[str, Card] = {}
    for import_id in sorted(wanted.keys() & origins.keys()):
        path = workspace.root / "imports" / import_id / "records.parquet"
        ids = sorted(wanted[import_id])
        rows = pl.scan_parquet(path).filter(pl.col("record_id").is_in(ids)).collect()
        prints = fingerprints(rows, workspace.key)
        for row, fingerprint in zip(rows.iter_rows(named=True), prints, strict=True):
            found[row["record_id"]] = Card(row, origins[import_id], fingerprint)
    return found


def differences(left: Card, right: Card, lang: Lang = "id") -> list[str]:
    """Return the fields in which two rows contradict each other, in words; blank never does."""
    found = []
    for field, text in FIELDS.items():
        one, two = (_plain(card.values[field]) for card in (left, right))
        if one and two and one != two:
            found.append(text(lang) + (_nik_distance(one, two, lang) if field == "nik" else ""))
    return found


def _plain(value: Any) -> str:
    """Return a value for comparing: no case, no punctuation."""
    return _PLAIN.sub(" ", str(value)).strip().casefold() if value is not None else ""


def _nik_distance(one: str, two: str, lang: Lang) -> str:
    """Say in how many digits two NIKs differ if it is few: the masked ones do not show it."""
    digits = sum(a != b for a, b in zip(one, two, strict=False))
    if digits > ALMOST_NIK_DIGITS:
        return ""
    words = Text(f" ({digits} angka)", f" ({digits} digit{'s' if digits > 1 else ''})")
    return words(lang)
