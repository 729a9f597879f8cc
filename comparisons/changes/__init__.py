"""What changed: the change log, how it is derived, its page and its feeds.

Lives here: entries from the history (`from_history`) and from two recomputations
(`from_standings`), the log that keeps them, replayed history files. Others may import `log`,
`page` and `feeds`. The one rule, what is worth telling, is `core/changes.py`.
"""
