"""Issues in the newsroom: look, note, test, check, schedule, pause, and decide about uncertain mails."""

from __future__ import annotations

import datetime as dt

from csp.decorators import csp_replace
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import escape
from django.views.decorators.http import require_POST

from models_catalog.core import display
from newsletter.audit import log_action
from newsletter.bounces.suppression import key_of
from newsletter.core.periods import MONTHLY, WEEKLY
from newsletter.delivery import outbox
from newsletter.delivery.mail import UNSUBSCRIBE_PLACEHOLDER, list_headers, unsubscribe_url
from newsletter.delivery.numbers import load_numbers
from newsletter.delivery.outbox import Rendered
from newsletter.digest import errata
from newsletter.digest.build import OPEN, DigestError, coming, rebuild
from newsletter.digest.issue_forms import CopyForm, ErratumForm, ScheduleForm
from newsletter.digest.preflight import PreflightError, hints_about, make_ready, problems_of, schedule_checked
from newsletter.digest.rendering import refresh, render_digest
from newsletter.models import Issue, TransactionalMail

PARTS = ("html", "text", "source")
TEST_VALID = dt.timedelta(hours=2)
State = Issue.State
EDITABLE = (*OPEN, State.SCHEDULED)
NOBODY = "nobody"

# A mail is one page with its styles inside: shown to editors with styles allowed and scripts forbidden.
mail_preview = csp_replace({"style-src": ["'unsafe-inline'"], "script-src": ["'none'"]})


