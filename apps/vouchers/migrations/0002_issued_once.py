from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vouchers", "0001_tables")]

    operations = [
        migrations.AddField(
            model_name="giftvoucher",
            name="key",
            field=models.UUIDField(blank=True, editable=False, null=True, unique=True),
        ),
    ]
