"""The admin site: where editors enter, check and publish."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache


class NewsroomSite(admin.AdminSite):
    """The admin with work queues on its front page and the audit log."""

    site_header = f"{settings.SITE_NAME} newsroom"
    site_title = "Newsroom"
    index_title = "What needs doing"
    site_url = "/"
    index_template = "newsroom/index.html"

    def register(self, model_or_iterable, admin_class=None, **options):
        """Register as usual, except the log-in package's own tables: nobody edits secrets by hand."""
        tables = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        tables = [table for table in tables if not table.__module__.startswith("allauth.")]
        super().register(tables, admin_class, **options)

    def has_permission(self, request):
        """Staff with a second factor, where the site asks for one."""
        from newsroom.accounts import lacks_second_factor

        return super().has_permission(request) and not lacks_second_factor(request)

    @method_decorator(never_cache)
    def login(self, request, extra_context=None):
        """Lead to the log-in, to setting up a second factor, or in."""
        from newsroom.accounts import enter

        return enter(request, self)

    def get_urls(self):
        return [path("audit/", self.admin_view(self.audit_view), name="audit"), *super().get_urls()]

    def index(self, request, extra_context=None):
        # The apps are not loaded yet when Django imports this module.
        from newsroom.publishing import may_publish
        from newsroom.queues import queues_for

        context = {
            "queues": queues_for(request.user, timezone.now().date()),
            "may_read_audit": may_publish(request.user),
            "may_enter_scores": request.user.has_perm("models_catalog.add_scoresheet"),
            "may_import": request.user.has_perm("models_catalog.add_import"),
        }
        return super().index(request, {**context, **(extra_context or {})})

    def audit_view(self, request):
        """The log of all changes."""
        from newsroom.audit_views import audit_log

        return audit_log(request, self)
