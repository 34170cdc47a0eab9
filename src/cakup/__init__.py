"""Cakup: from scattered lists to a coverage figure that can be defended.

The public verbs load lazily, so ``import cakup`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

#: Public name → module and attribute that carry it; no attribute = the module itself.
_VERBS: dict[str, tuple[str, str]] = {
    "Workspace": ("cakup.pipeline.workspace", "Workspace"),
    "Figure": ("cakup.kernel.figures", "Figure"),
    "CakupError": ("cakup.kernel.errors", "CakupError"),
    "add_denominator": ("cakup.pipeline.denominators", "add_denominator"),
    "add_target": ("cakup.pipeline.targets", "add_target"),
    "build_ledger": ("cakup.pipeline.ledger", "build_ledger"),
    "compare_criteria": ("cakup.pipeline.criteria", "compare_criteria"),
    "plan": ("cakup.pipeline.plan", "plan"),
    "check_budget": ("cakup.pipeline.check_budget", "check_budget"),
    "check_figure": ("cakup.pipeline.check_figure", "check_figure"),
    "denominators": ("cakup.pipeline.denominators", "denominators"),
    "findings": ("cakup.pipeline.findings", "findings"),
    "forecast": ("cakup.pipeline.forecast", "forecast"),
    "gap": ("cakup.pipeline.gap", "gap"),
    "gap_by_employer": ("cakup.pipeline.employer_gap", "gap_by_employer"),
    "compare_official": ("cakup.pipeline.official", "compare"),
    "read_official": ("cakup.pipeline.official", "read_official"),
    "publish": ("cakup.pipeline.publish", "publish"),
    "published": ("cakup.pipeline.publish", "published"),
    "indicator_metadata": ("cakup.pipeline.measure_sides", "metadata"),
    "reconcile": ("cakup.pipeline.reconcile", "reconcile"),
    "summarise": ("cakup.pipeline.summarise", "summarise"),
    "merge": ("cakup.pipeline.merge", "merge"),
    "road_to": ("cakup.pipeline.road", "road_to"),
    "report": ("cakup.pipeline.report", "report"),
    "targets": ("cakup.pipeline.targets", "targets"),
    "places_import": ("cakup.pipeline.places", "places_import"),
    "places_bridge": ("cakup.pipeline.places", "places_bridge"),
    "places_boundaries": ("cakup.pipeline.places", "places_boundaries"),
    "make_city": ("cakup.pipeline.synth", "make_city"),
    "clean": ("cakup.pipeline.clean", "clean"),
    "entitlements": ("cakup.pipeline.entitlements", "entitlements"),
    "entitlements_import": ("cakup.pipeline.entitlement_marks", "entitlements_import"),
    "erase": ("cakup.pipeline.erase", "erase"),
    "exchanges": ("cakup.pipeline.exchanges", "exchanges"),
    "explain": ("cakup.pipeline.explain", "explain"),
    "import_files": ("cakup.pipeline.import_files", "import_files"),
    "imports": ("cakup.pipeline.list_imports", "imports"),
    "trace": ("cakup.pipeline.trace", "trace"),
    "write_documents": ("cakup.pipeline.plan_documents", "write_documents"),
    "withdraw": ("cakup.pipeline.withdraw", "withdraw"),
    "law": ("cakup.law", ""),
    "link": ("cakup.pipeline.link", "link"),
    "measure": ("cakup.pipeline.measure_verb", "measure"),
    "match": ("cakup.pipeline.match", "match"),
    "dedupe": ("cakup.pipeline.match", "dedupe"),
    "crosscheck_send": ("cakup.pipeline.crosscheck_send", "crosscheck_send"),
    "crosscheck_receive": ("cakup.pipeline.crosscheck_receive", "crosscheck_receive"),
    "appeal": ("cakup.pipeline.appeals", "appeal"),
    "settle_appeal": ("cakup.pipeline.appeals", "settle_appeal"),
    "field_send": ("cakup.pipeline.field_send", "field_send"),
    "field_receive": ("cakup.pipeline.field_receive", "field_receive"),
    "run_folder": ("cakup.pipeline.run_folder", "run_folder"),
    "review_export": ("cakup.pipeline.review_export", "review_export"),
    "review_import": ("cakup.pipeline.review_import", "review_import"),
}

__all__ = [
    "CakupError",
    "Figure",
    "Workspace",
    "__version__",
    "add_denominator",
    "add_target",
    "appeal",
    "build_ledger",
    "check_budget",
    "check_figure",
    "clean",
    "compare_criteria",
    "compare_official",
    "crosscheck_receive",
    "crosscheck_send",
    "dedupe",
    "denominators",
    "entitlements",
    "entitlements_import",
    "erase",
    "exchanges",
    "explain",
    "field_receive",
    "field_send",
    "findings",
    "gap",
    "gap_by_employer",
    "import_files",
    "imports",
    "indicator_metadata",
    "law",
    "link",
    "make_city",
    "match",
    "measure",
    "merge",
    "places_boundaries",
    "places_bridge",
    "places_import",
    "plan",
    "publish",
    "published",
    "read_official",
    "reconcile",
    "report",
    "review_export",
    "review_import",
    "road_to",
    "run_folder",
    "settle_appeal",
    "summarise",
    "targets",
    "trace",
    "withdraw",
    "write_documents",
]


def __getattr__(name: str) -> Any:
    """Load a public verb when it is first used."""
    if name in _VERBS:
        module, attribute = _VERBS[name]
        loaded = import_module(module)
        return getattr(loaded, attribute) if attribute else loaded
    raise AttributeError(f"module 'cakup' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
