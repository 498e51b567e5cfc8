import re

from django.db import migrations

HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")
# Generate's own names of more than one word, or spelled in capitals elsewhere, as they stood then.
OWN = frozenset(
    [
        "prompt", "model", "stream", "k", "p", "seed", "preset", "temperature", "truncate", "max_tokens",
        "num_generations", "stop_sequences", "end_sequences", "frequency_penalty", "presence_penalty",
        "return_likelihoods", "raw_prompting", "logit_bias", "prompt_vars",
    ]
)  # fmt: skip


def rename(apps, schema_editor):
    """As JSON and the SDKs of other languages spell them; stored under Generate's own name from now on."""
    rows = apps.get_model("audits", "FindingParameter").objects
    for spelled in list(rows.order_by().values_list("name", flat=True).distinct()):
        name = HUMP.sub(r"_\1", spelled).lower()
        if name == spelled or name not in OWN:
            continue
        twice = rows.filter(name=spelled, finding__parameters__name=name)
        stands = list(twice.filter(in_the_way=True).values_list("finding", flat=True))
        for start in range(0, len(stands), 500):
            rows.filter(name=name, finding__in=stands[start : start + 500]).update(in_the_way=True)
        twice.delete()
        rows.filter(name=spelled).update(name=name)


class Migration(migrations.Migration):

    dependencies = [("audits", "0024_finding_list")]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop, elidable=True)]
