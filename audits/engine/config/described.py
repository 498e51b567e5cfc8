"""Generate in a description of an API (OpenAPI, Swagger): the path, and which parameters it takes."""

from collections.abc import Iterator

from audits.engine.catalogue import PARAMETERS
from audits.engine.catalogue.endpoints import COHERE_ADDRESS
from audits.engine.config.bases import is_base, texts_below
from audits.engine.config.finding import Page
from audits.engine.config.tree import LIST, MAP
from audits.engine.draft import DESCRIBED
from audits.engine.facts import Argument, CallSite, Confidence, Kind

_LEVELS = 12
_LIMIT = 200


def described(page: Page, number: int) -> Iterator[CallSite]:
    """A path of a description whose servers are Cohere's."""
    row = page.tree.rows[number]
    if not row.key.startswith("/") or not COHERE_ADDRESS.fullmatch(f"api.cohere.com{row.key}"):
        return
    if page.tree.rows[row.parent].key != "paths":
        return
    root = page.tree.rows[row.parent].parent
    servers = [kid for key in ("servers", "host") if (kid := page.tree.child(root, key)) is not None]
    for server in servers:
        for each in texts_below(page.tree, server):
            if is_base(page.tree.text(each)):
                why = f"An API description of {page.tree.text(each)}: clients made from it call Generate."
                yield page.made(
                    number, Kind.RAW_HTTP, why, confidence=Confidence.LIKELY, arguments=_properties(page, root, number),
                    place=row.named, because=each,
                )  # fmt: skip
                return


def _properties(page: Page, root: int, number: int) -> tuple[Argument, ...]:
    """Generate's parameters among the properties of the request's body, with no value."""
    tree = page.tree
    post = tree.child(number, "post")
    # What an answer holds is no parameter, wherever an extension describes it.
    sent = [] if post is None else [tree.child(post, key) for key in ("requestBody", "parameters")]
    todo = [at for at in sent if at is not None]
    seen: set[int] = set()
    while todo and len(seen) < _LIMIT:
        at = todo.pop(0)
        if at in seen:
            continue
        seen.add(at)
        properties = tree.child(at, "properties")
        names = tree.kids(properties) if properties is not None else []
        found = [kid for kid in names if tree.rows[kid].key in PARAMETERS]
        if any(tree.rows[kid].key == "prompt" for kid in found):
            return tuple(Argument(tree.rows[kid].key, DESCRIBED) for kid in found)
        meant = tree.child(at, "$ref")
        todo += [] if meant is None else _referred(page, root, tree.text(meant))
        todo += [kid for kid in tree.kids(at) if tree.rows[kid].kind in (MAP, LIST)]
    return ()


def _referred(page: Page, root: int, reference: str) -> list[int]:
    at: int | None = root
    parts = reference.removeprefix("#/").split("/") if reference.startswith("#/") else []
    if len(parts) > _LEVELS:
        return []
    for part in parts:
        # How a pointer writes "/" and "~": https://datatracker.ietf.org/doc/html/rfc6901#section-3
        name = part.replace("~1", "/").replace("~0", "~")
        at = page.tree.child(at, name) if at is not None else None
    return [] if at in (None, root) else [at]
