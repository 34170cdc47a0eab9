"""The changed budget form (RKPA/DPPA): before, after, more or (less); every row multiplies out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from cakup.documents.plan import blocks as b
from cakup.documents.plan.blocks import Book, Paper
from cakup.documents.plan.budget import BudgetRow, budget_rows, cash_by_month, person_months
from cakup.documents.plan.budget_forms import classified
from cakup.documents.plan.change import Change
from cakup.documents.plan.facts import PlanFacts, PurseFacts, rp
from cakup.kernel import spelling
from cakup.kernel.months import MONTHS_ID_SHORT, add_months
from cakup.kernel.terbilang import rupiah_words
from cakup.sheets import ColumnOut, SheetOut

HEADS = ("Kode rekening", "Uraian", "Koefisien semula", "Harga (Rp)", "Jumlah semula (Rp)",
         "Koefisien menjadi", "Harga (Rp)", "Jumlah menjadi (Rp)",
         "Bertambah/(berkurang)")  # fmt: skip
WIDTHS = (2.6, 3.6, 3, 1.4, 2.3, 3, 1.4, 2.3, 2.5)
NOTHING = BudgetRow("", "", "", "", 0, 0, 0)


@dataclass(frozen=True)
class Pair:
    """One line of the form: the same programme, months and price before and after.

    Args:
        old: As it was; ``NOTHING`` if it is new.
        new: As it becomes; ``NOTHING`` if it falls away.
    """

    old: BudgetRow
    new: BudgetRow

    @property
    def row(self) -> BudgetRow:
        """The one that says account, programme and months."""
        return self.new if self.new.persons else self.old

    @property
    def more_rp(self) -> int:
        """What it is more than before; negative = less."""
        return self.new.amount_rp - self.old.amount_rp


def pairs(change: Change, purse: PurseFacts) -> list[Pair]:
    """Return the lines of a purse, by programme, longest cover first."""
    sides = [
        {(r.programme, r.months, r.price_rp): r for r in budget_rows(facts, purse)}
        for facts in (change.before, change.after)
    ]
    order = {p: n for n, p in enumerate(change.after.summary["programmes"])}
    keys = sorted(sides[0].keys() | sides[1].keys(), key=lambda k: (order[k[0]], -k[1], -k[2]))
    return [Pair(*(side.get(k, NOTHING) for side in sides)) for k in keys]


def signed(value: int) -> str:
    """Return an amount as budget forms write it: less in brackets."""
    return f"({spelling.count(-value)})" if value < 0 else spelling.count(value)


def budget_papers(change: Change) -> list[Paper]:
    """Return the changed form of every purse whose persons or months change."""
    return [_form(change, purse) for purse in change.changed]


def _form(change: Change, purse: PurseFacts) -> Paper:
    facts, lines = change.after, pairs(change, purse)
    form = ("DPPA" if facts.is_final else "RKPA") if purse.is_city_budget else "RENCANA PEMBIAYAAN"
    total = totals_of(lines)
    what = "RINCIAN PERUBAHAN BELANJA SKPD" if purse.is_city_budget else (
        f"PERUBAHAN, SUMBER {purse.source.upper()}, DI LUAR APBD KOTA")  # fmt: skip
    return Paper(
        f"rka-perubahan-{purse.id}", f"{form} {facts.year}, {purse.source} ({purse.id})",
        [
            b.letterhead(),
            b.title(f"{form} – {what}",
                    f"Pemerintah {facts.place_name} · Tahun Anggaran {facts.year}"),
            b.pairs(_head(change, purse, total)),
            *facts.draft(b.mark(
                f"KONSEP: skenario “{change.title}”, bukan keputusan. Belum dikonfirmasi: "
                "rekening dan sub kegiatan (BPKAD), susunan formulir, pembayaran "
                "sampai bulan sebelum perubahan (di sini menurut rencana)."
            )),
            b.table(HEADS, printed(lines), widths=WIDTHS, right=(3, 4, 6, 7, 8), total=True,
                    small=True),
            b.para(f"Terbilang setelah perubahan: {rupiah_words(total['after_rupiah'])}."),
            b.together([b.heading("Rencana anggaran kas, semula dan menjadi", 2),
                        _cash(change, purse)]),
            b.signatures(_signers(facts, purse), facts.office.place_date),
        ],
        landscape=True, purse=purse.id, group="rka-perubahan", totals=total,
        footer=facts.foot(f"{form} {facts.year} {purse.source} ({purse.id}), perubahan "
                          f"{change.scenario}"),
    )  # fmt: skip


def totals_of(lines: Sequence[Pair]) -> dict[str, int]:
    """Return what lines add up to before and after."""
    old, new = [p.old for p in lines if p.old.persons], [p.new for p in lines if p.new.persons]
    return {
        "before_months": person_months(old), "before_rupiah": sum(r.amount_rp for r in old),
        "after_months": person_months(new), "after_rupiah": sum(r.amount_rp for r in new),
    }  # fmt: skip


def printed(lines: Sequence[Pair]) -> list[list[str]]:
    """Return lines as they are printed, with a subtotal per account and a total."""
    out: list[list[str]] = []
    for programme in dict.fromkeys(p.row.programme for p in lines):
        mine = [p for p in lines if p.row.programme == programme]
        out.append([mine[0].row.account, mine[0].row.account_name, *_money(mine)])
        out += [
            ["", f"– Iuran {programme.upper()}, {p.row.months} bulan", *_side(p.old),
             *_side(p.new), signed(p.more_rp)]
            for p in mine
        ]  # fmt: skip
    return [*out, ["", "Jumlah", *_money(lines)]]


def _money(lines: Sequence[Pair]) -> list[str]:
    old, new = (sum(side) for side in zip(*((p.old.amount_rp, p.new.amount_rp) for p in lines),
                                          strict=True))  # fmt: skip
    return ["", "", spelling.count(old), "", "", spelling.count(new), signed(new - old)]


def _side(row: BudgetRow) -> list[str]:
    if not row.persons:
        return ["–", "–", "0"]
    return [row.coefficient, spelling.count(row.price_rp), spelling.count(row.amount_rp)]


def _head(change: Change, purse: PurseFacts, total: dict[str, int]) -> list[tuple[str, str]]:
    """Return the head of the form."""
    facts = change.after
    spent = sum(cash_by_month_all(change.before, purse)[: change.first.month - 1])
    held = [
        ("Sumber pendanaan", f"{purse.source} (dompet {purse.id})"),
        ("Perubahan mulai", f"{change.month}: {change.title}"),
        ("Semula", rp(total["before_rupiah"])), ("Menjadi", rp(total["after_rupiah"])),
        ("Bertambah/(berkurang)", signed(total["after_rupiah"] - total["before_rupiah"])),
        (f"Terbayar s.d. {_month_before(change)}", f"{rp(spent)} menurut rencana"),
    ]  # fmt: skip
    return [*classified(facts, purse), *held]


def _month_before(change: Change) -> str:
    before = add_months(change.first, -1)
    return f"{MONTHS_ID_SHORT[before.month - 1]} {before.year}"


def cash_by_month_all(facts: PlanFacts, purse: PurseFacts) -> list[int]:
    """Return the rupiah of a purse in each of the twelve months, all programmes together."""
    each = [cash_by_month(facts, purse, p) for p in facts.summary["programmes"]]
    return [sum(months) for months in zip(*each, strict=True)]


def _cash(change: Change, purse: PurseFacts) -> b.Block:
    """Return the cash plan before and after; its rows are those of the bills."""
    old, new = (cash_by_month_all(f, purse) for f in (change.before, change.after))
    more = [n - o for o, n in zip(old, new, strict=True)]
    rows = [[word, *(signed(v) for v in months), signed(sum(months))]
            for word, months in (("Semula", old), ("Menjadi", new),
                                 ("Bertambah/ (berkurang)", more))]  # fmt: skip
    return b.table(("", *MONTHS_ID_SHORT, "Jumlah"), rows, right=tuple(range(1, 14)), total=True,
                   small=True, widths=(2.2, *([1.6] * 12), 2))  # fmt: skip


def _signers(facts: PlanFacts, purse: PurseFacts) -> list[dict[str, str]]:
    head = facts.office.signatory("kepala_dinas")
    if facts.is_final and purse.is_city_budget:
        return [facts.office.signatory("ppkd"), head]
    return [head]


def budget_books(change: Change) -> list[Book]:
    """Return the lines and the cash plan of every changed purse as a workbook."""
    return [_book(change, purse) for purse in change.changed]


def _book(change: Change, purse: PurseFacts) -> Book:
    lines = pairs(change, purse)
    frame = pl.DataFrame({
        "rekening": [p.row.account for p in lines], "uraian": [p.row.account_name for p in lines],
        "orang_semula": [p.old.persons for p in lines],
        "bulan_semula": [p.old.months for p in lines],
        "harga_semula": [p.old.price_rp for p in lines],
        "jumlah_semula": [p.old.amount_rp for p in lines],
        "orang_menjadi": [p.new.persons for p in lines],
        "bulan_menjadi": [p.new.months for p in lines],
        "harga_menjadi": [p.new.price_rp for p in lines],
        "jumlah_menjadi": [p.new.amount_rp for p in lines],
        "selisih": [p.more_rp for p in lines],
    })  # fmt: skip
    columns = [
        ColumnOut("rekening", "Kode rekening", "id", width=20),
        ColumnOut("uraian", "Uraian", width=52),
        *(c for side in ("semula", "menjadi") for c in _columns(side)),
        ColumnOut("selisih", "Bertambah/ (berkurang)", "rupiah", width=18, has_total=True),
    ]  # fmt: skip
    months = [cash_by_month_all(f, purse) for f in (change.before, change.after)]
    cash = pl.DataFrame({
        "bulan": list(MONTHS_ID_SHORT), "semula": months[0], "menjadi": months[1],
        "selisih": [n - o for o, n in zip(*months, strict=True)],
    })  # fmt: skip
    kas = [ColumnOut("bulan", "Bulan", width=12),
           *(ColumnOut(k, w, "rupiah", width=20, has_total=True)
             for k, w in (("semula", "Semula (Rp)"), ("menjadi", "Menjadi (Rp)"),
                          ("selisih", "Bertambah/ (berkurang)")))]  # fmt: skip
    above: list[list[str | None]] = [
        [f"Perubahan {change.after.year}, {purse.source} ({purse.id}){change.after.state}"],
        [f"{change.title}, mulai {change.month}. Setiap baris = orang × bulan × harga"], [None],
    ]  # fmt: skip
    return Book(
        f"rka-perubahan-{purse.id}",
        [SheetOut("Baris", frame, columns, freeze_columns=2, above=above),
         SheetOut("Anggaran kas", cash, kas, freeze_columns=1, above=above)],
        purse=purse.id, group="rka-perubahan-xlsx", totals=totals_of(lines), has_summary=False,
    )  # fmt: skip


def _columns(side: str) -> list[ColumnOut]:
    return [
        ColumnOut(f"orang_{side}", f"Orang {side}", "count", width=10),
        ColumnOut(f"bulan_{side}", f"Bulan {side}", "count", width=10),
        ColumnOut(f"harga_{side}", f"Harga {side} (Rp)", "rupiah", width=13),
        ColumnOut(f"jumlah_{side}", f"Jumlah {side} (Rp)", "rupiah", width=18, has_total=True),
    ]
