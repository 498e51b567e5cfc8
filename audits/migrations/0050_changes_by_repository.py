from django.db import migrations, models


def unwatch(apps, schema_editor):
    """SQLite makes the table anew, which triggers of other tables speak of; they are made again after the migrations."""
    if schema_editor.connection.vendor == "sqlite":
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audits%_tells'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):

    dependencies = [
        ('audits', '0049_open_team_names'),
    ]

    operations = [
        migrations.RunPython(unwatch, unwatch),
        migrations.AddField(
            model_name='findingschange',
            name='repository',
            field=models.BigIntegerField(db_default=0, db_index=True),
        ),
    ]
