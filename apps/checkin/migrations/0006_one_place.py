from django.db import migrations

from apps.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("checkin", "0005_what_stands")]

    operations = [
        append_only("checkin_doorterms"),
        migrations.RemoveField(model_name="device", name="log_hash"),
        migrations.RemoveField(model_name="device", name="log_head"),
    ]
