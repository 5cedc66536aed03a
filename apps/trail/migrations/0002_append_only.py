from django.db import migrations

from apps.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_tables"), ("core", "0002_append_only")]

    operations = [
        append_only("trail_moneyact"),
        append_only("trail_dayseal"),
        append_only("trail_sealedtable"),
    ]
