"""Charts, places and code on pages. Markup is made by `charts` and `format_html`, never taken from a row."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from audits import charts, query
from audits.lifecycle import WAS_GONE, Cause, Presence, State
from audits.models import Finding, Repository
from audits.progress.explain import Row
from audits.progress.figures import days_past
from audits.progress.formulas import FORMULAS
from audits.progress.weekly import Week
from audits.query.words import CAUSES, CONFIDENCES, DISMISSALS, KINDS, LANGUAGES, REASONS

from .lastcall import badge

register = template.Library()

BREAKS = {"/": r"(?<=/)(?=[^/])", "_": r"(?<=_)(?=[^_])", ".": r"(?<=\w)(?=\.)"}  # before a dot, after the others

_LEAST = 0.05
# How the engine's sentences about what to do name the page that says so.
SOURCE = re.compile(r"Source: (?:(?P<name>[^`]*), )?(?P<url>https://[^\s`]+?)\.?")
TAGS = {"unsupported": "red", "changed": "amber", "disputed": "violet"}
VERDICTS = {
    "unsupported": ("circle-x", "bad", "unsupported"),
    "changed": ("triangle-alert", "warn", "changed meaning"),
    "disputed": ("scale", "violet", "sources disagree"),
    "renamed": ("arrow-right", "", "renamed"),
    "kept": ("check", "good", "kept"),
    "unknown": ("circle-help", "", "unknown"),
}


@register.simple_tag
def share_bar(uid: str, **parts: int) -> SafeString:
    """`{% share_bar "done" migrated=3 unknown=1 rest=4 %}`."""
    return _svg(charts.share(uid, list(parts.items())))


@register.simple_tag
def length_bar(value: int, peak: int) -> SafeString:
    """A bar beside a number, against the longest of its column."""
    return _svg(charts.bar(value, peak))


@register.simple_tag
def spark_line(values: Sequence[int]) -> SafeString:
    """A few values beside a number, oldest first."""
    return _svg(charts.spark(list(values)))


@register.simple_tag
def flow_chart(uid: str, weeks: Sequence[Week], width: int, height: int) -> SafeString:
    """What came and went, a bar a week."""
    bars = [charts.Bar(week.start, {cause.value: count for cause, count in week.causes.items()}) for week in weeks]
    came, went = sum(week.inflow for week in weeks), sum(week.outflow for week in weeks)
    told = f"In {len(weeks)} weeks {came} {'call' if came == 1 else 'calls'} came and {went} went."
    return _svg(charts.flow(uid, bars, "Calls that came and went", told, width=width, height=height))


@register.simple_tag
def percent(share: float | None) -> str:
    """A share from 0 to 1 in whole percent; what is neither none nor all is never said to be."""
    if share is None:
        return "–"
    whole = round(share * 100)
    return f"{whole} %" if whole in (0, 100) and share in (0.0, 1.0) else f"{min(max(whole, 1), 99)} %"


@register.filter
def signed(value: int) -> str:
    """+3, −3 or 0."""
    return f"{value:+,}".replace("-", "−") if value else "0"


@register.filter
def pace(value: float) -> str:
    """Calls a week by which what is left changed: "2.5 fewer", "1 more" where more came than went, "0"."""
    size = a_week(abs(value))
    return size if size == "0" else f"{size} {'fewer' if value > 0 else 'more'}"


@register.filter
def why_endless(mean: float) -> str:
    """Why no end comes within the forecast's horizon, by the mean of the weeks that it draws from."""
    if mean > 0:
        return "calls went too slowly to end within three years"
    return "more calls came than went" if mean else "as many calls came as went"


@register.filter
def a_week(pace: float) -> str:
    """Calls a week in one decimal; what is more than nothing is never "0.0"."""
    return "under 0.1" if 0 < pace < _LEAST else f"{pace:.1f}".removesuffix(".0")


@register.filter
def past_by(due: date, left: int) -> str:
    """`{{ due|past_by:left }}`: ", 56 days ago" of a day that has passed while calls are left."""
    return days_past(due, left)


@register.filter
def cause_word(cause: str) -> str:
    return CAUSES.get(cause, cause.replace("_", " "))


@register.simple_tag
def cause_cell(row: Row, cause: Cause) -> dict[str, Any]:
    """The calls of one cause in a row of an explanation, and whether there is more to say of them."""
    return {"calls": row.causes.get(cause, 0), "behind": row.behind.get(cause, ())}


@register.simple_tag
def formula(name: str) -> SafeString:
    """A number's formula, one click away: `{% formula "completion" %}`."""
    title, text = FORMULAS[name]
    return format_html(
        '<details class="formula"><summary aria-label="How {} is counted">?</summary><p>{}</p></details>',
        title.lower(),
        text,
    )


@register.simple_tag
def formulas(*names: str) -> SafeString:
    """Several of them, as one list behind one click: for the columns of a table."""
    rows = format_html_join("", "<dt>{}</dt><dd>{}</dd>", (FORMULAS[name] for name in names))
    return format_html(
        '<details class="behind formulas"><summary>How these are counted</summary><dl>{}</dl></details>', rows
    )


