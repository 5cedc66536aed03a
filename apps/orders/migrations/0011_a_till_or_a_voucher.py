from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0010_paid_by_voucher"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("channel", "box_office"), _negated=True),
                    ("voucher_minor", 0),
                    ("voucher_minor", models.F("total_minor")),
                    _connector="OR",
                ),
                name="order_of_a_till_or_a_voucher",
            ),
        ),
    ]
