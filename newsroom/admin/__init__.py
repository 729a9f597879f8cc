"""The newsroom's pages for every table of the catalogue: where editors enter, check and publish."""

from newsroom.admin import (
    catalog,
    change_log,
    evidence,
    imports,
    live_sources,
    merges,
    names,
    offers,
    people,
    reports,
    sheets,
)

__all__ = [
    "catalog",
    "change_log",
    "evidence",
    "imports",
    "live_sources",
    "merges",
    "names",
    "offers",
    "people",
    "reports",
    "sheets",
]
