"""Settings of a worker process in delivery tests: the site's, with a short lease and only the apps
a process that sends needs, so that thirty of them start in reasonable time."""

import os

from config.settings import *  # noqa: F403

INSTALLED_APPS = ["django.contrib.contenttypes", "newsletter.apps.NewsletterConfig"]
NEWSLETTER_LEASE_SECONDS = float(os.environ["TEST_LEASE_SECONDS"])
NEWSLETTER_SMTP_TIMEOUT = 10
NEWSLETTER_RENDER_GROUP = "newsletter.tests.people.render"
NEWSLETTER_MARKER_FILE = ""
