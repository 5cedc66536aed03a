from django.db import migrations

from apps.core.append_only import append_only


class Migration(migrations.Migration):
    replaces = [
        ("exports", "0002_append_only"),
        ("exports", "0004_downloads_are_append_only"),
    ]

    dependencies = [("exports", "0001_tables"), ("core", "0002_append_only")]

    operations = [append_only("exports_export"), append_only("exports_download")]
