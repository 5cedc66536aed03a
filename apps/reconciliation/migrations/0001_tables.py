import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from apps.core.create_model import CreateModel


class Migration(migrations.Migration):

    replaces = [
        ('reconciliation', '0001_initial'),
        ('reconciliation', '0003_disputes_and_warnings'),
    ]

    initial = True

    dependencies = [
        ('payments', '0001_tables'),
        ('payouts', '0001_tables'),
    ]

    operations = [
        CreateModel(
            name='BankTransfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=10, verbose_name='provider')),
                ('amount_minor', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('moved_on', models.DateField(verbose_name='day')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('key', models.UUIDField(unique=True)),
                ('actor', models.CharField(max_length=80)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'bank transfer',
                'verbose_name_plural': 'bank transfers',
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_minor', 0), _negated=True), name='bank_transfer_of_something')],
            },
        ),
        CreateModel(
            name='BalanceLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=10)),
                ('provider_id', models.CharField(max_length=120)),
                ('kind', models.CharField(max_length=12)),
                ('type', models.CharField(max_length=60)),
                ('gross_minor', models.BigIntegerField()),
                ('fee_minor', models.BigIntegerField()),
                ('net_minor', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('source', models.CharField(blank=True, max_length=120)),
                ('ids', models.JSONField(default=dict)),
                ('reference', models.CharField(blank=True, max_length=127)),
                ('at', models.DateTimeField()),
                ('available_on', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('payment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.payment')),
                ('refund', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.refund')),
                ('payout', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payouts.payout')),
                ('transfer', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='line', to='reconciliation.banktransfer')),
            ],
            options={
                'verbose_name': "line of a provider's statement",
                'verbose_name_plural': "providers' statements",
                'indexes': [models.Index(fields=['provider', 'at'], name='line_by_time'), models.Index(condition=models.Q(models.Q(('payment', None), ('payout', None), ('transfer', None)), models.Q(('kind__in', ['refund', 'refund_back']), ('refund', None)), _connector='OR'), fields=['id'], name='line_unlinked')],
                'constraints': [models.UniqueConstraint(fields=('provider', 'provider_id'), name='balance_line_once'), models.CheckConstraint(condition=models.Q(('net_minor', django.db.models.expressions.CombinedExpression(models.F('gross_minor'), '-', models.F('fee_minor')))), name='balance_line_adds_up')],
            },
        ),
        CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=10)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('lines', models.PositiveIntegerField(default=0)),
                ('new_lines', models.PositiveIntegerField(default=0)),
                ('unavailable', models.BooleanField(default=False)),
                ('error', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'verbose_name': 'reading of a statement',
                'verbose_name_plural': 'readings of statements',
                'indexes': [models.Index(fields=['provider', '-started_at'], name='run_latest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until__gte', models.F('since'))), name='run_forward')],
            },
        ),
        CreateModel(
            name='BalanceReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=10)),
                ('currency', models.CharField(max_length=3)),
                ('theirs_minor', models.BigIntegerField()),
                ('ours_minor', models.BigIntegerField()),
                ('unexplained_minor', models.BigIntegerField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'reading of a balance',
                'verbose_name_plural': 'readings of balances',
                'indexes': [models.Index(fields=['provider', 'currency', '-id'], name='reading_latest')],
            },
        ),
        CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('paid_without_order', 'Paid, but no order'), ('order_without_money', 'Order, but no money'), ('amount_differs', 'Amount differs'), ('fee_differs', "Provider's fee differs"), ('fee_unknown', "Provider's fee unknown"), ('refund_missing', 'Refund missing'), ('payout_differs', 'Payout differs'), ('unknown_money', 'Money that nobody knows'), ('balance_differs', 'Balance differs'), ('dispute_unanswered', 'Dispute needs evidence'), ('fraud_warning', 'Fraud warning')], max_length=24, verbose_name='kind')),
                ('subject', models.CharField(max_length=80)),
                ('state', models.CharField(choices=[('open', 'Open'), ('fixing', 'Being mended'), ('ignored', 'Ignored'), ('closed', 'Closed')], default='open', max_length=10)),
                ('provider', models.CharField(max_length=10, verbose_name='provider')),
                ('amount_minor', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('story', models.JSONField(default=dict)),
                ('fix', models.CharField(blank=True, choices=[('ask', 'Ask the provider again'), ('finish', 'Finish the order'), ('send_back', 'Send the money back'), ('adopt', 'Take the refund into the books'), ('rebook', 'Book what the provider says'), ('book_fee', "Book as the provider's fee"), ('book_transfer', 'Book as a bank transfer'), ('suspend', 'Book as not explained yet'), ('write_off', 'Book as our loss'), ('not_sent', 'It was never sent'), ('accept_loss', 'Accept the loss'), ('refund', 'Refund the order')], max_length=16, verbose_name='proposal')),
                ('found_at', models.DateTimeField(verbose_name='found')),
                ('last_seen_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by', models.CharField(blank=True, max_length=80)),
            ],
            options={
                'verbose_name': 'case',
                'verbose_name_plural': 'cases',
                'indexes': [models.Index(fields=['state', 'found_at'], name='case_waiting')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'fixing', 'ignored'])), fields=('kind', 'subject'), name='case_once'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'closed')), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at', None)), _connector='OR'), name='case_closed_at')],
            },
        ),
        CreateModel(
            name='CaseAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acts', to='reconciliation.case')),
                ('deed', models.CharField(choices=[('accepted', 'Fix accepted'), ('done', 'Done'), ('failed', 'Failed'), ('ignored', 'Ignored'), ('reopened', 'Opened again')], max_length=10)),
                ('fix', models.CharField(blank=True, choices=[('ask', 'Ask the provider again'), ('finish', 'Finish the order'), ('send_back', 'Send the money back'), ('adopt', 'Take the refund into the books'), ('rebook', 'Book what the provider says'), ('book_fee', "Book as the provider's fee"), ('book_transfer', 'Book as a bank transfer'), ('suspend', 'Book as not explained yet'), ('write_off', 'Book as our loss'), ('not_sent', 'It was never sent'), ('accept_loss', 'Accept the loss'), ('refund', 'Refund the order')], max_length=16)),
                ('actor', models.CharField(max_length=80)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('outcome', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('deed', 'ignored'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='case_ignored_with_reason')],
            },
        ),
    ]
