from django.db import migrations

from apps.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("box_office", "0001_tables"), ("core", "0002_append_only")]

    operations = [append_only("box_office_tillline")]
