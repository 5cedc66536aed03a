from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("invoices", "0003_account_of_fee_lines"),
    ]

    operations = [
        migrations.AddField(
            model_name="invoiceline",
            name="discount_minor",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(("discount_minor", 0), ("is_part", False), _connector="OR"),
                name="invoice_line_discount",
            ),
        ),
    ]
