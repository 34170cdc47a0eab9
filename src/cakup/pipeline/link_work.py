"""How ``cakup link`` went about it: everything, or only what is new, and why."""

from __future__ import annotations

from dataclasses import dataclass

from cakup.kernel.language import Text

#: Why a run links all rows.
REASONS = {
    "first": Text("belum ada yang disimpan untuk diteruskan", "there was nothing kept to go on"),
    "asked": Text("--update tidak diminta", "--update was not asked for"),
    "known": Text("--known selalu dari awal", "--known always starts over"),
    "parts": Text("baris dibagi atau dikerjakan di tempat lain",
                  "rows are divided, or linked elsewhere"),
    "release": Text("Cakup yang terakhir memadankan berbeda versi",
                    "another version of Cakup linked last"),
    "withdrawn": Text("ada berkas yang ditarik atau dihapus isinya",
                      "a file was withdrawn or parts of it erased"),
    "answers": Text("jawaban tinjauan mengubah bobot", "answers to reviews changed the weights"),
    "damaged": Text("yang disimpan tidak utuh", "what was kept is not intact"),
    "grown": Text("yang baru terlalu banyak bagi bobot yang lama",
                  "too much is new for the old weights"),
    "fields": Text("berkas baru berisi kolom yang belum pernah ada",
                   "a new file has a field that never occurred"),
    "near": Text("yang baru menyangkut terlalu banyak orang", "what is new touches too many"),
    "fillers": Text("ada NIK yang ternyata hanya pengisi", "a NIK turned out to be a filler"),
}  # fmt: skip


@dataclass(frozen=True)
class Work:
    """How linkage was done.

    Args:
        is_update: Whether only what is new was linked.
        why_all: Why all rows were, a word of ``REASONS``; empty if they were not.
        new_rows: Rows of new files; 0 if all rows were linked.
        repeated_rows: Those of them that repeat a row of the same list.
        linked_rows: Rows that were linked.
    """

    is_update: bool
    why_all: str
    new_rows: int
    repeated_rows: int
    linked_rows: int
