"""What stands around a value: whose model it names, which API it is for, which parameters lie beside it."""

import re
from itertools import islice

from audits.engine.catalogue import MODEL_NAMES, PARAMETERS
from audits.engine.catalogue.endpoints import NAMES_COHERE
from audits.engine.catalogue.settings import (
    INDIRECT,
    MODEL_KEY,
    OTHER_MODEL,
    PARAMETER_MAPS,
    PROSE_KEYS,
    PROVIDER_KEYS,
    SPELLINGS,
    VENDORS,
)
from audits.engine.config.tree import LIST, MAP, TEXT, Tree
from audits.engine.facts import Argument

# Keys of a body that only Chat takes.
_CHAT_KEYS = frozenset({"message", "messages", "chat_history", "preamble"})
_CHAT = re.compile(r"chat|converse|message", re.I)
_ANSWERS = frozenset({"choices", "usage", "generations", "billed_units", "finish_reason", "prompt_tokens"})
# What Bedrock answers of each of its models (ListFoundationModels).
_LISTED = frozenset(
    [
        "modelarn",
        "inputmodalities",
        "outputmodalities",
        "inferencetypes",
        "inferencetypessupported",
        "modellifecycle",
        "lifecyclestatus",
        "responsestreamingsupported",
        "customizationssupported",
    ]
)
# What a model wrote, kept beside what it was asked with.
_WRITTEN = re.compile(
    r"(?:generated|model|llm|predicted|actual|raw)_?(?:response|output|text|answer|completion)s?", re.I
)
_ANSWERED = re.compile(r"response|completion|prediction|generation|output|answer", re.I)
_SOURCE_LIMIT = 2_000
_NEAR = 4
_SETTINGS = frozenset({*PARAMETERS, "messages"}) - {"prompt_vars", "request_options"}
_ENVIRONMENTS = frozenset({"env", "envs", "environment", "environment_variables", "variables", "vars", "data"})
# With these begin the names of settings that are whoever's a file speaks of.
_GENERAL = re.compile(r"model|llm|lm|default|text|chat|generat(?:e|ion|ive|or)|completion|language|ai|nlp|prompt")
_SCHEMA = frozenset({"openapi", "swagger", "$schema", "components", "definitions", "$defs"})


