import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from apps.core.create_model import CreateModel


class Migration(migrations.Migration):

    replaces = [
        ('invoices', '0001_initial'),
        ('invoices', '0003_account_of_fee_lines'),
        ('invoices', '0004_discount_of_a_line'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        ('events', '0001_tables'),
        ('orders', '0001_tables'),
    ]

    operations = [
        CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organizer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invoice_series', to='accounts.organizer')),
                ('year', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('invoice', 'Invoice'), ('credit_note', 'Credit note'), ('fee_invoice', 'Fee invoice'), ('fee_credit', 'Fee credit')], max_length=12)),
                ('last', models.PositiveIntegerField(default=0)),
                ('last_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name_plural': 'series',
                'constraints': [models.UniqueConstraint(fields=('organizer', 'year', 'kind'), name='series_once', nulls_distinct=False)],
            },
        ),
        CreateModel(
            name='LegalEntity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organizer', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='legal_entity', to='accounts.organizer')),
                ('name', models.CharField(blank=True, help_text='With its legal form, as it is registered: Lichtbogen Konzerte GmbH.', max_length=160, verbose_name='name in law')),
                ('street', models.CharField(blank=True, max_length=120, verbose_name='street and number')),
                ('postcode', models.CharField(blank=True, max_length=12, verbose_name='postcode')),
                ('city', models.CharField(blank=True, max_length=80, verbose_name='city')),
                ('country', models.CharField(default='DE', max_length=2, verbose_name='country')),
                ('register', models.CharField(blank=True, help_text='HRB 12345, Hamburg', max_length=120, verbose_name='register entry')),
                ('vat_id', models.CharField(blank=True, max_length=20, verbose_name='VAT id')),
                ('tax_number', models.CharField(blank=True, max_length=40, verbose_name='tax number')),
                ('small_business', models.BooleanField(default=False, help_text='Germany: § 19 UStG. Austria: § 6 Abs. 1 Z 27 UStG.', verbose_name='small business, charges no VAT')),
                ('exemption', models.CharField(blank=True, help_text='Printed on invoices, for example: exempt under § 4 Nr. 20 a UStG.', max_length=200, verbose_name='why what is sold at 0 % is exempt')),
                ('prefix', models.CharField(blank=True, help_text='If your own invoices are numbered the same way: LB makes LB-INV-2026-00001.', max_length=8, validators=[django.core.validators.RegexValidator('^[A-Z0-9]*$', 'Capital letters and digits.')], verbose_name='prefix of the numbers')),
                ('tax_rate', models.DecimalField(decimal_places=2, default=19, max_digits=5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='VAT on fees in per cent')),
                ('complete_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'verbose_name': 'legal data',
                'verbose_name_plural': 'legal data',
                'constraints': [models.UniqueConstraint(condition=models.Q(('organizer', None)), fields=('organizer',), name='legal_entity_one_platform', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('complete_at', None), models.Q(models.Q(('name', ''), _negated=True), models.Q(('street', ''), _negated=True), models.Q(('postcode', ''), _negated=True), models.Q(('city', ''), _negated=True), models.Q(models.Q(('vat_id', ''), _negated=True), models.Q(('tax_number', ''), _negated=True), _connector='OR')), _connector='OR'), name='legal_entity_complete')],
            },
        ),
        CreateModel(
            name='VatCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vat_id', models.CharField(max_length=20)),
                ('answer', models.CharField(choices=[('valid', 'in use'), ('invalid', 'not in use'), ('unreachable', 'VIES did not answer')], max_length=12)),
                ('request_id', models.CharField(blank=True, max_length=80)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['vat_id', 'id'], name='invoices_va_vat_id_95f4cc_idx')],
            },
        ),
        CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60, unique=True)),
                ('kind', models.CharField(choices=[('invoice', 'Invoice'), ('credit_note', 'Credit note'), ('fee_invoice', 'Fee invoice'), ('fee_credit', 'Fee credit')], max_length=12)),
                ('organizer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='accounts.organizer')),
                ('order', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='orders.order')),
                ('order_refund', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='draft', to='orders.orderrefund')),
                ('lines', models.JSONField(default=list)),
                ('month', models.DateField(blank=True, null=True)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('created_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('done_at__isnull', True)), fields=['organizer', 'kind', 'id'], name='draft_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['invoice', 'credit_note']), ('month', None), ('order__isnull', False)), models.Q(('kind__in', ['fee_invoice', 'fee_credit']), ('month__isnull', False), ('order', None)), _connector='OR'), name='draft_of_an_order_or_a_month')],
            },
        ),
        CreateModel(
            name='Invoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('draft', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='invoice', to='invoices.draft')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='invoices.series')),
                ('sequence', models.PositiveIntegerField()),
                ('number', models.CharField(max_length=40, verbose_name='number')),
                ('kind', models.CharField(choices=[('invoice', 'Invoice'), ('credit_note', 'Credit note'), ('fee_invoice', 'Fee invoice'), ('fee_credit', 'Fee credit')], max_length=12, verbose_name='kind')),
                ('form', models.CharField(choices=[('full', 'Invoice with address'), ('small', 'Invoice of a small amount'), ('receipt', 'Receipt')], default='full', max_length=8)),
                ('organizer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='accounts.organizer')),
                ('order', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='orders.order')),
                ('refers_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credits', to='invoices.invoice')),
                ('issuer', models.JSONField()),
                ('recipient', models.JSONField()),
                ('language', models.CharField(max_length=5)),
                ('currency', models.CharField(max_length=3)),
                ('net_minor', models.BigIntegerField()),
                ('tax_minor', models.BigIntegerField()),
                ('gross_minor', models.BigIntegerField()),
                ('supplied_from', models.DateField()),
                ('supplied_until', models.DateField()),
                ('issued_at', models.DateTimeField(verbose_name='issued')),
                ('issued_on', models.DateField()),
                ('payment', models.CharField(blank=True, max_length=12)),
                ('notes', models.JSONField(default=list)),
            ],
            options={
                'verbose_name': 'invoice',
                'verbose_name_plural': 'invoices',
                'indexes': [models.Index(fields=['organizer', 'issued_at'], name='invoices_in_organiz_1048e6_idx')],
                'constraints': [models.UniqueConstraint(fields=('series', 'sequence'), name='invoice_number_once'), models.CheckConstraint(condition=models.Q(('gross_minor', django.db.models.expressions.CombinedExpression(models.F('net_minor'), '+', models.F('tax_minor')))), name='invoice_adds_up'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'credit_note'), ('refers_to__isnull', False)), ('kind__in', ['invoice', 'fee_invoice', 'fee_credit']), _connector='OR'), name='invoice_credit_refers')],
            },
        ),
        CreateModel(
            name='InvoiceLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='invoices.invoice')),
                ('position', models.PositiveSmallIntegerField()),
                ('order_line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.orderline')),
                ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='events.event')),
                ('account', models.CharField(blank=True, max_length=20)),
                ('text', models.CharField(max_length=200)),
                ('detail', models.CharField(blank=True, max_length=300)),
                ('quantity', models.IntegerField()),
                ('is_part', models.BooleanField(default=False)),
                ('tax_rate', models.DecimalField(decimal_places=2, max_digits=5)),
                ('category', models.CharField(choices=[('S', 'taxed'), ('E', 'exempt'), ('AE', 'reverse charge')], max_length=2)),
                ('net_minor', models.BigIntegerField()),
                ('tax_minor', models.BigIntegerField()),
                ('gross_minor', models.BigIntegerField()),
                ('discount_minor', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('invoice', 'position'), name='invoice_line_once'), models.CheckConstraint(condition=models.Q(('discount_minor', 0), ('is_part', False), _connector='OR'), name='invoice_line_discount'), models.CheckConstraint(condition=models.Q(('gross_minor', django.db.models.expressions.CombinedExpression(models.F('net_minor'), '+', models.F('tax_minor')))), name='invoice_line_adds_up'), models.CheckConstraint(condition=models.Q(('category', 'S'), models.Q(('tax_minor', 0), ('tax_rate', 0)), _connector='OR'), name='invoice_line_untaxed'), models.CheckConstraint(condition=models.Q(('quantity', 0), _negated=True), name='invoice_line_quantity')],
            },
        ),
        CreateModel(
            name='Paper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('invoice', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='paper', to='invoices.invoice')),
                ('pdf', models.BinaryField()),
                ('xml', models.TextField(blank=True)),
                ('sha256', models.CharField(max_length=64)),
                ('drawn_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='draft',
            name='corrects',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='invoices.invoice'),
        ),
    ]
