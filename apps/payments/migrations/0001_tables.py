import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from apps.core.create_model import CreateModel


class Migration(migrations.Migration):

    replaces = [
        ('payments', '0001_initial'),
        ('payments', '0002_disputes'),
    ]

    initial = True

    dependencies = [
        ('outbox', '0001_initial'),
    ]

    operations = [
        CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('purpose', models.CharField(max_length=80)),
                ('provider', models.CharField(max_length=10)),
                ('state', models.CharField(choices=[('created', 'Created'), ('awaiting_buyer', 'Waiting for the buyer'), ('approved', 'Approved'), ('processing', 'Being processed'), ('captured', 'Paid'), ('failed', 'Failed'), ('cancelled', 'Cancelled'), ('expired', 'Expired')], default='created', max_length=20)),
                ('amount_minor', models.PositiveBigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('request', models.JSONField(default=dict)),
                ('attempt', models.PositiveSmallIntegerField(default=1)),
                ('ids', models.JSONField(default=dict)),
                ('provider_id', models.CharField(blank=True, max_length=120)),
                ('redirect_url', models.TextField(blank=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('pay_by', models.DateTimeField()),
                ('provider_expires_at', models.DateTimeField(blank=True, null=True)),
                ('captured_at', models.DateTimeField(blank=True, null=True)),
                ('fee_minor', models.BigIntegerField(blank=True, null=True)),
                ('outcome_unknown', models.BooleanField(default=False)),
                ('needs_review', models.BooleanField(default=False)),
                ('superseded', models.BooleanField(default=False)),
                ('next_poll_at', models.DateTimeField(blank=True, null=True)),
                ('polls', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'payment',
                'verbose_name_plural': 'payments',
                'indexes': [models.Index(fields=['purpose'], name='payments_pa_purpose_2e6415_idx'), models.Index(condition=models.Q(('next_poll_at__isnull', False)), fields=['next_poll_at'], name='payment_to_poll'), django.contrib.postgres.indexes.GinIndex(fields=['ids'], name='payment_ids', opclasses=['jsonb_path_ops'])],
                'constraints': [models.UniqueConstraint(condition=models.Q(('provider_id', ''), _negated=True), fields=('provider', 'provider_id'), name='payment_provider_id_once')],
            },
        ),
        CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='payments.payment')),
                ('state', models.CharField(choices=[('requested', 'Requested'), ('submitting', 'Being sent'), ('pending', 'On its way'), ('succeeded', 'Refunded'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='requested', max_length=20)),
                ('amount_minor', models.PositiveBigIntegerField()),
                ('purpose', models.CharField(max_length=80)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('provider_id', models.CharField(blank=True, max_length=120)),
                ('attempt', models.PositiveSmallIntegerField(default=1)),
                ('fee_returned_minor', models.BigIntegerField(default=0)),
                ('outcome_unknown', models.BooleanField(default=False)),
                ('next_poll_at', models.DateTimeField(blank=True, null=True)),
                ('polls', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'refund',
                'verbose_name_plural': 'refunds',
                'indexes': [models.Index(condition=models.Q(('next_poll_at__isnull', False)), fields=['next_poll_at'], name='refund_to_poll')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('provider_id', ''), _negated=True), fields=('payment', 'provider_id'), name='refund_provider_id_once'), models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='refund_positive')],
            },
        ),
        CreateModel(
            name='Dispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='payments.payment')),
                ('provider', models.CharField(max_length=10)),
                ('provider_id', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('inquiry', 'Question of the bank'), ('open', 'Disputed'), ('under_review', 'Under review'), ('won', 'Won'), ('lost', 'Lost'), ('withdrawn', 'Dropped')], default='inquiry', max_length=12)),
                ('amount_minor', models.PositiveBigIntegerField()),
                ('reason', models.CharField(blank=True, max_length=80)),
                ('is_refundable', models.BooleanField(default=False)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_minor', models.PositiveBigIntegerField(default=0)),
                ('reinstated_minor', models.PositiveBigIntegerField(default=0)),
                ('fee_minor', models.BigIntegerField(default=0)),
                ('reserved_minor', models.PositiveBigIntegerField(default=0)),
                ('owed_minor', models.PositiveBigIntegerField(default=0)),
                ('lost_minor', models.PositiveBigIntegerField(default=0)),
                ('booked', models.PositiveSmallIntegerField(default=0)),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('next_poll_at', models.DateTimeField(blank=True, null=True)),
                ('polls', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'dispute',
                'verbose_name_plural': 'disputes',
                'indexes': [models.Index(condition=models.Q(('next_poll_at__isnull', False)), fields=['next_poll_at'], name='dispute_to_poll')],
                'constraints': [models.UniqueConstraint(fields=('provider', 'provider_id'), name='dispute_once'), models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='dispute_positive'), models.CheckConstraint(condition=models.Q(('amount_minor__gte', django.db.models.expressions.CombinedExpression(models.F('reserved_minor'), '+', models.F('owed_minor')))), name='dispute_takes_its_amount')],
            },
        ),
        CreateModel(
            name='DisputeAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dispute', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='payments.dispute')),
                ('kind', models.CharField(choices=[('evidence', 'Evidence'), ('acceptance', 'Accepted')], max_length=12)),
                ('text', models.TextField(blank=True)),
                ('request', models.JSONField(default=dict)),
                ('actor', models.CharField(max_length=60)),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('refused', models.CharField(blank=True, max_length=200)),
            ],
        ),
        CreateModel(
            name='FraudWarning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fraud_warnings', to='payments.payment')),
                ('provider', models.CharField(max_length=10)),
                ('provider_id', models.CharField(max_length=120)),
                ('kind', models.CharField(blank=True, max_length=80)),
                ('actionable', models.BooleanField()),
                ('warned_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'fraud warning',
                'verbose_name_plural': 'fraud warnings',
                'constraints': [models.UniqueConstraint(fields=('provider', 'provider_id'), name='fraud_warning_once')],
            },
        ),
        CreateModel(
            name='ProviderNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=10)),
                ('endpoint', models.CharField(max_length=20)),
                ('event_id', models.CharField(max_length=120)),
                ('type', models.CharField(max_length=80)),
                ('state', models.CharField(choices=[('received', 'Received'), ('processing', 'Being processed'), ('processed', 'Processed'), ('ignored', 'Ignored'), ('failed', 'Failed'), ('parked', 'Parked')], default='received', max_length=12)),
                ('subject', models.CharField(blank=True, max_length=10)),
                ('reference', models.CharField(blank=True, max_length=127)),
                ('ids', models.JSONField(default=dict)),
                ('account', models.CharField(blank=True, max_length=60)),
                ('livemode', models.BooleanField()),
                ('body', models.JSONField()),
                ('error', models.TextField(blank=True)),
                ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='outbox.message')),
                ('created_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'provider notice',
                'verbose_name_plural': 'provider notices',
                'indexes': [models.Index(fields=['received_at'], name='payments_pr_receive_196ebf_idx'), models.Index(condition=models.Q(('state__in', ['processed', 'ignored']), _negated=True), fields=['received_at'], name='notice_unfinished')],
                'constraints': [models.UniqueConstraint(fields=('provider', 'endpoint', 'event_id'), name='notice_once')],
            },
        ),
    ]
