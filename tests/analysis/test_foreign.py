"""A tree with programs in languages that nothing here parses."""

from audits.analysis import analyse
from audits.gitstore import open_local

POWERSHELL = "# https://api.cohere.ai/v1/generate\nInvoke-RestMethod -Uri https://api.cohere.ai/v1/generate\n"


def test_a_tree_is_not_clean_where_such_a_file_calls(builder, sandbox):
    wide = POWERSHELL.encode("utf-16")
    builder.commit(
        {"tools/ask.ps1": POWERSHELL, "wide.ps1": wide, "quiet.ps1": "Write-Host cohere\n", "vendor/a.ps1": POWERSHELL}
    )

    with open_local(builder.path) as source:
        report = analyse(source, sandbox)

    assert [(path, why.reason, why.lines) for path, why in report.unread] == [
        ("tools/ask.ps1", "language", (2,)),
        ("wide.ps1", "language", (2,)),
    ]
    # Of such files only those count that need a person.
    assert (report.seen, report.parsed, report.usages, report.passed_over) == (2, 0, (), 0)
