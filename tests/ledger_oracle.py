"""The ledger's derivations a second time: slow and plain, sharing no line with ``cakup.ledger``.

It works on lists of dictionaries and walks through days and months one by one. Rules are passed as
a plain object with the attributes of ``cakup.ledger.rules.Rules``.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from ledger_oracle_months import (
    AID,
    Months,
    Row,
    answering,
    apart,
    end,
    month,
    months_from_to,
    plus,
)

__all__ = ["History", "answering", "end", "month", "plus"]


class History(Months):
    """Participants and payments of some persons, as read; answers every question slowly."""

    # A day --------------------------------------------------------------------------------------

    def lapse(self, last_paid: date, rules: Any) -> date:
        fourth = plus(last_paid, rules.lapse_after_unpaid_months + 1)
        early = rules.lapse_moment == "last_month_end"
        return fourth - timedelta(days=1) if early else fourth

    def closed_days(self, person: str) -> list[date]:
        """Days on which every BPU row of the person said "not active"."""
        days: dict[date, list[bool]] = defaultdict(list)
        for p in self.participants:
            if p["person_id"] == person and p["segmen"] == "bpu" and self.ever_answers(p):
                days[p["snapshot"]["as_of"]].append(p["status_kepesertaan"] == "nonaktif")
        return [day for day, closed in days.items() if all(closed)]

    def hits(self, person: str, day: date, rules: Any) -> set[tuple[str, str, str]]:
        """(segment, payer, evidence) of everything that covers the person on the day."""
        found = set()
        mine = [p for p in self.participants if p["person_id"] == person and self.ever_answers(p)]
        spells = [(p, s) for p in mine if (s := self.spell(p)) is not None]
        for p, (begun, ended) in spells:
            if begun <= day and (ended is None or day <= ended) and self.answers(p, day):
                found.add((p["segmen"], p["payer"], "spell"))
        closed = self.closed_days(person)

        def holds(paid: date) -> bool:
            stops = [c for c in closed if plus(paid, 1) <= c]
            return paid <= day < min([self.lapse(paid, rules), *stops])

        for (who, m, _, kep, payer), segment in self.paid.items():
            if who != person:
                continue
            if segment == "bpu":
                if holds(m):
                    found.add((segment, payer, "paid"))
                continue
            touching = [
                s for p, s in spells
                if p["id"] == kep and s[0] <= end(m) and (s[1] is None or s[1] >= m)
                and self.answers(p, end(m))
            ]  # fmt: skip
            inside = any(b <= day and (e is None or day <= e) for b, e in touching)
            if m <= day <= end(m) and (inside or not touching):
                found.add((segment, payer, "paid"))
        for (who, m, _, _, payer), (segment, evidence) in self.ledger.items():
            if who == person and evidence == "status" and m <= day <= end(m):
                found.add((segment, payer, "status"))
        for p in mine:
            until = p["paid_until"]
            if until is not None and holds(until):
                later = [
                    s["as_of"] for s in self.lists[p["snapshot"]["list"]]
                    if s["as_of"] > p["snapshot"]["as_of"]
                ]  # fmt: skip
                if not later or day < min(later):
                    found.add(("bpu", p["payer"], "status"))
        best = {"paid": 0, "spell": 1, "status": 2}
        return {
            h for h in found
            if best[h[2]] == min(best[o[2]] for o in found if o[0] == h[0])
        }  # fmt: skip

    def open_months(self, person: str, day: date) -> list[tuple[date, Row]]:
        """Months after the ledger's end in spells still open in the last snapshot."""
        found = []
        for p in self.participants:
            newest = answering(self.lists[p["snapshot"]["list"]], date.max)
            if p["person_id"] != person or p["snapshot"] is not newest:
                continue
            spell = self.spell(p)
            if spell is not None and plus(self.last, 1) <= day:
                for m in months_from_to(plus(self.last, 1), month(day)):
                    if month(spell[0]) <= m and (spell[1] is None or spell[1] >= m):
                        found.append((m, p))
        return found

    def state(self, person: str, day: date, rules: Any) -> Row:
        """What ``status_sql`` says of a person, but for the death."""
        rows = [(k, v) for k, v in self.ledger.items() if k[0] == person and k[1] <= day]
        later = self.open_months(person, day)
        all_months = {k[1] for k, _ in rows} | {m for m, _ in later}
        hits = self.hits(person, day, rules)
        registered = [
            p for p in self.participants
            if p["person_id"] == person and self.ever_answers(p)
            and (p["mulai_on"] is None or p["mulai_on"] <= day)
            and any(
                self.answers(p, d)
                for d in (day, *(s["as_of"] for s in self.snapshots.values() if s["as_of"] <= day))
            )
        ]  # fmt: skip
        starts = [p["mulai_on"] for p in registered if p["mulai_on"]]
        starts += [min(all_months)] if all_months else []
        evidence = {e for _, _, e in hits}
        n, full = self._clock(person, day, rules, hits)
        return {
            "is_registered": bool(registered or all_months),
            "is_covered": bool(hits),
            "segments": ",".join(sorted({s for s, _, _ in hits})) or None,
            "payers": ",".join(sorted({p for _, p, _ in hits})) or None,
            "evidence": (evidence.pop() if len(evidence) == 1 else "mixed") if hits else None,
            "last_month": max(all_months, default=None),
            "unbroken_months": n,
            "is_jkm_full": full,
            "kpi_weight": self._kpi(rows, later, day, rules),
            "active_months_12": sum(apart(m, day) < 12 for m in all_months),
            "registered_on": min(starts, default=None),
            "is_month_covered": month(day) in all_months,
        }

    def _kpi(self, rows: Any, later: Any, day: date, rules: Any) -> float:
        zero = set(rules.kpi_zero_below_full_payers)
        year = [(k[1], k[4]) for k, _ in rows] + [(m, p["payer"]) for m, p in later]
        year = [(m, payer) for m, payer in year if m.year == day.year]
        normal = {m for m, payer in year if payer not in zero}
        donated = {m for m, payer in year if payer in zero}
        counted = normal | donated if len(donated) >= rules.kpi_full_months else normal
        return min(len(counted), rules.kpi_full_months) / rules.kpi_full_months

    def _clock(
        self, person: str, day: date, rules: Any, hits: set[tuple[str, str, str]]
    ) -> tuple[int | None, bool | None]:
        """Months of the running membership, and whether it gives full JKM."""
        if not hits:
            return 0, False
        if all(e == "status" for _, _, e in hits):
            return None, None
        jkm = {
            k[1]: False for k, v in self.ledger.items()
            if k[0] == person and k[2] == "jkm" and v[1] != "status" and k[1] <= day
        }  # fmt: skip
        jkm |= {m: False for m, p in self.open_months(person, day) if "jkm" in p["programs"]}
        for k, segment in self.paid.items():
            if k[0] == person and k[2] == "jkm" and segment == "bpu" and k[1] <= day:
                jkm[k[1]] = True
        if not jkm:
            return 0, False
        unpaid = rules.lapse_after_unpaid_months
        run: list[date] = []
        bpu_before: date | None = None
        for m in sorted(jkm):
            gap = bool(run) and apart(run[-1], m) > 1
            if rules.jkm_clock_restart == "after_lapse" and gap:
                gap = bpu_before is None or apart(bpu_before, m) - 1 >= unpaid
            elif rules.jkm_clock_restart == "never":
                gap = False
            run = [m] if gap else [*run, m]
            bpu_before = m if jkm[m] else bpu_before
        last_bpu = max((m for m in run if jkm[m]), default=None)
        is_now = run[-1] == month(day)
        if not is_now and (last_bpu is None or apart(last_bpu, day) > unpaid):
            return 0, False
        before = [
            s[0] for p in self.participants
            if p["person_id"] == person and self.ever_answers(p) and "jkm" in p["programs"]
            and (s := self.spell(p)) is not None and run[0] == self.first and s[0] < run[0]
            and self.answers(p, date.min) and (s[1] is None or s[1] >= run[0])
        ]  # fmt: skip
        n = len(run) + (apart(min(before), run[0]) if before else 0)
        return n, self._full(person, day, rules, run[0], n, is_now, bool(before))

    def _full(
        self, person: str, day: date, rules: Any, start: date, n: int, is_now: bool, older: bool
    ) -> bool | None:
        wait = rules.jkm_waiting_months
        if is_now:
            strict = wait > 0 and rules.jkm_waiting_reading == "strict"
            if n > wait if strict else n >= wait:
                return True
        elif rules.jkm_in_arrears == "not_covered":
            return False
        elif n >= wait:
            return True if rules.jkm_in_arrears == "covered" else None
        begun = [
            p["mulai_on"] for p in self.participants
            if p["person_id"] == person and p["mulai_on"] and self.ever_answers(p)
        ]  # fmt: skip
        first_paid = min((k[1] for k in self.paid), default=None)
        unknown_before = not begun or month(min(begun)) < (first_paid or date.min)
        return None if start == first_paid and not older and unknown_before else False

    # Lists --------------------------------------------------------------------------------------

    def double(self, as_of: date) -> dict[str, set[date]]:
        """Person → months paid twice."""
        groups = defaultdict(list)
        for (person, m, program, kep, payer), (segment, _) in self.ledger.items():
            if m <= as_of:
                groups[person, m, program].append((kep, payer, segment))
        found = defaultdict(set)
        for (person, m, _), rows in groups.items():
            two = len({payer for _, payer, _ in rows if payer in AID}) >= 2
            beside = any(a[1] in AID and b[2] == "pu" and a[0] != b[0] for a in rows for b in rows)
            if two or beside:
                found[person].add(m)
        return dict(found)

    def over_age(self, as_of: date, rules: Any) -> dict[str, set[date]]:
        found = defaultdict(set)
        for (person, m, *_), (segment, _) in self.ledger.items():
            born = self.persons[person]["tanggal_lahir"]
            if born is None or m > as_of or segment not in rules.over_age_segments:
                continue
            age = m.year - born.year - ((m.month, m.day) < (born.month, born.day))
            if age >= rules.over_age_from_years:
                found[person].add(m)
        return dict(found)

    def after_death(self, as_of: date) -> dict[str, set[date]]:
        found = defaultdict(set)
        for (person, m, *_), (_, evidence) in self.ledger.items():
            died = self.persons[person]["meninggal_on"]
            if died is not None and evidence == "paid" and died < m <= as_of:
                found[person].add(m)
        return dict(found)
