from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audits', '0049_open_team_names'),
    ]

    operations = [
        migrations.AddField(
            model_name='findingschange',
            name='repository',
            field=models.BigIntegerField(db_default=0, db_index=True),
        ),
    ]
