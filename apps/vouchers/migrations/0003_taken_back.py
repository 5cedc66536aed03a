from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vouchers", "0002_gift_vouchers"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="giftvoucher", name="voucher_due"),
        migrations.AlterField(
            model_name="giftvoucher",
            name="state",
            field=models.CharField(
                choices=[
                    ("live", "Works"),
                    ("blocked", "Blocked"),
                    ("expired", "Expired"),
                    ("taken_back", "Taken back"),
                ],
                default="live",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="giftvoucher",
            index=models.Index(
                condition=models.Q(("state__in", ("live", "blocked"))),
                fields=["expires_at"],
                name="voucher_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="giftvoucher",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin", "refund"), ("state", "taken_back"), _negated=True),
                name="voucher_of_a_refund_is_the_buyer_s",
            ),
        ),
    ]
