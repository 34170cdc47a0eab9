"""Amounts in words: the irregular words, joints between scales, and the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cakup.kernel.terbilang import LIMIT, rupiah_words, terbilang

VALUES = {
    "nol": 0, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7,
    "delapan": 8, "sembilan": 9, "sepuluh": 10, "sebelas": 11,
}  # fmt: skip
SCALES = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12, "kuadriliun": 10**15}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "nol"), (11, "sebelas"), (12, "dua belas"), (20, "dua puluh"), (100, "seratus"),
        (111, "seratus sebelas"), (1_000, "seribu"), (1_100, "seribu seratus"),
        (11_000, "sebelas ribu"), (101_000, "seratus satu ribu"), (1_000_000, "satu juta"),
        (2_001_001, "dua juta seribu satu"), (1_008_000_000, "satu miliar delapan juta"),
        (3_024_000_000, "tiga miliar dua puluh empat juta"), (-5, "minus lima"),
    ],
)  # fmt: skip
def test_known_amounts(value: int, words: str) -> None:
    assert terbilang(value) == words


def _back(words: str) -> int:
    """Read words by another way: a small machine over the words."""
    total, part = 0, 0
    for word in words.split():
        if word in VALUES:
            part += VALUES[word]
        elif word == "belas":
            part += 10
        elif word == "puluh":
            part = part // 100 * 100 + part % 100 * 10
        elif word == "ratus":
            part *= 100
        elif word == "seratus":
            part += 100
        elif word == "seribu":
            total += 1_000
        else:
            total, part = total + part * SCALES[word], 0
    return total + part


@given(st.integers(0, LIMIT - 1))
def test_words_lead_back_to_the_number(value: int) -> None:
    assert _back(terbilang(value)) == value


def test_amounts_end_with_rupiah_and_begin_large() -> None:
    assert rupiah_words(16_800) == "Enam belas ribu delapan ratus rupiah"
    with pytest.raises(ValueError, match="no words"):
        terbilang(LIMIT)
