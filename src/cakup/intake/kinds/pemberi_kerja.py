"""``pemberi_kerja``: employers, registered or known to the office."""

from __future__ import annotations

from cakup.intake.kinds.kind import Kind
from cakup.kernel.language import Text

KIND = Kind(
    name="pemberi_kerja",
    title=Text("daftar pemberi kerja", "list of employers"),
    groups=("employer", "member", "work", "place", "elsewhere"),
    requires=(
        (
            ("nama_pemberi_kerja", "npp"),
            Text("NAMA PERUSAHAAN atau NPP", "NAMA PERUSAHAAN or NPP"),
        ),
    ),
    without=frozenset(
        {"ikut_jkk", "ikut_jkm", "ikut_jht", "ikut_jp", "ikut_jkp", "dibayar_sampai", "kpj",
         "kode_iuran", "pembayar", "segmen", "program", "mulai", "selesai", "status_kepesertaan",
         "pekerjaan", "status_pegawai", "upah"}
    ),
)  # fmt: skip
