from django.db import migrations

# As JSON and the SDKs of other languages spell them; stored under Generate's own name from now on.
SPELLED = {
    "numGenerations": "num_generations",
    "maxTokens": "max_tokens",
    "stopSequences": "stop_sequences",
    "endSequences": "end_sequences",
    "frequencyPenalty": "frequency_penalty",
    "presencePenalty": "presence_penalty",
    "returnLikelihoods": "return_likelihoods",
    "rawPrompting": "raw_prompting",
    "logitBias": "logit_bias",
}


def rename(apps, schema_editor):
    rows = apps.get_model("audits", "FindingParameter").objects
    for spelled, name in SPELLED.items():
        rows.filter(name=spelled, finding__parameters__name=name).delete()
        rows.filter(name=spelled).update(name=name)


class Migration(migrations.Migration):

    dependencies = [("audits", "0024_finding_list")]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop, elidable=True)]
