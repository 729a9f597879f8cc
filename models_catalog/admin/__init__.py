"""The newsroom's pages for every table of the catalogue: where editors enter, check and publish."""

from models_catalog.admin import catalog, evidence, imports, names, offers, people, reports, sheets

__all__ = ["catalog", "evidence", "imports", "names", "offers", "people", "reports", "sheets"]
