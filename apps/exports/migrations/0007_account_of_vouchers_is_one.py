import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exports", "0006_usual_account_of_vouchers")]

    operations = [
        migrations.AddConstraint(
            model_name="bookkeeping",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.Exact(
                        django.db.models.functions.text.Length("vouchers"),
                        models.F("account_length"),
                    ),
                    ("vouchers__regex", "^[0-9]+$"),
                ),
                name="bookkeeping_vouchers",
            ),
        ),
    ]
