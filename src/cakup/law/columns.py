"""Whole bills as columns: the rules put together for one person, ten million rows, or SQL text.

Every function takes whole numbers, Polars expressions or ``Sql`` and returns the same kind by name.
What is missing or out of range gives missing results, never 0 and never an error.
"""

from __future__ import annotations

from cakup.kernel.columns import Column, where, years_by_month_end
from cakup.law.contributions import bpu as rules_bpu
from cakup.law.contributions import jakon, jkp, jp, magang, pmi, pu
from cakup.law.contributions.wage import upah_sah
from cakup.law.terms import Terms

JKP_KEY, JP_KEY = "jkp.iuran.tarif_total", "jp.iuran.tarif_pekerja"


def wage_earner(
    t: Terms, wage: Column, risk_group: Column, *, labour_intensive: Column = False,
    paid_wage: Column = None, age: Column = None, born: Column = None, month: Column = None,
    jp_registered: Column = True, art_15_4_choice: Column = False, citizen: Column = True,
) -> dict[str, Column]:  # fmt: skip
    """Monthly contributions of wage earners.

    Args:
        t: The law on a day, or over a column of days.
        wage: Wage, whole rupiah per month.
        risk_group: Workplace risk class 1–5.
        labour_intensive: Whether the relief of PP 7/2025 is granted.
        paid_wage: Wage of a broken first month, the base of JP; None = the wage.
        age: Completed years by the end of the month; None = below pension age.
        born: Date of birth, with
        month: a day of the contribution month; they decide in the place of ``age``.
        jp_registered: Whether enrolled in JP.
        art_15_4_choice: Whether the pension was postponed.
        citizen: Indonesian citizen; others are not in JKP.

    Returns:
        ``jkk, jkm, jht_worker, jht_employer``, where in force ``jp_worker, jp_employer,
        jkp_total``, and ``worker_total, employer_total``.
    """
    wage = upah_sah(wage)
    made = {
        "jkk": pu.iuran_jkk_pu(wage, tingkat_risiko=risk_group, padat_karya=labour_intensive, t=t),
        "jkm": pu.iuran_jkm_pu(wage, t=t),
        "jht_worker": pu.iuran_jht_pekerja(wage, t=t),
        "jht_employer": pu.iuran_jht_pemberi_kerja(wage, t=t),
    }
    if t.has(JP_KEY):
        paid = wage if paid_wage is None else upah_sah(paid_wage)
        due: Column = jp_registered
        if born is not None:
            due = jp.wajib_jp_lahir(
                born, month, terdaftar=jp_registered, menunda=art_15_4_choice, t=t
            )
        elif age is not None:
            due = jp.wajib_jp(age, terdaftar=jp_registered, menunda=art_15_4_choice, t=t)
        made |= _pension(t, paid, due)
    if t.has(JKP_KEY):
        total = jkp.iuran_jkp(jkp.dasar_jkp(wage, t=t), t=t)
        total = total if citizen is True else where(citizen, total, 0)
        made["jkp_total"] = since(t, JKP_KEY, total)
    return made | _sides(t, made)


def _pension(t: Terms, paid: Column, due: Column) -> dict[str, Column]:
    """JP of both sides, 0 where it is not due."""
    base = jp.dasar_jp(paid, t=t)
    amounts = {
        "jp_worker": jp.iuran_jp_pekerja(base, t=t),
        "jp_employer": jp.iuran_jp_pemberi_kerja(base, t=t),
    }
    if due is True:
        return amounts
    paid_where_due = {name: jp.kecuali(due, amount) for name, amount in amounts.items()}
    return {name: since(t, JP_KEY, amount) for name, amount in paid_where_due.items()}


def since(t: Terms, key: str, amount: Column) -> Column:
    """Return an amount, missing on days before the law from which ``key`` comes."""
    begun = t.in_force(key)
    return amount if begun is True else where(begun, amount, None)


