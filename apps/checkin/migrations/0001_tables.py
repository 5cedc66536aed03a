import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.create_model import CreateModel


class Migration(migrations.Migration):

    replaces = [
        ('checkin', '0001_initial'),
        ('checkin', '0004_dated_door'),
        ('checkin', '0005_what_stands'),
        ('checkin', '0006_one_place'),
        ('checkin', '0007_pairing_again'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        ('events', '0001_tables'),
        ('tickets', '0001_tables'),
        ('variants', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModel(
            name='Gate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='gates', to='events.event')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('direction', models.CharField(choices=[('in', 'In'), ('out', 'Out'), ('both', 'In and out')], default='in', max_length=4, verbose_name='direction')),
                ('variants', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name='kinds of ticket')),
                ('access_levels', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='access levels')),
                ('opens_at', models.DateTimeField(blank=True, null=True, verbose_name='opens')),
                ('closes_at', models.DateTimeField(blank=True, null=True, verbose_name='closes')),
                ('removed_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'verbose_name': 'gate',
                'verbose_name_plural': 'gates',
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('event', 'name'), name='gate_once')],
            },
        ),
        CreateModel(
            name='Pairing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pairings', to='events.event')),
                ('gate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='checkin.gate')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='name')),
                ('box_office', models.BooleanField(default=False, verbose_name='may sell at the box office')),
                ('code_hash', models.CharField(max_length=64, unique=True)),
                ('uses_left', models.PositiveSmallIntegerField(default=1, verbose_name='phones')),
                ('expires_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'pairing',
                'verbose_name_plural': 'pairings',
            },
        ),
        CreateModel(
            name='Device',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='devices', to='events.event')),
                ('gate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='devices', to='checkin.gate')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('box_office', models.BooleanField(default=False, verbose_name='may sell at the box office')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('nonce_hash', models.CharField(blank=True, max_length=64)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('paired_at', models.DateTimeField()),
                ('paired_by', models.CharField(max_length=80)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_by', models.CharField(blank=True, max_length=80)),
                ('seen_at', models.DateTimeField(blank=True, null=True)),
                ('data_at', models.DateTimeField(blank=True, null=True)),
                ('offline_since', models.DateTimeField(blank=True, null=True)),
                ('queue', models.PositiveIntegerField(default=0)),
                ('battery', models.PositiveSmallIntegerField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'device',
                'verbose_name_plural': 'devices',
            },
        ),
        CreateModel(
            name='DoorSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='door_settings', to='events.event')),
                ('entry_rule', models.CharField(choices=[('once', 'Once, and that is it'), ('with_exit', 'Again after being scanned out'), ('per_day', 'Some times a day')], default='once', max_length=10, verbose_name='a ticket goes in')),
                ('entries_per_day', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99)], verbose_name='times a day')),
                ('day_starts_at', models.PositiveSmallIntegerField(default=360, help_text="Minutes after midnight on the event's clock: a night belongs to its evening.", validators=[django.core.validators.MaxValueValidator(1439)], verbose_name='a day begins at')),
                ('unsynced', models.CharField(choices=[('admit', 'Let them in, marked'), ('refuse', 'Refuse')], default='admit', max_length=6, verbose_name="tickets newer than the phone's data")),
                ('names_offline', models.BooleanField(default=True, verbose_name='names and notes on the phones')),
                ('start_pin', models.BooleanField(default=False, verbose_name='phones ask for a PIN when they start')),
                ('slow_after_ms', models.PositiveIntegerField(default=1500, validators=[django.core.validators.MinValueValidator(300), django.core.validators.MaxValueValidator(10000)], verbose_name='a call is slow after (ms)')),
                ('offline_after', models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)], verbose_name='slow or failed calls until a phone goes offline')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'verbose_name': 'door settings',
                'verbose_name_plural': 'door settings',
            },
        ),
        CreateModel(
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
                'indexes': [models.Index(fields=['event', 'at'], name='checkin_doo_event_i_aa0bf6_idx')],
            },
        ),
        CreateModel(
            name='DoubtNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='doubt_notes', to='events.event')),
                ('kind', models.CharField(choices=[('double', 'Double entries'), ('let_in', 'Let in all the same'), ('turned_away', 'Refused, though good'), ('override', 'Overruled'), ('flaw', 'Flaws of logs'), ('gap', 'Gaps in logs'), ('quarantine', 'Logs of revoked phones'), ('silent', 'Not uploaded yet')], max_length=12)),
                ('subject', models.CharField(max_length=40)),
                ('text', models.CharField(max_length=400, verbose_name='what you found')),
                ('by', models.CharField(max_length=80)),
                ('by_name', models.CharField(max_length=120)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'note on a doubt',
                'verbose_name_plural': 'notes on doubts',
                'indexes': [models.Index(fields=['event', 'kind', 'subject'], name='checkin_dou_event_i_22b9e7_idx')],
            },
        ),
        CreateModel(
            name='Supervisor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organizer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='supervisors', to='accounts.organizer')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('salt', models.BinaryField(max_length=16)),
                ('iterations', models.PositiveIntegerField()),
                ('key', models.BinaryField(max_length=32)),
                ('created_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'supervisor',
                'verbose_name_plural': 'supervisors',
            },
        ),
        CreateModel(
            name='Scan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scan_id', models.UUIDField(unique=True)),
                ('code_hash', models.CharField(max_length=64)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='events.event')),
                ('gate', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='checkin.gate')),
                ('ticket', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='tickets.ticket')),
                ('mode', models.CharField(choices=[('door', 'Door'), ('box_office', 'Box office'), ('manual', 'By hand'), ('kiosk', 'By themselves')], default='door', max_length=12)),
                ('direction', models.CharField(choices=[('in', 'In'), ('out', 'Out'), ('both', 'In and out')], default='in', max_length=4)),
                ('verdict', models.CharField(choices=[('admitted', 'Come in'), ('already_used', 'Already used'), ('blocked', 'Blocked'), ('refunded', 'Refunded'), ('wrong_event', 'Wrong event'), ('not_valid', 'Not valid'), ('wrong_gate', 'Wrong gate'), ('not_now', 'Not now'), ('left', 'Goodbye')], max_length=12)),
                ('reason', models.CharField(blank=True, max_length=20)),
                ('decided_by', models.CharField(choices=[('server', 'Online'), ('phone', 'Offline')], default='server', max_length=6)),
                ('doubt', models.CharField(blank=True, max_length=20)),
                ('device', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='checkin.device')),
                ('device_name', models.CharField(blank=True, max_length=60)),
                ('actor', models.CharField(max_length=80)),
                ('supervisor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='checkin.supervisor')),
                ('overrule_words', models.CharField(blank=True, max_length=200)),
                ('scanned_at', models.DateTimeField()),
                ('happened_at', models.DateTimeField()),
                ('within_ms', models.PositiveIntegerField(default=0)),
                ('received_at', models.DateTimeField()),
                ('answer', models.TextField()),
            ],
            options={
                'verbose_name': 'scan',
                'verbose_name_plural': 'scans',
                'indexes': [models.Index(fields=['event', 'received_at'], name='checkin_sca_event_i_d5d950_idx'), models.Index(fields=['ticket'], name='checkin_sca_ticket__1729aa_idx'), models.Index(condition=models.Q(('doubt', ''), _negated=True), fields=['event', 'happened_at'], name='scan_in_doubt'), models.Index(condition=models.Q(('verdict', 'admitted'), _negated=True), fields=['event', 'verdict', 'reason', 'gate'], name='scan_not_admitted'), models.Index(condition=models.Q(('reason', 'overruled')), fields=['event'], name='scan_overruled')],
            },
        ),
        CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='tickets.ticket')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='events.event')),
                ('gate', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='checkin.gate')),
                ('scan', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='entry', to='checkin.scan', to_field='scan_id')),
                ('device', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='checkin.device')),
                ('device_name', models.CharField(blank=True, max_length=60)),
                ('at', models.DateTimeField()),
                ('within_ms', models.PositiveIntegerField(default=0)),
                ('standing', models.CharField(choices=[('regular', 'Regular'), ('overruled', 'By a supervisor'), ('double', 'Double')], default='regular', max_length=9)),
                ('turn', models.PositiveSmallIntegerField(default=1)),
                ('order_unknown', models.BooleanField(default=False)),
                ('left_at', models.DateTimeField(blank=True, null=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('undone_by', models.CharField(blank=True, max_length=80)),
                ('touched', models.BigIntegerField(db_default=0, default=0, editable=False)),
            ],
            options={
                'verbose_name': 'entry',
                'verbose_name_plural': 'entries',
                'indexes': [models.Index(fields=['event', 'touched'], name='entry_touched'), models.Index(condition=models.Q(('undone_at__isnull', True)), fields=['event', 'gate'], name='entry_standing'), models.Index(condition=models.Q(('standing', 'double'), ('undone_at__isnull', True)), fields=['event', 'at'], name='entry_double')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('standing', 'regular'), ('undone_at__isnull', True)), fields=('ticket', 'turn'), name='entry_once')],
            },
        ),
        CreateModel(
            name='GuestNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='tickets.ticket')),
                ('text', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('by', models.CharField(max_length=80)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'note on a guest',
                'verbose_name_plural': 'notes on guests',
            },
        ),
        CreateModel(
            name='LogEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='log', to='checkin.device')),
                ('seq', models.PositiveIntegerField()),
                ('entry_id', models.UUIDField()),
                ('kind', models.CharField(choices=[('scan', 'Scan'), ('override', 'Overruled'), ('undo', 'Undone'), ('pin_failed', 'Wrong PIN'), ('start', 'Started'), ('unreadable', 'Unreadable')], max_length=10)),
                ('of', models.UUIDField(null=True)),
                ('prev', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
                ('text', models.TextField()),
                ('happened_at', models.DateTimeField()),
                ('within_ms', models.PositiveIntegerField()),
                ('received_at', models.DateTimeField()),
                ('quarantined', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': 'log entry',
                'verbose_name_plural': 'log entries',
                'indexes': [models.Index(fields=['entry_id'], name='checkin_log_entry_i_90f8ab_idx'), models.Index(condition=models.Q(('of__isnull', False)), fields=['of'], name='log_entry_of'), models.Index(condition=models.Q(('quarantined', True)), fields=['device'], name='log_entry_aside')],
                'constraints': [models.UniqueConstraint(fields=('device', 'seq', 'hash'), name='log_entry_once'), models.UniqueConstraint(fields=('device', 'entry_id'), name='log_entry_id_once')],
            },
        ),
        CreateModel(
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
        CreateModel(
            name='DeviceFlag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flags', to='checkin.device')),
                ('flaw', models.CharField(choices=[('fork', 'Two different entries of one number'), ('broken_chain', 'An entry does not follow from the one before'), ('unreadable', 'An entry that cannot be read'), ('clock', 'Its clock cannot be right'), ('contradiction', 'It says other than what it was answered'), ('unproven', 'Overruled without the PIN'), ('foreign', "It speaks of another device's scan")], max_length=14)),
                ('seq', models.PositiveIntegerField()),
                ('detail', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': "flaw of a device's log",
                'verbose_name_plural': "flaws of devices' logs",
                'constraints': [models.UniqueConstraint(fields=('device', 'flaw', 'seq'), name='device_flag_once')],
            },
        ),
        CreateModel(
            name='TimeSlot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('variant', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='time_slot', to='variants.variant')),
                ('admits_from', models.DateTimeField(verbose_name='from')),
                ('admits_until', models.DateTimeField(verbose_name='until')),
            ],
            options={
                'verbose_name': 'time slot',
                'verbose_name_plural': 'time slots',
                'constraints': [models.CheckConstraint(condition=models.Q(('admits_until__gt', models.F('admits_from'))), name='time_slot_has_length')],
            },
        ),
    ]
