from django.db import migrations

from apps.core.append_only import append_only
from apps.core.touched import touched


class Migration(migrations.Migration):
    replaces = [
        ("tickets", "0002_touched"),
        ("tickets", "0004_reissues_stay"),
    ]

    dependencies = [("tickets", "0001_tables"), ("core", "0002_append_only")]

    operations = [touched("tickets_ticket"), append_only("tickets_reissue")]
