"""How things are written on every page: icons, badges, dates, numbers. "–" stands for none."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString

from audits.models import Organisation, Repository, Scan, ScanState, User
from audits.progress import Alert, alerts_of

from ._badges import BADGES

register = template.Library()

NONE = "–"

# What a person can do about a file that gave no answer.
UNREAD_HELP: dict[str, str] = {
    "too_large": "Look at it by hand, or move data out of the code.",
    "unparsable": "Mend the syntax; code of Python 2 is to be read by hand.",
    "language": "Read it by hand.",
    "undecodable": "Save it as UTF-8, or declare its encoding in the first line.",
    "timed_out": "It took too long. A second scan tries it too; then only once it, or Last Call, has changed.",
    "crashed": "Nested too deep for the parser: take the literal apart, or read it by hand.",
    "out_of_memory": "Too much for one file: split it, or read it by hand.",
    "lfs": "Look at it by hand, or keep code in git itself.",
    "object_missing": "The repository does not hold it: run git fsck there.",
    "budget": "The scan had no time left for it: scan again.",
}


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """`{% icon "search" %}`: a symbol of the sprite, hidden from screen readers; a word always stands beside it."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f"i {css}".strip(),
        static("icons.svg"),
        name,
    )


@register.simple_tag
def badge(vocabulary: str, value: str, css: str = "") -> SafeString:
    """`{% badge "scan" scan.state %}`: a state as colour, icon and word; an unknown value as it is, in grey."""
    colour, symbol, word = BADGES[vocabulary].get(value, ("", "circle-help", value or NONE))
    classes = " ".join(part for part in ("badge", colour, css) if part)
    return format_html('<span class="{}">{}{}</span>', classes, icon(symbol), word)


@register.simple_tag
def address(repository: Repository) -> SafeString:
    """`{% address row %}`: where it lives, as one line; the stylesheet cuts the front part short, never the name."""
    front, cut, name = repository.url.rpartition("/")
    return format_html(
        '<span class="sub mono address" title="{}"><span>{}</span><span>{}</span></span>',
        repository.url,
        front + cut,
        name,
    )


@register.filter
def alerts(row: Repository, organisation: Organisation) -> tuple[Alert, ...]:
    """`{% for alert in row|alerts:frame.organisation %}`: of a row of `progress.statuses()`, the worst first."""
    return alerts_of(row, organisation)


@register.filter
def none(value: Any) -> Any:
    """`–` for what is not there; 0 is there."""
    return NONE if value is None or value == "" else value


@register.filter
def day(value: date | datetime | str | None) -> str:
    """15 Sep 2025; of a text in ISO's form too."""
    if value is None:
        return NONE
    if isinstance(value, str):
        value = date.fromisoformat(value)
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    return date_format(local, "j M Y")


_NEAR = {0: "Today", -1: "Yesterday", 1: "Tomorrow"}


@register.filter
def moment(value: datetime | None) -> str:
    """In a table: Today 11:40, Yesterday 04:12, Tomorrow 04:12, 15 Sep 04:12, and in another year 15 Sep 2025 04:12."""
    if value is None:
        return NONE
    local, today = timezone.localtime(value), timezone.localdate()
    plain = date_format(local, "j M" if local.year == today.year else "j M Y")
    return f"{_NEAR.get((local.date() - today).days, plain)} {date_format(local, 'H:i')}"


@register.filter
def when(value: datetime | None) -> str:
    """In a sentence: today at 11:40, on 15 Sep 2025 at 04:12."""
    if value is None:
        return NONE
    local = timezone.localtime(value)
    near = _NEAR.get((local.date() - timezone.localdate()).days, "").lower()
    return f"{near or 'on ' + day(local.date())} at {date_format(local, 'H:i')}"


@register.filter
def took(value: float | timedelta | None) -> str:
    """Seconds as a person says them: 0.4 s, 42 s, 1 min, 3 min 5 s, 2 h 10 min."""
    if value is None:
        return NONE
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)
    if seconds < 9.95:
        return f"{max(seconds, 0):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s".removesuffix(" 0 s")
    return f"{whole // 3600} h {whole % 3600 // 60} min".removesuffix(" 0 min")


@register.filter
def lasting(start: datetime, now: datetime) -> str:
    """How long something has run, as `took` says it; clocks of two machines may differ a little."""
    return took(now - start)


@register.filter
def number(value: float | None) -> str:
    """1,204: thousands parted by a comma; the true minus sign."""
    if not isinstance(value, (int, float)):
        return NONE
    return f"{value:,}".replace("-", "−")


@register.filter
def brief(value: int | None) -> str:
    """7, 950, 1.2k, 34k: where four digits have no room; rounded down, and the whole number stands elsewhere."""
    if not isinstance(value, int) or value < 1_000:
        return number(value)
    return f"{value // 100 / 10:g}k" if value < 10_000 else f"{value // 1_000:,}k"


@register.filter
def size(count: int | None) -> str:
    """Bytes as a person says them: 512 B, 1.5 MB, 20 GB; a thousand of one are one of the next."""
    if count is None:
        return NONE
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 999.5:
            return f"{value:.0f} {unit}" if value >= 9.95 or unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


@register.filter
def signed(value: int | None) -> str:
    """+3, −4, 0."""
    return NONE if value is None else f"{value:+,}".replace("-", "−") if value else "0"


@register.filter
def short(commit: str) -> str:
    """The first seven digits of a commit."""
    return commit[:7] or NONE


@register.filter
def who(person: User | None) -> str:
    """A person's name as others know it."""
    return NONE if person is None else person.get_full_name() or person.username


@register.filter
def answers(manager: User) -> str:
    """Who answers for a campaign; an account that was closed does not."""
    name = who(manager)
    return f"{name} answers for it" if manager.is_active else f"Nobody answers for it: {name} signs in no more"


@register.filter
def sentences(text: str) -> str:
    """A help text without its marks: the items of Django's list of rules follow each other with a space between."""
    return " ".join(strip_tags(text.replace("</li>", "</li> ")).split())


@register.filter
def unread_help(reason: str) -> str:
    """What to do about an unread file."""
    return UNREAD_HELP.get(reason, "")


@register.filter
def plural(count: int, words: str) -> str:
    """`{{ 3|plural:"file,files" }}`: 3 files."""
    one, many = words.split(",")
    return f"{number(count)} {one if count == 1 else many}"


@dataclass(frozen=True)
class Step:
    """One step of a scan: `state` is "done", "now" or "" for later; `seconds` where it is over."""

    name: str
    state: str
    seconds: float | None = None


@register.filter
def steps(scan: Scan) -> list[Step]:
    """`{% for step in scan|steps %}`: how far an open scan has come."""
    at = list(ScanState).index(ScanState(scan.state))
    times = (scan.queued_at, scan.started_at, scan.fetched_at, scan.finished_at)
    names = (("Queued", "Queued"), ("Fetched", "Fetching"), ("Scanned", "Scanning"))
    found = []
    for i, (past, now) in enumerate(names):
        since, until = times[i], times[i + 1]
        if i < at:
            found.append(Step(past, "done", (until - since).total_seconds() if since and until else None))
        else:
            found.append(Step(now, "now" if i == at else ""))
    if scan.state == ScanState.SCANNING and 0 < scan.files_total == scan.files_done:
        # All files are read; what they say together, and the writing of it, may take as long again.
        return [*found[:-1], Step("Scanned", "done"), Step("Linking and writing", "now")]
    return [*found, Step("Result", "")]
