import django.db.models.deletion
from django.db import migrations, models

from apps.core.create_model import CreateModel


class Migration(migrations.Migration):

    replaces = [
        ('box_office', '0001_initial'),
        ('box_office', '0003_given_back_in_parts'),
    ]

    initial = True

    dependencies = [
        ('checkin', '0001_tables'),
        ('orders', '0001_tables'),
        ('payments', '0001_tables'),
    ]

    operations = [
        CreateModel(
            name='Till',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tills', to='checkin.device')),
                ('state', models.CharField(choices=[('open', 'Open'), ('closed', 'Closed')], default='open', max_length=6)),
                ('currency', models.CharField(max_length=3)),
                ('cashier', models.CharField(blank=True, max_length=80, verbose_name='who sells')),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('counted_minor', models.PositiveBigIntegerField(blank=True, null=True)),
                ('terminal_minor', models.PositiveBigIntegerField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'till',
                'verbose_name_plural': 'tills',
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('device',), name='till_one_open'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('counted_minor', None), ('state', 'open'), ('terminal_minor', None)), models.Q(('closed_at__isnull', False), ('counted_minor__isnull', False), ('state', 'closed'), ('terminal_minor__isnull', False)), _connector='OR'), name='till_closed_by_count')],
            },
        ),
        CreateModel(
            name='TillLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('till', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='box_office.till')),
                ('key', models.UUIDField(unique=True)),
                ('kind', models.CharField(choices=[('float', 'Float'), ('sale', 'Sale'), ('refund', 'Refund'), ('cash_in', 'Cash in'), ('cash_out', 'Cash out')], max_length=8)),
                ('method', models.CharField(choices=[('cash', 'Cash'), ('card', 'Card')], default='cash', max_length=4)),
                ('amount_minor', models.BigIntegerField()),
                ('order', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='till_lines', to='orders.order')),
                ('refund', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='till_line', to='payments.refund')),
                ('given_minor', models.PositiveBigIntegerField(blank=True, null=True)),
                ('receipt', models.CharField(blank=True, max_length=40)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'line of a till',
                'verbose_name_plural': 'lines of tills',
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'sale')), fields=('order',), name='till_line_sold_once'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['sale', 'refund']), ('order__isnull', False)), models.Q(('kind__in', ['float', 'cash_in', 'cash_out']), ('order', None), ('refund', None)), _connector='OR'), name='till_line_of_an_order'), models.CheckConstraint(condition=models.Q(models.Q(('amount_minor__gte', 0), ('kind__in', ['float', 'sale', 'cash_in'])), models.Q(('amount_minor__lte', 0), ('kind__in', ['refund', 'cash_out'])), _connector='OR'), name='till_line_sign')],
            },
        ),
    ]
