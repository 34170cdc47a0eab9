"""How often lists err, on statements whose makers are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cakup.linkage import noise

ERRS = (0.02, 0.3, 0.1, 0.05)


def _statements(seed: int, persons: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return who, what and by whom; each list speaks of six persons in ten."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(1, 400, persons)
    parts = []
    for witness, err in enumerate(ERRS):
        of = np.flatnonzero(rng.random(persons) < 0.6)
        wrong = rng.random(len(of)) < err
        says = np.where(wrong, rng.integers(400, 800, len(of)), truth[of])
        parts.append((of, says, np.full(len(of), witness)))
    who, says, witness = (np.concatenate(p).astype(np.int64) for p in zip(*parts, strict=True))
    mixed = rng.permutation(len(who))
    return who[mixed], says[mixed], witness[mixed]


def _slow(person: list[int], value: list[int], witness: list[int], n: int) -> list[float]:
    """The same by dictionaries, statement by statement."""
    held: dict[int, list[tuple[int, int]]] = {}
    for p, v, w in zip(person, value, witness, strict=True):
        held.setdefault(p, []).append((v, w))
    held = {p: told for p, told in held.items() if len(told) > 1}
    errs = [noise.FIRST] * n
    count = [sum(w == k for told in held.values() for _, w in told) for k in range(n)]
    for _ in range(noise.ROUNDS):
        total = [0.0] * n
        for told in held.values():
            weight: dict[int, float] = {}
            for v, w in told:
                weight[v] = weight.get(v, 0.0) + np.log2((1 - errs[w]) / errs[w])
            top = max(weight.values())
            share = {v: 2 ** (x - top) for v, x in weight.items()}
            for v, w in told:
                total[w] += 1 - share[v] / sum(share.values())
        pooled = sum(total) / max(sum(count), 1)
        errs = [
            min(max((t + noise.SHRINKAGE * pooled) / (c + noise.SHRINKAGE), noise.LEAST),
                1 - noise.LEAST)
            for t, c in zip(total, count, strict=True)
        ]  # fmt: skip
    return [e if c else float("nan") for e, c in zip(errs, count, strict=True)]


@pytest.mark.parametrize("seed", range(4))
def test_lists_are_found_to_err_as_often_as_they_do(seed: int) -> None:
    told = noise.wrong_shares(*_statements(seed, 4000), len(ERRS))
    assert told.share == pytest.approx(ERRS, abs=0.025)


def test_a_small_list_is_drawn_towards_the_others() -> None:
    who, says, witness = _statements(9, 600)
    alone = np.flatnonzero(witness == 0)
    kept = np.concatenate([np.flatnonzero(witness != 0), alone[:3]])
    few = noise.wrong_shares(who[kept], says[kept], witness[kept], len(ERRS)).share
    assert 0.06 < few[0] < 0.2, "three rows are not enough to call a list better than the rest"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(1, 3), st.integers(0, 3)), max_size=40
    )
)  # fmt: skip
def test_it_is_what_the_slow_way_gives(told: list[tuple[int, int, int]]) -> None:
    who, says, witness = (np.array([t[k] for t in told], dtype=np.int64) for k in range(3))
    fast = noise.wrong_shares(who, says, witness, 4).share
    slow = _slow(who.tolist(), says.tolist(), witness.tolist(), 4)
    assert fast == pytest.approx(slow, abs=1e-9, nan_ok=True)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 2), st.integers(0, 3)),
        min_size=6, max_size=24,
    )
)  # fmt: skip
def test_rows_say_what_their_statements_say(rows: list[tuple[int, int, int, int]]) -> None:
    """Rows grouped once for all fields tell what each field's statements tell, also with a NIK."""
    person, value, witness, born = (np.array(x, dtype=np.int64) for x in zip(*rows, strict=True))
    there = value != 0
    persons = noise._Persons.of(person, witness)
    who, says, by = person[there], value[there], witness[there]
    plain = noise.wrong_shares(who, says, by, 4)
    told = noise._told(persons, value, there, 3, None)
    assert told.compared.tolist() == plain.compared.tolist()
    assert np.array_equal(told.share, plain.share, equal_nan=True)
    first = [(p, born[(person == p) & (born > 0)][0]) for p in sorted(set(person[born > 0]))]
    who, says = np.append(who, [p for p, _ in first]), np.append(says, [b for _, b in first])
    plain = noise.wrong_shares(
        who.astype(np.int64), says.astype(np.int64), np.append(by, [3] * len(first)).astype(int), 4
    )
    told = noise._told(persons, value, there, 3, born)
    assert told.compared.tolist() == plain.compared.tolist()
    assert np.array_equal(told.share, plain.share, equal_nan=True)
