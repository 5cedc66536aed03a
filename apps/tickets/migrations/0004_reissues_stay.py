from django.db import migrations

from apps.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("tickets", "0003_reissue")]

    operations = [append_only("tickets_reissue")]
