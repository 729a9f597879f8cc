"""The page of all components renders: each macro gets exactly the fields its comment names."""

from django.template.loader import render_to_string
from django.test import RequestFactory


def test_every_component_renders_with_its_documented_fields():
    page = render_to_string("styleguide.html", request=RequestFactory().get("/styleguide/"))
    for block in ("scorecard", "claim", "choose", "pencil", "radar", "balance", "filters", "signup", "timeline"):
        assert f'class="{block}' in page, f"{block} is missing from the styleguide"
