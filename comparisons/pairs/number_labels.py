"""How the numbers of a claim are called on the page. The ledger's own labels are keys for machines."""

from __future__ import annotations

from comparisons.core.method_words import said
from comparisons.core.records import Number

LABELS = {
    "score": "Score",
    "value": "Value",
    "result": "Result",
    "proof": "Shared result that shows it",
    "gap": "Gap",
    "new_gap": "Gap without it",
    "shared_gap": "Gap on shared benchmarks",
    "margin": "Margin, {interval}",
    "p": "How sure",
    "items": "Questions",
    "wins": "Questions won",
    "ties": "Ties",
    "apart": "Paired difference",
    "apart_margin": "Its margin, {interval}",
    "paired_p": "p of the exact test",
    "proof_margin": "Its margin, {interval}",
    "proof_p": "How sure it is",
    "proof_items": "Its questions",
    "shared_p": "How sure on shared benchmarks",
    "shared": "Shared benchmarks",
    "of": "of benchmarks either has",
    "sources": "Test families of the shared benchmarks",
    "held": "Weight of what is not measured",
    "noted": "Results with a note",
    "categories": "Categories",
    "comparable": "Comparable categories",
    "leads": "Category leads",
    "even": "Too close to call",
    "not_comparable": "Not compared",
    "results": "Counting results",
    "self_reported": "Reported by the maker or of unchecked origin",
    "vouched": "Results by others than the maker",
    "difference": "Difference",
    "points": "Difference on our scale of points",
    "advantage": "Advantage",
    "weight": "Weight without own results",
    "now": "Weight now",
    "needed": "Needed",
    "moved": "Weight to move",
    "models": "Tracked models that have it",
    "limit": "Limit",
    "ours": "Our rank",
    "low": "Lower end of the interval",
    "high": "Upper end of the interval",
    "theirs": "Rank by the other method",
}
CONDITIONS = {
    "few_families": "Test families",
    "few_independent_families": "Families with a result by others",
    "few_categories": "Categories with results",
    "little_weight_covered": "Weight those categories hold",
    "wide_margin": "Standard error",
    "one_family_dominates": "Largest share of one family",
    "no_common_scale": "Results on the common scale",
}
LEFT_OUT = {"confidence", "per", "mix"}  # said beside the number they belong to


def label_of(number: Number, category_names: dict[str, str]) -> str | None:
    """The label readers see, or None where the number is not shown by itself."""
    key, _, rest = number.label.partition(":")
    if key in LEFT_OUT:
        return None
    if key == "from":
        return f"Weight taken from {category_names.get(rest, rest).lower()}"
    if key in CONDITIONS:
        return f"{CONDITIONS[key]}, {'needed' if rest == 'limit' else 'found'}"
    text = LABELS.get(key)
    if text is not None:
        return said(text) if "{" in text else text
    return key.replace("_", " ").capitalize()
