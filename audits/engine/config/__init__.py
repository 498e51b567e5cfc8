"""Configuration files: their bytes' text to the uses of Generate that their settings are."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from audits.engine.config.addresses import address_uses
from audits.engine.config.blocks import read_hcl, read_xml
from audits.engine.config.context import Context
from audits.engine.config.finding import Page
from audits.engine.config.lexed import read_nginx, read_requests, read_sql
from audits.engine.config.marked import read_json, read_yaml
from audits.engine.config.modelids import model_uses
from audits.engine.config.products import product_uses
from audits.engine.config.scripts import Script, scripts
from audits.engine.config.tables import read_env, read_ini, read_toml
from audits.engine.config.tree import ROOT, Tree, Unreadable
from audits.engine.config.variables import unsent
from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import CallSite, FileKind, Language, Unread, UnreadReason
from audits.engine.gate import lines_naming
from audits.engine.suppressions import ignores_in

PARSERS: Mapping[FileKind, Callable[[str], Tree]] = {
    FileKind.YAML: read_yaml,
    FileKind.JSON: read_json,
    FileKind.TOML: read_toml,
    FileKind.INI: read_ini,
    FileKind.ENV: read_env,
    FileKind.HCL: read_hcl,
    FileKind.XML: read_xml,
    FileKind.SQL: read_sql,
    FileKind.NGINX: read_nginx,
    FileKind.HTTP: read_requests,
}
_RULES = (product_uses, address_uses, model_uses)


def _none(commands: Iterable[Script]) -> Iterable[CallSite]:
    """No uses, where nobody looks into commands."""
    return ()


def read_settings(
    kind: FileKind, text: str, programs: Callable[[Iterable[Script]], Iterable[CallSite]] = _none
) -> ModuleFacts | Unread:
    """The uses in a configuration file, and those that `programs` tells in its commands; what its parser could not read
    is a fault."""
    lines = tuple(text.split("\n"))
    named = lines_naming(text.encode("utf-8", "replace"))
    try:
        tree = PARSERS[kind](text)
    except Unreadable as error:
        return Unread(UnreadReason.UNPARSABLE, str(error), named)
    page = Page(tree, Language(kind), lines, Context(tree))
    faults = tuple(Unread(UnreadReason.UNPARSABLE, fault, named) for fault in tree.faults if named)
    return ModuleFacts(sites=(*_uses(page), *programs(scripts(page))), ignores=ignores_in(lines), faults=faults)


def set_in(kind: FileKind, text: str, told: Sequence[CallSite]) -> tuple[CallSite, ...]:
    """The uses in the variables that a script, Makefile or Dockerfile sets, beside those that it is `told` of."""
    tree = unsent(kind, text, told)
    page = Page(tree, Language.ENV, tuple(text.split("\n")), Context(tree))
    # A path says too little of a script's own variables.
    return tuple(site for site in _uses(page) if not site.by_path)


def _uses(page: Page) -> Iterator[CallSite]:
    """One use a place, by the first rule that tells one: what a product says of itself goes before a bare id.

    JSON that holds one value after another is a log or a data set, no settings.
    """
    if page.language is Language.JSON and len(page.tree.kids(ROOT)) > 1 and not page.tree.faults:
        return
    seen: set[tuple[int, int]] = set()
    for rule in _RULES:
        for number in range(1, len(page.tree.rows)):
            if number in page.taken:
                continue
            for site in rule(page, number):
                place = (site.span.line, site.span.column)
                if place not in seen:
                    seen.add(place)
                    yield site
