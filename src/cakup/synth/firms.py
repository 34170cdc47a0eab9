"""Employers of a fictitious city."""

from __future__ import annotations

import numpy as np
import polars as pl

from cakup.synth.spec import Spec, stream

WORKERS_PER_FIRM = 90
KINDS = ("PT", "CV", "UD", "Toko", "PT", "CV", "Yayasan", "Koperasi", "RM", "Klinik")
FIRST = (
    "Rekaan Andaian Contoh Umpama Khayal Ibarat Misal Tiruan Angan Cerita Dongeng Hikayat "
    "Pantun Syair"
).split()
SECOND = (
    "Jaya Makmur Sentosa Abadi Sejahtera Mandiri Lestari Bersama Perkasa Utama Gemilang "
    "Harapan Bahagia Setia Mulia Karya Bakti Cahaya Fajar Mekar Subur Tani Niaga Boga Busana "
    "Logam Kayu Plastik"
).split()
THIRD = [
    "",
    *"Raya Nusantara Deli Langkat Timur Barat Indah Permai Satu Dua Tiga Empat Lima".split(),
]
SECTORS = ("jasa", "perdagangan", "industri", "transportasi", "pendidikan", "kesehatan", "keuangan")
REGISTERED_SHARE = 0.8


def firms(spec: Spec) -> pl.DataFrame:
    """Return the employers of the whole city, largest first.

    Args:
        spec: The city.

    Returns:
        ``npp, nama_pemberi_kerja, sektor, share`` (of all employees), ``is_terdaftar, is_large``;
        employers that are not registered stand at the end and employ no participant.
    """
    rng = stream(spec.seed, 0, "firms")
    registered = max(4, spec.workers // WORKERS_PER_FIRM)
    n = round(registered / REGISTERED_SHARE)
    combinations = len(KINDS) * len(FIRST) * len(SECOND) * len(THIRD)
    index = np.arange(n) * 48_271 % combinations
    names = [
        " ".join(w for w in (
            KINDS[i % 10], FIRST[i // 10 % 14], SECOND[i // 140 % 28], THIRD[i // 3920 % 14],
            str(at // combinations + 1) if at >= combinations else "",
        ) if w)
        for at, i in enumerate(index.tolist())
    ]  # fmt: skip
    share = (np.arange(n) + 3.0) ** -0.8
    share[registered:] = 0
    return pl.DataFrame(
        {
            "npp": [f"ZZ{i * 7919 % 1_000_000:06}" for i in range(1, n + 1)],
            "nama_pemberi_kerja": names,
            "sektor": rng.choice(SECTORS, n),
            "share": share / share.sum(),
            "is_terdaftar": np.arange(n) < registered,
            "is_large": np.arange(n) < registered // 5,
        }
    )
