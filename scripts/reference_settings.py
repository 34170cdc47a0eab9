"""Reference pages of what a user can set or look up: parameters, mapping, reasons, settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml

import cakup
from cakup.intake.correction import KEYS, ORDERS
from cakup.intake.fields import Field, group
from cakup.intake.kinds import KINDS
from cakup.intake.mapping import REASONS as COLUMN_REASONS
from cakup.intake.reading.notes import NOTES
from cakup.intake.reading.workbook import Limits
from cakup.intake.reasons import OUTCOMES, reasons
from cakup.kernel import spelling
from cakup.kernel.parameters import STATUSES, UNITS
from cakup.kernel.schemas import AID_PAYERS, PAYERS, PUBLIC_PAYERS
from cakup.ledger.rules import CHOICES, LISTS

SOURCE = Path(cakup.__file__).parent
#: Packages whose parameters stand on the main page; each other one has a page of its own.
MAIN = ("coverage", "ledger")
STATUS_WORDS = {
    "solid": "tertulis dalam peraturan atau terbitan yang dibaca",
    "secondary": "dari sumber kedua, misalnya pers",
    "derived": "dihitung dari nilai lain",
    "disputed": "sumber-sumbernya bertentangan",
    "unconfirmed": "belum dikonfirmasi",
    "confirmed": "ditegaskan kantor ini: siapa, kapan, dengan dokumen apa",
}
UNIT_WORDS = {
    "months": "bulan", "years": "tahun", "persons": "orang", "share": "bagian 0–1",
    "per_100k": "per 100.000", "rp": "rupiah utuh", "count": "bilangan", "text": "kata",
    "days": "hari", "working_days": "hari kerja", "hours": "jam", "flag": "ya atau tidak",
    "words": "daftar kata", "bands": "pita penghasilan dan dasarnya, rupiah sebulan",
    "rp_month": "rupiah sebulan", "rp_year": "rupiah setahun",
    "rp_person_month": "rupiah per orang sebulan",
    "rp_household_month": "rupiah per rumah tangga sebulan",
    "usd_ppp_day": "dolar AS keseimbangan daya beli per hari",
}  # fmt: skip
KEY_WORDS = {
    "columns": "bidang = nama kolom di berkas (seperti tertulis, atau judul di atasnya ditambah "
    "namanya), atau huruf kolomnya",
    "ignore": "daftar kolom yang tidak dipakai, nama atau huruf",
    "header_row": "nomor baris kepala kolom, seperti tampak di Excel",
    "sheets": "daftar lembar yang dibaca; kosong = semua yang berisi data",
    "orders": "bidang tanggal = `hari-bulan` atau `bulan-hari` (juga `dmy`, `mdy`)",
    "payers": "kata pengirim = pembayar dari daftar tertutup di bawah",
    "scheme": "`kemendagri` atau `bps`, untuk kode wilayah tanpa titik",
}
LIMIT_WORDS = {
    "file_bytes": "ukuran berkas, byte",
    "text_bytes": "teks yang ditahan di memori sekaligus, byte",
    "unpacked_bytes": "seluruh isi buku kerja setelah dibuka, byte",
    "unpack_ratio": "nisbah isi terhadap ukuran terpampat (bom ZIP), di atas 16 MB",
    "sheets": "lembar per buku kerja",
    "columns": "kolom per lembar",
    "rows": "baris per lembar",
    "cells": "sel per lembar, untuk buku kerja",
    "cell_chars": "huruf per sel",
    "lines_per_cell": "baris dalam satu sel CSV bertanda kutip",
}
OUTCOME_WORDS = {
    "accepted": "Diterima", "noted": "Diterima dengan catatan", "returned": "Dikembalikan",
    "blank": "Kosong: bukan data",
}  # fmt: skip
GROUP_WORDS = {
    "person": "Orang", "place": "Wilayah alamat KTP", "elsewhere": "Wilayah lain", "work":
    "Pekerjaan", "member": "Kepesertaan", "death": "Kematian", "accident":
    "Kecelakaan kerja", "project": "Proyek jasa konstruksi", "welfare": "DTSEN", "payment":
    "Pembayaran", "employer": "Pemberi kerja",
}  # fmt: skip


def cell(text: object) -> str:
    """Return text that fits one cell of a Markdown table."""
    return " ".join(str(text if text is not None else "").split()).replace("|", "\\|")


def parameters(package: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield key and entry of every parameter of a package, in the order of its files.

    Args:
        package: Folder of the package, with ``parameters`` in it.
    """
    root = package / "parameters"
    for path in sorted(root.rglob("*.yaml")):
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
        parts = [p for p in path.relative_to(root).with_suffix("").parts if p != "index"]
        yield from _leaves(".".join(parts), raw)


