#!/usr/bin/env bash
# LiteLLM's cost of a long prompt at Perplexity leaves out the price tier its own price file states.
#
# Expected  One price file, one rule: a prompt above 200,000 tokens costs the "above_200k" rate, whoever hosts the model.
# Package   litellm 1.110.2 (PyPI), with the price file it ships
# Seen      For xai/grok-4.6 the tier is used ($1.00 for 250,000 tokens). For perplexity/xai/grok-4.6, whose entry states
#           the same base and the same tier, the base rate is used for all of it ($0.50): half. Perplexity's own cost
#           calculator in LiteLLM does not read tiers.
# Lesson    Read the price file, not the calculator, and name the tier that a sum was made with.
# Last run  2026-11-30
set -euo pipefail
room=$(mktemp -d); trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install --quiet --disable-pip-version-check "litellm==1.110.2"
LITELLM_LOCAL_MODEL_COST_MAP=True "$room/venv/bin/python" - <<'PYTHON'
import sys
import litellm

TOKENS = 250_000
spent = {}
for name in ("xai/grok-4.6", "perplexity/xai/grok-4.6"):
    entry = litellm.model_cost[name]
    base, tier = entry["input_cost_per_token"], entry["input_cost_per_token_above_200k_tokens"]
    cost, _ = litellm.cost_per_token(model=name, prompt_tokens=TOKENS, completion_tokens=0)
    spent[name] = (base, tier, cost)
    print(f"{name}: base {base * 1e6:g}, above 200k {tier * 1e6:g} USD per 1M; {TOKENS:,} tokens cost {cost:.2f} USD")
(base, tier, direct), (other_base, other_tier, hosted) = spent.values()
as_described = (base, tier) == (other_base, other_tier) and abs(direct - tier * TOKENS) < 1e-9 and abs(hosted - base * TOKENS) < 1e-9
print("As described." if as_described else "Changed: this finding is history.")
sys.exit(0 if as_described else 1)
PYTHON
