from django.db import migrations

from apps.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_refunds_made_before"), ("core", "0002_append_only")]

    operations = [append_only("orders_orderrefund"), append_only("orders_orderrefundline")]
