import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models

from apps.core.create_model import CreateModel


class Migration(migrations.Migration):

    replaces = [
        ('exports', '0001_initial'),
        ('exports', '0003_files_and_schedules'),
        ('exports', '0005_account_of_vouchers'),
        ('exports', '0006_usual_account_of_vouchers'),
        ('exports', '0007_account_of_vouchers_is_one'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        ('events', '0001_tables'),
    ]

    operations = [
        CreateModel(
            name='Bookkeeping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organizer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='bookkeeping', to='accounts.organizer')),
                ('consultant', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1001), django.core.validators.MaxValueValidator(9999999)], verbose_name='consultant number (Berater)')),
                ('client', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99999)], verbose_name='client number (Mandant)')),
                ('chart', models.CharField(choices=[('03', 'SKR 03'), ('04', 'SKR 04')], default='03', max_length=2, verbose_name='chart of accounts')),
                ('account_length', models.PositiveSmallIntegerField(default=4, validators=[django.core.validators.MinValueValidator(4), django.core.validators.MaxValueValidator(8)], verbose_name='digits of an account')),
                ('year_begins', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12)], verbose_name='first month of the fiscal year')),
                ('platform', models.CharField(max_length=8, validators=[django.core.validators.RegexValidator('^[0-9]+$', 'Digits only.')], verbose_name='what the platform owes you')),
                ('cash', models.CharField(max_length=8, validators=[django.core.validators.RegexValidator('^[0-9]+$', 'Digits only.')], verbose_name='cash of the tills')),
                ('terminal', models.CharField(max_length=8, validators=[django.core.validators.RegexValidator('^[0-9]+$', 'Digits only.')], verbose_name='card terminals')),
                ('transit', models.CharField(max_length=8, validators=[django.core.validators.RegexValidator('^[0-9]+$', 'Digits only.')], verbose_name='money on its way (Geldtransit)')),
                ('fees', models.CharField(max_length=8, validators=[django.core.validators.RegexValidator('^[0-9]+$', 'Digits only.')], verbose_name='fees of the platform')),
                ('fees_key', models.CharField(blank=True, max_length=4, validators=[django.core.validators.RegexValidator('^[0-9]+$', 'Digits only.')], verbose_name='tax key (BU) of these fees')),
                ('provider_fees', models.CharField(max_length=8, validators=[django.core.validators.RegexValidator('^[0-9]+$', 'Digits only.')], verbose_name='fees of payment providers')),
                ('losses', models.CharField(max_length=8, validators=[django.core.validators.RegexValidator('^[0-9]+$', 'Digits only.')], verbose_name='lost disputes')),
                ('vouchers', models.CharField(max_length=8, validators=[django.core.validators.RegexValidator('^[0-9]+$', 'Digits only.')], verbose_name='gift vouchers that are still owed')),
                ('differences', models.CharField(max_length=8, validators=[django.core.validators.RegexValidator('^[0-9]+$', 'Digits only.')], verbose_name='differences of tills')),
                ('unclear', models.CharField(max_length=8, validators=[django.core.validators.RegexValidator('^[0-9]+$', 'Digits only.')], verbose_name='what has to be clarified')),
            ],
            options={
                'verbose_name': 'accounts in DATEV',
                'verbose_name_plural': 'accounts in DATEV',
                'constraints': [models.CheckConstraint(condition=models.Q(('client__range', (1, 99999)), ('consultant__range', (1001, 9999999))), name='bookkeeping_numbers'), models.CheckConstraint(condition=models.Q(('account_length__range', (4, 8)), ('year_begins__range', (1, 12))), name='bookkeeping_ranges'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('platform'), models.F('account_length')), ('platform__regex', '^[0-9]+$')), name='bookkeeping_platform'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('cash'), models.F('account_length')), ('cash__regex', '^[0-9]+$')), name='bookkeeping_cash'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('terminal'), models.F('account_length')), ('terminal__regex', '^[0-9]+$')), name='bookkeeping_terminal'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('transit'), models.F('account_length')), ('transit__regex', '^[0-9]+$')), name='bookkeeping_transit'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('fees'), models.F('account_length')), ('fees__regex', '^[0-9]+$')), name='bookkeeping_fees'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('provider_fees'), models.F('account_length')), ('provider_fees__regex', '^[0-9]+$')), name='bookkeeping_provider_fees'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('losses'), models.F('account_length')), ('losses__regex', '^[0-9]+$')), name='bookkeeping_losses'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('vouchers'), models.F('account_length')), ('vouchers__regex', '^[0-9]+$')), name='bookkeeping_vouchers'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('differences'), models.F('account_length')), ('differences__regex', '^[0-9]+$')), name='bookkeeping_differences'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('unclear'), models.F('account_length')), ('unclear__regex', '^[0-9]+$')), name='bookkeeping_unclear')],
            },
        ),
        CreateModel(
            name='RevenueAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bookkeeping', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revenue', to='exports.bookkeeping')),
                ('rate', models.DecimalField(decimal_places=2, max_digits=5)),
                ('account', models.CharField(max_length=8, validators=[django.core.validators.RegexValidator('^[0-9]+$', 'Digits only.')])),
                ('key', models.CharField(blank=True, max_length=4, validators=[django.core.validators.RegexValidator('^[0-9]+$', 'Digits only.')])),
                ('discounts', models.CharField(blank=True, max_length=8, validators=[django.core.validators.RegexValidator('^[0-9]+$', 'Digits only.')])),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('bookkeeping', 'rate'), name='revenue_account_once'), models.CheckConstraint(condition=models.Q(('account__regex', '^[0-9]{4,8}$'), ('key__regex', '^[0-9]*$'), ('discounts__regex', '^([0-9]{4,8})?$')), name='revenue_account_digits')],
            },
        ),
        CreateModel(
            name='ExportSchedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organizer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='export_schedules', to='accounts.organizer')),
                ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='export_schedules', to='events.event')),
                ('kind', models.CharField(max_length=20, verbose_name='kind')),
                ('form', models.CharField(max_length=8, verbose_name='form')),
                ('every', models.CharField(choices=[('week', 'every week'), ('month', 'every month')], max_length=5, verbose_name='how often')),
                ('next_first', models.DateField()),
                ('created_by', models.CharField(max_length=80)),
                ('created_at', models.DateTimeField()),
                ('stopped_by', models.CharField(blank=True, max_length=80)),
                ('stopped_at', models.DateTimeField(blank=True, null=True)),
                ('recipients', models.ManyToManyField(related_name='export_schedules', to='accounts.membership')),
            ],
            options={
                'verbose_name': 'export by mail',
                'verbose_name_plural': 'exports by mail',
                'indexes': [models.Index(condition=models.Q(('stopped_at__isnull', True)), fields=['next_first'], name='export_schedule_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('stopped_at__isnull', True), ('stopped_by', '')), models.Q(('stopped_at__isnull', False), models.Q(('stopped_by', ''), _negated=True)), _connector='OR'), name='export_schedule_stopped_by')],
            },
        ),
        CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organizer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exports', to='accounts.organizer')),
                ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exports', to='events.event')),
                ('schedule', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exports', to='exports.exportschedule')),
                ('kind', models.CharField(max_length=20, verbose_name='kind')),
                ('form', models.CharField(choices=[('xlsx', 'Excel (XLSX)'), ('csv_de', 'CSV for German spreadsheets (1234,50 and 31.12.2026)'), ('csv', 'CSV for programs (1234.50 and 2026-12-31)'), ('datev', 'DATEV (Buchungsstapel)')], max_length=8, verbose_name='form')),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('actor', models.CharField(max_length=80)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'export',
                'verbose_name_plural': 'exports',
                'indexes': [models.Index(fields=['organizer', 'created_at'], name='export_recent')],
                'constraints': [models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='export_period'), models.UniqueConstraint(condition=models.Q(('schedule__isnull', False)), fields=('schedule', 'first'), name='export_once_per_period')],
            },
        ),
        CreateModel(
            name='ExportFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('export', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='file', to='exports.export')),
                ('state', models.CharField(choices=[('requested', 'Waits for a worker'), ('working', 'Being made'), ('ready', 'Ready'), ('failed', 'Failed'), ('expired', 'Deleted after its time')], default='requested', max_length=10)),
                ('language', models.CharField(max_length=5)),
                ('attempt', models.PositiveSmallIntegerField(default=0)),
                ('busy_until', models.DateTimeField(blank=True, null=True)),
                ('rows', models.PositiveBigIntegerField(default=0)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('failure', models.CharField(blank=True, max_length=20)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'ready')), fields=['expires_at'], name='export_file_expires')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(models.Q(('sha256', ''), _negated=True), ('expires_at__isnull', False)), _connector='OR'), name='export_file_ready_is_whole')],
            },
        ),
        CreateModel(
            name='FilePart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='exports.exportfile')),
                ('attempt', models.PositiveSmallIntegerField()),
                ('number', models.PositiveIntegerField()),
                ('data', models.BinaryField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('file', 'attempt', 'number'), name='export_file_part_once')],
            },
        ),
        CreateModel(
            name='Download',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='downloads', to='exports.exportfile')),
                ('actor', models.CharField(max_length=80)),
                ('at', models.DateTimeField()),
            ],
        ),
    ]
