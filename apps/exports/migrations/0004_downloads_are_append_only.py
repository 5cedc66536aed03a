from django.db import migrations

from apps.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("exports", "0003_files_and_schedules"), ("core", "0002_append_only")]

    operations = [append_only("exports_download")]
