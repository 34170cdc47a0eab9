"""The quality score of a sender: a weighted mean of named shares, each shown.

``score = 100 × Σ weight × share / Σ weight`` over the shares of the kind. A share is the number of
data rows that meet it, over all data rows (blank rows are none). The weights say what costs most
to mend; they are a choice of Cakup (``docs/decisions/0024-skor-mutu.md``), not a rule of law.
"""

from __future__ import annotations

from dataclasses import dataclass

from cakup.intake.tally import Tally
from cakup.kernel.language import Text

#: Name → what it says, weight.
SHARES: dict[str, tuple[Text, int]] = {
    "tidak_dikembalikan": (Text("baris dapat dipakai", "rows that can be used"), 15),
    "nik_utuh": (Text("NIK utuh 16 angka", "whole NIK of 16 digits"), 35),
    "nik_tidak_berulang": (Text("NIK tidak berulang", "NIK not repeated"), 5),
    "nama_terbaca": (Text("nama terbaca", "readable name"), 10),
    "tanggal_lahir_sesuai": (
        Text("tanggal lahir terbaca dan sesuai NIK", "birth date readable and as in the NIK"), 20,
    ),
    "wilayah_dikenal": (Text("wilayah dikenal", "known area"), 15),
    "peserta_disebut": (Text("peserta disebut", "participant named"), 30),
    "bulan_terbaca": (Text("bulan iuran terbaca", "readable month"), 20),
    "jumlah_terbaca": (Text("jumlah terbaca", "readable amount"), 20),
    "program_disebut": (Text("program disebut", "programme stated"), 10),
    "tanggal_bayar_terbaca": (Text("tanggal bayar terbaca", "readable day of payment"), 5),
    "proyek_terbaca": (Text("proyek terbaca", "readable project"), 30),
    "npp_terisi": (Text("NPP terisi", "NPP filled in"), 30),
    "jumlah_pekerja_terbaca": (Text("jumlah pekerja terbaca", "readable number of workers"), 15),
}  # fmt: skip


@dataclass(frozen=True)
class Quality:
    """The score of one import and its parts.

    Args:
        score: 0–100; None without data rows.
        shares: Name → share 0–1.
    """

    score: float | None
    shares: dict[str, float]


def quality(tally: Tally) -> Quality:
    """Return the quality score of an import.

    Args:
        tally: Its counts.
    """
    n = tally.n_data
    if not n:
        return Quality(None, {})
    met = {"tidak_dikembalikan": n - tally.outcomes["returned"], **tally.measures}
    shares = {name: met[name] / n for name in SHARES if name in met}
    weights = sum(SHARES[name][1] for name in shares)
    score = 100 * sum(SHARES[name][1] * share for name, share in shares.items()) / weights
    return Quality(round(score, 1), {k: round(v, 4) for k, v in shares.items()})
