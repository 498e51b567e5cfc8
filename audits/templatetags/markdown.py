"""What people write, rendered: Markdown without HTML, and of its result only what cannot do harm."""

from collections.abc import Sequence
from typing import Any

import nh3
from django import template
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml

register = template.Library()

_TAGS = {"a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "strong", "ul"}
_HEADINGS = ("heading", "lheading")
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20}).enable("strikethrough")
_MARKDOWN.disable(_HEADINGS)


def _image(renderer: Any, tokens: Sequence[Any], index: int, *_: Any) -> str:
    """A picture is fetched from wherever it lies, which tells who reads: its words, as a link."""
    token = tokens[index]
    return f'<a href="{escapeHtml(str(token.attrs.get("src", "")))}">{escapeHtml(token.content or "image")}</a>'


_MARKDOWN.add_render_rule("image", _image)


@register.filter
def markdown(text: str) -> SafeString:
    """Paragraphs, lists, quotes, code and links to web pages; no HTML, no images, no headings that break the page's."""
    return SafeString(
        nh3.clean(
            _MARKDOWN.render(text),
            tags=_TAGS,
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener noreferrer nofollow",
        )
    )
