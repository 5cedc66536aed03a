from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Every sale writes here, so nobody waits for the index to be built."""

    atomic = False

    dependencies = [
        ("outbox", "0001_initial"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="delivery",
            index=models.Index(
                fields=["queue", "due_at"],
                name="delivery_due_by_queue",
                condition=models.Q(state__in=["pending", "leased"]),
            ),
        ),
        RemoveIndexConcurrently(model_name="delivery", name="delivery_due"),
    ]
