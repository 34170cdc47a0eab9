"""January to March: how cover goes on before the new DPA can be used, and what each way risks.

Every way is a choice with a legal status; none is confirmed until BPKAD has signed it. Once the
plan year has begun the DPA is in use and the choice is made: what is left is the last safe payment
of the first months planned.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text
from cakup.kernel.months import MONTHS_EN, MONTHS_ID, add_months, last_day
from cakup.law.catalogue import Catalogue
from cakup.law.dues.due_dates import jatuh_tempo
from cakup.law.terms import Terms
from cakup.ledger.rules import Rules
from cakup.planning.compute import Outcome
from cakup.planning.settings import PlanSettings

#: Parts of the full death benefit without scholarship.
FULL_JKM = (
    "jkm.manfaat.santunan_sekaligus", "jkm.manfaat.santunan_berkala", "jkm.manfaat.biaya_pemakaman",
)  # fmt: skip
WAYS: dict[str, Text] = {
    "dpa_lama": Text(
        "iuran bulan-bulan awal tahun depan dibayar dari DPA tahun ini",
        "the first months of next year are paid from this year's DPA",
    ),
    "dpa_baru": Text(
        "iuran dibayar dari DPA baru sejak bulan DPA dapat dipakai",
        "contributions are paid from the new DPA once it can be used",
    ),
    "jembatan": Text(
        "CSR atau Baznas menjembatani sampai DPA baru dapat dipakai",
        "CSR or Baznas bridges the months until the new DPA can be used",
    ),
    "tunggakan": Text(
        "iuran bulan-bulan awal dibayar terlambat sebagai tunggakan setelah DPA dapat dipakai",
        "the first months are paid late as arrears once the DPA can be used",
    ),
}
RUNNING = Text(
    "iuran dibayar dari DPA yang sedang berjalan", "contributions are paid from the running DPA"
)
QUESTIONS: dict[str, Text] = {
    "dpa_lama": Text(
        "bolehkah DPA tahun ini membayar bulan iuran tahun depan?",
        "may this year's DPA pay months of next year?",
    ),
    "dpa_baru": Text(
        "tanggal berapa DPA dan SPD dapat dipakai?", "from which day can DPA and SPD be used?"
    ),
    "jembatan": Text(
        "siapa yang berjanji tertulis, dan apakah pembayar berganti tanpa jeda?",
        "who pledged in writing, and does the payer change without a gap?",
    ),
    "tunggakan": Text(
        "bolehkah APBD membayar tunggakan, dan apakah hak ahli waris tetap?",
        "may the APBD pay arrears, and do heirs keep their rights?",
    ),
}


def january(
    settings: PlanSettings, outcome: Outcome, catalogue: Catalogue, rules: Rules
) -> dict[str, Any]:
    """Return the choice, its status, the last safe day of payment and what heirs may lose.

    Args:
        settings: The plan.
        outcome: Its base scenario.
        catalogue: Parameters of the law.
        rules: Counting rules; the lapse comes from them.
    """
    is_running = settings.is_running
    first = date(settings.year, settings.begins + 1 if is_running else 1, 1)
    lapse = add_months(first, rules.lapse_after_unpaid_months)
    safe = lapse - timedelta(days=1)
    if rules.lapse_moment == "last_month_end":
        safe = last_day(add_months(first, rules.lapse_after_unpaid_months - 1)) - timedelta(days=1)
    t = Terms(first, catalogue)
    full = sum(int(t.rp(key)) for key in FULL_JKM)
    ready = settings.month(settings.dpa_ready, 0)
    kept = sum(
        int(n) for n, s in zip(outcome.columns, outcome.built.stratum, strict=True)
        if outcome.strata[int(s)].is_kept
    ) if outcome.solution.is_feasible else 0  # fmt: skip
    who = (Text("peserta yang sudah terdaftar", "enrolled people") if is_running
           else Text("peserta tahun lalu", "people of last year"))  # fmt: skip
    way = RUNNING if is_running else WAYS[settings.january]
    at_risk = Text(
        f"bila sampai {spelling.day(safe)} belum dibayar, {spelling.count(kept)} {who.id} "
        f"berhenti aktif; ahli waris dari yang meninggal dapat kehilangan "
        f"{spelling.rupiah(full)} dan masa tunggu mulai lagi",
        f"if nothing is paid by {spelling.day(safe, 'en')}, {kept} {who.en} lapse; "
        f"heirs may lose {spelling.rupiah(full, 'en')} and the waiting time starts anew",
    )
    return {
        "how": "dpa_berjalan" if is_running else settings.january,
        "months": _months(first, rules, "id"), "months_en": _months(first, rules, "en"),
        "text": way.id, "text_en": way.en,
        "question": "" if is_running else QUESTIONS[settings.january].id,
        "status": "solid" if is_running else "unconfirmed",
        "whom": who.id,
        "decide_by": _decide_by(settings, first, t) if is_running else "sebelum akhir tahun",
        "dpa_ready": f"{settings.year}-{min(ready, 11) + 1:02}",
        "last_safe_payment_on": safe.isoformat(),
        "kept_persons": kept, "jkm_full_rp": full,
        "at_risk": at_risk.id, "at_risk_en": at_risk.en,
        "options": [
            {"how": k, "text": WAYS[k].id, "text_en": WAYS[k].en, "question": QUESTIONS[k].id,
             "question_en": QUESTIONS[k].en, "status": "unconfirmed"}
            for k in WAYS if not is_running
        ],
    }  # fmt: skip


def _decide_by(settings: PlanSettings, first: date, t: Terms) -> str:
    """Return by when the list of a running year is fixed: in time for the first payment due.

    With data of the last day of a month the first month planned begins on the morrow; its
    contributions can be paid in time up to the day on which they are due.
    """
    due = min(jatuh_tempo(first, segmen="bpu", program=p, t=t).day for p in settings.programmes)
    month = MONTHS_ID[first.month - 1]
    if due > settings.as_of:
        return f"sebelum {spelling.day(due)} (jatuh tempo iuran {month})"
    return f"segera (iuran {month} jatuh tempo {spelling.day(due)})"


def _months(first: date, rules: Rules, lang: Lang) -> str:
    """Return the months whose payment decides, such as *Januari–Maret*."""
    last = add_months(first, rules.lapse_after_unpaid_months - 1)
    names = MONTHS_EN if lang == "en" else MONTHS_ID
    same = last.year == first.year
    until = names[last.month - 1] if same else f"{names[last.month - 1]} {last.year}"
    return f"{names[first.month - 1]}–{until}"
