"""Magics of Jupyter AI, `%%ai cohere:command`, which ask a model for what stands in a notebook's cell."""

import re
from collections.abc import Iterator

from audits.engine.catalogue.frameworks import Framework
from audits.engine.catalogue.frameworks.products import JUPYTER_ROWS
from audits.engine.facts import Argument, CallSite, Confidence, ProofStep, Span
from audits.engine.source import lines_of

# An option's value begins with no dash: were `-a -a` read in two ways, a hostile line would be read in millions.
_ASKED = re.compile(r"(?P<lead>\s*)(?P<magic>%%?ai)\s+(?:-\S+\s+(?:[^-\s]\S*\s+)?)*?(?P<model>cohere:[\w.-]+)(?=\s|$)")


def magics_in(text: str) -> Iterator[CallSite]:
    """The uses in a cell's magics, each on its line: of the cell itself and of single lines."""
    begun = False
    for number, line in enumerate(lines_of(text) if "%ai" in text else (), 1):
        asked = _ASKED.match(line)
        # A cell's magic is its first line that is not empty.
        first, begun = not begun, begun or bool(line.strip())
        if asked is None or (asked["magic"] == "%%ai" and not first):
            continue
        model = asked["model"].partition(":")[2]
        row = next((row for row in JUPYTER_ROWS if row.takes(model)), None)
        if row is not None:
            yield _made(row, asked, model, number)


def _made(row: Framework, asked: re.Match[str], model: str, number: int) -> CallSite:
    shown = f"{asked['magic']} {asked['model']}"
    until = f"up to {row.package} {row.until} by Generate, later by Chat, which has the model no more"
    return CallSite(
        path="",
        span=Span(number, number, len(asked["lead"])),
        scope="",
        callee=shown,
        method="",
        kind=row.kind,
        client=row.path,
        platform=row.platform,
        confidence=Confidence.CONFIRMED,
        why=f"Jupyter AI asks {model}, {until if row.until else 'which is gone'}.",
        proof=(ProofStep(shown, "", number),),
        arguments=(Argument("model", model, None, True, model),),
    )