def _leaves(key: str, raw: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(raw, list):
        for entry in raw:
            if isinstance(entry, dict) and "id" in entry:
                yield f"{key}.{entry['id']}", entry
    elif isinstance(raw, dict) and "values" in raw:
        yield key, raw
    elif isinstance(raw, dict) and isinstance(raw.get("brackets"), list):
        for n, bracket in enumerate(raw["brackets"], start=1):
            for name, held in bracket.items():
                said = f"{raw.get('description', '')} ({name}, {n})"
                yield f"{key}.{n}.{name}", {"description": said, **held}
    elif isinstance(raw, dict):
        for name, held in raw.items():
            yield from _leaves(f"{key}.{name}", held)


def packages() -> list[Path]:
    """Return the packages that have parameters."""
    return sorted(p.parent for p in SOURCE.glob("*/parameters") if any(p.rglob("*.yaml")))


def _described(key: str, entry: dict[str, Any]) -> list[str]:
    """Return the section of one parameter: what it is, its choices, its dated values."""
    unit = entry.get("unit", "")
    facts = [f"Satuan: {UNIT_WORDS.get(unit, unit)}."]
    if "place" in entry:
        facts.append(f"Wilayah: {entry['place']}. Jenis: {entry['kind'].replace('_', ' ')}.")
    if "minimum" in entry or "maximum" in entry:
        facts.append(f"Antara {entry.get('minimum', '…')} dan {entry.get('maximum', '…')}.")
    if key in CHOICES:
        facts.append("Pilihan: " + ", ".join(f"`{c}`" for c in CHOICES[key]) + ".")
    if key in LISTS:
        facts.append("Daftar dipisah koma dari: " + ", ".join(f"`{c}`" for c in LISTS[key]) + ".")
    said = [entry.get("description", ""), entry.get("documentation", "")]
    lines = [f"### `{key}`", "", ". ".join(s.rstrip(".") for s in said if s) + ".", ""]
    lines += [" ".join(facts), "", "| sejak | nilai | status | sumber |", "|---|---|---|---|"]
    for since, value in entry["values"].items():
        held = value.get("reference", {})
        source = "; ".join(_cited(r) for r in (held if isinstance(held, list) else [held]))
        lead = f"{value['issuer']} ({value.get('year', '–')}): " if "issuer" in value else ""
        rest = [cell(value.get(part, "")) for part in ("reading", "note")]
        source = ". ".join(s.rstrip(".") for s in (lead + source, *rest) if s)
        held = value.get("value")
        lines.append(
            f"| {since} | {'tidak berlaku lagi' if held in (None, '', 'null') else cell(held)} "
            f"| {value.get('status', '–')} | {source} |"
        )
    return [*lines, ""]


def _cited(reference: dict[str, str]) -> str:
    """Return a source with its link, if it has one."""
    title = cell(reference.get("title", ""))
    return f"[{title}]({reference['href']})" if reference.get("href") else title


def _parameter_sections(package: Path) -> list[str]:
    lines = []
    for key, entry in parameters(package):
        lines += _described(key, entry)
    return lines


def parameter_page() -> str:
    """Return the page of parameters: how a file looks, then every built-in value."""
    assert set(STATUS_WORDS) == set(STATUSES)
    assert set(UNIT_WORDS) == set(UNITS)
    lines = [
        "# Parameter", "",
        "Nilai yang dapat berubah atau dipertentangkan tidak ditulis di dalam kode, melainkan di "
        "berkas YAML: setiap nilai punya tanggal, satuan, status, dan sumber, atau tidak dimuat. "
        "Jawaban kantor Anda ditambahkan di folder `parameters/` ruang kerja dengan nama yang sama "
        "([menegaskan aturan hitung](../how-to/menegaskan-aturan-hitung.md)); penyebut dan target "
        "lewat [perintahnya](../how-to/mencatat-penyebut-dan-target.md). Yang lama tidak pernah "
        "ditimpa.", "",
        "## Bentuk berkas", "",
        "```yaml", "description: Bulan berturut-turut tanpa iuran yang membuat BPU nonaktif",
        "unit: months            # " + ", ".join(UNITS),
        "minimum: 1              # boleh tidak ada",
        "maximum: 12", "values:", "  2015-07-01:           # berlaku sejak; tanggal harus menaik",
        "    value: 3            # null = tidak berlaku lagi", "    status: disputed",
        '    reference: {title: "PP 44/2015 Pasal 39", href: "https://…"}',
        '    note: "boleh tidak ada"',
        "```", "",
        "Kunci yang tidak dikenal ditolak. `confirmed` memerlukan `confirmed_by`, `confirmed_on`, "
        "dan `document`. Entri penyebut dan target menambah `id`, `place`, `kind`, dan pada "
        "nilainya `issuer`, `year`, `reading`, `received_on`.", "",
        "| status | arti | menandai angka |", "|---|---|---|",
        *(f"| `{s}` | {STATUS_WORDS[s]} | {'tidak' if s in ('solid', 'confirmed') else 'ya'} |"
          for s in STATUSES), "",
        "*Every value has a date, a unit, a status and a source, or it does not load. Local "
        "answers are added in the workspace under the same name; nothing is overwritten. All but "
        "`solid` and `confirmed` mark the figures that they touch.*", "",
    ]  # fmt: skip
    titles = {"ledger": "Aturan hitung", "coverage": "Penyebut dan sasaran"}
    for name in reversed(MAIN):
        lines += [f"## {titles[name]}", "", *_parameter_sections(SOURCE / name)]
    return "\n".join(lines).rstrip() + "\n"


def _fields_table(name: str, held: tuple[Field, ...]) -> list[str]:
    lines = [f"### {GROUP_WORDS[name]}", ""]
    if name == "elsewhere":
        plain = ", ".join(f"`{f.name}`" for f in held)
        return [
            *lines, f"{plain}: seperti bidang wilayah, dengan kata *domisili* atau *kerja* pada "
            "nama kolomnya.", "",
        ]  # fmt: skip
    lines += ["| bidang | nama kolom yang dikenal |", "|---|---|"]
    lines += [f"| `{f.name}` | {cell(', '.join(f.synonyms))} |" for f in held]
    return [*lines, ""]


def mapping_page() -> str:
    """Return the page of mapping files: keys, payers, fields and the names senders use."""
    assert set(KEY_WORDS) == set(KEYS)
    assert {"hari-bulan", "bulan-hari", "dmy", "mdy"} == set(ORDERS)
    lines = [
        "# Pemetaan kolom", "",
        "Berkas TOML untuk `cakup import --mapping`, dan bagian `[[mapping]]` pada "
        "`senders/<pengirim>.toml`. Caranya: "
        "[membetulkan arti kolom](../how-to/memetakan-kolom.md). *The keys of a mapping file; "
        "fields that Cakup understands; names of columns that it recognises.*", "",
        "| kunci | isi |", "|---|---|",
        *(f"| `{key}` | {words} |" for key, words in KEY_WORDS.items()), "",
        "Kunci lain, bidang yang tidak dikenal, dan pembayar di luar daftar ditolak "
        "(`intake.mapping.file`).", "",
        "## Pembayar", "", ", ".join(f"`{p}`" for p in PAYERS) + ".", "",
        "Bantuan: " + ", ".join(f"`{p}`" for p in AID_PAYERS) + ". Di antaranya dana publik: "
        + ", ".join(f"`{p}`" for p in PUBLIC_PAYERS) + ".", "",
        "## Yang wajib menurut jenis", "", "| jenis | wajib ada |", "|---|---|",
        *(f"| `{k.name}` | {'; '.join(words.id for _, words in k.requires)} |"
          for k in KINDS.values()), "",
        "## Bidang", "",
        "Huruf besar-kecil, tanda baca, dan singkatan lazim (no., tgl., jml., kel.) tidak "
        "membedakan; nama yang terpotong sepuluh huruf pun dikenali.", "",
    ]  # fmt: skip
    for name in GROUP_WORDS:
        lines += _fields_table(name, group(name))
    lines += ["## Alasan pada kolom *Alasan*", "", "| alasan | English |", "|---|---|"]
    lines += [f"| {t.id} | {t.en} |" for t in COLUMN_REASONS.values()]
    return "\n".join(lines).rstrip() + "\n"


def reasons_page() -> str:
    """Return the page of reasons of rows and of what reading notices."""
    lines = [
        "# Alasan baris", "",
        "Setiap baris yang dibaca berakhir pada satu keadaan; yang tidak diterima begitu saja "
        "punya alasan. *Why a row was noted, returned or left out, and what to do.*", "",
    ]  # fmt: skip
    for outcome in ("returned", "noted", "blank"):
        assert outcome in OUTCOMES
        lines += [f"## {OUTCOME_WORDS[outcome]}", "", "| kode | apa | yang dilakukan | English |",
                  "|---|---|---|---|"]  # fmt: skip
        lines += [
            f"| `{r.code}` | {cell(r.what.id)} | {cell(r.do.id)} | {cell(r.what.en)} |"
            for r in reasons().values() if r.outcome == outcome
        ]  # fmt: skip
        lines.append("")
    lines += [
        "## Catatan pembacaan", "",
        "Yang diperhatikan pembaca pada berkasnya, tanpa menolak apa pun.", "",
        "| kode | catatan | English |", "|---|---|---|",
        *(f"| `{code}` | {cell(t.id)} | {cell(t.en)} |" for code, t in NOTES.items()), "",
    ]  # fmt: skip
    return "\n".join(lines).rstrip() + "\n"


def settings_page() -> str:
    """Return the page of settings: files of a workspace, environment, limits."""
    assert set(LIMIT_WORDS) == {f.name for f in fields(Limits)}
    limits = Limits()
    lines = [
        "# Setelan", "",
        "Cakup hampir tidak punya setelan: yang perlu dipilih ada pada [perintahnya](perintah.md), "
        "yang perlu ditegaskan pada [parameter](parameter.md). *Settings: the workspace's files, "
        "environment variables, limits of reading.*", "",
        "## `cakup.toml`", "", "| kunci | arti |", "|---|---|",
        "| `place` | kode Kemendagri kota atau kabupaten ruang kerja ini, misalnya `12.75` |",
        "| `format` | bentuk ruang kerja; `1` |", "",
        "| `engine` | mesin untuk `link`, `ledger`, `measure`: `duckdb` (bawaan) atau `spark`; "
        "lihat [skala nasional](../how-to/national.md) |",
        "| `[spark]` `memory_mb` | memori Spark pada satu komputer, MB; bawaan 3200 |",
        "| `[spark]` `threads` | inti yang dipakai pada satu komputer; bawaan semua |",
        "| `[spark]` `small_rows` | perintah SQL atas kurang dari sekian baris dikerjakan DuckDB; "
        "bawaan 1000000, 0 = semuanya di Spark |",
        "| `[spark]` `\"spark.…\"` | setelan Spark apa pun, dalam tanda kutip, misalnya "
        "`\"spark.master\"` |", "",
        "Dibuat `cakup init`; tidak perlu disunting kecuali untuk Spark.", "",
        "## `senders/<pengirim>.toml`", "", "| kunci | arti |", "|---|---|",
        "| `sender` | nama pengirim seperti pertama kali ditulis |",
        "| `[[mapping]]` | keputusan tentang kolom untuk satu `kind` dan satu `list`, dengan kunci "
        "[pemetaan kolom](pemetaan-kolom.md) |", "",
        "## Peubah lingkungan", "", "| peubah | arti |", "|---|---|",
        "| `CAKUP_WORKSPACE` | ruang kerja bila `-w` tidak disebut |",
        "| `CAKUP_TRACE` | bila berisi, kesalahan di dalam Cakup ditampilkan dengan jejak "
        "programnya; untuk pengembang, dan dapat memuat nilai pribadi |",
        "| `POLARS_MAX_THREADS` | utas Polars; `cakup link` memakai separuh inti bila ini kosong |",
        "| `OPENBLAS_NUM_THREADS` | utas aljabar linear NumPy; 1 bila ini kosong |", "",
        "## Batas pembacaan", "",
        "Berkas yang melampauinya ditolak dengan satu kalimat.", "",
        "| batas | arti | nilai |", "|---|---|---|",
        *(f"| `{name}` | {words} | {spelling.count(getattr(limits, name))} |"
          for name, words in LIMIT_WORDS.items()), "",
    ]  # fmt: skip
    return "\n".join(lines).rstrip() + "\n"


def pages() -> dict[str, str]:
    """Return file name → content of every page of this module."""
    made = {
        "parameter.md": parameter_page(),
        "pemetaan-kolom.md": mapping_page(),
        "alasan-baris.md": reasons_page(),
        "setelan.md": settings_page(),
    }
    for package in packages():
        if package.name not in (*MAIN, "law"):  # the law has a page per programme: cakup.law.pages
            head = [
                f"# Parameter `{package.name}`",
                "",
                "Bentuk berkasnya: [parameter](parameter.md).",
                "",
            ]
            made[f"parameter-{package.name}.md"] = (
                "\n".join([*head, *_parameter_sections(package)]).rstrip() + "\n"
            )
    return made
