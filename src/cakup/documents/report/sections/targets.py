"""How far are we: one bullet bar per target."""

from __future__ import annotations

from cakup.documents.markup import Child, Markup, el
from cakup.documents.report.model import Report, TargetLine
from cakup.documents.report.words import cell, head, mark, section, share_words
from cakup.documents.svg.inline import bullet
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text

TITLE = Text("Seberapa jauh dari target?", "How far from the targets?")


def targets(report: Report, lang: Lang) -> Markup | None:
    """Return the section, None where no share or no target is known."""
    figure = report.headline
    if figure.value is None or figure.suppressed or not report.targets:
        return None
    limit = _limit(max(figure.value, *(t.share for t in report.targets)))
    heads = el(
        "tr",
        head(Text("Target", "Target")(lang)),
        head(Text("Nilai", "Value")(lang), num=True),
        head(
            Text("Capaian {share} · skala 0–{limit}", "Reached {share} · scale 0–{limit}").format(
                lang, share=share_words(figure, lang), limit=spelling.percent(limit, 0, lang)
            ),
            class_="pic",
        ),
        head(Text("Kurang (orang)", "Missing (persons)")(lang), num=True, class_="hide-narrow"),
    )
    rows = [_row(report, t, limit, lang) for t in report.targets]
    note = Text(
        "Garis tegak = target, batang = capaian, garis tipis pada batang = batas bawah dan atas. "
        "Orang yang diperlukan dibulatkan ke atas: ⌈target × penyebut⌉ − yang terlindungi. Tidak "
        "semua harus dibayar APBD; pemberi kerja dan peserta mandiri ikut terhitung.",
        "Upright line = target, bar = reached, thin line on the bar = lower and upper bound. "
        "Persons needed are rounded up: ⌈target × denominator⌉ − covered. Not all of them need "
        "public money; employers and self-paying members count too.",
    )
    table = el("table", el("thead", heads), el("tbody", rows), class_="target-list")
    return section(
        "target", TITLE, _lede(report, lang), lang, table, el("p", note(lang), class_="foot")
    )


def _lede(report: Report, lang: Lang) -> str | None:
    if not any(t.is_reading for t in report.targets):
        return None
    return Text(
        "Kewajiban “naik minimal 20 persen” dapat dibaca tiga cara; ketiganya ditampilkan dan "
        "tidak ada yang dipilihkan.",
        "The duty to “rise by at least 20 percent” can be read in three ways; all are shown and "
        "none is chosen for you.",
    )(lang)


def _limit(highest: float) -> float:
    """Return the end of the scale: the next tenth."""
    return min(1.0, int(highest * 10 + 0.999) / 10)


def _row(report: Report, target: TargetLine, limit: float, lang: Lang) -> Markup:
    figure = report.headline
    assert figure.value is not None
    bounds = None
    if figure.bounds and figure.denominator:
        low, high = figure.bounds
        bounds = (low / figure.denominator, high / figure.denominator)
    source: list[Child] = [target.source] if target.source else []
    if not target.is_sure:
        source += [" ", mark(lang)]
    reached = Text("tercapai", "reached")(lang)
    missing = spelling.count(target.missing, lang) if target.missing > 0 else reached
    short = Text("kurang {n}", "{n} missing").format(lang, n=missing)
    short = short if target.missing > 0 else reached
    return el(
        "tr",
        el("th", target.label(lang), el("span", source, class_="sub") if source else None,
           scope="row"),
        cell(
            spelling.percent(target.share, 2, lang),
            el("span", short, class_="sub show-narrow"),
            num=True,
        ),
        cell(bullet(figure.value, target.share, limit, bounds=bounds), class_="pic"),
        cell(
            el("span", missing, class_="warn" if target.missing > 0 else None), num=True,
            class_="hide-narrow",
        ),
        class_="reading" if target.is_reading else None,
    )  # fmt: skip
