from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trail", "0002_append_only")]

    operations = [
        migrations.AddField(
            model_name="sealedtable",
            name="version",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
    ]
