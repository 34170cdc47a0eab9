"""RKA/DPA rows: two accounts per group, each row multiplies out; the 12-month cash plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from cakup.documents.plan.facts import PROGRAMME_WORDS, PlanFacts, PurseFacts
from cakup.documents.plan.office import account
from cakup.kernel import spelling
from cakup.kernel.months import MONTHS_ID_SHORT
from cakup.sheets import ColumnOut, SheetOut

UNIT = "OB"
#: What stands where an account would, for money outside the budget of the city.
NO_ACCOUNT = "di luar APBD kota"


@dataclass(frozen=True)
class BudgetRow:
    """One row of an RKA: persons × months × price = amount.

    Args:
        purse: Purse.
        account: Account code.
        account_name: Its name.
        programme: Programme.
        persons: Persons.
        months: Months.
        price_rp: Rupiah per person-month.
    """

    purse: str
    account: str
    account_name: str
    programme: str
    persons: int
    months: int
    price_rp: int

    @property
    def amount_rp(self) -> int:
        """The product."""
        return self.persons * self.months * self.price_rp

    @property
    def coefficient(self) -> str:
        """``5.000 Orang x 12 Bulan``."""
        return f"{spelling.count(self.persons)} Orang x {self.months} Bulan"


def budget_rows(facts: PlanFacts, purse: PurseFacts) -> list[BudgetRow]:
    """Return the rows of a purse, by account, longest cover first.

    Raises:
        InputError: ``plan.documents.unknown_account``.
    """
    held = facts.spans.filter(pl.col("purse") == purse.id).sort(
        "programme", "months", "price_rp", descending=[False, True, True]
    )
    rows = []
    for programme in facts.summary["programmes"]:
        code, name = account_of(facts, purse, programme)
        rows += [
            BudgetRow(purse.id, code, name, programme, r["persons"], r["months"], r["price_rp"])
            for r in held.filter(pl.col("programme") == programme).iter_rows(named=True)
        ]
    return rows


def account_of(facts: PlanFacts, purse: PurseFacts, programme: str) -> tuple[str, str]:
    """Return account and name of a programme; money outside the city has none."""
    if not purse.is_city_budget:
        return NO_ACCOUNT, f"Iuran {PROGRAMME_WORDS[programme]}"
    return account(facts.office, purse.id, programme, purse.accounts, facts.year)


def total_rp(rows: Sequence[BudgetRow]) -> int:
    """Return the sum of the products."""
    return sum(r.amount_rp for r in rows)


def person_months(rows: Sequence[BudgetRow]) -> int:
    """Return the person-months of rows: those of the first programme, all have the same."""
    first = rows[0].programme if rows else ""
    return sum(r.persons * r.months for r in rows if r.programme == first)


def printed_rows(rows: Sequence[BudgetRow], label: str) -> list[list[str]]:
    """Return rows as they are printed, with a subtotal per account and a total."""
    lines: list[list[str]] = []
    for code in dict.fromkeys((r.account, r.programme) for r in rows):
        mine = [r for r in rows if (r.account, r.programme) == code]
        lines.append(
            [code[0], mine[0].account_name, "", "", "", "", spelling.count(total_rp(mine))]
        )
        lines += [
            ["", f"– Iuran {PROGRAMME_WORDS[r.programme]}, {r.months} bulan", r.coefficient, UNIT,
             spelling.count(r.price_rp), "0", spelling.count(r.amount_rp)]
            for r in mine
        ]  # fmt: skip
    return [*lines, ["", label, "", "", "", "", spelling.count(total_rp(rows))]]


def changed_rows(
    before: Sequence[BudgetRow], added: Sequence[BudgetRow], label: str
) -> list[list[str]]:
    """Return the rows of a form of change: before, after, more or (less).

    Args:
        before: Rows of the budget as first approved.
        added: Rows that the change adds.
        label: Label of the total.
    """
    lines: list[list[str]] = []
    every = [*((r, True) for r in before), *((r, False) for r in added)]
    for code in dict.fromkeys((r.account, r.programme) for r, _ in every):
        mine = [(r, old) for r, old in every if (r.account, r.programme) == code]
        lines.append([code[0], mine[0][0].account_name, "", "", *_change(mine)])
        lines += [
            ["", f"– {r.months} bulan{'' if old else ', tambahan perubahan'}", r.coefficient,
             spelling.count(r.price_rp), *_change([(r, old)])]
            for r, old in mine
        ]  # fmt: skip
    return [*lines, ["", label, "", "", *_change(every)]]


def _change(rows: Sequence[tuple[BudgetRow, bool]]) -> list[str]:
    old = total_rp([r for r, is_old in rows if is_old])
    new = total_rp([r for r, _ in rows])
    return [spelling.count(old), spelling.count(new), spelling.count(new - old)]


def cash_by_month(facts: PlanFacts, purse: PurseFacts, programme: str) -> list[int]:
    """Return the rupiah of a purse and programme in each of the twelve months."""
    held = facts.bills.filter((pl.col("purse") == purse.id) & (pl.col("programme") == programme))
    by = dict(held.group_by("bulan").agg(pl.col("rupiah").sum()).iter_rows())
    return [int(by.get(date(facts.year, m, 1), 0)) for m in range(1, 13)]


def cash_table(facts: PlanFacts, purse: PurseFacts) -> tuple[list[str], list[list[str]], int]:
    """Return heads and rows of the cash plan, and its total."""
    lines, sums = [], [0] * 12
    for programme in facts.summary["programmes"]:
        code, _ = account_of(facts, purse, programme)
        months = cash_by_month(facts, purse, programme)
        sums = [a + m for a, m in zip(sums, months, strict=True)]
        lines.append([code, *(spelling.count(m) for m in months), spelling.count(sum(months))])
    lines.append(["Jumlah", *(spelling.count(m) for m in sums), spelling.count(sum(sums))])
    return ["Rekening", *MONTHS_ID_SHORT, "Jumlah"], lines, sum(sums)


def rka_sheet(facts: PlanFacts) -> SheetOut:
    """Return all budget rows as a sheet for entry into SIPD; office and sub kegiatan come last."""
    rows = [(p, r) for p in facts.purses for r in budget_rows(facts, p)]
    names = {
        p.id: facts.office.budget_of(p.id) if p.is_city_budget else {} for p in facts.purses
    }  # fmt: skip
    frame = pl.DataFrame(
        {
            "dompet": [r.purse for _, r in rows], "sumber": [p.source for p, _ in rows],
            "rekening": [r.account for _, r in rows], "nama": [r.account_name for _, r in rows],
            "koefisien": [r.coefficient for _, r in rows], "orang": [r.persons for _, r in rows],
            "bulan": [r.months for _, r in rows], "satuan": [UNIT] * len(rows),
            "harga": [r.price_rp for _, r in rows], "ppn": [0] * len(rows),
            "jumlah": [r.amount_rp for _, r in rows], "opd": [p.opd for p, _ in rows],
            "sub_kegiatan": [names[p.id].get("sub_kegiatan", "") for p, _ in rows],
        }
    )  # fmt: skip
    columns = [
        ColumnOut("dompet", "Dompet", width=16), ColumnOut("sumber", "Sumber dana", width=14),
        ColumnOut("rekening", "Kode rekening", "id", width=20),
        ColumnOut("nama", "Uraian", width=60), ColumnOut("koefisien", "Koefisien", width=25),
        ColumnOut("orang", "Orang", "count", width=9),
        ColumnOut("bulan", "Bulan", "count", width=8), ColumnOut("satuan", "Satuan", width=9),
        ColumnOut("harga", "Harga (Rp)", "rupiah", width=13),
        ColumnOut("ppn", "PPN", "count", width=7),
        ColumnOut("jumlah", "Jumlah (Rp)", "rupiah", width=18, has_total=True),
        ColumnOut("opd", "OPD", width=18), ColumnOut("sub_kegiatan", "Sub kegiatan", width=76),
    ]  # fmt: skip
    form = "DPA" if facts.is_final else "RKA"
    return SheetOut(
        "Baris", frame, columns, freeze_columns=1, print_columns=11,
        above=[[f"{form} {facts.year}, {facts.place_name}{facts.state}"],
               ["Setiap baris = orang × bulan × harga, rupiah utuh"], [None]],
    )  # fmt: skip


def cash_sheet(facts: PlanFacts) -> SheetOut:
    """Return the cash plan of all purses as a sheet."""
    lines = []
    for purse in facts.purses:
        for programme in facts.summary["programmes"]:
            code, _ = account_of(facts, purse, programme)
            months = cash_by_month(facts, purse, programme)
            each = {f"m{n}": v for n, v in enumerate(months)}
            lines.append({"dompet": purse.id, "rekening": code, **each, "jumlah": sum(months)})
    columns = [
        ColumnOut("dompet", "Dompet", width=16),
        ColumnOut("rekening", "Kode rekening", "id", width=20),
        *(ColumnOut(f"m{n}", w, "rupiah", width=14, has_total=True)
          for n, w in enumerate(MONTHS_ID_SHORT)),
        ColumnOut("jumlah", "Jumlah", "rupiah", width=18, has_total=True),
    ]  # fmt: skip
    return SheetOut("Anggaran kas", pl.DataFrame(lines), columns,
                    above=[["Rencana anggaran kas "
                            f"{facts.year}"], [None]], freeze_columns=2)  # fmt: skip
