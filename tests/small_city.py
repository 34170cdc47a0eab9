"""A workspace of a dozen fictitious people: one for every reason of the gap and every exclusion."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cakup.pipeline import ledger, link
from cakup.pipeline.workspace import Workspace
from hand_made import resolve_by_nik, write_import
from made_once import once

DAY = date(2025, 10, 31)
NANGKA, BINJAI = "12.75.01.1003", "12.75.02.1006"


def nik(n: int) -> str:
    """Return a NIK of a fictitious man born on 10 January 1990."""
    return f"127591100190{n:04d}"


def worker(n: int, nama: str, **more: Any) -> dict[str, Any]:
    row = {"nik": nik(n), "nama": nama, "tanggal_lahir": date(1990, 1, 10),
           "jenis_kelamin": "L", "kode_wilayah_ktp": NANGKA}  # fmt: skip
    return row | more


@once
def build(folder: Path) -> Workspace:
    """Return the workspace, linked and with its ledger."""
    workspace = Workspace.create(folder, "12.75", seed=7)
    write_import(
        workspace, "a" * 16, "daftar_pekerja",
        [
            worker(1, "Aman Aktif"),
            worker(2, "Budi Berhenti", alamat="Jl. Mawar No. 10", lingkungan="Lingkungan II"),
            worker(3, "Cici Takada", alamat="Jl. Mawar No. 9", lingkungan="Lingkungan II",
                   telepon="081200000003"),
            worker(4, "Dodi Rusak", nik=None, nik_status="excel15", nik_seen="127591100190000",
                   lingkungan="Lingkungan IX"),
            worker(5, "Euis Jauh", kode_wilayah_ktp="12.71.01.1001"),
            worker(6, "Fajar Kecil", tanggal_lahir=date(2013, 1, 10)),
            worker(7, "Gita Negara", is_asn=True),
            worker(8, "Hadi Entah", kode_wilayah_ktp=None),
            worker(9, "Ida Kecamatan", kode_wilayah_ktp="12.75.02"),
            worker(10, "=cmd|' /C calc'!A0", kode_wilayah_ktp=BINJAI, alamat="+62 @alamat"),
            worker(11, "Joko Almarhum", lingkungan="Lingkungan I"),
            worker(12, "Kiki Mati"),
            worker(13, "Lina Kembar", kode_wilayah_ktp=BINJAI),
            worker(15, "Nur Lanjut", tanggal_lahir=date(1955, 1, 10)),
            worker(16, "Oki Pegawai", pekerjaan="Pegawai Negeri Sipil (PNS)"),
        ],
        sender="Dinas Koperasi",
    )  # fmt: skip
    active = {"segmen": "bpu", "status_kepesertaan": "aktif", "mulai_on": date(2024, 1, 1),
              "program": "jkk,jkm", "payer": "mandiri"}  # fmt: skip
    write_import(
        workspace, "b" * 16, "peserta",
        [
            worker(1, "Aman Aktif", kpj="A1", segmen="pu", status_kepesertaan="aktif",
                   mulai_on=date(2024, 1, 1), program="jkk,jkm", npp="N1"),
            worker(2, "Budi Berhenti", kpj="B2", segmen="pu", status_kepesertaan="nonaktif",
                   mulai_on=date(2024, 1, 1), selesai_on=date(2025, 3, 31), program="jkk,jkm",
                   npp="N1"),
            worker(90, "Lina Kembar", kpj="L9", nik=None, **active),
            worker(14, "Mira Peserta", kpj="M1", status_kepesertaan="nonaktif", segmen="pu",
                   mulai_on=date(2023, 1, 1), selesai_on=date(2023, 12, 31), program="jkk,jkm",
                   npp="N2", kode_wilayah_kerja="12.71.01.1001"),
            worker(17, "Putra Pensiun", kpj="P7", status_kepesertaan="nonaktif", segmen="pu",
                   mulai_on=date(2023, 1, 1), selesai_on=date(2024, 6, 30), program="jkk,jkm",
                   npp="N2"),
        ],
        sender="BPJS Cabang Binjai",
    )  # fmt: skip
    write_import(
        workspace, "d" * 16, "dtsen",
        [worker(17, "Putra Pensiun", is_pekerja=False), worker(18, "Rina Rumah", is_pekerja=False)],
        sender="Dinas Sosial", as_of=date(2025, 6, 30),
    )  # fmt: skip
    write_import(
        workspace, "c" * 16, "kematian",
        [
            worker(12, "Kiki Mati", meninggal_on=date(2025, 5, 1)),
            worker(91, "Joko Almarhum", nik=None, meninggal_on=date(2025, 6, 1)),
        ],
        sender="Disdukcapil",
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(link, "_linkage", lambda: resolve_by_nik)
        link.run(link.Request(), workspace)
    ledger.run(ledger.Request(), workspace)
    return workspace
