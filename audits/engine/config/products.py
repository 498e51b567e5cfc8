"""Products that are told by a configuration to call Generate, or Chat with a model that is gone."""

from collections.abc import Iterator

from audits.engine.catalogue import dead_model
from audits.engine.catalogue.frameworks import FRAMEWORKS, SPACY, SPACY_KEY, SPACY_LANGCHAIN, SPACY_MODEL, Framework
from audits.engine.catalogue.frameworks.products import (
    DIFY_ROW,
    FLOWISE_ROW,
    KONG_ROW,
    MLFLOW_ROW,
    SPRING_ROW,
    WEAVIATE_ROW,
)
from audits.engine.catalogue.settings import (
    CHAT_ROUTE,
    COLON,
    COMMAND_KEYS,
    COMPLETIONS_ROUTE,
    GENERATIVE_MODULE,
    MARKED,
    MODEL_KEY,
    ROUTE_KEYS,
    SPRING_KEYS,
)
from audits.engine.config.finding import Page
from audits.engine.config.tree import LIST, MAP, TEXT
from audits.engine.facts import Argument, CallSite, Confidence, Kind, Language, Platform
from audits.engine.languages.shell import option_of

LANGCHAIN_ROW = FRAMEWORKS["langchain.llms.Cohere"][0]
_LITELLM = FRAMEWORKS["litellm.completion"]
_PROVIDERS = frozenset({"cohere", "langgenius/cohere/cohere"})
_CONSTRUCTOR = frozenset({"id"})
_PROMPT_MODELS = {"promptnode": "haystack.nodes.PromptNode", "promptmodel": "haystack.nodes.PromptModel"}
_GONE = "switched off"
_LITELLM_KEYS = frozenset({"router_settings", "litellm_settings", "litellm_params"})
LEVELS = tuple(Confidence)


def product_uses(page: Page, number: int) -> Iterator[CallSite]:
    """The uses that a product's own words at one setting tell."""
    row = page.tree.rows[number]
    if row.kind == TEXT and isinstance(row.value, str):
        yield from _by_class(page, number, row.value)
        yield from _by_word(page, number, row.key, row.value)
        yield from _by_provider(page, number, row.key.lower(), row.value.lower())
        yield from _by_prefix(page, number, row.key.lower(), row.value)
        yield from _by_option(page, number, row.value)
    elif row.kind == LIST and row.key.lower() in _CONSTRUCTOR:
        yield from _serialized(page, number)
    elif row.kind in (MAP, TEXT) or row.key:
        yield from _by_key(page, number, row.key)


def _by_class(page: Page, number: int, text: str) -> Iterator[CallSite]:
    """A framework's class named by its dotted path: Haystack's `type`, Hydra's `_target_`."""
    path = _PROMPT_MODELS.get(text.lower(), text) if page.tree.rows[number].key == "type" else text
    rows = FRAMEWORKS.get(path) if "." in path else None
    if rows:
        holder = page.tree.rows[number].parent
        yield from _framework(page, number, rows, page.context.model_beside(holder), holder)


def _framework(
    page: Page, number: int, rows: tuple[Framework, ...], model: int | None, holder: int
) -> Iterator[CallSite]:
    named = page.tree.text(model) if model is not None else None
    row = next((row for row in rows if row.takes(named)), None)
    if row is None:
        return
    at = model if model is not None and (row.model is not None or row.dead) else number
    arguments = page.context.parameters(holder, model)
    why = f"{row.path} calls Generate."
    if row.dead:
        why = f"{row.path} calls Chat with a model that is {_GONE}."
    elif row.until:
        why = f"{row.path} calls Generate up to {row.package} {row.until} and Chat later."
    doubt = max(row.doubt, 2 if row.until else 0)
    page.taken.update({number} if model is None else {number, model})
    yield page.made(
        at, row.kind, why, confidence=LEVELS[doubt], client=row.path, platform=row.platform, arguments=arguments,
        because=number if at != number else model,
    )  # fmt: skip


def _by_word(page: Page, number: int, key: str, text: str) -> Iterator[CallSite]:
    """One value that only one product has."""
    holder = page.tree.rows[number].parent
    row = next((each.row for each in MARKED if each.key.fullmatch(key) and each.value.fullmatch(text.strip())), None)
    if key == SPACY_KEY and SPACY_MODEL.fullmatch(text.strip()):
        row = SPACY
    if key == SPACY_KEY and SPACY_LANGCHAIN.fullmatch(text.strip()):
        row = LANGCHAIN_ROW
    if key.lower() == "name" and text == "cohere" and _is_flowise(page, holder):
        row = FLOWISE_ROW
    if row is not None:
        model = page.context.model_beside(holder)
        if model is not None:
            page.taken.add(model)
        yield page.made(
            number, row.kind, f"{row.path} calls Generate.", client=row.path, platform=row.platform,
            arguments=page.context.parameters(holder, model), because=model,
        )  # fmt: skip


