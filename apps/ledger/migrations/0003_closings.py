import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0002_books'),
    ]

    operations = [
        migrations.CreateModel(
            name='Closing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('after_entry', models.BigIntegerField(unique=True)),
                ('up_to_entry', models.BigIntegerField(unique=True)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('up_to_entry__gt', models.F('after_entry'))), name='closing_covers_something')],
            },
        ),
        migrations.CreateModel(
            name='DaySum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organizer', models.BigIntegerField()),
                ('kind', models.CharField(max_length=40)),
                ('day', models.DateField()),
                ('amount_minor', models.BigIntegerField()),
                ('entries', models.PositiveIntegerField()),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sums', to='ledger.ledgeraccount')),
                ('closing', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sums', to='ledger.closing')),
            ],
            options={
                'indexes': [models.Index(fields=['account', 'day'], name='day_sum_of_account'), models.Index(fields=['organizer', 'day'], name='day_sum_of_organizer'), models.Index(fields=['day'], name='day_sum_of_day')],
                'constraints': [models.UniqueConstraint(fields=('closing', 'account', 'organizer', 'kind', 'day'), name='day_sum_once')],
            },
        ),
    ]
