"""The engine's data: frozen, free of syntax trees, and JSON by `codec` on the way in and out of the sandbox.

`CallSite` is what linking hands to judging; `Usage` is what judging hands to the world. The names of kinds, platforms,
verdicts and reasons are `vocabulary`: a contract of the command line, which other programs read.
"""

from dataclasses import dataclass
from typing import NamedTuple

from audits.engine.vocabulary import (
    Confidence as Confidence,
)
from audits.engine.vocabulary import (
    FileKind as FileKind,
)
from audits.engine.vocabulary import (
    Kind as Kind,
)
from audits.engine.vocabulary import (
    Language as Language,
)
from audits.engine.vocabulary import (
    Platform as Platform,
)
from audits.engine.vocabulary import (
    UnreadReason as UnreadReason,
)
from audits.engine.vocabulary import (
    Verdict as Verdict,
)


class Dependency(NamedTuple):
    """A package as a file asks for it, under its ecosystem's canonical name; `spec` as written, "" for any release.

    `version` is the one release that a lock file or an exact pin installs, "" elsewhere; `line` from 1, inside `cell`
    of a notebook (-1 elsewhere).
    """

    ecosystem: str
    package: str
    spec: str
    version: str
    line: int
    cell: int = -1


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that could not be read: the reason, a sentence for a person, and the lines (from 1) that name the API."""

    reason: UnreadReason
    detail: str = ""
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a source text: lines from 1, column from 0 in characters; in a notebook lines are inside `cell`."""

    line: int
    end_line: int
    column: int
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument as written: `name` is None for a positional one that no signature names, "**" for an unfolded splat.

    `source` is the expression's text. `literal` is its value where it is a constant (str, int, float, bool or None as
    JSON; `is_literal` tells a constant None from no constant). `behind` is the expression that a model's name stands
    for where that is no constant, "" where it is not known. `field_of` names the class of the tree whose fields are the
    only sign of the argument: a splatted instance of it may hold fewer. `elsewhere`: the value is written where other
    names hold than at the call, or only on some ways to it. A splat that stays one knows the names that it `holds`;
    `whole`: it holds no others. `open`: none that a caller in sight passes, that is.
    """

    name: str | None
    source: str
    position: int | None = None
    is_literal: bool = False
    literal: str | int | float | bool | None = None
    behind: str = ""
    field_of: str = ""
    elsewhere: bool = False
    holds: tuple[str, ...] = ()
    whole: bool = False
    open: bool = False


class Later(NamedTuple):
    """One of several calls of a method that was kept: what is called, where, and with what."""

    callee: str
    line: int
    cell: int | None
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class ProofStep:
    """One link of the chain from the receiver to the constructor: a short text and the place that shows it."""

    text: str
    path: str
    line: int
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class ResponseRead:
    """A place that reads the Generate response and must change with the call; `text` is the expression as written."""

    path: str
    line: int
    end_line: int
    text: str
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class CallSite:
    """A call of (or reference to) a Generate method whose receiver has been resolved.

    `reference`: the method is handed on as a value (`to_thread(co.generate, …)`) with these `arguments`; `later`: it
    is kept, and that is what it is called by elsewhere in its file; `calls` are these where they are several.
    `receiver` is the client's expression where the callee does not begin with it: `Client.generate(co, …)`.
    `awaited`: the call stands right behind `await`; `bound` is the one name that it gives its value at once.
    `suppressed` is the reason that a `# last-call: ignore[reason]` gives, "" without one. `by_path`: it is one only
    where the file's path names Cohere. `key_in_code`: its client is made with a key that is written down,
    `key_lines`: where in the file or cell any such key stands. `documents` is the kind of the use that a document
    shows as an example: `kind` is a mention then, and the use is judged as what it shows.
    """

    path: str
    span: Span
    scope: str
    callee: str
    method: str
    kind: Kind
    client: str | None
    platform: Platform
    confidence: Confidence
    why: str
    proof: tuple[ProofStep, ...] = ()
    arguments: tuple[Argument, ...] = ()
    reads: tuple[ResponseRead, ...] = ()
    era: str | None = None
    reference: bool = False
    later: str = ""
    calls: tuple[Later, ...] = ()
    receiver: str = ""
    awaited: bool = False
    bound: str = ""
    suppressed: str = ""
    language: Language = Language.PYTHON
    documents: Kind | None = None
    key_in_code: bool = False
    key_lines: tuple[int, ...] = ()
    by_path: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What a file that is no Python gives others under a name; `kind`: client, class, module or maker of Cohere's.

    `name` is a way: names, with "()" behind what is called or made. Kind "elsewhere" says that it is what `way` means
    in `module`, "other" that it is surely no client. `steps` lead to the constructor; their paths are filled in later.
    """

    name: str
    kind: str
    shown: str = ""
    platform: Platform = Platform.COHERE
    steps: tuple[ProofStep, ...] = ()
    module: str = ""
    way: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A use if `way` in `module` is a client; of that version of Chat, where `version` says one."""

    site: CallSite
    module: str
    way: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class AskedChat:
    """A call of Chat if `way` in `module` is a client: the scope and the line of it."""

    module: str
    way: str
    scope: str
    line: int


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter with its verdict.

    `value` is the argument as written, secrets masked, at most 200 characters; None where it was not passed (a change
    of default that the call meets all the same). `note` says in a sentence what becomes of it. `guide` and `sdk` are
    what the two sources say (the guide word for word); `source` is the URL of the deciding one.
    """

    name: str
    verdict: Verdict
    value: str | None = None
    note: str = ""
    guide: str = ""
    sdk: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Replacement:
    """The Chat call that takes the place of a Generate call, as code that compiles, and what a person must check.

    The lines of each are its Pygments tokens as (css class, text), filled in where it is shown.
    """

    v2: str
    v1: str
    notes: tuple[str, ...] = ()
    v2_lines: tuple[tuple[tuple[str, str], ...], ...] = ()
    v1_lines: tuple[tuple[tuple[str, str], ...], ...] = ()


@dataclass(frozen=True, slots=True)
class ExcerptLine:
    """One line of the shown source: its number, Pygments tokens as (css class, text), and "", "call" or "read"."""

    number: int
    tokens: tuple[tuple[str, str], ...]
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """A use of Generate, judged. `parameters` were passed; `defaults` were not, and change all the same.

    `digest` is a hash of the call without layout and comments: equal digests mean that nobody changed the statement.
    `suppressed` is the reason that a comment in the source gives to set the use aside, "" without one. `key_lines` are
    lines where a key stands that nothing on the line itself tells.
    """

    path: str
    line: int
    end_line: int
    column: int
    cell: int | None
    kind: Kind
    method: str | None
    client: str | None
    platform: Platform
    confidence: Confidence
    why: str = ""
    scope: str = ""
    callee: str = ""
    digest: str = ""
    model: str | None = None
    parameters: tuple[Parameter, ...] = ()
    defaults: tuple[Parameter, ...] = ()
    unsupported: tuple[str, ...] = ()
    snippet: str = ""
    hardcoded_key: bool = False
    key_lines: tuple[int, ...] = ()
    proof: tuple[ProofStep, ...] = ()
    reads: tuple[ResponseRead, ...] = ()
    replacement: Replacement | None = None
    excerpt: tuple[ExcerptLine, ...] = ()
    suppressed: str = ""
    language: Language = Language.PYTHON
