"""The page of all components renders: each macro gets exactly the parts its comment names."""

from django.test import RequestFactory

from comparisons.web.styleguide_views import styleguide


def test_every_component_renders_with_parts_of_its_own_types():
    page = styleguide(RequestFactory().get("/styleguide/")).content.decode()
    for block in ("scorecard", "claim", "choose", "pencil", "radar", "table duo", "filters", "signup", "timeline"):
        assert f'class="{block}' in page, f"{block} is missing from the styleguide"
