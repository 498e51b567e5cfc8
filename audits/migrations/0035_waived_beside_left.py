from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audits", "0034_an_index_for_each_order")]

    operations = [
        migrations.AddField(
            model_name="historypoint",
            name="waived",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
