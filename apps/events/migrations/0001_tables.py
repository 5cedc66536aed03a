import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from apps.core.create_model import CreateModel


class Migration(migrations.Migration):

    replaces = [
        ('events', '0001_initial'),
        ('events', '0002_buyers_bear_fee'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        ('seating', '0001_initial'),
    ]

    operations = [
        CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organizer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='accounts.organizer')),
                ('venue', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='seating.venue')),
                ('title', models.CharField(max_length=140, verbose_name='title')),
                ('slug', models.SlugField(max_length=80, unique=True, verbose_name='address in URLs')),
                ('summary', models.CharField(blank=True, max_length=240, verbose_name='in one sentence')),
                ('description', models.TextField(blank=True, help_text='Markdown', verbose_name='description')),
                ('poster', models.ImageField(blank=True, upload_to='posters/', verbose_name='poster')),
                ('colour', models.CharField(blank=True, help_text="Empty: the organizer's brand colour.", max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}$', 'A colour like #ff4d1a is expected.')], verbose_name='signal colour')),
                ('language', models.CharField(choices=[('en', 'English'), ('de', 'German')], default='de', max_length=5, verbose_name='language')),
                ('currency', models.CharField(choices=[('EUR', 'EUR'), ('CHF', 'CHF'), ('GBP', 'GBP'), ('USD', 'USD'), ('DKK', 'DKK'), ('SEK', 'SEK'), ('NOK', 'NOK'), ('PLN', 'PLN'), ('CZK', 'CZK'), ('HUF', 'HUF'), ('JPY', 'JPY')], default='EUR', max_length=3, verbose_name='currency')),
                ('timezone', models.CharField(default='Europe/Berlin', max_length=40, verbose_name='time zone')),
                ('doors_at', models.DateTimeField(blank=True, null=True, verbose_name='doors')),
                ('starts_at', models.DateTimeField(verbose_name='start')),
                ('ends_at', models.DateTimeField(verbose_name='end')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('cancelled', 'Called off'), ('completed', 'Over')], default='draft', max_length=10)),
                ('max_attendees', models.PositiveIntegerField(blank=True, help_text='A cap over all variants. Empty: none.', null=True, verbose_name='most people in all')),
                ('buyers_bear_fee', models.BooleanField(default=False, help_text='It comes on top of the prices below, and is named wherever a price is shown.', verbose_name="buyers bear the platform's fee")),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'ordering': ['starts_at', 'id'],
                'indexes': [models.Index(fields=['state', 'starts_at'], name='events_even_state_4e58c6_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='event_ends_after_start'), models.CheckConstraint(condition=models.Q(('doors_at__isnull', True), ('doors_at__lte', models.F('starts_at')), _connector='OR'), name='event_doors_before_start')],
            },
        ),
    ]
