from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations

from apps.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("checkin", "0001_initial")]

    operations = [append_only("checkin_scan"), UnaccentExtension()]
