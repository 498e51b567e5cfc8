"""The shape of a framework's row, and the model ids that decide which API a call reaches."""

import re
from dataclasses import dataclass

from audits.engine.catalogue.models import dead_model
from audits.engine.catalogue.sources import Source
from audits.engine.facts import Kind, Platform

# Generate's models on Bedrock; Command R talks another language there.
ON_BEDROCK = re.compile(r"(?:bedrock/)?(?:[a-z]{2,6}\.)?cohere\.command-(?!r)[\w.:-]*")
ANY_ON_BEDROCK = re.compile(r"(?:[a-z]{2,6}\.)?cohere\.command[\w.:-]*")
ON_OCI = re.compile(r"cohere\.command(?!-a)[\w.-]*")
# Ids that only Generate ever had, on Cohere's own platform.
OLD = re.compile(
    r"command(?:-light)?(?:-nightly)?|command-(?:xlarge|medium)[\w-]*|base(?:-light)?|x?large|medium|small"
)
# LiteLLM's spelling of them, and of fine-tuned ones.
PREFIXED = re.compile(
    r"(?:cohere/)?(?:command|command-nightly|command-light-nightly|command-(?:xlarge|medium)[\w-]*|base(?:-light)?)"
    r"|cohere/[0-9a-f]{8}-[\w-]+-ft"
)
# LiteLLM's spelling of ids on either platform, whether Generate had them or not.
OF_COHERE = re.compile(
    r"(?:cohere(?:_chat)?/|command)[\w.:/-]*|(?:bedrock/)?(?:converse/|invoke/)?[\w.]*cohere\.[\w.:-]*"
)
# Models that Generate never had.
CHAT_ONLY = re.compile(r"(?:cohere/)?(?:command-(?:a|r)\b[\w.-]*|command-r7b[\w-]*|c4ai-[\w-]+)")


@dataclass(frozen=True, slots=True)
class Framework:
    """One class (or function) whose call reaches Generate, `path`, also to be imported from `others`.

    `package` with `until` (inclusive; "" = all releases): the releases that call Generate; later ones call Chat.
    `model`: only with a model id that matches, passed under one of `named` (or first, where `first`); `unless`: not
    with one that matches. `dead`: it calls Chat, and is named only with a model that is switched off. `completes`: the
    methods that call Generate where others of the same object call Chat. `doubt` (0 to 2): what else decides.
    `instead` says in a sentence what to do. `order` are its own parameters in positional order: what is none of
    `named` among them is no parameter of Generate, whatever its name. `option`: a setting (name, value) with which it
    calls Generate in every release that has the setting, and, where no release ends it (`until`), only with it.
    """

    path: str
    kind: Kind
    source: Source
    instead: str
    platform: Platform = Platform.COHERE
    others: tuple[str, ...] = ()
    package: str = ""
    until: str = ""
    model: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    dead: bool = False
    named: tuple[str, ...] = ("model", "model_id")
    first: bool = False
    order: tuple[str, ...] = ()
    option: tuple[str, str] = ("", "")
    completes: frozenset[str] = frozenset()
    doubt: int = 0
    note: str = ""

    @property
    def positional(self) -> tuple[str, ...]:
        """The names of its positional arguments, as far as they are known."""
        return self.order or (self.named[:1] if self.first else ())

    def keeps(self, name: str) -> bool:
        """Is this a parameter of its own, that only looks like one of Generate's?"""
        return name in self.order and name not in self.named

    @property
    def always(self) -> bool:
        """Does everything that is made of it call Generate, whatever is passed?"""
        told = self.model or self.unless or self.dead or self.completes or self.until or self.doubt or self.option[0]
        return not told

    def doubt_with(self, model: str | None) -> int:
        """How doubtful it is with this model: one that is gone answers on neither API, whoever decides."""
        return min(self.doubt, 1) if model is not None and dead_model(model) is not None else self.doubt

    def takes(self, model: str | None) -> bool:
        """Does the row hold for a call that names this model (None: none, or none that is known)?"""
        gone = dead_model(model) if self.dead and model is not None else None
        if self.dead and (gone is None or gone.platform is not self.platform):
            return False
        if self.model is not None and (model is None or not self.model.fullmatch(model)):
            return False
        return self.unless is None or model is None or not self.unless.fullmatch(model)
