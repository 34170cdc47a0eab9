"""Names, assumptions and the few style rules that only this page has."""

from __future__ import annotations

from cakup.kernel.language import Text

NAMES = {
    "tanpa_rencana": Text("tanpa rencana", "nothing done"),
    "rencana": Text("rencana", "plan"),
    "rencana_diteruskan": Text("diteruskan", "carried on"),
}
#: What a forecast takes for granted, by key of ``assumptions`` in its summary.
ASSUMPTIONS = {
    "tetap": Text(
        "Yang dibayar pemberi kerja dan yang mandiri tetap dengan bagian yang terukur setahun "
        "terakhir; tidak ada peserta baru selain rencana.",
        "Those paid by employers and self-payers stay with the share measured over the last year; "
        "nobody new comes but through the plan.",
    ),
    "bantuan": Text(
        "Bantuan berakhir pada bulan terakhir yang sudah dibayar menurut berkas pembayaran; bulan "
        "yang dianggarkan tetapi belum dibayar tidak dihitung.",
        "Aid ends with the last month paid by the payment files; months that are budgeted but not "
        "paid do not count.",
    ),
    "kematian": Text(
        "Kematian menurut tabel TMI IV 2019 dan TMPI 2023: pada setiap umur yang lebih rendah, "
        "rata-rata, dan yang lebih tinggi; keduanya belum dikonfirmasi.",
        "Deaths from the life tables TMI IV 2019 and TMPI 2023: at every age the lower, the mean "
        "and the higher; neither is confirmed.",
    ),
    "manfaat": Text(
        "Klaim dihitung hanya untuk bulan yang dibayar bantuan dan rencana, seakan-akan semua "
        "hidup sampai bulan terakhirnya.",
        "Claims are counted only for months that aid and plan pay, as if everybody lived to the "
        "last of them.",
    ),
    "rumah_tangga": Text(
        "Keluarga yang tidak jatuh miskin adalah anggapan: bagian pencari nafkah, yang jatuh "
        "miskin tanpa santunan, dan bagian klaim yang dibayar; bukan temuan.",
        "Households kept out of poverty are an assumption: the share of breadwinners, of those "
        "who would fall into poverty, and of claims that are paid; not a finding.",
    ),
}
RANGE = Text(
    "Selang 95% memuat untung-untungan siapa meninggal dan siapa berhenti, bukan kesalahan pada "
    "anggapannya: bila tahun depan lain dari tahun lalu, angka dapat jatuh di luar selang.",
    "The 95% interval holds the chance of who dies and who leaves, not errors of the assumptions: "
    "if next year is unlike the last, figures may fall outside.",
)
STYLE = (
    ".course{fill:none;stroke-width:2.5;stroke-linejoin:round}.band{opacity:.16;stroke:none}"
    ".course.tanpa-rencana{stroke:var(--action-fill)}.band.tanpa-rencana{fill:var(--action-fill)}"
    ".course.rencana{stroke:var(--accent)}.band.rencana{fill:var(--accent)}"
    ".course.rencana-diteruskan{stroke:var(--accent);stroke-dasharray:3 4}"
    ".band.rencana-diteruskan{fill:var(--accent)}"
    "svg.trend .course-name{font-size:13px;font-weight:600}"
    ".course-name.tanpa-rencana{fill:var(--action)}"
    ".course-name.rencana,.course-name.rencana-diteruskan{fill:var(--accent)}"
    ".stroke{display:inline-block;width:28px;height:0;border-top:3px solid;align-self:center}"
    ".stroke.tanpa-rencana{border-color:var(--action-fill)}.stroke.rencana{border-color:"
    "var(--accent)}.stroke.rencana-diteruskan{border-color:var(--accent);border-top-style:dotted}"
    "td .sub{white-space:nowrap}.tight th:first-child{min-width:0}"
)
