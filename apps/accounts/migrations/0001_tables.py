import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.create_model import CreateModel


class Migration(migrations.Migration):

    replaces = [
        ('accounts', '0001_initial'),
        ('accounts', '0002_fee_terms'),
        ('accounts', '0004_agreed_percentages_are_terms'),
        ('accounts', '0005_drop_fee_percent'),
        ('accounts', '0006_payout_rules'),
    ]

    initial = True

    dependencies = [
        ('auth', '0001_initial'),
    ]

    operations = [
        CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail')),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='name')),
                ('language', models.CharField(default='en', max_length=5, verbose_name='language')),
                ('is_staff', models.BooleanField(default=False, verbose_name='platform operator')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('date_joined', models.DateTimeField(auto_now_add=True)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
            },
        ),
        CreateModel(
            name='Organizer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('slug', models.SlugField(max_length=60, unique=True, verbose_name='address in URLs')),
                ('state', models.CharField(choices=[('applied', 'Applied'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('suspended', 'Suspended')], default='applied', max_length=10)),
                ('email', models.EmailField(max_length=254, verbose_name='contact e-mail')),
                ('about', models.TextField(blank=True, help_text='Markdown', verbose_name='about')),
                ('website', models.URLField(blank=True, verbose_name='website')),
                ('language', models.CharField(choices=[('en', 'English'), ('de', 'German')], default='de', max_length=5, verbose_name='language')),
                ('brand_colour', models.CharField(blank=True, max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}$', 'A colour like #ff4d1a is expected.')], verbose_name='brand colour')),
                ('imprint', models.TextField(blank=True, verbose_name='imprint')),
                ('terms', models.TextField(blank=True, verbose_name='terms and conditions')),
                ('withdrawal_notice', models.TextField(blank=True, verbose_name='withdrawal notice')),
                ('terms_version', models.PositiveIntegerField(default=1, editable=False)),
                ('release_days', models.PositiveIntegerField(default=3, verbose_name='days after the event until money is released')),
                ('release_at_sale', models.BooleanField(default=False, verbose_name='release money at once')),
                ('payout_reserve_minor', models.BigIntegerField(default=0, verbose_name='minimum reserve (minor units)')),
                ('payout_reserve_percent', models.DecimalField(decimal_places=2, default=0, help_text='Of what was released in the last 90 days. The larger of the two is kept back.', max_digits=5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='reserve in per cent')),
                ('payout_minimum_minor', models.PositiveBigIntegerField(default=0, verbose_name='smallest payout (minor units)')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'organizer',
                'verbose_name_plural': 'organizers',
                'ordering': ['name'],
            },
        ),
        CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organizer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='accounts.organizer')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('admin', 'Admin'), ('staff', 'Door staff')], max_length=10, verbose_name='role')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'team member',
                'verbose_name_plural': 'team',
                'constraints': [models.UniqueConstraint(fields=('organizer', 'user'), name='membership_once')],
            },
        ),
        CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organizer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='accounts.organizer')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('admin', 'Admin'), ('staff', 'Door staff')], max_length=10, verbose_name='role')),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
                'constraints': [models.UniqueConstraint(condition=models.Q(('accepted_at__isnull', True)), fields=('organizer', 'email'), name='invitation_one_open')],
            },
        ),
        CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organizer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_keys', to='accounts.organizer')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('prefix', models.CharField(max_length=12, verbose_name='begins with')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('admin', 'Admin'), ('staff', 'Door staff')], max_length=10, verbose_name='role')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(verbose_name='made')),
                ('last_used_at', models.DateTimeField(blank=True, null=True, verbose_name='last used')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked')),
            ],
            options={
                'verbose_name': 'API key',
                'verbose_name_plural': 'API keys',
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('organizer', 'name'), name='api_key_name_once')],
            },
        ),
        CreateModel(
            name='ClubMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organizer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='club_members', to='accounts.organizer')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                ('number', models.CharField(blank=True, max_length=40, verbose_name='member number')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='valid until')),
            ],
            options={
                'verbose_name': 'member',
                'verbose_name_plural': 'member list',
                'constraints': [models.UniqueConstraint(fields=('organizer', 'email'), name='club_member_once')],
            },
        ),
        CreateModel(
            name='FeeTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organizer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='fee_terms', to='accounts.organizer')),
                ('currency', models.CharField(blank=True, max_length=3, verbose_name='currency')),
                ('bands', models.JSONField(blank=True, default=list)),
                ('passes_provider_fee', models.BooleanField(default=False, verbose_name='the organizer bears what the provider keeps of a payment')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('created_at', models.DateTimeField()),
                ('actor', models.CharField(max_length=60)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_by', models.CharField(blank=True, max_length=60)),
            ],
            options={
                'verbose_name': 'fee terms',
                'verbose_name_plural': 'fee terms',
                'ordering': ['-starts_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('organizer', 'currency', 'starts_at'), name='fee_terms_one_living', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('starts_at__gte', models.F('created_at'))), name='fee_terms_not_backwards'), models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), ('withdrawn_at__lt', models.F('starts_at')), _connector='OR'), name='fee_terms_withdrawn_before_they_begin')],
            },
        ),
        CreateModel(
            name='LegalTexts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organizer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='legal_texts', to='accounts.organizer')),
                ('version', models.PositiveIntegerField()),
                ('imprint', models.TextField(blank=True)),
                ('terms', models.TextField(blank=True)),
                ('withdrawal_notice', models.TextField(blank=True)),
                ('actor', models.CharField(max_length=80)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'legal texts',
                'verbose_name_plural': 'legal texts',
                'constraints': [models.UniqueConstraint(fields=('organizer', 'version'), name='legal_texts_once')],
            },
        ),
        CreateModel(
            name='PayoutMethod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organizer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='payout_methods', to='accounts.organizer')),
                ('provider', models.CharField(max_length=10, verbose_name='provider')),
                ('destination', models.CharField(help_text='PayPal: e-mail or merchant id. Stripe: account id.', max_length=200, verbose_name='account')),
                ('payable', models.BooleanField(default=False, verbose_name='can be paid')),
                ('missing', models.JSONField(blank=True, default=list)),
                ('destination_since', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'payout method',
                'verbose_name_plural': 'payout methods',
                'constraints': [models.UniqueConstraint(fields=('organizer', 'provider'), name='payout_method_once')],
            },
        ),
    ]
