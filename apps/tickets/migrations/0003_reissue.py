import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0002_touched'),
    ]

    operations = [
        migrations.CreateModel(
            name='Reissue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField()),
                ('actor', models.CharField(max_length=80)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('at', models.DateTimeField()),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reissues', to='tickets.ticket')),
            ],
            options={
                'verbose_name': 'new code of a ticket',
                'verbose_name_plural': 'new codes of tickets',
                'constraints': [models.UniqueConstraint(fields=('ticket', 'version'), name='reissue_once')],
            },
        ),
    ]