def _is_flowise(page: Page, holder: int) -> bool:
    kinds = [kid for key in ("category", "type") if (kid := page.tree.child(holder, key)) is not None]
    return (
        any(page.tree.text(kid) in ("LLMs", "Cohere") for kid in kinds)
        and page.tree.child(holder, "inputs") is not None
    )


def _by_provider(page: Page, number: int, key: str, text: str) -> Iterator[CallSite]:
    """`provider: cohere` beside a route for completions (MLflow, Kong) or the mode of one (Dify)."""
    if key != "provider" or text not in _PROVIDERS:
        return
    holder = page.tree.rows[number].parent
    route = _route(page, holder)
    mode = page.tree.child(holder, "mode")
    row: Framework | None = None
    because = None
    if route is not None and page.tree.text(route) == COMPLETIONS_ROUTE:
        row, because = (KONG_ROW if _is_kong(page, number) else MLFLOW_ROW), route
    elif mode is not None and page.tree.text(mode) == "completion":
        row, because = DIFY_ROW, mode
    model = page.context.model_beside(holder)
    if row is not None:
        if model is not None:
            page.taken.add(model)
        arguments = page.context.parameters(holder, model)
        why = f"{row.path} calls Generate for {page.tree.text(because) if because is not None else text}."
        yield page.made(number, row.kind, why, client=row.path, arguments=arguments, because=because)
        return
    told = (route is not None and page.tree.text(route) == CHAT_ROUTE) or mode is not None
    if told and model is not None and (dead_model(page.tree.text(model)) is not None):
        yield _gone(page, model, Confidence.CONFIRMED, number)


def _gone(page: Page, model: int, confidence: Confidence, because: int | None = None) -> CallSite:
    dead = dead_model(page.tree.text(model).rsplit(":", 1)[-1]) or dead_model(page.tree.text(model))
    holder = page.tree.rows[model].parent
    arguments = page.context.parameters(holder, model)
    if dead is not None:
        arguments = tuple(
            Argument("model", repr(dead.name), is_literal=True, literal=dead.name) if row.name == "model" else row
            for row in arguments
        )
    return page.made(
        model, Kind.DEAD_MODEL, f"Chat is called with a model that is {_GONE}.", confidence=confidence,
        platform=dead.platform if dead is not None else Platform.COHERE,
        arguments=arguments, because=because,
    )  # fmt: skip


def _route(page: Page, holder: int) -> int | None:
    for at in (holder, *list(page.tree.above(holder))[:3]):
        for kid in page.tree.kids(at):
            if page.tree.rows[kid].key.lower() in ROUTE_KEYS:
                return kid
    return None


def _is_kong(page: Page, number: int) -> bool:
    for holder in page.tree.above(number):
        name = page.tree.child(holder, "name")
        if name is not None and page.tree.text(name).startswith("ai-proxy"):
            return True
        if "plugins" in page.tree.rows[holder].key.lower() or page.tree.child(holder, "plugin") is not None:
            return True
    return False


def _by_prefix(page: Page, number: int, key: str, text: str) -> Iterator[CallSite]:
    """LiteLLM's `cohere/…`, and `cohere:…` of promptfoo and Pydantic AI."""
    colon = COLON.fullmatch(text)
    if colon is not None and dead_model(colon["model"]) is not None and not page.context.is_prose(number):
        yield _gone(page, number, Confidence.CONFIRMED)
        return
    prefixed = text.startswith(("cohere/", "cohere_chat/", "bedrock/"))
    if not key and prefixed and _is_listed(page, number):
        key = "model"
    if key not in ("model", "model_name") and not prefixed:
        return
    keys = [each.lower() for each in page.tree.keys(number)]
    inside = "litellm_params" in keys
    name = page.context.name_of(number)
    variable = page.language is Language.ENV or name.isupper()
    named = prefixed and variable and MODEL_KEY.fullmatch(name) is not None
    fallback = prefixed and not key and _is_fallback(page, number, keys)
    if key not in ("model", "model_name") and not named and not fallback:
        return
    # Beside LiteLLM's own settings it is the name by which others ask for the model.
    alias = key == "model_name" and page.tree.child(page.tree.rows[number].parent, "litellm_params") is not None
    if not (inside or prefixed) or (key == "model_name" and not prefixed) or alias:
        return
    row = next((row for row in _LITELLM if row.takes(text)), None)
    if row is None:
        return
    if not inside and not fallback and not _is_litellm(page, number, dead=row.dead):
        return
    doubt = 0 if row.dead or not row.until else 2
    why = f"LiteLLM sends {text} to Generate up to {row.until} and to Chat later." if row.until else (
        f"LiteLLM sends {text} to a model that is {_GONE}."
    )  # fmt: skip
    arguments = page.context.parameters(page.tree.rows[number].parent, number)
    yield page.made(
        number, row.kind, why, confidence=LEVELS[max(doubt, 0 if inside else 1)], client=row.path,
        platform=row.platform, arguments=arguments,
    )  # fmt: skip


