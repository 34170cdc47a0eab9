"""Evidence of linkage in words: ``{"pass": …}`` or ``{"weights": {field: bits}}``."""

from __future__ import annotations

import json

from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text
from cakup.linkage.cuts import AGAINST

#: Passes that decide alone.
PASSES: dict[str, Text] = {
    "alone": Text("tidak ada baris lain yang cocok", "no other row fits"),
    "decision": Text("keputusan orang", "decision of a person"),
    "nik": Text("NIK sama dan nama cocok", "equal NIK and agreeing name"),
    "nik_name": Text("NIK sama dan nama cocok", "equal NIK and agreeing name"),
    "kpj": Text("nomor peserta sama", "equal participant number"),
    "rujukan": Text("jawaban atas nomor rujukan orang ini", "answers this person's reference"),
}
#: Fields that were weighed.
WEIGHED: dict[str, Text] = {
    "nik": Text("NIK", "NIK"),
    "nik_date": Text("NIK dan tanggal lahir", "NIK and birth date"),
    "nama": Text("nama", "name"),
    "tanggal_lahir": Text("tanggal lahir", "birth date"),
    "jenis_kelamin": Text("jenis kelamin", "sex"),
    "nama_ibu": Text("nama ibu", "mother's name"),
    "tempat_lahir": Text("tempat lahir", "birthplace"),
    "desa_kelurahan": Text("kelurahan", "kelurahan"),
    "alamat": Text("alamat", "address"),
    "telepon": Text("telepon", "phone"),
    "keluarga": Text("mungkin hanya kerabat", "perhaps only a relative"),
    "daftar": Text("seberapa sering daftarnya keliru", "how often their lists err"),
}
#: Least bits → how far a field then speaks for one person, the strongest first.
STRENGTHS: tuple[tuple[float, Text], ...] = (
    (6.0, Text("sangat mendukung", "strongly for")),
    (2.0, Text("mendukung", "for")),
    (0.0, Text("sedikit mendukung", "slightly for")),
    (-2.0, Text("sedikit melawan", "slightly against")),
    (-6.0, Text("melawan", "against")),
    (float("-inf"), Text("sangat melawan", "strongly against")),
)
_APART = Text(
    "baris lain kedua orang ini tidak cukup cocok", "other rows of these two do not agree enough"
)
_APART_IN = Text(
    "baris lain kedua orang ini bertentangan pada", "other rows of these two contradict in"
)


def words(evidence: str | None, lang: Lang = "id") -> str:
    """Return evidence in words, the strongest first.

    Args:
        evidence: JSON of ``memberships`` or ``links``; None or empty for none.
        lang: Language.

    Returns:
        For instance ``nama mendukung (+5,3 bit), jenis kelamin melawan (−4,0 bit)``. Two to the
        power of the bits says how many times likelier the agreement is for one person than for two.
    """
    if not evidence:
        return ""
    held = json.loads(evidence)
    parts = []
    if "pass" in held:
        name = str(held["pass"])
        parts.append(PASSES[name](lang) if name in PASSES else name)
    weights = held.get("weights", {})
    for field, bits in sorted(weights.items(), key=lambda w: (-abs(w[1]), w[0])):
        known = WEIGHED.get(field)
        parts.append(f"{known(lang) if known else field} {_strength(float(bits), lang)}")
    return ", ".join(parts)


def against(pattern: str, lang: Lang = "id") -> list[str]:
    """Return what keeps two agreeing rows apart: one clause, none where nothing does.

    Args:
        pattern: ``pattern`` of ``review``.
        lang: Language.
    """
    _, cut, told = pattern.partition(AGAINST)
    if not cut:
        return []
    fields = [
        name for name, _, level in (w.partition("=") for w in told.split()) if _differs(level)
    ]
    named = [WEIGHED[f](lang) if f in WEIGHED else f for f in fields]
    return [f"{_APART_IN(lang)} {', '.join(named)}" if named else _APART(lang)]


def _differs(level: str) -> bool:
    """Return whether a level, or one half of it, is a difference."""
    return any(part.endswith("other") for part in level.split("/"))


def _strength(bits: float, lang: Lang) -> str:
    """Return how far a field speaks for or against one person."""
    word = next(text for least, text in STRENGTHS if bits >= least)
    sign = "+" if bits >= 0 else "−"
    return f"{word(lang)} ({sign}{spelling.decimal(abs(bits), 1, lang)} bit)"
