"""What was summed once stays as it was: what is booked later is in the next closing."""

from django.db import migrations

from apps.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_closings")]

    operations = [append_only("ledger_closing"), append_only("ledger_daysum")]
