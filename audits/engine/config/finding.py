"""What a rule found in a configuration, as the use that it is."""

from dataclasses import dataclass, field

from audits.engine.config.context import Context
from audits.engine.config.locals import locals_of
from audits.engine.config.tree import Place, Tree
from audits.engine.facts import Argument, CallSite, Confidence, Kind, Language, Platform, ProofStep, Span

SCOPE_LIMIT = 120


@dataclass(slots=True)
class Page:
    """One file: its settings, its lines, the settings that a use has been found at, and Terraform's local values."""

    tree: Tree
    language: Language
    lines: tuple[str, ...]
    context: Context
    taken: set[int] = field(default_factory=set)
    locals: dict[str, int | None] = field(init=False)

    def __post_init__(self) -> None:
        self.locals = locals_of(self.tree, self.lines) if self.language is Language.HCL else {}

    def made(
        self,
        number: int,
        kind: Kind,
        why: str,
        *,
        confidence: Confidence = Confidence.CONFIRMED,
        client: str | None = None,
        platform: Platform = Platform.COHERE,
        arguments: tuple[Argument, ...] = (),
        place: Place | None = None,
        shows: int | None = None,
        because: int | None = None,
        by_path: bool = False,
    ) -> CallSite:
        """A use at a setting's value, or at `place`, where `shows` is written.

        `because` is the setting beside it that proves it.
        """
        self.taken.add(number)
        at = place or self.tree.rows[number].place
        reason = () if because is None else (self._step(because, self.tree.rows[because].place),)
        return CallSite(
            path="",
            span=Span(at.line, at.line if place else max(at.end, at.line), at.column),
            scope=".".join(self.tree.keys(number)[:-1])[:SCOPE_LIMIT],
            callee=self._shown(number),
            method="",
            kind=kind,
            client=client,
            platform=platform,
            confidence=confidence,
            why=why,
            proof=(self._step(number if shows is None else shows, at), *reason),
            arguments=arguments,
            language=self.language,
            by_path=by_path,
        )

    def _step(self, number: int, place: Place) -> ProofStep:
        return ProofStep(self._shown(number), "", place.line)

    def _shown(self, number: int) -> str:
        name = self.context.name_of(number) or "item"
        text = self.tree.text(number).split("\n")[0]
        return f"{name}: {text}"[:SCOPE_LIMIT] if text else name[:SCOPE_LIMIT]
