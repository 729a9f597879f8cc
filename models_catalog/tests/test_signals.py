"""The one signal for changed public data: once per transaction, after commit."""

import pytest
from django.db import transaction

from models_catalog.models import ModelAlias, Organization
from models_catalog.signals import announce_change, collecting_changes, public_data_changed
from models_catalog.tests.factories import make_model, make_organization

pytestmark = pytest.mark.django_db


def save_and_fail():
    """Save a public row, then break off."""
    make_organization()
    raise ZeroDivisionError


@pytest.fixture
def heard():
    """The reasons announced so far."""
    reasons = []

    def hear(sender, reason, **_kwargs):
        reasons.append(reason)

    public_data_changed.connect(hear)
    yield reasons
    public_data_changed.disconnect(hear)


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """A block at whose end what waits for a commit is run."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_saves_of_one_transaction_are_announced_once_after_its_commit(heard, commit):
    with commit():
        lab = make_organization()
        lab._change_reason = "Renamed"
        lab.save()
        make_model(lab=lab)
        assert heard == []
    assert heard == ["Renamed"]


def test_next_transaction_is_announced_again(heard, commit):
    for _ in range(2):
        with commit():
            make_organization()
    assert len(heard) == 2


def test_deletion_is_announced(heard, commit):
    with commit():
        make_organization()
    with commit():
        Organization.objects.get().delete()
    assert len(heard) == 2


def test_rolled_back_transaction_announces_nothing(heard, commit):
    with commit(), pytest.raises(ZeroDivisionError), transaction.atomic():
        save_and_fail()
    assert heard == []


def test_change_after_a_rolled_back_savepoint_is_announced(heard, commit):
    with commit():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            save_and_fail()
        make_organization()
    assert len(heard) == 1


def test_change_before_a_rolled_back_savepoint_is_announced(heard, commit):
    with commit():
        make_organization()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            save_and_fail()
    assert len(heard) == 1


def test_table_that_is_not_public_announces_nothing(heard, commit):
    with commit():
        model = make_model()
    heard.clear()
    with commit():
        ModelAlias.objects.create(source_id="A", model=model)
    assert heard == []


def test_collected_changes_are_announced_once_with_the_reason_of_the_outer_block(heard, commit):
    with commit(), collecting_changes("Sheet of the day"):
        make_model()
        with collecting_changes("inner"):
            make_model()
    assert heard == ["Sheet of the day"]


def test_collecting_nothing_or_failing_announces_nothing(heard, commit):
    with commit(), collecting_changes("nothing"):
        pass
    with commit(), pytest.raises(ZeroDivisionError), transaction.atomic(), collecting_changes("fails"):
        save_and_fail()
    assert heard == []


def test_reasons_of_one_transaction_are_joined(heard, commit):
    with commit():
        announce_change("one")
        announce_change("two")
        announce_change("one")
    assert heard == ["one; two"]


def test_large_changes_are_told_apart(commit):
    sizes = []

    def hear(sender, bulk, **_kwargs):
        sizes.append(bulk)

    public_data_changed.connect(hear)
    try:
        for bulk in (False, True):
            with commit():
                announce_change("small")
                announce_change("perhaps large", bulk=bulk)
    finally:
        public_data_changed.disconnect(hear)
    assert sizes == [False, True]
