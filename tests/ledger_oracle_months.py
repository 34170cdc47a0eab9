"""The oracle's first half, from files as read to person-months; ``ledger_oracle`` is the second.

It shares no line with ``cakup.ledger``.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
AID = {
    "apbd_kabkota", "apbd_provinsi", "dbh_cht", "dbh_sawit", "apbdes", "csr", "baznas", "sertakan",
}  # fmt: skip


def month(day: date) -> date:
    return day.replace(day=1)


def plus(first: date, months: int) -> date:
    year, at = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, at + 1, 1)


def end(first: date) -> date:
    return plus(first, 1) - timedelta(days=1)


def apart(a: date, b: date) -> int:
    """Months from a to b."""
    return (b.year - a.year) * 12 + b.month - a.month


def months_from_to(a: date, b: date) -> list[date]:
    return [plus(a, i) for i in range(apart(a, b) + 1)]


# Snapshots --------------------------------------------------------------------------------------


def answering(snapshots: list[Row], day: date) -> Row | None:
    """The snapshot of one list that answers for a day."""
    held = sorted(snapshots, key=lambda s: (s["as_of"], s["received_on"], s["import_id"]))
    before = [s for s in held if s["as_of"] <= day]
    if before:
        return before[-1]
    first = [s for s in held if s["as_of"] == held[0]["as_of"]] if held else []
    return first[-1] if first else None


class Months:
    """Participants and payments of some persons, as read, and the months that they give."""

    def __init__(
        self, snapshots: list[Row], participants: list[Row], payments: list[Row],
        persons: list[Row], newest: date, history_months: int = 24,
    ) -> None:  # fmt: skip
        self.snapshots = {s["import_id"]: s for s in snapshots}
        self.lists: dict[str, list[Row]] = defaultdict(list)
        for s in snapshots:
            self.lists[s["list"]].append(s)
        self.persons = {p["person_id"]: p for p in persons}
        self.participants = [self._participant(p) for p in participants]
        self.payments = payments
        oldest = min((s["as_of"] for s in snapshots), default=date(2015, 7, 1))
        self.first = plus(month(oldest), 1 - history_months)
        self.last = month(newest)
        self.orphans: list[tuple[str, str]] = []
        self.paid = self._paid()
        self.ledger = self._ledger()

    def _participant(self, row: Row) -> Row:
        p = dict(row)
        if p["segmen"] not in ("pu", "bpu", "jakon", "pmi"):
            p["segmen"] = "pu" if p["npp"] else "bpu"
        p["id"] = (
            f"{p['kpj'] or ''}+{p['npp']}" if p["npp"] else p["kode_iuran"] or p["kpj"] or "NIK"
        )
        p["stated"] = None if p["payer"] == "tidak_diketahui" else p["payer"]
        usual = "pemberi_kerja" if p["segmen"] in ("pu", "jakon") else "tidak_diketahui"
        p["payer"] = p["stated"] or usual
        p["programs"] = (p["program"] or "jkk,jkm").split(",")
        p["snapshot"] = self.snapshots[p["import_id"]]
        limit = plus(month(p["snapshot"]["as_of"]), 24)
        is_bpu = p["segmen"] == "bpu" and p["paid_until"] is not None
        p["paid_until"] = min(month(p["paid_until"]), limit) if is_bpu else None
        return p

    def answers(self, p: Row, day: date) -> bool:
        return answering(self.lists[p["snapshot"]["list"]], day) is p["snapshot"]

    def ever_answers(self, p: Row) -> bool:
        return self.answers(p, p["snapshot"]["as_of"])

    # Payments -----------------------------------------------------------------------------------

    def _who(self, pay: Row) -> tuple[str | None, str]:
        known = self.participants

        def people(test: Any, rows: Any) -> set[str]:
            return {r["person_id"] for r in rows if test(r)}

        kpj, nik, kode, npp = pay["kpj"], pay["nik"], pay["kode_iuran"], pay["npp"]
        tries = [
            (kpj, lambda r: r["kpj"] == kpj, known),
            (kpj and nik, lambda r: r["kpj"] == kpj and r["nik"] == nik, known),
            (kpj and npp, lambda r: r["kpj"] == kpj and r["npp"] == npp, known),
            (kpj and kode, lambda r: r["kpj"] == kpj and r["kode_iuran"] == kode, known),
            (nik, lambda r: r["nik"] == nik, known),
            (kode and nik, lambda r: r["kode_iuran"] == kode and r["nik"] == nik, known),
            (nik, lambda r: r["nik"] == nik, self.persons.values()),
        ]
        many = False
        for given, test, rows in tries:
            found = people(test, rows) if given else set()
            if len(found) == 1:
                return found.pop(), ""
            many = many or len(found) > 1
        if many:
            return None, "ambiguous"
        return None, "unknown_kpj" if kpj else "unknown_nik" if nik else "no_identity"

    def _enrolment(self, pay: Row, person: str) -> tuple[str, str, str, list[str]]:
        """Segment, enrolment, payer and programmes of a payment."""
        mine = sorted(
            (p for p in self.participants if p["person_id"] == person),
            key=lambda p: (p["id"], p["record_id"]),
        )

        def first(test: Any) -> Row | None:
            return next((p for p in mine if test(p)), None)

        def payer_of(test: Any) -> str | None:
            # A smallest row without a stated payer passes the question on to the next one.
            return next((p["stated"] for p in mine if test(p) and p["stated"]), None)

        tests = [
            lambda p: bool(pay["npp"]) and p["npp"] == pay["npp"],
            lambda p: bool(pay["kode_iuran"]) and p["kode_iuran"] == pay["kode_iuran"],
            lambda p: bool(pay["segmen"]) and p["segmen"] == pay["segmen"],
            lambda p: bool(pay["kpj"]) and p["kpj"] == pay["kpj"],
            lambda p: True,
        ]
        npp, kode, seg, kpj, any_ = (first(t) for t in tests)
        named = "bpu" if pay["kode_iuran"] else "pu" if pay["npp"] else None
        segment = (
            (npp and npp["segmen"]) or (kode and kode["segmen"]) or pay["segmen"] or named
            or (kpj and kpj["segmen"]) or (any_ and any_["segmen"]) or "bpu"
        )  # fmt: skip
        own = None
        if pay["npp"]:
            own = f"{pay['kpj'] or (any_ and any_['kpj']) or ''}+{pay['npp']}"
        elif pay["kode_iuran"]:
            own = pay["kode_iuran"]
        enrolment = (
            (npp and npp["id"]) or (kode and kode["id"]) or own or (seg and seg["id"])
            or (kpj and kpj["id"]) or (any_ and any_["id"]) or pay["kpj"] or "NIK"
        )  # fmt: skip
        payer = None if pay["payer"] == "tidak_diketahui" else pay["payer"]
        for test in tests:
            payer = payer or payer_of(test)
        payer = payer or ("pemberi_kerja" if segment in ("pu", "jakon") else "tidak_diketahui")
        programs = [pay["program"]] if pay["program"] else None
        for row in (npp, kode, seg, kpj, any_):
            programs = programs or (row and row["programs"])
        return segment, enrolment, payer, programs or ["jkk", "jkm"]

    def _paid(self) -> dict[tuple[str, date, str, str, str], str]:
        """(person, month, programme, enrolment, payer) → segment."""
        sums: dict[tuple[str, date, str, str, str], set[tuple[int | None, date | None]]]
        sums, segments = defaultdict(set), {}
        for pay in self.payments:
            person, reason = self._who(pay)
            if pay["bulan"] is None:
                reason = "no_month"
            if reason or person is None:
                self.orphans.append((pay["record_id"], reason))
                continue
            segment, enrolment, payer, programs = self._enrolment(pay, person)
            for program in programs:
                key = (person, month(pay["bulan"]), program, enrolment, payer)
                sums[key].add((pay["amount_rp"], pay["paid_on"]))
                segments[key] = min(segment, segments.get(key, segment))
        paid = {}
        for key, lines in sums.items():
            amounts = [amount for amount, _ in lines if amount is not None]
            if not amounts or sum(amounts) > 0:
                paid[key] = segments[key]
        return paid

    # Spells and the ledger ----------------------------------------------------------------------

    def spell(self, p: Row) -> tuple[date, date | None] | None:
        """First and last day of the spell that a participant row states."""
        if p["segmen"] == "bpu":
            return None
        paid = [m for (who, m, _, kep, _) in self.paid if (who, kep) == (p["person_id"], p["id"])]
        begun = p["mulai_on"] or (min(paid) if paid else None)
        ended, as_of = p["selesai_on"], p["snapshot"]["as_of"]
        if begun is None or (ended is not None and ended < begun):
            return None
        if p["status_kepesertaan"] == "nonaktif" and (ended is None or ended >= as_of):
            return None
        return begun, ended

    def _ledger(self) -> dict[tuple[str, date, str, str, str], tuple[str, str]]:
        """(person, month, programme, enrolment, payer) → (segment, evidence)."""
        rows = {key: (segment, "paid") for key, segment in self.paid.items()}
        held = {key[:4] for key in rows}
        answering_rows = [p for p in self.participants if self.ever_answers(p)]
        spells: dict[Any, str] = {}
        for p in answering_rows:
            spell = self.spell(p)
            if spell is None:
                continue
            for m in months_from_to(self.first, self.last):
                in_spell = spell[0] <= end(m) and (spell[1] is None or spell[1] >= m)
                if in_spell and self.answers(p, end(m)):
                    for program in p["programs"]:
                        key = (p["person_id"], m, program, p["id"], p["payer"])
                        if key[:4] not in held:
                            spells[key] = min(p["segmen"], spells.get(key, p["segmen"]))
        rows |= {key: (segment, "spell") for key, segment in spells.items()}
        seen = {key[:3] for key in rows}
        said: dict[Any, str] = {}
        for p in answering_rows:
            for m in self._said_months(p):
                for program in p["programs"]:
                    key = (p["person_id"], m, program, p["id"], p["payer"])
                    if self.answers(p, end(m)) and key[:3] not in seen:
                        said[key] = min(p["segmen"], said.get(key, p["segmen"]))
        return rows | {key: (segment, "status") for key, segment in said.items()}

    def _said_months(self, p: Row) -> list[date]:
        as_of = month(p["snapshot"]["as_of"])
        found = {as_of} if p["status_kepesertaan"] == "aktif" else set()
        until = p["paid_until"]
        if until is not None:
            found |= set(months_from_to(as_of, until)) if until >= as_of else {until}
        return sorted(found)
