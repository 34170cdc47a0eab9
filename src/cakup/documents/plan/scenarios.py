"""All scenarios side by side, as table and chart."""

from __future__ import annotations

from cakup.documents.plan import blocks as b
from cakup.documents.plan.blocks import Paper
from cakup.documents.plan.facts import STATUS_WORDS, PlanFacts, in_order, target_name, target_paper
from cakup.kernel import spelling

HEADS = ("Skenario", "Orang", "Orang-bulan", "Biaya (Rp)", "UCJ 31 Des", "Rata-rata",
         "Tahun berikutnya (Rp)", "Tanpa JKM penuh", "Selisih")  # fmt: skip


def scenarios_page(facts: PlanFacts) -> Paper:
    """Return the page of scenarios; it states no totals of its own, the base is one of its rows."""
    held = [o for o in facts.summary["scenarios"] if o["feasible"]]
    rows = [
        [o["title"] or o["id"], spelling.count(o["persons"]), spelling.count(o["person_months"]),
         spelling.count(o["rupiah_total"]), spelling.percent(o["ucj_dec31"], 2),
         spelling.percent(o["ucj_avg12"], 2), spelling.count(o["to_keep_rp_year"]),
         spelling.count(o["late_starters"]), "tepat" if o["exact"] else _gap(o["gap"])]
        for o in held
    ]  # fmt: skip
    not_met = [
        f"{o['title'] or o['id']}: {', '.join(o['clash'])}; paling sedikit "
        f"{'; atau '.join(o['least_change'])}"
        for o in facts.summary["scenarios"] if not o["feasible"]
    ]  # fmt: skip
    return Paper(
        "skenario", f"Skenario rencana {facts.year}",
        [
            b.title(f"Skenario rencana {facts.year}", facts.place_name),
            b.table(HEADS, rows, right=tuple(range(1, 9)),
                    widths=(5.4, 1.3, 1.9, 2.4, 1.7, 1.6, 2.6, 1.7, 1.5)),
            b.heading("Target pada rencana dasar", 2),
            _target_table(facts),
            b.heading("Cakupan pada 31 Desember dan rata-rata dua belas bulan", 2),
            _chart(facts, held),
            *([b.heading("Tidak dapat dipenuhi", 2), b.bullets(not_met)] if not_met else []),
            b.note("Selisih: jarak relatif antara nilai dan batas yang terbukti; “tepat” hanya "
                   "bila nol. Tanpa JKM penuh: orang yang masanya terlalu pendek. Tahun "
                   "berikutnya: peserta Desember × 12 bulan, harga APBD."),
            *(b.note(line) for o in held for line in o.get("given", {}).get("id", ())),
        ],
        landscape=True, footer=facts.foot("Skenario"),
    )  # fmt: skip


def _gap(gap: float) -> str:
    """Return a relative gap as percent with as many decimals as it needs."""
    return f"{spelling.decimal(gap * 100, 4)}%" if gap >= 5e-7 else "< 0,0001%"


def _chart(facts: PlanFacts, held: list[dict[str, object]]) -> b.Block:
    """Return bars of 31 December, ticks of the average, lines of the targets within sight."""
    most = max((float(str(o["ucj_dec31"])) for o in held), default=1.0) or 1.0
    full = most * 1.05
    rows = [
        (str(o["title"] or o["id"]), float(str(o["ucj_dec31"])) / full,
         float(str(o["ucj_avg12"])) / full,
         f"{spelling.percent(float(str(o['ucj_dec31'])), 2)} · rata-rata "
         f"{spelling.percent(float(str(o['ucj_avg12'])), 2)}")
        for o in held
    ]  # fmt: skip
    near = [
        (t["target_share"] / full, target_name(t))
        for t in in_order(facts.base["targets"]) if 0 < t["target_share"] <= full
    ]  # fmt: skip
    beyond = [
        target_name(t)
        for t in in_order(facts.base["targets"]) if t["target_share"] > full
    ]  # fmt: skip
    note = (
        "Batang dari nol: cakupan 31 Desember; garis hitam: rata-rata dua belas bulan. Puncak "
        "Desember yang rata-ratanya tidak ikut naik berarti perlindungan pendek."
    )
    if beyond:
        note += f" Di luar gambar: target {', '.join(beyond)}."
    return b.chart(rows, note, near)


def _target_table(facts: PlanFacts) -> b.Block:
    """Return the targets with what the base lacks; a FINAL has no status column."""
    heads = ["Target", "Dokumen dan cara membacanya", "Orang", "Kurang 31 Des", "Kurang rata-rata"]
    widths = [5.4, 7.4, 1.5, 2, 2.3]
    if not facts.is_final:
        heads, widths = [*heads, "Status"], [*widths, 3]
    rows = [
        [target_name(t), target_paper(t), spelling.count(t["target_persons"]),
         spelling.count(t["short_dec31"]), spelling.count(t["short_avg12"]),
         *([] if facts.is_final else [STATUS_WORDS.get(t["status"], t["status"])])]
        for t in in_order(facts.base["targets"])
    ]  # fmt: skip
    return b.table(heads, rows, right=(2, 3, 4), widths=widths)
