"""Mail's measures in its elements: some programs drop a letter's style sheet, and its colours with it."""

from functools import cache

from css_inline import CSSInliner
from django.template.loader import render_to_string


def inlined(html: str) -> str:
    """A letter whose elements hold the measures of `notify/measures.css`; what its own `<style>` says stays there, so
    that what is dropped leaves a program's own colours, dark or light."""
    return _inliner().inline(html)


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(
        inline_style_tags=False,
        keep_style_tags=True,
        load_remote_stylesheets=False,
        extra_css=render_to_string("notify/measures.css"),
    )
