from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('checkin', '0006_one_place'),
    ]

    operations = [
        migrations.AddField(
            model_name='device',
            name='nonce_hash',
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
