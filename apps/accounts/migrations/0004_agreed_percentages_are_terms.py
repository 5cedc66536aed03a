"""What was agreed with an organizer has held from its beginning."""

from django.db import migrations
from django.utils.timezone import now


def to_terms(apps, _schema):
    for organizer in apps.get_model("accounts", "Organizer").objects.exclude(fee_percent=None):
        percent = f"{organizer.fee_percent.normalize():f}"
        apps.get_model("accounts", "FeeTerms").objects.create(
            organizer=organizer,
            bands=[{"above": 0, "percent": percent, "fixed": 0, "least": 0, "most": None}],
            starts_at=organizer.created_at,
            created_at=organizer.created_at,
            actor="system",
        )


def to_percentages(apps, _schema):
    """Only a bare percentage fits: what else holds now goes back to the usual fee."""
    for organizer in apps.get_model("accounts", "Organizer").objects.all():
        terms = organizer.fee_terms.filter(withdrawn_at=None, starts_at__lte=now())
        newest = terms.order_by("-starts_at", "-pk").first()
        if newest is not None and len(newest.bands) == 1:
            organizer.fee_percent = newest.bands[0]["percent"]
            organizer.save(update_fields=["fee_percent"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_fee_terms_are_kept")]

    operations = [migrations.RunPython(to_terms, to_percentages)]
