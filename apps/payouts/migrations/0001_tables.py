import django.db.models.deletion
from django.db import migrations, models

from apps.core.create_model import CreateModel


class Migration(migrations.Migration):

    replaces = [
        ('payouts', '0001_initial'),
        ('payouts', '0002_payout_rules'),
        ('payouts', '0003_paypal_proof'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        ('events', '0001_tables'),
        ('orders', '0001_tables'),
    ]

    operations = [
        CreateModel(
            name='Payout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=16, unique=True)),
                ('organizer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payouts', to='accounts.organizer')),
                ('provider', models.CharField(max_length=10)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('endorsed', 'Waits for a second person'), ('approved', 'Cleared'), ('sending', 'Being sent'), ('in_transit', 'On its way'), ('held', 'Held by the provider'), ('unclaimed', 'Not claimed yet'), ('paid', 'Paid out'), ('returned', 'Came back'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='proposed', max_length=12)),
                ('amount_minor', models.PositiveBigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('after_entry', models.BigIntegerField()),
                ('up_to_entry', models.BigIntegerField()),
                ('two_persons', models.BooleanField(default=False)),
                ('proposed_by', models.CharField(default='system', max_length=80)),
                ('endorsed_by', models.CharField(blank=True, max_length=80)),
                ('approved_by', models.CharField(blank=True, max_length=80)),
                ('destination', models.CharField(max_length=200)),
                ('note', models.CharField(blank=True, max_length=120)),
                ('ids', models.JSONField(default=dict)),
                ('fee_minor', models.BigIntegerField(default=0)),
                ('problem', models.CharField(blank=True, max_length=200)),
                ('outcome_unknown', models.BooleanField(default=False)),
                ('next_poll_at', models.DateTimeField(blank=True, null=True)),
                ('polls', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'payout',
                'verbose_name_plural': 'payouts',
                'indexes': [models.Index(fields=['organizer', 'created_at'], name='payouts_pay_organiz_e0a607_idx'), models.Index(condition=models.Q(('next_poll_at__isnull', False)), fields=['next_poll_at'], name='payout_to_poll')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='payout_positive'), models.CheckConstraint(condition=models.Q(('up_to_entry__gte', models.F('after_entry'))), name='payout_range'), models.UniqueConstraint(condition=models.Q(('state__in', ['proposed', 'endorsed', 'approved', 'sending'])), fields=('organizer', 'provider', 'currency'), name='payout_one_at_a_time'), models.CheckConstraint(condition=models.Q(('two_persons', False), ('state__in', ['proposed', 'endorsed', 'cancelled']), models.Q(('approved_by__startswith', 'user:'), models.Q(('endorsed_by__startswith', 'user:'), ('proposed_by__startswith', 'user:'), _connector='OR'), models.Q(('approved_by', models.F('endorsed_by')), _negated=True), models.Q(('approved_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='payout_two_persons')],
            },
        ),
        CreateModel(
            name='PayPalProof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organizer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='paypal_proofs', to='accounts.organizer')),
                ('address', models.EmailField(max_length=254)),
                ('actor', models.CharField(max_length=80)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('proven_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['organizer', 'created_at'], name='paypal_proof_recent')],
                'constraints': [models.CheckConstraint(condition=models.Q(('tries__lte', 5)), name='paypal_proof_tries')],
            },
        ),
        CreateModel(
            name='PayeeWaiver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='waivers', to='accounts.payoutmethod')),
                ('destination', models.CharField(max_length=200)),
                ('destination_since', models.DateTimeField()),
                ('reason', models.CharField(max_length=200)),
                ('asked_by', models.CharField(max_length=80)),
                ('asked_at', models.DateTimeField()),
                ('confirmed_by', models.CharField(blank=True, max_length=80)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('method', 'destination_since'), name='payee_waiver_once'), models.CheckConstraint(condition=models.Q(('confirmed_by', models.F('asked_by')), _negated=True), name='payee_waiver_two_persons'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at', None), ('confirmed_by', '')), models.Q(models.Q(('confirmed_by', ''), _negated=True), ('confirmed_at__isnull', False)), _connector='OR'), name='payee_waiver_confirmed')],
            },
        ),
        CreateModel(
            name='Netting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organizer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nettings', to='accounts.organizer')),
                ('owing', models.CharField(max_length=10)),
                ('paying', models.CharField(max_length=10)),
                ('amount_minor', models.PositiveBigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('reason', models.CharField(max_length=200)),
                ('actor', models.CharField(max_length=80)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0), models.Q(('owing', models.F('paying')), _negated=True)), name='netting_moves')],
            },
        ),
        CreateModel(
            name='PayoutOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('payout', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='payout_orders', to='payouts.payout')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payout_orders', to='orders.order')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('payout', 'order'), name='payout_order_once')],
            },
        ),
        CreateModel(
            name='EventRelease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='release', to='events.event')),
                ('checked_at', models.DateTimeField()),
            ],
        ),
    ]
