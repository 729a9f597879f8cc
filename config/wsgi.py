"""Entry point of web servers."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django_application = get_wsgi_application()

from comparisons.caretaker import CaringApplication  # noqa: E402 (needs the apps, which are ready only now)
from comparisons.web.page_cache import PageFront  # noqa: E402

application = CaringApplication(PageFront(django_application))

# What is loaded by now stays for good. Pages make thousands of short-lived objects without cycles: looking for
# cycles among them after every 700, as Python does unasked, costs a fifth of a page.
gc.freeze()
gc.set_threshold(50_000, 20, 100)
