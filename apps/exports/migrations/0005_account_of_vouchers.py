import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exports", "0004_downloads_are_append_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="bookkeeping",
            name="vouchers",
            field=models.CharField(
                default="",
                max_length=8,
                validators=[
                    django.core.validators.RegexValidator("^[0-9]+$", "Digits only.")
                ],
                verbose_name="gift vouchers that are still owed",
            ),
            preserve_default=False,
        ),
    ]
