"""At which level a city works, and which figures that level allows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cakup.kernel.language import Text
from cakup.pipeline.imports import Import


@dataclass(frozen=True)
class Level:
    """One level.

    Args:
        name: ``daftar``, ``jawaban`` or ``peserta``.
        title: What it rests on.
        allows: Which figures it allows.
        not_yet: Which it does not, and why.
    """

    name: str
    title: Text
    allows: Text
    not_yet: Text


LISTS = Level(
    "daftar", Text("daftar saja", "lists only"),
    Text("satu daftar bersih, orang ganda, dan baris yang dikembalikan",
         "one clean list, duplicates and returned rows"),
    Text("persentase cakupan tidak dicetak: tanpa data BPJS tidak diketahui siapa yang terlindungi",
         "no coverage percentage is printed: without the insurer's data it is not known who is "
         "covered"),
)  # fmt: skip
ANSWERS = Level(
    "jawaban", Text("daftar dan jawaban BPJS", "lists and answers of the insurer"),
    Text("cakupan menurut jawaban, dalam cakupan data dan tanggal yang disebut penjawab; batas "
         "bawah, karena hanya yang ditanyakan yang dijawab",
         "coverage by the answers, within scope and date stated; a lower bound, because only those "
         "asked about were answered"),
    Text("bulan bayar, JKM penuh, dan peserta di luar daftar tidak diketahui",
         "months paid, full JKM and participants on no list are not known"),
)  # fmt: skip
PARTICIPANTS = Level(
    "peserta", Text("berkas peserta", "participant file"),
    Text("cakupan penuh menurut status dan masa kepesertaan, juga peserta di luar daftar",
         "full coverage by status and spell, participants on no list too"),
    Text("tanpa berkas pembayaran bulan bayar dan tunggakan tidak diketahui",
         "without a payment file months paid and arrears are not known"),
)  # fmt: skip
PAYMENTS = Level(
    "peserta", Text("berkas peserta dan pembayaran", "participant and payment files"),
    Text("semua angka: aktif, JKM penuh, bulan bayar, pembayar ganda, tunggakan",
         "every figure: active, full JKM, months paid, double payers, arrears"),
    Text("", ""),
)  # fmt: skip


def level_of(imports: Iterable[Import]) -> Level:
    """Return the level of the files that answer for a day.

    Args:
        imports: Files in force.
    """
    kinds = {i.kind for i in imports}
    if "peserta" in kinds:
        return PAYMENTS if "pembayaran" in kinds else PARTICIPANTS
    return ANSWERS if "padan_bpjs" in kinds else LISTS
