"""What a plan says before its figures: what must be seen or recorded first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cakup.coverage.register import Entry
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text
from cakup.pipeline.entitlements import unseen_dead
from cakup.pipeline.plan_inputs import PlanInputs
from cakup.pipeline.workspace import Workspace
from cakup.planning.settings import PlanSettings

DEAD = Text(
    "{n} peserta bantuan meninggal dan haknya belum dilihat: tempat mereka jangan diisi dahulu. "
    "Lihat dengan cakup entitlements --out hak.xlsx, tanpa --from karena tahun lalu juga dihitung; "
    "dokumen FINAL menunggu itu.",
    "{n} aided persons died and their rights were not seen: do not fill their places yet. See them "
    "with cakup entitlements --out hak.xlsx, without --from since earlier years count too; FINAL "
    "documents wait for it.",
)
NO_PATH = Text(
    "Jalur RPJMD {place} untuk {year} belum tercatat. Ambil sasaran tahun itu dari lampiran "
    'indikator RPJMD, lalu: cakup target add --id rpjmd-{year} --issuer "Pemerintah {place}" '
    '--document "Perda RPJMD nomor … tahun …" --year {year} --percent … --reading "…"; sesudah itu '
    'plan.target = "rpjmd-{year}" menjadi skenarionya.',
    "The RPJMD path of {place} for {year} is not recorded. Take the target of that year from the "
    'annex of indicators, then: cakup target add --id rpjmd-{year} --issuer "Pemerintah {place}" '
    '--document "Perda RPJMD nomor … tahun …" --year {year} --percent … --reading "…"; then '
    'plan.target = "rpjmd-{year}" makes its scenario.',
)
OVER = Text(
    "Skenario yang bulannya tidak sesudah awal rencana ini ({month}) tidak dihitung: {ids}. Hapus, "
    "atau beri bulan yang kemudian.",
    "Scenarios whose month is not after the first month of this plan ({month}) are not computed: "
    "{ids}. Remove them, or give a later month.",
)


def notices(
    workspace: Workspace, settings: PlanSettings, inputs: PlanInputs, over: Sequence[str] = ()
) -> list[dict[str, str]]:
    """Return what must be seen or recorded first, as ``id, text, text_en``.

    Args:
        workspace: Workspace with its ledger.
        settings: The plan.
        inputs: What it stands on.
        over: Scenarios that were left out because their month is over.
    """
    held = []
    if dead := unseen_dead(workspace, inputs.basis.as_of):
        held.append(_told("meninggal", DEAD, n=len(dead)))
    if not has_path(inputs.targets, inputs.place):
        held.append(_told("rpjmd", NO_PATH, place=inputs.place_name, year=settings.year))
    if over:
        month = date(settings.year, settings.begins + 1, 1)
        held.append({"id": "lewat", "text": _over(over, month, "id"),
                     "text_en": _over(over, month, "en")})  # fmt: skip
    return held


def _over(over: Sequence[str], month: date, lang: Lang) -> str:
    return OVER.format(lang, month=spelling.month(month, lang), ids=", ".join(over))


def has_path(targets: Sequence[Entry], place: str) -> bool:
    """Return whether one of the targets of a place comes from its RPJMD."""
    return any(
        "rpjmd" in f"{t.id} {t.document} {t.reading}".lower() for t in targets if t.place == place
    )


def _told(key: str, words: Text, **values: object) -> dict[str, str]:
    return {"id": key, "text": words.format("id", **values),
            "text_en": words.format("en", **values)}  # fmt: skip