def _sides(t: Terms, made: dict[str, Column]) -> dict[str, Column]:
    """Totals of worker and employer; JP counts from the day on which there is a JP."""
    worker = made["jht_worker"]
    employer = made["jkk"] + made["jkm"] + made["jht_employer"]
    if "jp_worker" not in made:
        return {"worker_total": worker, "employer_total": employer}
    begun = t.in_force(JP_KEY)
    with_jp = {
        "worker_total": worker + made["jp_worker"],
        "employer_total": employer + made["jp_employer"],
    }
    if begun is True:
        return with_jp
    before = {"worker_total": worker, "employer_total": employer}
    return {name: where(begun, amount, before[name]) for name, amount in with_jp.items()}


def age_by_month_end(born: Column, month: Column) -> Column:
    """Return completed years by the end of a contribution month, the age that decides JP.

    Args:
        born: Date of birth.
        month: Any day of the contribution month.
    """
    return years_by_month_end(born, month)


def non_wage_earner(
    t: Terms, base: Column, *, payer: Column = "mandiri", sector: Column = "other",
    jht: Column = False,
) -> dict[str, Column]:  # fmt: skip
    """Monthly contributions of non-wage earners.

    Args:
        t: The law on a day, or over a column of days.
        base: Base, whole rupiah per month, from the lowest to the highest band.
        payer: Payer, a word of the closed list (``mandiri``, ``apbd_kabkota``, …).
        sector: ``other`` or ``transport``.
        jht: Whether JHT was chosen.

    Returns:
        ``jkk, jkm, jht, total``.
    """
    base = rules_bpu.dasar_sah(base, t)
    part = rules_bpu.potongan_bpu(payer, sector, t=t)
    made = {
        "jkk": rules_bpu.iuran_jkk_bpu(base, potongan=part, t=t),
        "jkm": rules_bpu.iuran_jkm_bpu(potongan=part, t=t),
        "jht": rules_bpu.tanpa(jht, rules_bpu.iuran_jht_bpu(base, t=t)),
    }
    return made | {"total": made["jkk"] + made["jkm"] + made["jht"]}


def construction_by_wage(t: Terms, wage: Column) -> dict[str, Column]:
    """Monthly JKK and JKM of day, piece-rate and fixed-term workers on a project.

    Args:
        t: The law on a day, or over a column of days.
        wage: Wage, whole rupiah per month.

    Returns:
        ``jkk, jkm, total``.
    """
    wage = upah_sah(wage)
    made = {
        "jkk": jakon.iuran_jkk_upah_jakon(wage, t=t),
        "jkm": jakon.iuran_jkm_upah_jakon(wage, t=t),
    }
    return made | {"total": made["jkk"] + made["jkm"]}


def construction_by_contract(t: Terms, contract_value: Column) -> dict[str, Column]:
    """JKK and JKM of a project whose wages are not known, once.

    Args:
        t: The law on a day.
        contract_value: Contract value without value-added tax, whole rupiah.

    Returns:
        ``jkk, jkm, total``.
    """
    value = jakon.kontrak_sah(contract_value)
    made = {
        "jkk": jakon.iuran_jkk_kontrak(value, t=t),
        "jkm": jakon.iuran_jkm_kontrak(value, t=t),
    }
    return made | {"total": made["jkk"] + made["jkm"]}


def migrant(t: Terms, months: Column, *, individual: Column = False) -> dict[str, Column]:
    """JKK and JKM of migrant workers for a whole contract.

    Args:
        t: The law on a day.
        months: Length of the contract.
        individual: Whether the migrant goes without a placing body.

    Returns:
        ``before_departure, during_and_after, total``.
    """
    before = pmi.iuran_sebelum(individual, t=t)
    later = pmi.iuran_selama_dan_setelah(months, t=t)
    return {"before_departure": before, "during_and_after": later, "total": before + later}


def apprentice(t: Terms, wage: Column) -> dict[str, Column]:
    """Monthly JKK and JKM of apprentices on the deemed wage.

    Args:
        t: The law on a day, or over a column of days.
        wage: Deemed wage, whole rupiah per month.

    Returns:
        ``jkk, jkm, total``.
    """
    wage = upah_sah(wage)
    made = {
        "jkk": magang.iuran_jkk_magang(wage, t=t),
        "jkm": magang.iuran_jkm_magang(wage, t=t),
    }
    return made | {"total": made["jkk"] + made["jkm"]}
