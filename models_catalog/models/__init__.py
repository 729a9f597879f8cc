"""WHAT WE KNOW: organisations, models, benchmarks, results, prices, speeds, reports.

Integrity lives here, as database constraints whose messages are sentences; forms and
importers repeat none of it. Every table keeps its history (who, when, why).
"""

from models_catalog.models.base import SLUG_PATTERN, DatePrecision, SlugField, refuse_versus, slug_validator
from models_catalog.models.catalog import (
    Category,
    GoneModel,
    LanguageModel,
    ModelAlias,
    ModelSlugRedirect,
    Organization,
    UnknownName,
)
from models_catalog.models.evidence import Benchmark, Report, Result, score_problem
from models_catalog.models.newsroom import BenchmarkAlias, Import, LiveSource, ModelMerge, ScoreSheet
from models_catalog.models.offers import Offering, Price, PriceConflict, SpeedMeasurement, periods_overlap
from models_catalog.models.pending import PendingChange
from models_catalog.models.people import User
from models_catalog.models.runs import EvaluationRun, ItemScore, ItemSet, RunFigure

__all__ = [
    "SLUG_PATTERN",
    "Benchmark",
    "BenchmarkAlias",
    "Category",
    "DatePrecision",
    "EvaluationRun",
    "GoneModel",
    "Import",
    "ItemScore",
    "ItemSet",
    "LanguageModel",
    "LiveSource",
    "ModelAlias",
    "ModelMerge",
    "ModelSlugRedirect",
    "Offering",
    "Organization",
    "PendingChange",
    "Price",
    "PriceConflict",
    "Report",
    "Result",
    "RunFigure",
    "ScoreSheet",
    "SlugField",
    "SpeedMeasurement",
    "UnknownName",
    "User",
    "periods_overlap",
    "refuse_versus",
    "score_problem",
    "slug_validator",
]