def _by_option(page: Page, number: int, text: str) -> Iterator[CallSite]:
    """What a container's command starts LiteLLM's proxy with: `["--model", "command-nightly"]`."""
    if not any(COMMAND_KEYS.fullmatch(key) for key in page.tree.keys(number)[-2:]):
        return
    holder = page.tree.rows[number].parent
    words = text.split()
    if page.tree.rows[holder].kind == LIST and len(words) == 1:
        before = page.tree.before(number)
        words = [page.tree.text(before), text] if before is not None else words
    model = option_of(words)
    row = next((row for row in _LITELLM if row.takes(model)), None) if model else None
    if row is not None and model is not None and _runs_litellm(page, number):
        yield page.made(
            number, row.kind, f"LiteLLM's proxy is started with {model}.", client=row.path, platform=row.platform,
            confidence=LEVELS[2 if row.until and not row.dead else 0],
            arguments=(Argument("model", model, None, True, model),),
        )  # fmt: skip


def _runs_litellm(page: Page, number: int) -> bool:
    """Is it the image beside a command, or the command, that names LiteLLM?"""
    for holder in list(page.tree.above(number))[:3]:
        image = page.tree.child(holder, "image")
        named = [image] if image is not None else page.tree.kids(holder) if page.tree.rows[holder].kind == LIST else []
        if any("litellm" in page.tree.text(kid).lower() for kid in named):
            return True
    return "litellm" in page.tree.text(number)


def _is_fallback(page: Page, number: int, keys: list[str]) -> bool:
    """Is the text an id that LiteLLM turns to when another model fails, and no name of a model in its own list?"""
    if not any(key.endswith("fallbacks") for key in keys) or _LITELLM_KEYS.isdisjoint(keys):
        return False
    text = page.tree.text(number)
    return all(row.key != "model_name" or row.value != text for row in page.tree.rows)


def _is_listed(page: Page, number: int) -> bool:
    """An item of `model: […]` or `models: […]` where the file names LiteLLM."""
    holder = page.tree.rows[page.tree.rows[number].parent]
    listed = holder.kind == LIST and holder.key.lower() in ("model", "models")
    return listed and any("litellm" in line.lower() for line in page.lines)


def _is_litellm(page: Page, number: int, *, dead: bool) -> bool:
    """Whether an id outside LiteLLM's own map is LiteLLM's: OpenRouter's ids of chat models look the same."""
    named = any("litellm" in line.lower() for line in page.lines)
    other = any("openrouter" in line.lower() for line in page.lines)
    return page.context.is_model(number) and not other and (named or not dead)


def _by_key(page: Page, number: int, key: str) -> Iterator[CallSite]:
    """A name that only one product has."""
    if key == GENERATIVE_MODULE:
        model = page.context.model_beside(number)
        named = page.tree.text(model) if model is not None else None
        if WEAVIATE_ROW.takes(named):
            if model is not None:
                page.taken.add(model)
            arguments = page.context.parameters(number, model)
            yield page.made(
                number, WEAVIATE_ROW.kind, f"{WEAVIATE_ROW.path}: {WEAVIATE_ROW.note}", client=WEAVIATE_ROW.path,
                confidence=LEVELS[WEAVIATE_ROW.doubt_with(named)], arguments=arguments,
                place=page.tree.rows[number].named, because=model,
            )  # fmt: skip
    if page.tree.keys(number)[-5:] == SPRING_KEYS:
        kids = page.tree.kids(number)
        if kids:
            page.taken.update(kids)
            model = page.context.model_beside(number)
            arguments = page.context.parameters(number, model)
            shows = kids[0] if model is None else model
            page.taken.add(shows)
            why = f"{SPRING_ROW.path}.* configure a model of Bedrock's Generate."
            yield page.made(
                number, SPRING_ROW.kind, why, client=SPRING_ROW.path, platform=SPRING_ROW.platform,
                arguments=arguments, place=page.tree.rows[shows].named, shows=shows,
            )  # fmt: skip


def _serialized(page: Page, number: int) -> Iterator[CallSite]:
    """LangChain's own JSON: `"id": ["langchain", "llms", "cohere", "Cohere"]` beside `kwargs`."""
    parts = [page.tree.text(kid) for kid in page.tree.kids(number)]
    rows = FRAMEWORKS.get(".".join(parts)) if 2 < len(parts) < 8 else None
    if rows:
        holder = page.tree.rows[number].parent
        yield from _framework(page, number, rows, page.context.model_beside(holder), holder)
