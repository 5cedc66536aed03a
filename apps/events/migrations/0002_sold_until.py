from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0001_tables")]

    operations = [
        migrations.AddField(
            model_name="event",
            name="sold_until",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
