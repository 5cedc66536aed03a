"""Other liabilities of either chart, until an accountant says otherwise."""

from django.db import migrations

FILL = """
    UPDATE exports_bookkeeping
    SET vouchers = rpad(CASE chart WHEN '03' THEN '1700' ELSE '3500' END, account_length, '0')
    WHERE vouchers = ''
"""


class Migration(migrations.Migration):
    dependencies = [("exports", "0005_account_of_vouchers")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
