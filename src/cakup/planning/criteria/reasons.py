"""Why in, why out: one sentence per reason, filled with the rule's own numbers."""

from __future__ import annotations

from typing import Any

from cakup.kernel import spelling
from cakup.kernel.language import LANGS, Lang, Text
from cakup.planning.criteria.ruleset import Rule

ENROLLED = Text(
    "sudah terdaftar tahun ini; tetap sampai Desember walaupun daftarnya kini berkata lain",
    "enrolled this year; stays to December although the lists say otherwise now",
)
_SAYS: dict[str, Text] = {
    "age.ok": Text("umur {band} pada {day} di semua bulan", "aged {band} on {day} in every month"),
    "age.too_young": Text(
        "belum mencapai {youngest} pada tahun ini", "not yet {youngest} this year"
    ),
    "age.too_old": Text(
        "melewati {oldest} sebelum bulan pertama", "past {oldest} before the first month"
    ),
    "age.leaves": Text(
        "melewati {oldest} di tengah tahun; dibayar sampai bulan terakhir yang masih {oldest}",
        "passes {oldest} during the year; paid to the last month within it",
    ),
    "age.leaves_out": Text(
        "melewati {oldest} di tengah tahun, sehingga tidak diterima untuk tahun ini",
        "passes {oldest} during the year, so not accepted for this year",
    ),
    "age.enters": Text(
        "mencapai {youngest} di tengah tahun; dapat dibayar sejak bulan itu",
        "reaches {youngest} during the year; may be paid from that month",
    ),
    "domicile.ok": Text("ber-{by} di wilayah yang diatur", "{by} inside the region"),
    "domicile.elsewhere": Text("ber-{by} di luar wilayah yang diatur", "{by} outside the region"),
    "occupation.ok": Text(
        "pekerjaan termasuk yang diatur ({groups})", "occupation is listed ({groups})"
    ),
    "occupation.other": Text(
        "pekerjaan tidak termasuk yang diatur ({groups})", "occupation is not listed ({groups})"
    ),
    "occupation.excluded": Text(
        "satu-satunya pekerjaan yang diketahui dikecualikan ({without})",
        "the only occupation known is excluded ({without})",
    ),
    "desil.ok": Text("desil 1 sampai {max}", "decile 1 to {max}"),
    "desil.fallback": Text(
        "di atas desil {max}, masih dalam pita cadangan sampai {fallback_max}",
        "above decile {max}, within the fallback band up to {fallback_max}",
    ),
    "desil.above": Text("di atas desil {most}", "above decile {most}"),
    "aid.receives": Text("menerima {programmes}", "receives {programmes}"),
    "aid.receives_not": Text("tidak menerima {programmes}", "does not receive {programmes}"),
    "income.ok": Text("penghasilan tidak melebihi {limit}", "income does not exceed {limit}"),
    "income.above": Text("penghasilan melebihi {limit}", "income exceeds {limit}"),
    "work_evidence.ok": Text(
        "daftar pekerja yang cukup baru menyatakan bekerja", "a recent list of workers states work"
    ),
    "work_evidence.none": Text("tidak ada daftar yang menyatakan bekerja", "no list states work"),
    "work_evidence.old": Text(
        "bukti bekerja lebih tua dari {max_age_months} bulan",
        "evidence of work older than {max_age_months} months",
    ),
    "work_evidence.few": Text("ada pada kurang dari {lists} daftar", "on fewer than {lists} lists"),
    "no_double_payer.ok": Text("tidak ada pembayar bantuan lain", "no other aid payer"),
    "no_double_payer.paid": Text(
        "iurannya sudah dibayar bantuan lain", "another aid already pays the contribution"
    ),
    "no_double_payer.maybe.check": Text(
        "mungkin peserta aktif, padanan belum pasti; periksa dahulu",
        "may be an active participant, the link is not certain; check first",
    ),
    "no_double_payer.other.check": Text(
        "tahun ini juga dibayar bantuan lain; pastikan siapa yang membayar selanjutnya",
        "another aid pays too this year; make sure who pays from now on",
    ),
    "alive.ok": Text("tidak ada catatan meninggal", "no record of death"),
    "alive.dead": Text("tercatat meninggal", "recorded as dead"),
    "nik.ok": Text("NIK lengkap", "NIK complete"),
    "nik.missing": Text("NIK kosong atau rusak", "NIK missing or damaged"),
    "not_pu.ok": Text("tidak ada bukti hubungan kerja", "no evidence of an employer"),
    "not_pu.employee": Text(
        "wajib PU: ada pemberi kerja; iurannya kewajiban pemberi kerja, bukan APBD",
        "must be PU: there is an employer, who owes the contribution, not the APBD",
    ),
    "not_asn.ok": Text("bukan ASN, TNI, atau Polri", "no civil servant, military or police"),
    "not_asn.asn": Text("ASN, TNI, atau Polri", "civil servant, military or police"),
    "listed_by.ok": Text("diusulkan {senders}", "proposed by {senders}"),
    "listed_by.other": Text("tidak diusulkan {senders}", "not proposed by {senders}"),
    "column.ok": Text("kolom {name} memenuhi syarat", "column {name} fits"),
    "column.other": Text("kolom {name} tidak memenuhi syarat", "column {name} does not fit"),
    "one_per_family.ok": Text(
        "satu-satunya atau yang pertama dari kartu keluarganya", "the first of the family card"
    ),
    "one_per_family.other": Text(
        "anggota lain dari kartu keluarga yang sama didahulukan",
        "another member of the same family card comes first",
    ),
    "quota.ok": Text("di dalam kuota {total} orang{shared}", "within the quota of {total}{shared}"),
    "quota.full": Text(
        "kuota penuh; masuk daftar tunggu", "the quota is full; on the waiting list"
    ),
    "money.ok": Text("terpilih dalam rencana", "chosen by the plan"),
    "money.waiting": Text(
        "memenuhi semua aturan; pagu habis sebelum urutannya, masuk daftar tunggu",
        "meets every rule; the money ends before the turn, on the waiting list",
    ),
    "money.too_late": Text(
        "batas umur lewat sebelum bulan pertama yang masih dapat dibayar; tidak masuk daftar "
        "tunggu",
        "past the age limit before the first month that can still be paid; not on the waiting list",
    ),
    "hand.added": Text("ditambahkan dengan tangan, tercatat", "added by hand, logged"),
    "hand.removed": Text("dikeluarkan dengan tangan, tercatat", "taken out by hand, logged"),
}
_UNKNOWN = {
    "age": Text("tanggal lahir tidak diketahui", "date of birth not known"),
    "domicile": Text("wilayah KTP tidak diketahui", "place not known"),
    "occupation": Text("pekerjaan tidak diketahui", "occupation not known"),
    "desil": Text("desil tidak diketahui", "decile not known"),
    "aid": Text("penerimaan bantuan tidak diketahui", "social assistance not known"),
    "income": Text("penghasilan tidak diketahui", "income not known"),
    "alive": Text("mungkin meninggal, belum pasti", "possibly dead, not certain"),
    "column": Text("kolom {name} kosong", "column {name} is empty"),
    "one_per_family": Text("nomor kartu keluarga tidak diketahui", "family card not known"),
}
_THEN = {
    "out": Text("; menurut aturan tidak diterima", "; by the rule not accepted"),
    "in": Text("; menurut aturan tetap diterima", "; by the rule accepted all the same"),
    "check": Text("; diterima dengan syarat diverifikasi", "; accepted subject to verification"),
}
_DAYS = {
    "first_of_month": Text("tanggal 1", "the first day"),
    "last_of_month": Text("hari terakhir", "the last day"),
}
_SHARED = Text(", dibagi per kelurahan", ", shared out by kelurahan")
_BY = {"ktp": Text("KTP", "KTP"), "domisili": Text("domisili", "residence")}


