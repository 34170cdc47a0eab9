"""``pembayaran``: contributions paid, per participant or per group code and month."""

from __future__ import annotations

from cakup.intake.kinds.kind import Kind
from cakup.kernel.language import Text

AMOUNTS = ("iuran_jkk", "iuran_jkm", "iuran_jht", "iuran_jp", "iuran_jkp")

KIND = Kind(
    name="pembayaran",
    title=Text("data pembayaran", "payment data"),
    groups=("payment", "member", "person"),
    requires=(
        (("kpj", "nik", "kode_iuran"), Text("KPJ, NIK atau KODE IURAN", "KPJ, NIK or KODE IURAN")),
        (("bulan", "tahun"), Text("BULAN atau PERIODE IURAN", "BULAN or PERIODE IURAN (month)")),
        (("jumlah", *AMOUNTS), Text("JUMLAH IURAN", "JUMLAH IURAN (amount)")),
    ),
    marks=(("bulan", "bulan_akhir"), ("jumlah", *AMOUNTS), ("tanggal_bayar",)),
    without=frozenset(
        {"ikut_jkk", "ikut_jkm", "ikut_jht", "ikut_jp", "ikut_jkp", "dibayar_sampai", "alamat",
         "rt", "rw", "rt_rw", "lingkungan", "mulai", "selesai", "status_kepesertaan"}
    ),
)  # fmt: skip
