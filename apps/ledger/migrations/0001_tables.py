import django.db.models.deletion
from django.db import migrations, models

from apps.core.create_model import CreateModel


class Migration(migrations.Migration):

    replaces = [
        ('ledger', '0001_initial'),
        ('ledger', '0003_closings'),
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        CreateModel(
            name='LedgerAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=80)),
                ('currency', models.CharField(max_length=3)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('code', 'currency'), name='ledger_account_once')],
            },
        ),
        CreateModel(
            name='Posting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('key', models.CharField(max_length=120, unique=True)),
                ('subject', models.CharField(max_length=80)),
                ('lines', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['subject'], name='posting_subject')],
            },
        ),
        CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('posting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='ledger.posting')),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='ledger.ledgeraccount')),
                ('amount_minor', models.BigIntegerField()),
            ],
            options={
                'verbose_name_plural': 'entries',
                'indexes': [models.Index(fields=['account', 'id'], include=('amount_minor',), name='entry_tail')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_minor', 0), _negated=True), name='entry_not_zero')],
            },
        ),
        CreateModel(
            name='Checkpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checkpoints', to='ledger.ledgeraccount')),
                ('entry_id', models.BigIntegerField()),
                ('balance_minor', models.BigIntegerField()),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'entry_id'), name='checkpoint_once')],
            },
        ),
        CreateModel(
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
        CreateModel(
            name='DaySum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('closing', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sums', to='ledger.closing')),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sums', to='ledger.ledgeraccount')),
                ('organizer', models.BigIntegerField()),
                ('kind', models.CharField(max_length=40)),
                ('day', models.DateField()),
                ('amount_minor', models.BigIntegerField()),
                ('entries', models.PositiveIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['account', 'day'], name='day_sum_of_account'), models.Index(fields=['organizer', 'day'], name='day_sum_of_organizer'), models.Index(fields=['day'], name='day_sum_of_day')],
                'constraints': [models.UniqueConstraint(fields=('closing', 'account', 'organizer', 'kind', 'day'), name='day_sum_once')],
            },
        ),
    ]
