from django.db import migrations

from apps.core.append_only import append_only


class Migration(migrations.Migration):
    replaces = [("orders", "0004_refunds_are_append_only")]

    dependencies = [("orders", "0001_tables"), ("core", "0002_append_only")]

    operations = [append_only("orders_orderrefund"), append_only("orders_orderrefundline")]
