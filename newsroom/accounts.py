"""How staff log in: password, throttling, second factor. Readers have no account.

django-allauth does the work; here stands what this site decides. No network address is
stored or logged: throttling counts under a keyed hash of it that changes every day.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import logging
import secrets

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

logger = logging.getLogger(__name__)

IPV6_NETWORK = 64  # bits of an IPv6 address that one household or office shares


class StaffAccounts(DefaultAccountAdapter):
    """Sign-up is closed, and where somebody logs in from is nobody's business."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "User name and password do not match. Both tell capitals from small letters.",
        "too_many_login_attempts": "Too many failed attempts. Wait ten minutes, then try again.",
        "rate_limited": "Too many failed attempts. Wait ten minutes, then try again.",
        "incorrect_password": "This is not your password.",
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_client_ip(self, request) -> str:
        """A text that stands for the visitor's network today, and for nothing tomorrow."""
        try:
            address = super().get_client_ip(request)
        except (PermissionDenied, ImproperlyConfigured):
            address = ""  # behind a local socket: all such visitors share one limit
        return network_today(address)


def network_today(address: str) -> str:
    """A keyed hash of the network an address belongs to; the key is another one every day."""
    if ":" in address:
        address = str(ipaddress.ip_network(f"{address}/{IPV6_NETWORK}", strict=False))
    salt = f"staff log-in of {timezone.now():%Y-%m-%d}: "
    return hmac.new(settings.SECRET_KEY.encode(), (salt + address).encode(), hashlib.sha256).hexdigest()


class StaffSecondFactor(DefaultMFAAdapter):
    """Secrets of authenticator apps are stored encrypted; where a second factor is required it stays."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not valid (any more). Type the one your app shows now.",
        "cannot_delete_authenticator": "This site asks for a second factor, so the app cannot be removed. "
        "To move to another phone, let an administrator reset your second factor.",
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            logger.error("A second factor cannot be read: SECRET_KEY was changed without SECRET_KEY_FALLBACKS.")
            return base64.b32encode(secrets.token_bytes(20)).decode()  # a secret that no app and no attacker knows

    def can_delete_authenticator(self, authenticator) -> bool:
        return not settings.REQUIRE_STAFF_MFA


def _cipher() -> MultiFernet:
    """Encrypts with SECRET_KEY and reads what its predecessors encrypted."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(f"second factor of staff: {key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class StaffLoginForm(LoginForm):
    """User name and password; labels say what goes where, so the fields stay empty."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs["autofocus"] = True


def has_second_factor(user) -> bool:
    """Whether `user` has set up an authenticator app. Queries once."""
    return Authenticator.objects.filter(user=user.pk, type=Authenticator.Type.TOTP).exists()


def lacks_second_factor(request) -> bool:
    """Whether the site asks for a second factor and the request's user has none. Queries at most once."""
    if not settings.REQUIRE_STAFF_MFA or not request.user.is_authenticated:
        return False
    if not hasattr(request, "_lacks_second_factor"):
        request._lacks_second_factor = not has_second_factor(request.user)
    return request._lacks_second_factor


def remove_second_factor(user) -> int:
    """Forget a person's app and recovery codes, as for somebody who lost the phone. Gives how many went."""
    return Authenticator.objects.filter(user=user.pk).delete()[0]


def enter(request, site):
    """What the newsroom's log-in address does: lead to the log-in, to setting up a second factor, or in."""
    target = request.GET.get("next") or request.POST.get("next") or ""
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = reverse("admin:index", current_app=site.name)
    user = request.user
    if site.has_permission(request):
        return HttpResponseRedirect(target)
    if not user.is_authenticated:
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': target})}")
    if user.is_active and user.is_staff:
        messages.info(request, "This site asks for a second factor. Set one up to go on.")
        return HttpResponseRedirect(reverse("mfa_activate_totp"))
    return render(request, "newsroom/account_refused.html", status=403)
