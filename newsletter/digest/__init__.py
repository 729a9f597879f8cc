"""The weekly issue: built from the change log, checked, shown, kept in the archive.

Lives here: source, build, rendering, preflight, the archive and the issue's page in the newsroom.
Others may import `build` and `archive`. The one rule, what an issue says in which order, is
`newsletter/core/digest.py`.
"""
