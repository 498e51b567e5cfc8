"""A call that may send a request, on its way to be judged."""

from dataclasses import dataclass

from audits.engine.catalogue.endpoints import BODY_KEYWORDS
from audits.engine.link.frames import Place

Operands = dict[str, Place]


@dataclass(frozen=True, slots=True)
class Sending:
    """A call that may send: `site` is where a use of it is reported, `call` holds the address and the body."""

    site: Place
    call: Place
    plain: tuple[Place, ...]
    named: Operands

    @property
    def body(self) -> Place | None:
        """The expression that is sent, by its keyword."""
        return next((self.named[key] for key in BODY_KEYWORDS if key in self.named), None)
