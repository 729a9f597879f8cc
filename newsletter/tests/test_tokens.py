"""Tokens open one door each, survive a change of keys, and nothing else passes."""

import datetime as dt

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from newsletter import tokens
from newsletter.tests.people import NOW
from newsletter.tokens import BadToken, ExpiredToken, Purpose

PARTS = st.text("abcdef0123456789", min_size=1, max_size=20)


@given(PARTS, st.integers(0, 10**6))
def test_a_token_gives_back_what_it_was_made_of(public_id, issue):
    assert tokens.read_unsubscribe_token(tokens.unsubscribe_token(public_id, issue)) == (public_id, issue)
    assert tokens.read_mail_token(tokens.mail_token(public_id, issue).upper()) == (public_id, issue)


@pytest.mark.parametrize("made_for", list(Purpose))
@pytest.mark.parametrize("used_for", list(Purpose))
def test_a_token_opens_its_own_door_only(made_for, used_for):
    token = tokens.make_token(made_for, "abc", 7)
    if made_for is used_for:
        assert tokens.read_token(used_for, token) == ["abc", "7"]
    else:
        with pytest.raises(BadToken):
            tokens.read_token(used_for, token)


@given(st.text(max_size=90))
def test_made_up_tokens_are_refused(text):
    for read in (tokens.read_unsubscribe_token, tokens.read_mail_token):
        with pytest.raises(BadToken):
            read(text)


@given(st.integers(0, 60), st.sampled_from("abcxyz019"))
def test_a_changed_character_breaks_the_token(place, letter):
    for make, read in (
        (tokens.unsubscribe_token, tokens.read_unsubscribe_token),
        (tokens.mail_token, tokens.read_mail_token),
    ):
        token = make("abcdef0123456789abcd", 42)
        place %= len(token)
        if token[place] != letter:
            with pytest.raises(BadToken):
                read(token[:place] + letter + token[place + 1 :])


def test_links_to_leave_never_expire_and_others_last_half_an_hour():
    with time_machine.travel(NOW, tick=False) as clock:
        leaving = tokens.unsubscribe_token("abc", 1)
        managing = tokens.make_token(Purpose.MANAGE, "abc")
        clock.shift(dt.timedelta(minutes=29))
        assert tokens.read_token(Purpose.MANAGE, managing) == ["abc"]
        clock.shift(dt.timedelta(minutes=2))
        with pytest.raises(ExpiredToken, match="Ask for a new one"):
            tokens.read_token(Purpose.MANAGE, managing)
        clock.shift(dt.timedelta(days=3650))
        assert tokens.read_unsubscribe_token(leaving) == ("abc", 1)


def test_tokens_of_an_earlier_key_stay_valid(settings):
    leaving, mailed = tokens.unsubscribe_token("abc", 1), tokens.mail_token("abc", 1)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-" + "9" * 40
    assert tokens.unsubscribe_token("abc", 1) != leaving
    assert tokens.read_unsubscribe_token(leaving) == ("abc", 1)
    assert tokens.read_mail_token(mailed) == ("abc", 1)
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(BadToken):
        tokens.read_unsubscribe_token(leaving)
    with pytest.raises(BadToken):
        tokens.read_mail_token(mailed)


def test_the_address_that_unsubscribes_fits_into_a_local_part():
    token = tokens.mail_token("f" * 20, 16**6 - 1)
    assert len(f"unsubscribe+{token}") <= 64


def test_parts_that_would_blur_into_each_other_are_refused():
    with pytest.raises(ValueError, match="letters, digits"):
        tokens.make_token(Purpose.MANAGE, "a.b")
