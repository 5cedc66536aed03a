import django.db.models.deletion
from django.db import migrations, models

from apps.core.create_model import CreateModel


class Migration(migrations.Migration):

    replaces = [
        ('trail', '0001_initial'),
        ('trail', '0003_sealed_version'),
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        CreateModel(
            name='MoneyAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(max_length=40, verbose_name='act')),
                ('subject', models.CharField(max_length=80, verbose_name='about')),
                ('actor', models.CharField(max_length=80, verbose_name='who')),
                ('origin', models.CharField(max_length=160, verbose_name='from where')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('amount_minor', models.BigIntegerField(null=True)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('at', models.DateTimeField(verbose_name='when')),
            ],
            options={
                'verbose_name': 'act on money',
                'verbose_name_plural': 'acts on money',
                'indexes': [models.Index(fields=['subject'], name='act_subject'), models.Index(fields=['actor'], name='act_actor'), models.Index(fields=['act'], name='act_name')],
                'constraints': [models.CheckConstraint(condition=models.Q(('act__regex', '^[a-z_]+\\.[a-z_]+$')), name='act_is_a_verb_of_a_thing'), models.CheckConstraint(condition=models.Q(models.Q(('amount_minor__isnull', True), ('currency', '')), models.Q(('amount_minor__isnull', False), models.Q(('currency', ''), _negated=True)), _connector='OR'), name='act_amount_with_currency')],
            },
        ),
        CreateModel(
            name='DaySeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True, verbose_name='day')),
                ('rows', models.BigIntegerField(verbose_name='rows')),
                ('digest', models.CharField(max_length=64, verbose_name='digest')),
                ('previous_digest', models.CharField(blank=True, max_length=64, unique=True)),
                ('made_at', models.DateTimeField(verbose_name='made')),
            ],
            options={
                'verbose_name': 'seal',
                'verbose_name_plural': 'seals',
            },
        ),
        CreateModel(
            name='SealedTable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tables', to='trail.dayseal')),
                ('table', models.CharField(max_length=63)),
                ('version', models.PositiveSmallIntegerField(db_default=1, default=1)),
                ('after_id', models.BigIntegerField()),
                ('up_to_id', models.BigIntegerField()),
                ('rows', models.BigIntegerField()),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('seal', 'table'), name='sealed_table_once'), models.CheckConstraint(condition=models.Q(('up_to_id__gte', models.F('after_id'))), name='sealed_range')],
            },
        ),
    ]
