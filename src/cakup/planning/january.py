"""January to March: how cover goes on before the new DPA can be used, and what each way risks.

Every way is a choice with a legal status; none is confirmed until BPKAD has signed it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from cakup.kernel import spelling
from cakup.kernel.language import Text
from cakup.kernel.months import add_months, last_day
from cakup.law.catalogue import Catalogue
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
    first = date(settings.year, 1, 1)
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
    at_risk = Text(
        f"bila sampai {spelling.day(safe)} belum dibayar, {spelling.count(kept)} peserta "
        f"tahun lalu berhenti aktif; ahli waris dari yang meninggal dapat kehilangan "
        f"{spelling.rupiah(full)} dan masa tunggu mulai lagi",
        f"if nothing is paid by {spelling.day(safe, 'en')}, {kept} people of last year lapse; "
        f"heirs may lose {spelling.rupiah(full, 'en')} and the waiting time starts anew",
    )
    return {
        "how": settings.january, "text": WAYS[settings.january].id,
        "text_en": WAYS[settings.january].en,
        "question": QUESTIONS[settings.january].id, "status": "unconfirmed",
        "dpa_ready": f"{settings.year}-{min(ready, 11) + 1:02}",
        "last_safe_payment_on": safe.isoformat(),
        "kept_persons": kept, "jkm_full_rp": full,
        "at_risk": at_risk.id, "at_risk_en": at_risk.en,
        "options": [
            {"how": k, "text": WAYS[k].id, "text_en": WAYS[k].en, "question": QUESTIONS[k].id,
             "question_en": QUESTIONS[k].en, "status": "unconfirmed"}
            for k in WAYS
        ],
    }  # fmt: skip
