import django.core.validators
import django.db.models.deletion
from decimal import Decimal
from django.db import migrations, models

from apps.core.create_model import CreateModel


class Migration(migrations.Migration):

    replaces = [
        ('variants', '0001_initial'),
        ('variants', '0002_refund_policy'),
        ('variants', '0003_with_code_only'),
    ]

    initial = True

    dependencies = [
        ('events', '0001_tables'),
    ]

    operations = [
        CreateModel(
            name='Variant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='variants', to='events.event')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('description', models.CharField(blank=True, max_length=240, verbose_name='description')),
                ('price_minor', models.PositiveBigIntegerField(help_text='Gross, with tax and all fees, in minor units (cents).', verbose_name='price')),
                ('tax_rate', models.DecimalField(decimal_places=2, default=Decimal('7'), max_digits=5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='tax rate in per cent')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('live', 'On sale'), ('sold_out', 'Sold out'), ('hidden', 'Hidden')], default='draft', max_length=10)),
                ('sales_from', models.DateTimeField(blank=True, null=True, verbose_name='on sale from')),
                ('sales_until', models.DateTimeField(blank=True, null=True, verbose_name='on sale until')),
                ('min_per_order', models.PositiveSmallIntegerField(default=1, verbose_name='at least per order')),
                ('max_per_order', models.PositiveSmallIntegerField(default=10, verbose_name='at most per order')),
                ('access_level', models.CharField(blank=True, max_length=40, verbose_name='access level')),
                ('members_only', models.BooleanField(default=False, verbose_name='for members only')),
                ('with_code_only', models.BooleanField(default=False, help_text='Shown and sold to who enters a code that opens it.', verbose_name='with a code only')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('refund_hours', models.PositiveSmallIntegerField(blank=True, help_text='24 is a day, 168 a week. Empty: buyers cannot give these tickets back.', null=True, verbose_name='refundable until, hours before the start')),
                ('refund_percent', models.PositiveSmallIntegerField(default=100, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='so much comes back, in per cent')),
                ('refund_keeps_fee', models.BooleanField(default=False, help_text='Then it costs you nothing, and the buyer the fee.', verbose_name='the service fee does not come back')),
            ],
            options={
                'verbose_name': 'variant',
                'verbose_name_plural': 'variants',
                'ordering': ['position', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('max_per_order__gte', models.F('min_per_order')), ('min_per_order__gte', 1)), name='variant_order_limits'), models.CheckConstraint(condition=models.Q(('sales_from__isnull', True), ('sales_until__isnull', True), ('sales_until__gt', models.F('sales_from')), _connector='OR'), name='variant_sales_window'), models.CheckConstraint(condition=models.Q(('refund_percent__gte', 1), ('refund_percent__lte', 100)), name='variant_refund_percent')],
            },
        ),
    ]
