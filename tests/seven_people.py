"""Seven fictitious people and one year, worked out by hand: the golden case of all verbs.

Six are those of ``domain/coverage.md`` section 6 (2025, count date 31 December). The seventh, G, is
paid for by the city (January to June, on the 10th) and by the province (February to May, on the
20th), and dies on 17 March. Every month costs Rp16.800 (JKK 10.000, JKM 6.800). B is not on the
decree of the city; the insurer calls F not active on 31 December although December was paid.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cakup.pipeline import ledger, link
from cakup.pipeline.workspace import Workspace
from hand_made import resolve_by_nik, write_import
from made_once import once
from small_city import NANGKA

AS_OF = date(2025, 12, 31)
DIED = date(2025, 3, 17)
AMOUNTS_RP = {"jkk": 10_000, "jkm": 6_800}
#: Person, payer, first and last month paid in 2025, day of payment.
PAID = (
    ("A", "apbd_kabkota", 1, 12, 10), ("B", "apbd_kabkota", 10, 12, 10),
    ("C", "apbd_provinsi", 11, 12, 20), ("D", "apbd_kabkota", 1, 9, 10),
    ("E", "apbdes", 1, 6, 15), ("F", "csr", 8, 12, 15),
    ("G", "apbd_kabkota", 1, 6, 10), ("G", "apbd_provinsi", 2, 5, 20),
)  # fmt: skip
PEOPLE = {
    "A": "Surti Harahap", "B": "Bonar Siregar", "C": "Cut Melati", "D": "Darman Lubis",
    "E": "Eni Ginting", "F": "Firman Tan", "G": "Gunawan Purba",
}  # fmt: skip
KODE = {"apbd_kabkota": "90100001", "apbd_provinsi": "90200001", "apbdes": "90300001",
        "csr": "90400001"}  # fmt: skip


def nik(who: str) -> str:
    """Return the NIK of one of the seven, all men born on 10 January 1980."""
    return f"127591100180{ord(who) - 64:04d}"


def _person(who: str) -> dict[str, object]:
    return {"nik": nik(who), "nama": PEOPLE[who], "tanggal_lahir": date(1980, 1, 10),
            "jenis_kelamin": "L", "kode_wilayah_ktp": NANGKA}  # fmt: skip


@once
def build(folder: Path) -> Workspace:
    """Return the workspace, linked and with its ledger."""
    workspace = Workspace.create(folder, "12.75", seed=7)
    given = {"as_of": AS_OF, "received_on": date(2026, 1, 5)}
    write_import(workspace, "a" * 16, "daftar_pekerja", [_person(who) for who in PEOPLE],
                 sender="Disnaker", **given)  # fmt: skip
    write_import(workspace, "b" * 16, "daftar_pekerja", [_person(who) for who in "ADG"],
                 sender="Bagian Hukum", list_name="Lampiran SK", as_of=date(2025, 1, 15),
                 received_on=date(2025, 1, 20))  # fmt: skip
    write_import(
        workspace, "c" * 16, "peserta",
        [
            _person(who) | {
                "kpj": f"25000000{who}", "segmen": "bpu", "payer": payer, "kode_iuran": KODE[payer],
                "program": "jkk,jkm", "mulai_on": date(2025, first, 1),
                "status_kepesertaan": "nonaktif" if who in "EFG" else "aktif",
            }
            for who, payer, first, *_ in PAID
        ],
        sender="BPJS Cabang Binjai", **given,
    )  # fmt: skip
    write_import(
        workspace, "d" * 16, "pembayaran",
        [
            {"kpj": f"25000000{who}", "nik": nik(who), "kode_iuran": KODE[payer], "segmen": "bpu",
             "program": program, "bulan": date(2025, month, 1), "amount_rp": rupiah,
             "paid_on": date(2025, month, day), "payer": payer}
            for who, payer, first, last, day in PAID
            for month in range(first, last + 1)
            for program, rupiah in AMOUNTS_RP.items()
        ],
        sender="BPJS Cabang Binjai", **given,
    )  # fmt: skip
    write_import(workspace, "e" * 16, "kematian", [_person("G") | {"meninggal_on": DIED}],
                 sender="Disdukcapil", **given)  # fmt: skip
    relink(workspace)
    return workspace


def relink(workspace: Workspace) -> None:
    """Link by NIK and build the ledger again."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(link, "_linkage", lambda: resolve_by_nik)
        link.run(link.Request(), workspace)
    ledger.run(ledger.Request(), workspace)
