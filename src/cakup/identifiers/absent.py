"""Words that people write where there is nothing to write, in lower case without punctuation."""

from __future__ import annotations

#: In any column.
NO_VALUE = (
    "na", "nan", "null", "none", "kosong", "tidak ada", "belum ada", "tidak diketahui",
)  # fmt: skip
