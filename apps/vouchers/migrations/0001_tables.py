import apps.core.bounded_time
import django.db.models.deletion
from django.db import migrations, models

from apps.core.create_model import CreateModel


class Migration(migrations.Migration):

    replaces = [
        ('vouchers', '0001_initial'),
        ('vouchers', '0002_gift_vouchers'),
        ('vouchers', '0003_taken_back'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        ('events', '0001_tables'),
        ('variants', '0001_tables'),
    ]

    operations = [
        CreateModel(
            name='Code',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organizer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='accounts.organizer')),
                ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='events.event', verbose_name='event')),
                ('text', models.CharField(max_length=40, verbose_name='code')),
                ('kind', models.CharField(choices=[('percent', 'Per cent off'), ('fixed', 'An amount off each ticket'), ('access', 'Opens tickets that are not shown to all')], max_length=10, verbose_name='kind')),
                ('percent', models.PositiveSmallIntegerField(default=0, verbose_name='per cent off')),
                ('amount_minor', models.PositiveBigIntegerField(default=0, verbose_name='off each ticket')),
                ('currency', models.CharField(max_length=3)),
                ('least_minor', models.PositiveBigIntegerField(default=0, verbose_name='from a total of')),
                ('starts_at', models.DateTimeField(blank=True, null=True, verbose_name='works from')),
                ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='works until')),
                ('per_person', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='times per person')),
                ('budget', models.PositiveIntegerField(blank=True, null=True, verbose_name='times in all')),
                ('note', models.CharField(blank=True, max_length=120, verbose_name='note')),
                ('state', models.CharField(choices=[('live', 'Works'), ('ended', 'Ended')], default='live', max_length=10)),
                ('created_at', models.DateTimeField()),
                ('variants', models.ManyToManyField(blank=True, related_name='codes', to='variants.variant', verbose_name='variants')),
            ],
            options={
                'verbose_name': 'discount code',
                'verbose_name_plural': 'discount codes',
                'constraints': [models.UniqueConstraint(fields=('organizer', 'text'), name='code_text_once'), models.CheckConstraint(condition=models.Q(models.Q(('amount_minor', 0), ('kind', 'percent'), ('percent__gte', 1), ('percent__lte', 100)), models.Q(('amount_minor__gte', 1), ('kind', 'fixed'), ('percent', 0)), models.Q(('amount_minor', 0), ('kind', 'access'), ('percent', 0)), _connector='OR'), name='code_is_of_one_kind'), models.CheckConstraint(condition=models.Q(('starts_at__isnull', True), ('ends_at__isnull', True), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='code_window')],
            },
        ),
        CreateModel(
            name='CodeUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='vouchers.code')),
                ('number', models.PositiveIntegerField(null=True)),
                ('claim', models.UUIDField(null=True)),
                ('claimed_until', apps.core.bounded_time.BoundedTimeField(default='-infinity')),
                ('buyer', models.CharField(blank=True, max_length=60)),
                ('email', models.EmailField(blank=True, max_length=254)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('claimed_until', '-infinity')), fields=['code', 'number'], name='code_use_free'), models.Index(condition=models.Q(('claimed_until__gt', '-infinity'), ('claimed_until__lt', 'infinity')), fields=['code', 'claimed_until'], name='code_use_held'), models.Index(fields=['code', 'buyer'], name='code_use_buyer'), models.Index(fields=['code', 'email'], name='code_use_email')],
                'constraints': [models.UniqueConstraint(fields=('code', 'number'), name='code_use_number_once'), models.UniqueConstraint(fields=('claim',), name='code_use_one_for_a_claim'), models.CheckConstraint(condition=models.Q(models.Q(('claim__isnull', True), ('claimed_until', '-infinity')), models.Q(models.Q(('claimed_until', '-infinity'), _negated=True), ('claim__isnull', False)), _connector='OR'), name='code_use_owner')],
            },
        ),
        CreateModel(
            name='GiftVoucher',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=12, unique=True, verbose_name='number')),
                ('organizer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='vouchers', to='accounts.organizer')),
                ('provider', models.CharField(max_length=10)),
                ('currency', models.CharField(max_length=3)),
                ('face_minor', models.PositiveBigIntegerField()),
                ('origin', models.CharField(choices=[('issued', 'Issued'), ('replacement', 'Instead of another'), ('refund', 'From a refund')], default='issued', max_length=12, verbose_name='origin')),
                ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='vouchers.giftvoucher')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('ending', models.CharField(max_length=4)),
                ('state', models.CharField(choices=[('live', 'Works'), ('blocked', 'Blocked'), ('expired', 'Expired'), ('taken_back', 'Taken back')], default='live', max_length=10)),
                ('recipient_name', models.CharField(blank=True, max_length=120, verbose_name='for whom')),
                ('recipient_email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('language', models.CharField(default='en', max_length=5)),
                ('note', models.CharField(blank=True, max_length=120, verbose_name='note')),
                ('issued_by', models.CharField(max_length=80)),
                ('issued_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'gift voucher',
                'verbose_name_plural': 'gift vouchers',
                'indexes': [models.Index(condition=models.Q(('state__in', ('live', 'blocked'))), fields=['expires_at'], name='voucher_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('face_minor__gt', 0)), name='voucher_face'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('issued_at'))), name='voucher_lives'), models.CheckConstraint(condition=models.Q(models.Q(('origin', 'replacement'), ('replaces__isnull', False)), models.Q(models.Q(('origin', 'replacement'), _negated=True), ('replaces__isnull', True)), _connector='OR'), name='voucher_instead_of_which'), models.CheckConstraint(condition=models.Q(('origin', 'refund'), ('state', 'taken_back'), _negated=True), name='voucher_of_a_refund_is_the_buyer_s')],
            },
        ),
        CreateModel(
            name='VoucherHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('voucher', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='vouchers.giftvoucher')),
                ('claim', models.UUIDField(unique=True)),
                ('amount_minor', models.PositiveBigIntegerField()),
                ('held_until', apps.core.bounded_time.BoundedTimeField()),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('held_until__lt', 'infinity')), fields=['voucher'], name='voucher_held')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='voucher_hold_amount')],
            },
        ),
    ]
