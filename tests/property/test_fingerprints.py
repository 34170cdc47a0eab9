"""Fingerprints: the fast way to their text gives what the plain way gives."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from cakup.pipeline import fingerprints as fp

KEY = b"k" * 64
#: Letters that this Python knows: the tables of Polars may be newer.
KNOWN = st.characters(exclude_categories=("Cn", "Cs"))
WRITTEN = st.none() | st.one_of(
    st.text(alphabet="aB z.-'\t", max_size=12), st.text(alphabet=KNOWN, max_size=8),
    st.sampled_from(["Siti Aminah", "MUHAMMAD ALI", " ALI", "ALI ", "A  B", "José", "é", "ß", "",
                     "ǅ", "Ⅷ 8", "A\u00a0B", "A\x00B"]),
)  # fmt: skip


def _plain(text: str | None) -> str:
    capitals = unicodedata.normalize("NFKC", text or "").upper()
    kept = (c if unicodedata.category(c)[0] in "LN" else " " for c in capitals)
    return re.sub(" +", " ", "".join(kept)).strip(" ")


def _frame(rows: list[tuple[str | None, str | None, date | None]]) -> pl.DataFrame:
    return pl.DataFrame(
        [("9191910101800003", n, d, "L", m, n) for n, m, d in rows],
        schema={**dict.fromkeys(fp.FIELDS, pl.String), "tanggal_lahir": pl.Date}, orient="row",
    )  # fmt: skip


@given(rows=st.lists(st.tuples(WRITTEN, WRITTEN, st.none() | st.dates()), max_size=12))
def test_what_is_hashed_is_the_plain_form(
    rows: list[tuple[str | None, str | None, date | None]],
) -> None:
    wanted = []
    for nama, mother, born in rows:
        fields = ("9191910101800003", _plain(nama), born.isoformat() if born else "", "L",
                  _plain(mother), _plain(nama))  # fmt: skip
        state = hashlib.blake2b(
            fp.SEPARATOR.join(fields).encode(), digest_size=fp.DIGEST_BYTES, key=KEY,
            person=b"cakup-row-" + fp.VERSION.encode(),
        )  # fmt: skip
        wanted.append(state.hexdigest())
    assert fp.fingerprints(_frame(rows), KEY).to_list() == wanted


@given(places=st.lists(st.tuples(st.integers(1, 12), st.integers(1, 999)), max_size=9))
def test_a_row_is_as_old_as_its_sheet_and_place_say(places: list[tuple[int, int]]) -> None:
    rows = _frame([("Ani", None, None)] * len(places)).with_columns(
        record_id=pl.Series([f"{'a' * 16}.{s}.{r}" for s, r in places], dtype=pl.String),
        sheet_row=pl.Series([r for _, r in places], dtype=pl.Int64),
    )
    ages = fp._marks(rows, 3, KEY)["age"].to_list()
    assert ages == [(3 << fp.IMPORT_SHIFT) + (s << fp.SHEET_SHIFT) + r for s, r in places]
