"""What a sighting becomes in the columns and rows of a finding."""

import importlib

import pytest
from django.apps import apps

from audits.engine.facts import Kind
from audits.engine.judge import judge
from audits.models import Finding, FindingParameter
from audits.scans.columns import parameters
from tests.engine.sites import arg, site
from tests.progress.rows import finding, repository

renaming = importlib.import_module("audits.migrations.0025_one_name_a_parameter")


def test_all_spellings_of_a_parameter_are_one_row():
    written = [arg(name, "x") for name in ("prompt", "stopSequences", "stop_sequences", "K", "aB")]
    usage = judge(site(*written, kind=Kind.RAW_HTTP))

    rows = parameters(Finding(), usage)
    assert [(row.name, row.in_the_way) for row in rows if row.name != "prompt"] == [
        *(("aB", False), ("k", False), ("stop_sequences", True))
    ]
    # The finding itself shows what is written.
    assert "stopSequences" in [row.name for row in usage.parameters]


@pytest.mark.django_db
def test_rows_of_before_get_the_one_name():
    row = repository()
    alone = finding(row, parameters=[("stopSequences", "unsupported"), ("k", "kept")])
    both = finding(row, parameters=[("stopSequences", "unsupported"), ("stop_sequences", "unsupported")])

    renaming.rename(apps, None)

    names = {key: set() for key in (alone.pk, both.pk)}
    for key, name in FindingParameter.objects.values_list("finding", "name"):
        names[key].add(name)
    assert names == {alone.pk: {"stop_sequences", "k"}, both.pk: {"stop_sequences"}}


@pytest.mark.django_db
def test_a_row_counts_its_parameters_in_the_way_as_the_table_has_them(scan, shop):
    scan()
    for row in Finding.objects.all():
        assert row.ways == row.parameters.filter(in_the_way=True).count()
    assert Finding.objects.filter(ways__gt=0).exists()
