"""Which pairs teach what: the populations from which the parameters are estimated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from cakup.linkage import list_shares
from cakup.linkage import parameters as pm
from cakup.linkage.blocks import run_starts
from cakup.linkage.candidates import within
from cakup.linkage.compare import Comparison, packed, quickly, settled
from cakup.linkage.levels import PARTS_PER_BIT
from cakup.linkage.rows import Array, Rows, Similarity
from cakup.linkage.vocabulary import Ints, mixed

#: Pairs per population at most, about.
SAMPLE = 20_000
RANDOM = 100_000
#: Rows of one block that are paired with each other at most; the rest with their neighbours.
NEIGHBOURS = 60
#: Pairs of fields by which rows of one person are looked for in tables without NIK, and how many
#: strangers per row may share both.
MOST_PAIRS_OF_FIELDS, FEW_STRANGERS = 8, 0.1
#: Bits beyond log2(rows) from which a name is so rare that its bearers are mostly one person.
RARE_NAME = 3


@dataclass(frozen=True)
class Teacher:
    """Draws pairs from one table and counts how they agree.

    Args:
        rows: Table.
        fields: Comparisons.
        similar: Similarity of texts.
        persons: One row per person as far as is known.
        teaching: Rows of which those of one person teach how they agree.
        chances: Per field, the chance of equal values among strangers.
        sources: Names of the lists.
    """

    rows: Rows
    fields: Sequence[Comparison]
    similar: Similarity
    persons: Ints
    teaching: Ints
    chances: dict[str, float]
    sources: Sequence[str]

    def learn(self) -> pm.Parameters:
        """Estimate the parameters from the rows themselves."""
        n = self.rows
        random = self._random()
        u = pm.strangers(
            self.fields, random, self._sharing(self.persons, n["d0"], ()),
            self._sharing(self.persons, n["ntail"] // 10_000, ()), self._by_field(),
        )  # fmt: skip
        same = self._of_one_person()
        m = pm.same_person(self.fields, u, same)
        s, share = self._households(m)
        value_u = pm.beside_rarity(self.fields, u, random, self.chances["words"])
        lists = list_shares.learn(self.fields, self.sources, _taught(self.fields, m, u, same))
        return pm.Parameters(tuple(self.fields), tuple(m), tuple(u), s, value_u, share, lists)

    def _by_field(self) -> dict[str, float]:
        """Return chances by the names of the comparisons."""
        named = {f.name: self.chances[f.short] for f in self.fields if f.short in self.chances}
        return {
            **named, "nik_date": self.chances["nik_date"], "nik_day": self.chances["nik_day"],
        }  # fmt: skip

    def _of_one_person(self) -> list[pm.Population]:
        """Return the populations that are mostly of one person, each blind for what chose it."""
        n, rows = self.rows, self.teaching
        found = []
        if n["nik"].any():
            dated = n["d0"].any()
            key = np.where((n["nik"] != 0) & ((n["d0"] != 0) | (not dated)), n["nik"], 0)
            key = np.where(key != 0, mixed(key, n["d0"]), 0) if dated else key
            found.append(self._sharing(rows, key, ("nik_date",)))
        if n.has("nplain"):
            least = (np.log2(max(self.rows.n, 2)) + RARE_NAME) * PARTS_PER_BIT
            rare = np.where(n["nbits"] >= int(least), n["nplain"], 0)
            found.append(self._sharing(rows, rare, ("nama",)))
        for blind, key in self._strong_keys():
            found.append(self._sharing(rows, key, blind))
        return [p for p in found if len(p.count)]

    def _strong_keys(self) -> list[tuple[tuple[str, ...], Array]]:
        """Return keys that hardly two strangers share: one rare field, or two fields together.

        Two together are tried where no NIK tells people apart; the strongest are taken.
        """
        n = self.rows
        found: list[tuple[tuple[str, ...], Array]] = []
        values = {f.name: (f"{f.short}_v", self.chances[f.short]) for f in self.fields
                  if f.short in self.chances and n.has(f"{f.short}_v")}  # fmt: skip
        for name, (column, chance) in values.items():
            if chance * n.n < 1.0:
                found.append(((name,), n[column]))
        if n["nik"].any():
            return found
        if any(f.name == "nama" for f in self.fields):
            values["nama"] = ("nsound", float(self.chances["name"]))
        if n["d0"].any():
            values["nik_date"] = ("d0", self.chances["nik_date"])
        pairs = sorted(
            (a[1] * b[1] * n.n, one, other, a[0], b[0])
            for (one, a), (other, b) in combinations(sorted(values.items()), 2)
        )
        for strangers, one, other, first, second in pairs[:MOST_PAIRS_OF_FIELDS]:
            if strangers < FEW_STRANGERS:
                there = (n[first] != 0) & (n[second] != 0)
                key = np.where(there, mixed(n[first].astype(np.int64), n[second]), 0)
                found.append(((one, other), key))
        return found

    def _households(self, m: Sequence[Array]) -> tuple[tuple[Array, ...] | None, float]:
        """Return what members of one household agree on, and the share of pairs that are one."""
        n = self.rows
        least = int(np.log2(max(len(self.persons), 2)) * PARTS_PER_BIT)
        kept = []
        for column, bits, name in (
            ("msound", "mbits", "nama_ibu"), ("addr_v", "addr_bits", "alamat"),
            ("phone_v", "phone_bits", "telepon"),
        ):  # fmt: skip
            if any(f.name == name for f in self.fields):
                rare = np.where(n[bits] >= least, n[column], 0)
                population = self._sharing(self.persons, rare, (name,))
                known = float((rare[self.persons] != 0).mean()) if len(self.persons) else 0.0
                if len(population.count) and known > 0:
                    kept.append((population, known))
        if not kept:
            return None, 0.0
        s, counts = pm.households(self.fields, m, [p for p, _ in kept])
        pairs = len(self.persons) * (len(self.persons) - 1) / 2
        share = max(c * p.drawn / k**2 / pairs for c, (p, k) in zip(counts, kept, strict=True))
        return tuple(s), float(min(share, 0.01))

    def _random(self) -> pm.Population:
        """Return random pairs of persons.

        Rows are numbered by a hash of their content, so shifting the list against itself draws at
        random and always the same.
        """
        n = len(self.persons)
        shifts = [s for s in (n // 2, n // 3, n // 5 + 1) if s]
        step = max(n // max(RANDOM // max(len(shifts), 1), 1), 1)
        empty = np.zeros(0, dtype=np.int64)
        left = np.concatenate([empty, *(self.persons[::step] for _ in shifts)])
        right = np.concatenate([empty, *(np.roll(self.persons, -s)[::step] for s in shifts)])
        apart = left != right
        return self._counted(left[apart], right[apart], ())

    def _sharing(self, among: Ints, key: Array, blind: Sequence[str]) -> pm.Population:
        """Return pairs of rows that share a key, of some blocks if there are more than ``SAMPLE``.

        Args:
            among: Rows.
            key: Key of every row of the table, 0 = none.
            blind: Fields by which the pairs are chosen.
        """
        value = key[among].astype(np.int64)
        at, value = among[value != 0], value[value != 0]
        ordered = np.sort(value)
        size = np.diff(np.append(run_starts(ordered), len(ordered)))
        total = float((size * np.minimum(size - 1.0, 2 * NEIGHBOURS)).sum()) / 2
        every = max(round(total / SAMPLE), 1)
        chosen = np.flatnonzero((mixed(value) >> np.int64(17)) % every == 0)
        at, value = at[chosen], value[chosen]
        order = np.lexsort((at, value))
        at, value = at[order], value[order]
        near = [np.zeros((2, 0), dtype=np.int64)]
        for step, pair in enumerate(within(at, value)):
            if step >= NEIGHBOURS:
                break
            near.append(np.stack(pair))
        left, right = np.concatenate(near, axis=1)
        drawn = float((size * (size - 1.0)).sum()) / 2 / max(len(left), 1)
        return self._counted(np.minimum(left, right), np.maximum(left, right), blind, drawn)

    def _counted(
        self, left: Ints, right: Ints, blind: Sequence[str], drawn: float = 1.0
    ) -> pm.Population:
        """Compare pairs and count their patterns."""
        compared = quickly(self.fields, self.rows, left, right)
        compared = settled(self.fields, self.rows, compared, self.similar)
        pattern, place, count = np.unique(
            packed(self.fields, compared.levels), return_inverse=True, return_counts=True
        )
        source = self.rows["source"]
        return pm.Population(
            pm.decode(pattern, self.fields), count.astype(float), frozenset(blind), drawn, place,
            np.stack([source[left], source[right]]).astype(np.int64),
        )  # fmt: skip


def _taught(
    fields: Sequence[Comparison],
    m: Sequence[Array],
    u: Sequence[Array],
    populations: Sequence[pm.Population],
) -> list[list_shares.Taught]:
    """Return the pairs of populations with the probability that each is one person.

    Args:
        fields: Comparisons.
        m: Shares among pairs of one person.
        u: Shares among strangers.
        populations: See ``same_person``.
    """
    found = []
    for p in populations:
        share, _ = pm.posterior(pm.log_ratio(p, fields, m, u), p.count, 0.9)
        left, right = p.lists
        found.append(
            list_shares.Taught(p.levels[p.pattern], left, right, share[p.pattern], p.blind)
        )
    return found
