"""Readers at domains that IDNA 2003 took for another's (faß.de for fass.de) get the key of their own.

A hash without an address cannot be told apart; a suppression that may be theirs is kept for both.
"""

from django.db import migrations


def rekey(apps, schema_editor):
    from newsletter.bounces.suppression import key_of
    from newsletter.core.addresses import domain_of

    Subscriber = apps.get_model("newsletter", "Subscriber")
    Pending = apps.get_model("newsletter", "PendingSignup")
    Delivery = apps.get_model("newsletter", "Delivery")
    Suppression = apps.get_model("newsletter", "Suppression")
    for table in (Subscriber, Pending):
        for row in table.objects.exclude(address=""):
            if row.address.isascii():
                continue
            old, new = row.lookup_key, key_of(row.address)
            if old == new or (table is Subscriber and table.objects.filter(lookup_key=new).exists()):
                continue
            values = {"lookup_key": new}
            if table is Subscriber:
                values["domain"] = domain_of(row.address)
                Delivery.objects.filter(subscriber_id=row.pk).update(address_key=new)
            table.objects.filter(pk=row.pk).update(**values)
            known = Suppression.objects.filter(hmac=old).first()
            if known is not None:
                Suppression.objects.get_or_create(
                    hmac=new, defaults={"reason": known.reason, "since": known.since}
                )


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0007_resumed")]
    operations = [migrations.RunPython(rekey, migrations.RunPython.noop)]
