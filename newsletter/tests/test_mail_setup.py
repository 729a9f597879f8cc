"""manage.py check_mail_setup: clear sentences about DNS and settings."""

from __future__ import annotations

import dns.resolver
import pytest
from django.core.management import CommandError, call_command

from newsletter.delivery import mail_setup
from newsletter.delivery.mail_setup import LookupFailed, check, parents, tags_of
from newsletter.management.commands.check_mail_setup import Command, ask_dns

GOOD = {
    ("news.example.org", "TXT"): ["other text", "v=spf1 include:relay.example -all"],
    ("s1._domainkey.example.org", "TXT"): ["v=DKIM1; k=rsa; p=MIGf"],
    ("_dmarc.example.org", "TXT"): ["v=DMARC1; p=none; rua=mailto:d@example.org"],
    ("news.example.org", "MX"): ["10 mx.example.org."],
}


@pytest.fixture(autouse=True)
def _ready(settings):
    settings.SITE_URL = "https://example.org"
    settings.NEWSLETTER_FROM = "Evenbench <news@example.org>"
    settings.NEWSLETTER_MAIL_DOMAIN = "news.example.org"
    settings.NEWSLETTER_POSTAL_ADDRESS = "1 Example Street"
    settings.NEWSLETTER_PEPPER = "p" * 50
    settings.NEWSLETTER_DKIM_SELECTORS = "s1"
    settings.INSTANCE_ID = "one"


def zone(**changes):
    """A lookup in GOOD with changed or (None) missing records, by short name."""
    names = {
        "spf": ("news.example.org", "TXT"),
        "dkim": ("s1._domainkey.example.org", "TXT"),
        "dmarc": ("_dmarc.example.org", "TXT"),
        "mx": ("news.example.org", "MX"),
    }
    records = {**GOOD, **{names[short]: texts for short, texts in changes.items()}}
    return lambda name, kind: records.get((name, kind)) or []


def problems(lookup) -> list[str]:
    return [finding.text for finding in check(lookup) if finding.level == "problem"]


def test_a_good_zone_has_no_problem():
    assert problems(zone()) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"spf": None}, "news.example.org has no SPF record"),
        ({"spf": ["v=spf1 -all", "v=spf1 ~all"]}, "has 2 SPF records"),
        ({"spf": ["v=spf1 +all"]}, "lets everybody send"),
        ({"spf": ["v=spf1 a all"]}, "lets everybody send"),
        ({"spf": ["v=spf1 mx"]}, "has no end"),
        ({"spf": ["v=spf10 -all"]}, "has no SPF record"),
        ({"dkim": None}, "s1._domainkey.example.org has no DKIM key"),
        ({"dkim": ["v=DKIM1; p="]}, "is revoked"),
        ({"dmarc": None}, "example.org has no DMARC record"),
        ({"dmarc": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]}, "has 2 records"),
        ({"dmarc": ["v=DMARC1; rua=mailto:a@b.org"]}, "has no policy"),
        ({"mx": None}, "has no MX record"),
    ],
)
def test_each_missing_record_is_named_with_its_remedy(change, words):
    (text,) = problems(zone(**change))
    assert words in text


@pytest.mark.parametrize("spf", ["v=spf1 redirect=_spf.relay.example", "V=SPF1 a ~all"])
def test_other_good_spf_records_are_good(spf):
    assert problems(zone(spf=[spf])) == []


def test_a_policy_of_the_parent_domain_counts(settings):
    settings.NEWSLETTER_FROM = "news@news.example.org"
    records = {**GOOD, ("s1._domainkey.news.example.org", "TXT"): ["p=MIGf"]}
    assert problems(lambda name, kind: records.get((name, kind), [])) == []


def test_a_return_path_of_another_domain_is_not_aligned(settings):
    settings.NEWSLETTER_MAIL_DOMAIN = "relay.example"
    records = {
        **GOOD,
        ("relay.example", "TXT"): ["v=spf1 -all"],
        ("relay.example", "MX"): ["10 mx."],
    }
    (text,) = problems(lambda name, kind: records.get((name, kind), []))
    assert "are not aligned" in text


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SITE_URL", "http://example.org", "needs https"),
        ("NEWSLETTER_POSTAL_ADDRESS", "", "Several countries want one"),
        ("NEWSLETTER_PEPPER", "", "forget who left"),
        ("NEWSLETTER_DKIM_SELECTORS", "", "DKIM cannot be checked"),
        ("NEWSLETTER_FROM", "nobody", "Write a name and an address"),
    ],
)
def test_a_setting_that_is_missing_is_named(settings, name, value, words):
    setattr(settings, name, value)
    assert any(words in text for text in problems(zone()))


def test_rules_without_a_lawyer_and_a_copy_that_could_send_are_notes(settings):
    settings.INSTANCE_ID = ""
    notes = " ".join(finding.text for finding in check(zone()) if finding.level == "note")
    assert "INSTANCE_ID is empty" in notes
    assert "South Korea" in notes
    assert "No lawyer has reviewed" in notes


def test_silence_of_dns_is_told_apart_from_a_missing_record():
    def silent(name, kind):
        raise LookupFailed(f"{name} ({kind}), LifetimeTimeout")

    texts = problems(silent)
    assert len(texts) == 4
    assert all("DNS did not answer" in text for text in texts)


def test_the_command_ends_well_or_with_an_error(monkeypatch, capsys):
    monkeypatch.setattr(Command, "lookup", staticmethod(zone()))
    call_command("check_mail_setup")
    assert "is in order" in capsys.readouterr().out
    monkeypatch.setattr(Command, "lookup", staticmethod(zone(spf=None)))
    with pytest.raises(CommandError, match=r"1 of .* are problems"):
        call_command("check_mail_setup")
    assert "problem " in capsys.readouterr().out


def test_dns_answers_become_plain_texts(monkeypatch):
    class Text:
        strings = (b"v=spf1 ", b"-all")

    class Exchange:
        def to_text(self):
            return "10 mx.example.org."

    def resolve(name, kind, lifetime):
        if name == "nothing.example":
            raise dns.resolver.NXDOMAIN
        if name == "slow.example":
            raise dns.resolver.LifetimeTimeout(timeout=1, errors=[])
        return [Text()] if kind == "TXT" else [Exchange()]

    monkeypatch.setattr(dns.resolver, "resolve", resolve)
    assert ask_dns("a.example", "TXT") == ["v=spf1 -all"]
    assert ask_dns("a.example", "MX") == ["10 mx.example.org."]
    assert ask_dns("nothing.example", "TXT") == []
    with pytest.raises(LookupFailed, match=r"slow\.example"):
        ask_dns("slow.example", "TXT")


def test_small_parsers():
    assert tags_of("v=DKIM1; p=ab=; t") == {"v": "DKIM1", "p": "ab="}
    assert parents("a.b.example.org") == ["a.b.example.org", "b.example.org", "example.org"]
    assert parents("localhost") == ["localhost"]
    assert mail_setup.ok("x").level == "ok"
