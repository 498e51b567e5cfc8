"""A Chat call in the making, and how a Generate call's own expressions get into it."""

from dataclasses import dataclass, field
from typing import Protocol

from audits.engine.facts import Argument
from audits.engine.secrets import mask
from audits.engine.spelling import bracketed, tokens

# Linking cuts an argument's text at 600 characters: from there on it may be half an expression.
SOURCE_LIMIT = 600
# What stands for the value of a parameter that an API's description only names.
DESCRIBED = "..."


def counted(number: str) -> str:
    """How many: a number as it is, an expression as code."""
    return number if number.isdigit() else f"`{mask(number)}`"


@dataclass(slots=True)
class Call:
    """A Chat call in the making.

    `prompt` is the expression of the message, None where the call passes none; `prompts` and `each` are the list and
    the loop's name of a batch; `repeat` is how many calls ("" = one). `streams_by_method`: by chat_stream(), not by an
    argument. `left_out` are parameters that this version of Chat has none
    for. `assumed` holds where what is unpacked names none of it. `rest` is the name under which a function in the
    method's place takes what it is called with beside the prompt ("" = nothing).
    """

    version: str
    prompt: str | None = None
    prompts: str = ""
    each: str = "prompt"
    repeat: str = ""
    assumed: dict[str, str] = field(default_factory=dict)
    rest: str = ""
    streams: bool = False
    streams_by_method: bool = True
    before: list[tuple[str, str]] = field(default_factory=list)
    after: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def keywords(self) -> tuple[tuple[str, str], ...]:
        """(keyword, expression) in the order of writing; a splat's keyword is "**"."""
        return self.with_prompt(self.prompt or self.each)

    def with_prompt(self, prompt: str) -> tuple[tuple[str, str], ...]:
        """The same with another expression for the prompt."""
        message = ("messages", f'[{{"role": "user", "content": {prompt}}}]')
        if self.version != "v2":
            message = ("message", prompt)
        return (*self.before, message, *self.after)


def expression(argument: Argument, name: str, call: Call, *forbidden: str) -> str:
    """The argument's own text, masked and in brackets where it needs them.

    Where the text cannot be repeated (cut, or with a token that the new place forbids) `name` stands for it.
    """
    if len(argument.source) >= SOURCE_LIMIT:
        call.notes.append(f"`{name}` is too long to repeat here: put the call's own expression where `{name}` stands.")
        return name
    found = {token for _, token in tokens(argument.source)}
    if not found.isdisjoint(("yield", *forbidden)):
        call.notes.append(f"`{name}` cannot stand inside this call: work it out first, under the name `{name}`.")
        return name
    return bracketed(mask(argument.source.strip()))


class Draft(Protocol):
    """What the calls of all languages have: `version` is "v2", "v1" or "aws"."""

    version: str
    notes: list[str]
    left_out: list[str]


def notes_of_both(v2: Draft, v1: Draft) -> list[str]:
    """The sentences about the two, each once; what neither has is left out in one."""
    notes = [*v2.notes, *(note for note in v1.notes if note not in v2.notes)]
    if v2.left_out == v1.left_out and v1.version == "v1":
        return [*notes, *_left_out("Chat", v2.left_out)]
    older = "Chat of cohere_aws" if v1.version == "aws" else "Chat v1"
    return [*notes, *_left_out("Chat v2", v2.left_out), *_left_out(older, v1.left_out)]


def _left_out(chat: str, names: list[str]) -> list[str]:
    return [f"Left out, as {chat} has none: {', '.join(f'`{name}`' for name in names)}."] if names else []