class Context:
    """Answers about the values of one tree."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def name_of(self, number: int) -> str:
        """The name by which a value is meant: its key, or that of what holds it where the key says nothing.

        Of `{"name": "COHERE_MODEL", "value": "command"}`, as Kubernetes writes it, the name.
        """
        row = self.tree.rows[number]
        while row.key.lower() in INDIRECT and row.parent > 0:
            sibling = self.tree.child(row.parent, "name")
            if row.key.lower() in ("value", "default") and sibling is not None and self.tree.text(sibling):
                return self.tree.text(sibling)
            if row.key.lower() in ("name", "id") and row.key:
                break
            row = self.tree.rows[row.parent]
        return row.key

    def is_model(self, number: int) -> bool:
        """Does the value's name say that it is the id of a model that writes text?"""
        name = self.name_of(number)
        if any(OTHER_MODEL.search(key) for key in (name, *self.tree.keys(number)[-3:])):
            return False
        if name.lower() in ("name", "id"):
            holders = self.tree.keys(number)[:-1]
            return bool(holders) and MODEL_KEY.fullmatch(holders[-1]) is not None
        return MODEL_KEY.fullmatch(name) is not None

    def is_prose(self, number: int) -> bool:
        """Does the value's name say that people read it?"""
        return any(PROSE_KEYS.fullmatch(key) for key in self.tree.keys(number)[-2:])

    def is_schema(self) -> bool:
        """Does the file describe an API or the shape of other files, so that its values are examples?"""
        roots = [kid for top in self.tree.kids(0) for kid in (top, *self.tree.kids(top))]
        return any(self.tree.rows[kid].key.lower() in _SCHEMA - {"components", "definitions"} for kid in roots)

    def is_recorded(self, number: int) -> bool:
        """Does the value stand in an answer that somebody has kept, or in a record of one, not in a setting?"""
        told = {self.tree.rows[kid].key.lower() for kid in self.tree.kids(self.tree.rows[number].parent)}
        listed = len(_LISTED & {key.replace("_", "") for key in told}) > 2
        return (
            listed
            or not _ANSWERS.isdisjoint(told)
            or any(self._records(holder) for holder in islice(self.tree.above(number), _NEAR))
        )

    def _records(self, holder: int) -> bool:
        """Is a map one of a list's that hold sentences which a model wrote?"""
        rows = self.tree.rows
        if rows[holder].kind != MAP or rows[rows[holder].parent].kind != LIST:
            return False
        return any(
            _WRITTEN.fullmatch(rows[kid].key)
            or (_ANSWERED.fullmatch(rows[kid].key) and " " in self.tree.text(kid).strip())
            for kid in self.tree.kids(holder)
            if self.tree.text(kid)
        )

    def names_cohere(self, number: int, levels: int = _NEAR) -> bool:
        """Does the value's name, or what stands around it, name Cohere, and nothing nearer another vendor?"""
        if NAMES_COHERE.search(self.name_of(number)):
            return True
        for level, holder in enumerate(self.tree.above(number)):
            told = self._told(holder, beside=level == 0)
            if told and not self._is_spoken_for(number, holder):
                return False
            if told is not None or level >= levels or holder == 0:
                return told is True
            if NAMES_COHERE.search(self.tree.rows[holder].key):
                return True
            if VENDORS.search(self.tree.rows[holder].key):
                return False
        return False

    def _is_spoken_for(self, number: int, holder: int) -> bool:
        """Does what a map says of itself hold for this value: an environment's variables are several services'."""
        around = self.tree.rows[holder]
        top = holder == 0 or not (around.parent or around.key)
        if not top and around.key.lower() not in _ENVIRONMENTS:
            return True
        first = _first_word(next(iter(self.tree.keys(number)[len(self.tree.keys(holder)) :]), ""))
        return _GENERAL.fullmatch(first) is not None or any(
            _first_word(self.tree.rows[kid].key) == first and NAMES_COHERE.search(self.tree.text(kid))
            for kid in self.tree.kids(holder)
        )

    def _told(self, holder: int, *, beside: bool) -> bool | None:
        """Whether a map says of itself that it is Cohere's; False where it names another vendor, None for neither."""
        other = False
        for kid in self.tree.kids(holder):
            row = self.tree.rows[kid]
            key = row.key.lower().lstrip("@_")
            if beside and NAMES_COHERE.search(row.key) and holder:
                return True
            if row.kind == TEXT and (key in PROVIDER_KEYS or key.endswith(("provider", "backend", "_url", "_key"))):
                text = self.tree.text(kid)
                if len(text) < 200 and NAMES_COHERE.search(text):
                    return True
                other = other or (len(text) < 200 and VENDORS.search(text) is not None)
            elif row.kind == MAP and key in ("provider", "vendor", "owner"):
                named = self.provider_of(holder)
                if NAMES_COHERE.search(named):
                    return True
                other = other or bool(named)
        return False if other else None

    def provider_of(self, holder: int) -> str:
        """Whom a map names as its provider, in a text or in a map of its own."""
        for key in ("provider", "vendor", "owner", "owned_by", "litellm_provider"):
            kid = self.tree.child(holder, key)
            if kid is not None and self.tree.rows[kid].kind == MAP:
                inner = self.tree.child(kid, "id") or self.tree.child(kid, "name") or self.tree.child(kid, "slug")
                kid = inner if inner is not None else kid
            if kid is not None and self.tree.text(kid):
                return self.tree.text(kid)
        return ""

    def chats(self, number: int) -> bool:
        """Does something around the value say that it is for Chat?"""
        for level, holder in enumerate((number, *self.tree.above(number))):
            row = self.tree.rows[holder]
            if _CHAT.search(row.key) or _CHAT.search(self.name_of(number)):
                return True
            if level >= 3 or holder == 0:
                return False
            if level == 1 and self._asks_chat(holder):
                return True
            for kid in self.tree.kids(holder):
                key, text = self.tree.rows[kid].key.lower(), self.tree.text(kid)
                kinds = ("type", "mode", "model_type", "route_type", "endpoint_type", "task", "api", "class", "name")
                if key in kinds and len(text) < 80 and _CHAT.search(text):
                    return True
        return False

    def _asks_chat(self, holder: int) -> bool:
        """Does a map hold what only Chat is asked with? Beside a prompt a message is anybody's."""
        keys = {self.tree.rows[kid].key.lower() for kid in self.tree.kids(holder)}
        return not _CHAT_KEYS.isdisjoint(keys - {"message"} if "prompt" in keys else keys)

    def parameters(self, holder: int, model: int | None = None) -> tuple[Argument, ...]:
        """Generate's parameters in a map and in the maps of parameters inside it."""
        found: dict[str, Argument] = {}
        todo = [(holder, 0)]
        while todo:
            at, level = todo.pop(0)
            for kid in self.tree.kids(at):
                row, held = self.tree.rows[kid], self._held(kid)
                name = _spelled(row.key)
                told = self.tree.rows[held].kind != MAP or name == "logit_bias"
                if held != model and name not in found and name in _SETTINGS and told:
                    found[name] = self.argument(name, held)
                elif row.kind == MAP and row.key.lower() in PARAMETER_MAPS and level < 2:
                    todo.append((kid, level + 1))
        if model is not None:
            found = {
                "model": self.argument("model", model),
                **{key: row for key, row in found.items() if key != "model"},
            }
        return tuple(found.values())

    def _held(self, number: int) -> int:
        """The value of a field as Langflow writes one, `{"name": …, "type": …, "value": …}`; anything else as it is."""
        value = self.tree.child(number, "value") if self.tree.rows[number].kind == MAP else None
        described = any(self.tree.child(number, key) is not None for key in ("type", "name"))
        return value if value is not None and described else number

    def argument(self, name: str, number: int) -> Argument:
        """A value as an argument of this name, its source as Python writes it."""
        row = self.tree.rows[number]
        if row.kind == TEXT:
            return Argument(name, repr(row.value)[:_SOURCE_LIMIT], is_literal=True, literal=row.value)
        if row.kind == LIST:
            items = [self.tree.rows[kid] for kid in self.tree.kids(number)]
            if all(item.kind == TEXT for item in items):
                return Argument(name, repr([item.value for item in items])[:_SOURCE_LIMIT])
        return Argument(name, "...")

    def model_beside(self, holder: int) -> int | None:
        """The setting that names the model of what a map configures, also in the maps inside it."""
        names = {name.lower() for name in (*MODEL_NAMES, "modelname", "name")}
        todo = [(holder, 0)]
        while todo:
            at, level = todo.pop(0)
            for kid in self.tree.kids(at):
                row, held = self.tree.rows[kid], self._held(kid)
                key = row.key.lower()
                if self.tree.rows[held].kind == TEXT and key in names and (key != "name" or level == 0):
                    if key != "name" or self.tree.text(held).startswith(("command", "base", "xlarge", "medium")):
                        return held
                elif row.kind == MAP and row.key.lower() in PARAMETER_MAPS and level < 2:
                    todo.append((kid, level + 1))
        return None


def _first_word(key: str) -> str:
    return re.split(r"[_.\-]|(?<=[a-z])(?=[A-Z])", key, maxsplit=1)[0].lower()


def _spelled(key: str) -> str:
    """Generate's name for a key, also where it is written `num-generations`."""
    plain = key.lower().replace("-", "_")
    return SPELLINGS.get(plain.replace("_", ""), plain if plain in _SETTINGS else key)
