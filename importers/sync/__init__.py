"""Live sources: where each is, under which licence, how often, and how it is fetched.

Lives here: the sources (`sources`) and one careful download (`download`). Others may import both.
What arrives is read by the formats every file goes through and waits in the newsroom; nothing
here writes to the catalogue. The one rule: addresses stand in code or settings, never in data.
"""
