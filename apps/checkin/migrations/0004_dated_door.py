import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('checkin', '0003_touched'),
        ('events', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DoorTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='door_terms', to='events.event')),
                ('about', models.CharField(choices=[('gate', 'Gate'), ('slot', 'Time slot')], max_length=4)),
                ('subject_id', models.BigIntegerField()),
                ('terms', models.JSONField(null=True)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'terms of a door',
                'verbose_name_plural': 'terms of doors',
            },
        ),
        migrations.CreateModel(
            name='LogHead',
            fields=[
                ('device', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='log_head', serialize=False, to='checkin.device')),
                ('seq', models.PositiveIntegerField(default=0)),
                ('hash', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'verbose_name': 'head of a log',
                'verbose_name_plural': 'heads of logs',
            },
        ),
        migrations.RemoveConstraint(
            model_name='gate',
            name='gate_once',
        ),
        migrations.RemoveConstraint(
            model_name='logentry',
            name='log_entry_once',
        ),
        migrations.AddField(
            model_name='gate',
            name='removed_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name='gate',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('event', 'name'), name='gate_once'),
        ),
        migrations.AddConstraint(
            model_name='logentry',
            constraint=models.UniqueConstraint(fields=('device', 'seq', 'hash'), name='log_entry_once'),
        ),
        migrations.AddIndex(
            model_name='doorterms',
            index=models.Index(fields=['event', 'at'], name='checkin_doo_event_i_aa0bf6_idx'),
        ),
    ]
