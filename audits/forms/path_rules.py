"""A rule about paths."""

from django import forms

from audits.areas import PATTERN_LENGTH
from audits.models.path_rule import AREAS

from .style import Styled


class PathRuleForm(Styled, forms.Form):
    pattern = forms.CharField(
        max_length=PATTERN_LENGTH,
        label="Files",
        widget=forms.TextInput(attrs={"class": "mono", "autocomplete": "off", "spellcheck": "false"}),
        help_text="As in .gitignore: docs/ or *_pb2.py or /src/legacy/**.",
        error_messages={"required": "Write which files, as in .gitignore: docs/ or *_pb2.py."},
    )
    area = forms.ChoiceField(choices=AREAS, label="Belong to")
    reads = forms.BooleanField(
        required=False,
        label="Read there what is passed over: vendored files beside Python, and what a build has written; "
        "never calls of installed packages, as in node_modules/",
    )
