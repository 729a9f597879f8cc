"""Who ran a test and in which harness, where a source says it only in words or by its address. Pure rules.

Two results are alike when the same body ran them in the same harness. A maker's own report was
run by the maker; a board's by the board, which its address names; who ran a figure that one
maker prints about another maker's model is not known.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from models_catalog.core.specs import INDEPENDENT, PROVIDER_REPORTED

LONGEST_HARNESS = 120
EPOCH = "Epoch AI"
# Words of a method that name who ran it; they outweigh the address.
NAMED_BODIES = ((re.compile(r"\bepoch(?: ai)?(?:'s)? (?:own )?run\b|\brun by epoch\b", re.IGNORECASE), EPOCH),)
# Addresses of boards and bodies: host, first part of the path where the host is shared, name.
BODIES = (
    ("huggingface.co", "datasets/lmarena-ai", "Arena"),
    ("huggingface.co", "spaces/lmarena-ai", "Arena"),
    ("lmarena.ai", "", "Arena"),
    ("arena.ai", "", "Arena"),
    ("livebench.ai", "", "LiveBench"),
    ("aider.chat", "", "Aider"),
    ("github.com", "Aider-AI/aider", "Aider"),
    ("arcprize.org", "", "ARC Prize"),
    ("taubench.com", "", "Sierra"),
    ("github.com", "sierra-research", "Sierra"),
    ("labs.scale.com", "", "Scale AI"),
    ("scale.com", "", "Scale AI"),
    ("epoch.ai", "", EPOCH),
    ("logs.epoch.ai", "", EPOCH),
    ("htihle.github.io", "", "WeirdML"),
    ("simple-bench.com", "", "SimpleBench"),
    ("tbench.ai", "", "Terminal-Bench"),
    ("fiction.live", "", "Fiction.live"),
    ("cbrower.dev", "", "VPCT"),
    ("metr.org", "", "METR"),
    ("balrogai.com", "", "BALROG"),
    ("crfm.stanford.edu", "", "HELM"),
    ("the-agent-company.com", "", "TheAgentCompany"),
    ("github.com", "TheAgentCompany", "TheAgentCompany"),
    ("matharena.ai", "", "MathArena"),
    ("github.com", "vectara", "Vectara"),
    ("github.com", "lechmazur", "lechmazur"),
    ("swebench.com", "", "SWE-bench"),
    ("livecodebench.github.io", "", "LiveCodeBench"),
    ("artificialanalysis.ai", "", "Artificial Analysis"),
)

# Hosts where anybody publishes: they say nothing about who ran it.
SHARED_HOSTS = frozenset({"arxiv.org", "github.com", "huggingface.co", "openreview.net", "x.com", "medium.com"})

STATED_HARNESS = re.compile(r"\bharness:\s*(?P<name>[^;(]+)", re.IGNORECASE)
# Harnesses and agents that methods and variants name without saying so.
KNOWN_HARNESSES = (
    (re.compile(r"\bterminus[- ]?(?P<version>[0-9](?:\.[0-9]+)?)?\b", re.IGNORECASE), "Terminus"),
    (re.compile(r"\bclaude code\b", re.IGNORECASE), "Claude Code"),
    (re.compile(r"\bcodex cli\b", re.IGNORECASE), "Codex CLI"),
    (re.compile(r"\bgemini cli\b", re.IGNORECASE), "Gemini CLI"),
    (re.compile(r"\bmuse code\b", re.IGNORECASE), "Muse Code"),
    (re.compile(r"\bopenhands\b", re.IGNORECASE), "OpenHands"),
    (re.compile(r"\bmini-swe-agent\b", re.IGNORECASE), "mini-SWE-agent"),
    (re.compile(r"\bswe-agent\b", re.IGNORECASE), "SWE-agent"),
    (re.compile(r"\bagentless\b", re.IGNORECASE), "Agentless"),
    (re.compile(r"\bsimple-evals\b", re.IGNORECASE), "simple-evals"),
    (re.compile(r"\bdeepseek harness minimal\b", re.IGNORECASE), "DeepSeek Harness Minimal"),
    (re.compile(r"\bepoch ai run with its own scaffold\b", re.IGNORECASE), "Epoch AI scaffold"),
    (re.compile(r"\bscale ai board, one scaffold for all\b", re.IGNORECASE), "Scale AI scaffold"),
)


def evaluator_of(source_kind: str, maker: str, method: str, source_url: str) -> str:
    """Who ran it: `maker` (a slug) for its own report, a body's name, else ""; never a guess.

    An independent result of an address that no table names was run by whoever owns the host.
    """
    if source_kind == PROVIDER_REPORTED:
        return maker
    if source_kind != INDEPENDENT:
        return ""
    for words, body in NAMED_BODIES:
        if words.search(method):
            return body
    return _body_at(source_url)


def _body_at(address: str) -> str:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    path = parts.path.strip("/").lower() + "/"
    for known, start, body in BODIES:
        if host == known and path.startswith(start.lower()):
            return body
    return "" if host in SHARED_HOSTS else host


def harness_in(method: str, variant: str = "") -> str:
    """The harness that the words of a result name, or ""."""
    stated = STATED_HARNESS.search(method)
    if stated:
        name = stated["name"].strip(" ,")[:LONGEST_HARNESS]
        return next(
            (_with_version(each, found) for words, each in KNOWN_HARNESSES if (found := words.fullmatch(name))), name
        )
    text = f"{method}; {variant}"
    return next((_with_version(name, found) for words, name in KNOWN_HARNESSES if (found := words.search(text))), "")


def _with_version(name: str, found: re.Match[str]) -> str:
    version = found.groupdict().get("version")
    return f"{name} {version}" if version else name
