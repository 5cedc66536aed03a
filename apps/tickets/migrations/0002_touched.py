from django.db import migrations

from apps.core.touched import touched


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]

    operations = [touched("tickets_ticket")]
