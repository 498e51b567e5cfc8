"""What an expression stands for: a client of Cohere's, a class of it, a module."""

from dataclasses import dataclass

from audits.engine.facts import Platform
from audits.engine.languages.sdkrow import Library, Sdk


@dataclass(frozen=True, slots=True)
class Value:
    """`kind`: module, class, client, maker (a builder on its way to a client). `steps` lead to the constructor.

    `module` is for those who look beyond the file.
    """

    kind: str
    name: str
    platform: Platform = Platform.COHERE
    sdk: Sdk | None = None
    library: Library | None = None
    made: bool = False
    steps: tuple[tuple[str, int], ...] = ()
    module: str = ""