def _svg(text: str) -> SafeString:
    """Only for what `charts` built: there every text is escaped, and every name is one of ours."""
    return SafeString(text)


@register.filter
def code_words(text: str) -> SafeString:
    """A sentence with `names` in backticks as code."""
    parts = enumerate(re.split(r"`([^`]+)`", text))
    return format_html_join("", "{}", ((format_html("<code>{}</code>", part) if n % 2 else part,) for n, part in parts))


@register.filter
def noted(text: str) -> SafeString:
    """A sentence about what to do; one that names its source has a link there."""
    found = SOURCE.fullmatch(text)
    if found is None:
        return code_words(text)
    return format_html('Source: <a href="{}" rel="noreferrer">{}</a>', found["url"], found["name"] or found["url"])


@register.filter
def breaks(text: str, signs: str) -> SafeString:
    """`{{ path|breaks:"/_" }}`: a name out of code that goes on in the next line at these signs, not within a word."""
    parts = re.split("|".join(BREAKS[sign] for sign in signs), text)
    return format_html_join(SafeString("<wbr>"), "{}", ((part,) for part in parts))


@register.filter
def halves(path: str) -> tuple[str, str]:
    """The folders of a path, and its file: where there is no room the folders are cut short, never the file."""
    front, cut, name = path.rpartition("/")
    return front + cut, name


@register.filter
def place(row: Any) -> str:
    """Where a finding, a proof step or a read is, without its path: "45", or "cell 4, line 2" in a notebook."""
    return f"{row.line}" if row.cell is None else f"cell {row.cell}, line {row.line}"


@register.filter
def where(row: Any) -> str:
    """The same with its path: app/expand.py:45."""
    return f"{row.path}:{row.line}" if row.cell is None else f"{row.path}, {place(row)}"


@register.filter
def spot(row: Any) -> SafeString:
    """The same as markup that may go on in the next line within the path, between names, never within the line."""
    path = breaks(row.path, "/_.")
    if row.cell is None:
        return format_html('{}<wbr><span class="nowrap">:{}</span>', path, row.line)
    return format_html('{}, <span class="nowrap">{}</span>', path, place(row))


@register.simple_tag
def findings_in(repository: Repository, path: str) -> str:
    """The filter, quoted for an address, that finds the calls left in one file."""
    terms = (query.Term("state", "left"), query.Term("repo", repository.name), query.Term("path", path))
    return quote(" ".join(map(str, terms)))


@register.filter
def age(moment: datetime) -> str:
    """Whole days since then, as a table shows them."""
    days = (timezone.localdate() - timezone.localdate(moment)).days
    return f"{days:,} d" if days > 0 else "today"


@register.filter
def tag_colour(verdict: str) -> str:
    """The class of a parameter's tag."""
    return TAGS.get(verdict, "")


@register.simple_tag
def verdict_words(verdict: str) -> tuple[str, str, str]:
    """Icon, colour and words of a verdict."""
    return VERDICTS.get(verdict, VERDICTS["unknown"])


@register.filter
def kind_word(kind: str) -> str:
    return KINDS.get(kind, kind)


@register.filter
def language_word(language: str) -> str:
    return LANGUAGES.get(language, language)


@register.filter
def confidence_word(confidence: str) -> str:
    return CONFIDENCES.get(confidence, confidence)


@register.filter
def reason_word(reason: str) -> str:
    """Why a finding is gone, or dismissed, to go on a sentence with."""
    reason = reason.removeprefix(WAS_GONE)
    return REASONS.get(reason) or DISMISSALS.get(reason) or reason.replace("_", " ")


@register.simple_tag
def title_of(finding: Finding) -> SafeString:
    """The call in its scope, as a heading."""
    call = format_html("<code>{}</code>", finding.callee) if finding.callee else kind_word(finding.kind)
    return format_html("{} in <code>{}</code>", call, finding.scope) if finding.scope else format_html("{}", call)


@register.simple_tag
def state_of(finding: Finding) -> SafeString:
    """What a list shows of its state: of a waiver on a platform that has stopped to answer, that the call is broken; of
    what is gone or dismissed, why; and the marks of `marks_of`."""
    derived = query.derived(finding)
    shown = badge("state", "known_broken" if derived.known_broken else derived.state.value)
    why = DISMISSALS.get(finding.dismissal, "") if derived.state == State.DISMISSED else ""
    why = why or finding.absent_reason.replace("_", " ")
    reason = format_html('<span class="sub">{}</span>', why) if why else SafeString("")
    return format_html("{}{}{}", shown, marks_of(finding), reason)


@register.simple_tag
def marks_of(finding: Finding) -> SafeString:
    """That a call which is there had been gone, and that somebody has to look at its dismissal again."""
    there = finding.presence != Presence.ABSENT
    found = [name for name in ("re_review", "regressed") if there and getattr(finding, name)]
    return format_html_join("", " {}", ((badge("mark", name),) for name in found))
