from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0002_record")]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="kind",
            field=models.CharField(choices=[('paid_without_order', 'Paid, but no order'), ('order_without_money', 'Order, but no money'), ('amount_differs', 'Amount differs'), ('fee_differs', "Provider's fee differs"), ('fee_unknown', "Provider's fee unknown"), ('refund_missing', 'Refund missing'), ('payout_differs', 'Payout differs'), ('unknown_money', 'Money that nobody knows'), ('balance_differs', 'Balance differs'), ('dispute_unanswered', 'Dispute needs evidence'), ('fraud_warning', 'Fraud warning')], max_length=24, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name="case",
            name="fix",
            field=models.CharField(blank=True, choices=[('ask', 'Ask the provider again'), ('finish', 'Finish the order'), ('send_back', 'Send the money back'), ('adopt', 'Take the refund into the books'), ('rebook', 'Book what the provider says'), ('book_fee', "Book as the provider's fee"), ('book_transfer', 'Book as a bank transfer'), ('suspend', 'Book as not explained yet'), ('write_off', 'Book as our loss'), ('not_sent', 'It was never sent'), ('accept_loss', 'Accept the loss'), ('refund', 'Refund the order')], max_length=16, verbose_name='proposal'),
        ),
        migrations.AlterField(
            model_name="caseact",
            name="fix",
            field=models.CharField(blank=True, choices=[('ask', 'Ask the provider again'), ('finish', 'Finish the order'), ('send_back', 'Send the money back'), ('adopt', 'Take the refund into the books'), ('rebook', 'Book what the provider says'), ('book_fee', "Book as the provider's fee"), ('book_transfer', 'Book as a bank transfer'), ('suspend', 'Book as not explained yet'), ('write_off', 'Book as our loss'), ('not_sent', 'It was never sent'), ('accept_loss', 'Accept the loss'), ('refund', 'Refund the order')], max_length=16),
        ),
    ]
