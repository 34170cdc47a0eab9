"""Area names compared without regard to case, punctuation, blanks and words of office."""

from __future__ import annotations

import re
import unicodedata

_OFFICE = {
    "desa_kelurahan": re.compile(
        r"^(kelurahan|kel|desa|ds|gampong|nagari|lembang|kampung|kmp)\b[\s.:]*", re.I
    ),
    "kecamatan": re.compile(r"^(kecamatan|kec|distrik|kapanewon|kemantren)\b[\s.:]*", re.I),
    "kabkota": re.compile(r"^(kabupaten|kab|kota|kotamadya|kodya)\b[\s.:]*", re.I),
    "provinsi": re.compile(r"^(provinsi|prov|propinsi|prop)\b[\s.:]*", re.I),
}
#: A place told more widely: ``, Kec. …`` or `` Kec …``; ``Kota`` only after a comma, because
#: ``Binjai Kota`` is a kecamatan and must not become the kelurahan ``Binjai``.
_TAIL = re.compile(
    r"(?<=\w)(?:[\s,/-]+kec(?:amatan)?\b[\s.:].*|\s*[,/]\s*(?:kota|kab|kabupaten)\b.*)$", re.I
)
_NOISE = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Return a name without case, accents, punctuation and blanks: ``Jong - Jong`` → ``jongjong``.

    Args:
        text: Name as written.
    """
    apart = unicodedata.normalize("NFKD", text)
    return _NOISE.sub("", "".join(c for c in apart if not unicodedata.combining(c)).casefold())


def spellings(text: str, level: str) -> tuple[str, ...]:
    """Return the plain forms under which a name may be known, the fullest first.

    ``Kel. Pekan Binjai, Kec. Binjai Kota`` gives the whole, then ``pekanbinjai``. A word of office
    is taken away only if the whole name is not known, because ``Kota Baru`` is a name too.

    Args:
        text: Name as written.
        level: Level at which it is looked for.
    """
    found = [plain(text)]
    for cut in (_TAIL.sub("", text), _OFFICE[level].sub("", text.strip())):
        found.append(plain(cut))
    found.append(plain(_TAIL.sub("", _OFFICE[level].sub("", text.strip()))))
    return tuple(dict.fromkeys(f for f in found if f))