@admin.register(Issue)
class IssueAdmin(admin.ModelAdmin):
    """One issue; what was frozen and what was sent cannot be edited, only the note above it."""

    change_form_template = "newsroom_mail/issue_form.html"
    change_list_template = "newsroom_mail/issue_list.html"
    list_display = ("slug", "newsletter", "state", "changes", "send_at", "candidates", "stopped_because")
    list_filter = ("state", "newsletter")
    search_fields = ("slug",)
    fields = (
        "slug",
        "subject",
        "state",
        "changes",
        "period",
        "editor_note",
        "max_lateness",
        "send_at",
        "accounting",
        "stopped_because",
        "snapshot_sha256",
    )

    @admin.display(description="changes")
    def changes(self, issue: Issue) -> str:
        """How many changes it tells."""
        told = issue.snapshot.get("erratum", issue.snapshot)
        return display.count(len(told.get("changes", ())))

    @admin.display(description="period, UTC")
    def period(self, issue: Issue) -> str:
        """From and to."""
        return f"{issue.period_start:%Y-%m-%d %H:%M} to {issue.period_end:%Y-%m-%d %H:%M}"

    @admin.display(description="mails")
    def accounting(self, issue: Issue) -> str:
        """Every subscriber and what became of their mail."""
        if issue.candidates is None:
            return "not prepared yet"
        total = outbox.account(issue)
        return (
            f"{display.count(total.candidates)} candidates = {display.count(total.prepared)} prepared + "
            f"{display.count(total.excluded)} excluded; {total.sent} sent, {total.failed} failed, "
            f"{total.skipped} skipped, {total.uncertain} uncertain, {total.in_flight} under way"
        )

    def has_add_permission(self, request) -> bool:
        return False  # build_digest makes issues, one a period

    def has_delete_permission(self, request, obj=None) -> bool:
        return False  # the archive and the deliveries hang on it

    def get_readonly_fields(self, request, obj=None):
        open_fields = {"editor_note", "max_lateness"} if obj is not None and obj.state in EDITABLE else set()
        return tuple(name for name in self.fields if name not in open_fields)

    def save_model(self, request, obj, form, change):
        """Keep the note and render anew, so that preview and checks see it.

        An open issue has to be checked again. A scheduled one keeps its time if it still passes, and else
        becomes a draft.
        """
        words = {"editor_note": obj.editor_note, "max_lateness": obj.max_lateness, "by_hand": True}
        Issue.objects.filter(pk=obj.pk, state__in=OPEN).update(**words, state=State.DRAFT)
        Issue.objects.filter(pk=obj.pk, state=State.SCHEDULED).update(**words)
        obj.refresh_from_db()
        if obj.state not in EDITABLE:
            return
        obj.renderings.all().delete()
        refresh(obj)
        problems = problems_of(obj) if obj.state == State.SCHEDULED else []
        if problems:
            outbox.unschedule(obj)
            for problem in problems:
                messages.error(request, f"No longer scheduled: {problem}")

    def change_view(self, request, object_id, form_url="", extra_context=None):
        issue = self.get_object(request, object_id)
        context = {**(extra_context or {}), "moves": self._moves(request, issue) if issue else ()}
        if issue is not None:
            context["uncertain"] = outbox.uncertain_rows(issue).count()
            context["may_change"] = self.has_change_permission(request, issue)
            context["errata"] = issue.errata.order_by("pk")
            context["erratum_button"] = _erratum_button(issue)
        return super().change_view(request, object_id, form_url, context)

    def _moves(self, request, issue: Issue) -> list[tuple[str, str]]:
        """Names and labels of the buttons that make sense now."""
        if not self.has_change_permission(request, issue):
            return []
        moves = []
        if (issue.state in OPEN and issue.corrects_id is None) or issue.empty:
            moves.append(("rebuild", "Freeze the changes again"))
        if issue.state == State.DRAFT:
            moves.append(("ready", "Check and mark as ready"))
        unprepared = issue.prepared_at is None and not issue.empty
        if unprepared and issue.state in (State.SCHEDULED, State.PAUSED, State.HELD):
            moves.append(("unschedule", "Take back to a draft"))
        if issue.state in (State.SCHEDULED, State.SENDING):
            moves.append(("pause", "Pause"))
        if issue.state in (State.SCHEDULED, State.SENDING, State.PAUSED):
            moves.append(("hold", "Hold"))
        if issue.state in (State.PAUSED, State.HELD):
            moves.append(("resume", "Resume"))
        if unprepared and issue.state in (*OPEN, State.SCHEDULED, State.PAUSED, State.HELD):
            moves.append(("skip", "Skip: never send it"))
        if issue.state == State.SKIPPED:
            moves.append(("take_up", "Take it up again"))
        return moves

    # --- Pages beside the form ---------------------------------------------------------------------

    def get_urls(self):
        def view(function):
            return self.admin_site.admin_view(function)

        own = [
            path("deliveries/", view(self.deliveries_view), name="newsletter_deliveries"),
            path("coming/<str:newsletter>/<str:part>/", view(self.coming_view), name="newsletter_coming"),
            path("<int:pk>/preview/<str:part>/", view(self.preview_view), name="newsletter_preview"),
            path("<int:pk>/checks/", view(self.checks_view), name="newsletter_checks"),
            path("<int:pk>/test/", view(self.test_view), name="newsletter_test"),
            path("<int:pk>/schedule/", view(self.schedule_view), name="newsletter_schedule"),
            path("<int:pk>/erratum/", view(self.erratum_view), name="newsletter_erratum"),
            path("<int:pk>/move/<str:move>/", view(self.move_view), name="newsletter_move"),
            path("<int:pk>/uncertain/<str:decision>/", view(self.uncertain_view), name="newsletter_uncertain"),
        ]
        return own + super().get_urls()

    def _issue(self, request: HttpRequest, pk: int, *, change: bool = True) -> Issue:
        issue = self.get_object(request, str(pk))
        if issue is None:
            raise Http404("There is no such issue.")
        allowed = self.has_change_permission if change else self.has_view_permission
        if not allowed(request, issue):
            raise PermissionDenied
        return issue

    def _back(self, issue: Issue) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:newsletter_issue_change", args=[issue.pk]))

    def _page(self, request: HttpRequest, template: str, issue: Issue, title: str, **context) -> TemplateResponse:
        words = {**self.admin_site.each_context(request), "issue": issue, "title": title, "opts": self.opts, **context}
        return TemplateResponse(request, f"newsroom_mail/{template}.html", words)

    @method_decorator(mail_preview)
    def preview_view(self, request, pk: int, part: str):
        """The parts as they stand: what an archive reader and, but for the link to leave, a subscriber gets."""
        issue = self._issue(request, pk, change=False)
        return _part(part, Rendered(issue.subject, issue.html, issue.text))

    @method_decorator(mail_preview)
    def coming_view(self, request, newsletter: str, part: str):
        """The issue that would be built if the period ended now; nothing is stored."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if newsletter not in (WEEKLY, MONTHLY):
            raise Http404("There is a weekly and a monthly issue.")
        period, told = coming(newsletter, timezone.now())
        if told is None:
            return HttpResponse(f"Nothing has changed yet in {period.text}.", content_type="text/plain; charset=utf-8")
        return _part(part, render_digest(told, "", period.slug))

    def deliveries_view(self, request):
        """Numbers of the latest issues, mails without an answer, what came back, workers and commands."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        words = {**self.admin_site.each_context(request), "title": "Deliveries", "opts": self.opts}
        return TemplateResponse(
            request, "newsroom_mail/deliveries.html", {**words, "page": load_numbers(timezone.now())}
        )

    def checks_view(self, request, pk: int):
        """What forbids sending it."""
        issue = self._issue(request, pk, change=False)
        words = {"problems": problems_of(issue), "hints": hints_about(issue)}
        return self._page(request, "issue_checks", issue, f"Checks of {issue.slug}", **words)

    def test_view(self, request, pk: int):
        """Queue one copy for one address."""
        issue = self._issue(request, pk)
        form = CopyForm(request.POST or None, initial={"address": request.user.email})
        if request.method == "POST" and form.is_valid():
            send_test(issue, form.cleaned_data["address"], timezone.now())
            log_action(request, issue, "A test copy was sent.")
            messages.success(request, f"A test of {issue.slug} is on its way to {form.cleaned_data['address']}.")
            return self._back(issue)
        return self._page(request, "issue_one_field", issue, f"Test of {issue.slug}", form=form, submit="Send the test")

    def schedule_view(self, request, pk: int):
        """Give it its time, if the checks find nothing."""
        issue = self._issue(request, pk)
        form = ScheduleForm(request.POST or None)
        problems: list[str] = []
        if request.method == "POST" and form.is_valid():
            try:
                schedule_checked(issue, form.cleaned_data["send_at"])
            except PreflightError as error:
                problems = error.problems
            else:
                log_action(request, issue, f"Scheduled for {issue.send_at:%Y-%m-%d %H:%M} UTC.")
                messages.success(request, f"{issue.slug} goes out at {issue.send_at:%Y-%m-%d %H:%M} UTC.")
                for hint in hints_about(issue):
                    messages.warning(request, hint)
                return self._back(issue)
        return self._page(
            request,
            "issue_one_field",
            issue,
            f"Schedule {issue.slug}",
            form=form,
            submit="Schedule",
            problems=problems,
        )

    def erratum_view(self, request, pk: int):
        """Open the correction of a sent issue, or change one that is not scheduled."""
        issue = self._issue(request, pk)
        label = _erratum_button(issue)
        if not label:
            messages.error(request, f"{issue.slug} is {issue.get_state_display()}; that cannot be done now.")
            return self._back(issue)
        sent, chosen = issue.corrects or issue, issue.snapshot.get("erratum", {}).get("changes", ())
        note = issue.editor_note if issue.corrects_id else ""
        form = ErratumForm(request.POST or None, errata.lines_of(sent), note, frozenset(chosen))
        problems: list[str] = []
        if request.method == "POST" and form.is_valid():
            try:
                return self._back(self._keep_erratum(request, issue, form.cleaned_data))
            except DigestError as error:
                problems = [str(error)]
        title = f"{label}: {issue.slug}"
        return self._page(
            request, "issue_one_field", issue, title, form=form, submit="Keep and look at it", problems=problems
        )

    def _keep_erratum(self, request, issue: Issue, words: dict) -> Issue:
        """Store what the form says, with an entry for both issues; return the correction."""
        if issue.corrects_id is not None:
            errata.change_erratum(issue, words["note"], words["lines"])
            log_action(request, issue, "Changed what the correction says.")
            return issue
        erratum = errata.open_erratum(issue, words["note"], words["lines"])
        log_action(request, issue, f"Opened the correction {erratum.slug}.")
        log_action(request, erratum, f"Opened as a correction of {issue.slug}.")
        messages.success(request, f"{erratum.slug} is a draft: look at it, test it, then schedule it.")
        return erratum

    @method_decorator(require_POST)
    def move_view(self, request, pk: int, move: str):
        """One of the buttons of `_moves`."""
        issue = self._issue(request, pk)
        if move not in dict(self._moves(request, issue)):
            messages.error(request, f"{issue.slug} is {issue.get_state_display()}; that cannot be done now.")
            return self._back(issue)
        label = dict(self._moves(request, issue))[move]
        by = f"{move} by {request.user.get_username()}"
        now = timezone.now()
        try:
            if move == "ready":
                make_ready(issue)
            elif move == "rebuild":
                rebuild(issue, now)
            elif move == "resume":
                outbox.resume(issue, now)
            elif move in ("pause", "hold"):
                {"pause": outbox.pause, "hold": outbox.hold}[move](issue, by)
            else:
                {"unschedule": outbox.unschedule, "skip": outbox.skip, "take_up": outbox.take_up}[move](issue)
        except (PreflightError, DigestError) as error:
            for problem in getattr(error, "problems", [str(error)]):
                messages.error(request, problem)
            return self._back(issue)
        issue.refresh_from_db()
        log_action(request, issue, f"Pressed “{label}”: {issue.get_state_display()}.")
        messages.success(request, f"{issue.slug} is {issue.get_state_display()}.")
        return self._back(issue)

    @method_decorator(require_POST)
    def uncertain_view(self, request, pk: int, decision: str):
        """The three buttons for mails without an answer: wait, mark sent, resend."""
        issue = self._issue(request, pk)
        rows = outbox.uncertain_rows(issue)
        if decision == "wait":
            messages.info(request, f"{display.counted(rows.count(), 'mail')} wait for a report of the provider.")
        elif decision == "sent":
            messages.success(request, f"{display.counted(outbox.mark_sent(rows), 'mail')} marked as sent.")
        elif decision == "resend":
            number = outbox.resend(rows)
            messages.warning(request, f"{display.counted(number, 'mail')} will be sent again; a reader may get two.")
        else:
            raise Http404("The decisions are wait, sent and resend.")
        log_action(request, issue, f"Decided about mails without an answer: {decision}.")
        return self._back(issue)


