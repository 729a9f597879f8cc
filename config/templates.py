"""Jinja2, faster where our pages are: thousands of short texts, printed once."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import Environment, Template
from markupsafe import Markup, escape

special = re.compile("[&<>\"']").search


def printed(value: Any) -> str:
    """`markupsafe.escape` for output: the same letters, without an object around each plain text."""
    kind = type(value)
    if kind is Markup or (kind is str and special(value) is None):
        return value
    if kind is int or kind is float:
        return str(value)
    return escape(value)


class PrintingTemplate(Template):
    """A template whose output goes through `printed`."""

    @classmethod
    def _from_namespace(cls, environment, namespace, globals):
        namespace["escape"] = printed
        return super()._from_namespace(environment, namespace, globals)


class PageEnvironment(Environment):
    """Looks a name up in a dict before it asks for an attribute, so that no error is raised on the usual way."""

    template_class = PrintingTemplate

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The attribute or item of that name, undefined where there is neither."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return super().getattr(obj, attribute)
