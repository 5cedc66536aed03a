import django.db.models.deletion
from django.db import migrations, models

from apps.core.create_model import CreateModel


class Migration(migrations.Migration):

    replaces = [
        ('tickets', '0001_initial'),
        ('tickets', '0003_reissue'),
        ('tickets', '0005_ticket_views'),
    ]

    initial = True

    dependencies = [
        ('events', '0001_tables'),
        ('variants', '0001_tables'),
    ]

    operations = [
        CreateModel(
            name='Ticket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=12, unique=True)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='events.event')),
                ('variant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='variants.variant')),
                ('state', models.CharField(choices=[('valid', 'Valid'), ('blocked', 'Blocked'), ('refunded', 'Refunded'), ('transferred', 'Passed on')], default='valid', max_length=12)),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('holder_name', models.CharField(blank=True, max_length=120, verbose_name='name')),
                ('access_level', models.CharField(blank=True, max_length=40)),
                ('place_label', models.CharField(blank=True, max_length=60)),
                ('issued_at', models.DateTimeField()),
                ('touched', models.BigIntegerField(db_default=0, default=0, editable=False)),
            ],
            options={
                'verbose_name': 'ticket',
                'verbose_name_plural': 'tickets',
                'indexes': [models.Index(fields=['event', 'state'], name='tickets_tic_event_i_a47a99_idx'), models.Index(fields=['event', 'touched', 'id'], name='ticket_touched')],
            },
        ),
        CreateModel(
            name='Reissue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reissues', to='tickets.ticket')),
                ('version', models.PositiveSmallIntegerField()),
                ('actor', models.CharField(max_length=80)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'new code of a ticket',
                'verbose_name_plural': 'new codes of tickets',
                'constraints': [models.UniqueConstraint(fields=('ticket', 'version'), name='reissue_once')],
            },
        ),
        CreateModel(
            name='TicketView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='views', to='tickets.ticket')),
                ('what', models.CharField(choices=[('page', 'Page'), ('pdf', 'PDF'), ('image', 'Picture in a mail')], max_length=5)),
                ('day', models.DateField()),
                ('seen_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('ticket', 'day', 'what'), name='ticket_view_once')],
            },
        ),
    ]