def words(reason: str, rule: Rule | None) -> Text:
    """Return a reason in words.

    Args:
        reason: Id such as ``age.too_old``.
        rule: The rule that it comes from, None for reasons of money and hand.
    """
    kind, _, rest = reason.partition(".")
    if rest.startswith("unknown"):
        how = rest.replace("unknown", "").strip("_.") or "out"
        said, then = _UNKNOWN[kind], _THEN[how]
        whole = Text(said.id + then.id, said.en + then.en)
    else:
        whole = ENROLLED if rest == "enrolled" else _SAYS[reason]
    return Text(*(whole(lang).format(**_facts(rule, lang)) for lang in LANGS))


def says(rule: Rule) -> Text:
    """Return what a rule asks, in one line."""
    good = {
        "aid": "aid.receives" if rule.get("require") else "aid.receives_not",
        "quota": "quota.ok", "one_per_family": "one_per_family.ok",
    }.get(rule.kind, f"{rule.kind}.ok")  # fmt: skip
    return words(good, rule)


def _facts(rule: Rule | None, lang: Lang) -> dict[str, Any]:
    """Return what fills the placeholders."""
    if rule is None:
        return {}
    o = rule.options
    month = o.get("max_rp_month")
    limit = (
        f"{spelling.rupiah(month, lang)} {Text('sebulan', 'a month')(lang)}"
        if month
        else f"{spelling.rupiah(o.get('max_rp_day', 0), lang)} {Text('sehari', 'a day')(lang)}"
    )
    listed = {k: _listed(o.get(k, ()), lang) for k in ("groups", "without", "senders")}
    return {
        "band": _band(o, lang), "day": _DAYS[o.get("decides_on", "first_of_month")](lang),
        "youngest": _age(o.get("min_years", 0), 0, lang), "oldest": _oldest(o, lang),
        "by": _BY.get(o.get("by", "ktp"), _BY["ktp"])(lang), **listed,
        "total": spelling.count(int(o.get("total", 0)), lang),
        "shared": _SHARED(lang) if o.get("by") == "kelurahan" else "",
        "max": o.get("max", 10), "fallback_max": o.get("fallback_max", ""),
        "most": o.get("fallback_max") or o.get("max", 10),
        "programmes": " / ".join(p.upper() for p in o.get("programmes", ("pkh",))),
        "limit": limit, "max_age_months": o.get("max_age_months", ""), "lists": o.get("lists", 1),
        "name": o.get("name", ""),
    }  # fmt: skip


def _listed(names: Any, lang: Lang) -> str:
    return ", ".join(str(n).replace("_", " ") for n in names) or Text("semua", "all")(lang)


def _age(years: int, months: int, lang: Lang) -> str:
    year, month = Text("tahun", "years")(lang), Text("bulan", "months")(lang)
    return f"{years} {year}" + (f" {months} {month}" if months else "")


def _oldest(options: dict[str, Any], lang: Lang) -> str:
    if "max_years" not in options:
        return Text("tanpa batas atas", "no upper limit")(lang)
    return _age(options["max_years"], options.get("max_months", 11), lang)


def _band(options: dict[str, Any], lang: Lang) -> str:
    to = Text("sampai", "to")(lang)
    youngest = options.get("min_years")
    lowest = f"{_age(youngest, 0, lang)} {to} " if youngest else f"{to} "
    return f"{lowest}{_oldest(options, lang)}"