def _erratum_button(issue: Issue) -> str:
    """What the button about a correction says now; empty where there is none."""
    if issue.corrects_id is not None:
        return "Choose what it concerns" if issue.state in OPEN else ""
    return "Correct a mistake in it" if errata.may_be_corrected(issue) else ""


def _part(part: str, rendered: Rendered) -> HttpResponse:
    if part not in PARTS:
        raise Http404(f"The parts are {', '.join(PARTS)}.")
    if part == "html":
        return HttpResponse(rendered.html)
    body = rendered.text if part == "text" else f"Subject: {rendered.subject}\n\n{rendered.html}"
    return HttpResponse(body, content_type="text/plain; charset=utf-8")


def send_test(issue: Issue, address: str, now: dt.datetime) -> TransactionalMail:
    """Queue the issue as it stands for one address, with the headers of the real mail.

    Its links to unsubscribe are whole and belong to nobody, so that pressing them ends no subscription.
    """
    leave = unsubscribe_url(NOBODY, issue.pk)
    mail = TransactionalMail(
        purpose=TransactionalMail.Purpose.TEST,
        address=address,
        subject=f"[Test] {issue.subject}"[:200],
        text=issue.text.replace(UNSUBSCRIBE_PLACEHOLDER, leave),
        html=issue.html.replace(UNSUBSCRIBE_PLACEHOLDER, escape(leave)),
        headers=list_headers(issue, NOBODY),
        expires_at=now + TEST_VALID,
    )
    outbox.enqueue(mail, key_of(address), now)
    return mail
