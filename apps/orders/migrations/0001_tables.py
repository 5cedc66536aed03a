import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from apps.core.create_model import CreateModel


class Migration(migrations.Migration):

    replaces = [
        ('orders', '0001_initial'),
        ('orders', '0002_order_refund'),
        ('orders', '0003_refunds_made_before'),
        ('orders', '0005_fees_of_buyers_and_providers'),
        ('orders', '0006_frozen_refund_policy'),
        ('orders', '0007_disputed_tickets'),
        ('orders', '0008_order_billing'),
        ('orders', '0009_discounts'),
        ('orders', '0010_paid_by_voucher'),
        ('orders', '0011_a_till_or_a_voucher'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        ('events', '0001_tables'),
        ('inventory', '0001_initial'),
        ('payments', '0001_tables'),
        ('tickets', '0001_tables'),
        ('variants', '0001_tables'),
        ('vouchers', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModel(
            name='DisputedTicket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='payments.dispute')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='tickets.ticket')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('dispute', 'ticket'), name='disputed_ticket_once')],
            },
        ),
        CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=12, unique=True)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='events.event')),
                ('organizer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='accounts.organizer')),
                ('state', models.CharField(choices=[('open', 'Open'), ('pending', 'Waiting for payment'), ('paid', 'Paid'), ('completed', 'Completed'), ('expired', 'Expired'), ('cancelled', 'Cancelled')], default='open', max_length=10)),
                ('channel', models.CharField(choices=[('web', 'Web'), ('api', 'API'), ('guest_list', 'Guest list'), ('box_office', 'Box office')], default='web', max_length=12)),
                ('buyer', models.CharField(max_length=60)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='orders', to=settings.AUTH_USER_MODEL)),
                ('address_hash', models.CharField(blank=True, max_length=32)),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='name')),
                ('holder_names', models.JSONField(blank=True, default=list)),
                ('billing', models.JSONField(blank=True, default=dict)),
                ('language', models.CharField(default='en', max_length=5)),
                ('key_version', models.PositiveSmallIntegerField(default=1)),
                ('currency', models.CharField(max_length=3)),
                ('total_minor', models.PositiveBigIntegerField()),
                ('fee_minor', models.PositiveBigIntegerField(default=0)),
                ('buyer_fee_minor', models.PositiveBigIntegerField(default=0)),
                ('discount_minor', models.PositiveBigIntegerField(default=0)),
                ('code', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='vouchers.code', verbose_name='discount code')),
                ('voucher', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='vouchers.giftvoucher', verbose_name='gift voucher')),
                ('voucher_minor', models.PositiveBigIntegerField(default=0)),
                ('passes_provider_fee', models.BooleanField(default=False)),
                ('claim', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('pay_by', models.DateTimeField()),
                ('next_look_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('paid_at', models.DateTimeField(blank=True, null=True)),
                ('late', models.BooleanField(default=False)),
                ('replaced_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='orders.order')),
                ('terms_version', models.PositiveIntegerField(default=0)),
                ('terms_accepted_at', models.DateTimeField(blank=True, null=True)),
                ('idempotency_scope', models.CharField(blank=True, max_length=80)),
                ('idempotency_key', models.CharField(blank=True, max_length=120)),
                ('request_hash', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'verbose_name': 'order',
                'verbose_name_plural': 'orders',
                'indexes': [models.Index(fields=['email', 'event'], name='orders_orde_email_216087_idx'), models.Index(fields=['event', 'state', 'created_at'], name='orders_orde_event_i_2a8063_idx'), models.Index(fields=['organizer', 'created_at'], name='orders_orde_organiz_2ed7b3_idx'), models.Index(condition=models.Q(('state__in', ['open', 'pending'])), fields=['pay_by'], name='order_due'), models.Index(condition=models.Q(('state__in', ['open', 'pending'])), fields=['address_hash'], name='order_holds')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'pending'])), fields=('buyer', 'event'), name='order_one_open_per_buyer'), models.UniqueConstraint(condition=models.Q(('idempotency_key', ''), _negated=True), fields=('idempotency_scope', 'idempotency_key'), name='order_idempotency'), models.CheckConstraint(condition=models.Q(models.Q(('voucher__isnull', True), ('voucher_minor', 0)), models.Q(('voucher__isnull', False), ('voucher_minor__gt', 0), ('voucher_minor__lte', models.F('total_minor'))), _connector='OR'), name='order_paid_by_voucher'), models.CheckConstraint(condition=models.Q(models.Q(('channel', 'box_office'), _negated=True), ('voucher_minor', 0), ('voucher_minor', models.F('total_minor')), _connector='OR'), name='order_of_a_till_or_a_voucher')],
            },
        ),
        CreateModel(
            name='OrderPayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='orders.order')),
                ('payment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='order_payment', to='payments.payment')),
                ('applied', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('applied', True)), fields=('order',), name='order_one_applied_payment')],
            },
        ),
        CreateModel(
            name='OrderRefund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='orders.order')),
                ('refund', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='order_refund', to='payments.refund')),
                ('voucher', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='vouchers.giftvoucher')),
                ('voucher_minor', models.PositiveBigIntegerField(default=0)),
                ('kind', models.CharField(choices=[('whole', 'Whole order'), ('tickets', 'Single tickets'), ('amount', 'An amount'), ('adopted', 'Made at the provider')], max_length=8)),
                ('amount_minor', models.PositiveBigIntegerField()),
                ('fee_back_minor', models.PositiveBigIntegerField()),
                ('back_on_sale', models.BooleanField(default=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('actor', models.CharField(max_length=80)),
                ('key', models.CharField(blank=True, max_length=120)),
                ('request_hash', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'refund of an order',
                'verbose_name_plural': 'refunds of orders',
                'constraints': [models.UniqueConstraint(condition=models.Q(('key', ''), _negated=True), fields=('order', 'key'), name='order_refund_once'), models.CheckConstraint(condition=models.Q(('fee_back_minor__lte', models.F('amount_minor'))), name='order_refund_fee'), models.CheckConstraint(condition=models.Q(models.Q(('voucher__isnull', True), ('voucher_minor', 0)), models.Q(('voucher__isnull', False), ('voucher_minor__gt', 0), ('voucher_minor__lte', models.F('amount_minor'))), _connector='OR'), name='order_refund_to_voucher')],
            },
        ),
        CreateModel(
            name='OrderLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders.order')),
                ('variant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='order_lines', to='variants.variant')),
                ('name', models.CharField(max_length=80)),
                ('quantity', models.PositiveSmallIntegerField()),
                ('unit_price_minor', models.PositiveBigIntegerField()),
                ('total_minor', models.PositiveBigIntegerField()),
                ('tax_rate', models.DecimalField(decimal_places=2, max_digits=5)),
                ('tax_minor', models.PositiveBigIntegerField()),
                ('fee_minor', models.PositiveBigIntegerField()),
                ('buyer_fee_minor', models.PositiveBigIntegerField(default=0)),
                ('discount_minor', models.PositiveBigIntegerField(default=0)),
                ('refund_until', models.DateTimeField(blank=True, null=True)),
                ('refund_percent', models.PositiveSmallIntegerField(default=100)),
                ('refund_keeps_fee', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('order', 'variant'), name='order_line_once'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='order_line_quantity'), models.CheckConstraint(condition=models.Q(('buyer_fee_minor', 0), ('buyer_fee_minor', models.F('fee_minor')), _connector='OR'), name='order_line_who_bears_the_fee')],
            },
        ),
        CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='orders.orderline')),
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='unit', to='tickets.ticket')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['line'], name='unit_living')],
            },
        ),
        CreateModel(
            name='UnitPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='unit_places', to='orders.unit')),
                ('place', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='unit_place', to='inventory.place')),
            ],
        ),
        CreateModel(
            name='OrderRefundLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order_refund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='orders.orderrefund')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refund_lines', to='orders.orderline')),
                ('unit', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refund_line', to='orders.unit')),
                ('amount_minor', models.PositiveBigIntegerField()),
                ('tax_minor', models.PositiveBigIntegerField()),
                ('kept_minor', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('tax_minor__lte', models.F('amount_minor'))), name='order_refund_line_tax')],
            },
        ),
        migrations.AddField(
            model_name='orderline',
            name='upgrades',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='upgraded_by', to='orders.unit'),
        ),
    ]
