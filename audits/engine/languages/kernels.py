"""Semantic Kernel's text generation of .NET, told to ask a model of Generate's on Bedrock."""

from collections.abc import Iterator
from dataclasses import replace

from audits.engine.catalogue.endpoints import BEDROCK_MODEL
from audits.engine.facts import CallSite, Language
from audits.engine.languages.finder import Finder
from audits.engine.languages.program import Expr
from audits.engine.languages.sdks import KERNEL_ROW


class Kernels(Finder):
    """Finds the services of one file."""

    def sites(self) -> Iterator[CallSite]:
        """All of them, in the order of the file."""
        named = self.evaluator.language is Language.CSHARP and "BedrockTextGeneration" in self.program.source
        for expr in list(self.program.exprs) if named else ():
            if expr.op in ("call", "new") and expr.kids and expr.kids[0].text in KERNEL_ROW.classes:
                yield from self._asked(expr)

    def _asked(self, call: Expr) -> Iterator[CallSite]:
        """`builder.AddBedrockTextGenerationService("…")` and `new BedrockTextGenerationService(modelId: "…")`."""
        given = list(zip(call.keys[1:], call.kids[1:], strict=False))
        model = next((kid for key, kid in given if key == "modelId"), None)
        model = model or next((kid for key, kid in given[:1] if not key), None)
        text = self.evaluator.text(model) if model is not None else ""
        if model is not None and BEDROCK_MODEL.fullmatch(text):
            name = f"{KERNEL_ROW.lead}{call.kids[0].text}"
            argument = replace(self.bodies.argument("model", model), is_literal=True, literal=text)
            yield self.maker.site(
                call.kids[0], call, KERNEL_ROW.kind, f"{name} sends {text} a request of Generate's.", method=None,
                client=name, platform=KERNEL_ROW.platform, arguments=(argument,),
            )  # fmt: skip
