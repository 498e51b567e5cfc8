from django.db import migrations, models

STATES = [
    ("waiting", "Not asked yet"),
    ("answered", "Answered"),
    ("failed", "Check failed"),
    ("unasked", "Could not be asked"),
]


def tell_apart(apps, schema_editor):
    """Until now these were told from refusals by the lack of a time."""
    for name in ("Repository", "Credential"):
        rows = apps.get_model("audits", name).objects.filter(check_state="failed", checked_at=None)
        rows.update(check_state="unasked")


class Migration(migrations.Migration):
    dependencies = [("audits", "0053_my_work_of_an_assignee")]

    operations = [
        migrations.AlterField("repository", "check_state", models.CharField(choices=STATES, default="waiting", max_length=10)),
        migrations.AlterField("credential", "check_state", models.CharField(choices=STATES, default="waiting", max_length=10)),
        migrations.RunPython(tell_apart, migrations.RunPython.noop),
    ]
