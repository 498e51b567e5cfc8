"""What people write, rendered: Markdown without HTML, and of its result only what cannot do harm."""

import re
from collections.abc import Sequence
from typing import Any

import nh3
from django import template
from django.utils.html import linebreaks, urlize
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

register = template.Library()

_TAGS = {"a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "strong", "ul"}
_HEADINGS = ("heading", "lheading")
_DEEPEST = 20
_SCHEME = re.compile(r"(?:^|[\s(*_~])https?$")
_REST = re.compile(r"://[^\s<>\[\]`]*[^\s<>\[\]`*_~?!.,:;\"')]")
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": _DEEPEST}).enable("strikethrough")
_MARKDOWN.disable(_HEADINGS)


def _image(renderer: Any, tokens: Sequence[Any], index: int, *_: Any) -> str:
    """A picture is fetched from wherever it lies, which tells who reads: its words, as a link."""
    token = tokens[index]
    return f'<a href="{escapeHtml(str(token.attrs.get("src", "")))}">{escapeHtml(token.content or "image")}</a>'


def _whole_address(state: StateInline, silent: bool) -> bool:
    """The rest of an address is text, whatever its stars and underscores mean elsewhere: `…/pkg/__init__.py`."""
    rest = _REST.match(state.src, state.pos)
    if rest is None or not _SCHEME.search(state.src[max(0, state.pos - 6) : state.pos]):
        return False
    if not silent:
        state.pending += rest[0]
    state.pos = rest.end()
    return True


def _bare_addresses(state: StateCore) -> None:
    """An address that stands in a text is a link, as code hosts have it; one in a link or in code stays as it is."""
    for block in state.tokens:
        inside = 0
        for token in block.children or ():
            inside += token.nesting if token.type in ("link_open", "link_close") else 0
            if token.type == "text" and not inside:
                token.type, token.content = "html_inline", urlize(token.content, autoescape=True)


_MARKDOWN.add_render_rule("image", _image)
_MARKDOWN.inline.ruler.after("text", "whole_address", _whole_address)
_MARKDOWN.core.ruler.push("bare_addresses", _bare_addresses)


@register.filter
def markdown(text: str) -> SafeString:
    """Paragraphs, lists, quotes, code and links to web pages; no HTML, no images, no headings that break the page's.

    What is nested too deep for a list or quote stands as it was typed: the parser would drop it.
    """
    tokens = _MARKDOWN.parse(text)
    whole = all(token.level < _DEEPEST - 1 for token in tokens)
    plain = linebreaks(urlize(text, autoescape=True))
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}) if whole else plain
    return SafeString(
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener noreferrer nofollow",
        )
    )
