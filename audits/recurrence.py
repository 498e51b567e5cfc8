"""When something that repeats comes next: every so many hours, or by cron; each key in a slot of its own. Pure.

A slot is a hash of the key, so it is the same after a restart, on every machine and in every worker, and a thousand
repositories do not start together. A rule is text: `6h` is every six hours, anything else is a line of cron.
"""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice, pairwise
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

HOURLY, DAILY, WEEKLY = "1h", "24h", "168h"
MOST_HOURS = 31 * 24
RULE_LENGTH = 120

_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
_HOURS = re.compile(r"([1-9][0-9]{0,2})h")
_WORDS = {HOURLY: "Hourly", DAILY: "Daily", WEEKLY: "Weekly"}
# The runs of one line of cron are spread over this time after it.
_CRON_SPREAD = timedelta(hours=1)
_LEAST_GAP = timedelta(hours=1)
_CHECKED_RUNS = 200
_FIELDS = 5
# So many failures in a row double the time to the next try, each further one doubles it again, up to a week.
SLOW_AFTER = 3
LONGEST_WAIT = timedelta(days=7)

_NO_CRON = "This is no line of cron: it has five fields, minute, hour, day, month and weekday, like 30 4 * * 1-5."
_NO_FIELD = (
    "A field of this line of cron is none: minutes go from 0 to 59, hours to 23, days from 1 to 31, months to 12, "
    "weekdays from 0 to 7, like 30 4 * * 1-5."
)
_NEVER = "This line of cron never comes due: none of its months has such a day."


class RuleRefused(ValueError):
    """The text is no rule; the message is for its author."""


def checked(text: str) -> str:
    """The rule in its one spelling. Raises RuleRefused."""
    rule = " ".join(text.split())
    if len(rule) > RULE_LENGTH:
        raise RuleRefused(f"A line of cron has at most {RULE_LENGTH} characters here.")
    if hours(rule) is not None:
        return rule
    if len(rule.split()) != _FIELDS:
        # A sixth one would be seconds, in front; other programs mean the year by it, behind.
        raise RuleRefused(_NO_CRON)
    try:
        first = list(islice(CronSim(rule, _EPOCH), _CHECKED_RUNS))
    except CronSimError as error:
        raise RuleRefused(_NEVER if _of_no_month(rule) else _NO_FIELD) from error
    if not first:
        raise RuleRefused(_NEVER)
    if len(first) < 2 or first[1] - first[0] > timedelta(days=366):
        raise RuleRefused("This line of cron hardly ever comes: choose one that comes at least once a year.")
    if min(later - earlier for earlier, later in pairwise(first)) < _LEAST_GAP:
        raise RuleRefused("This line of cron comes more than once an hour, which is too often: name one minute.")
    return rule


def _of_no_month(rule: str) -> bool:
    """Whether a line that is refused says well of each field what it wants, but no month of it has the day."""
    fields = rule.split()
    try:
        for place in (-3, -2):
            CronSim(" ".join([*fields[:place], "*", *fields[place + 1 :]]), _EPOCH)
    except CronSimError:
        return False
    return True


def hours(rule: str) -> int | None:
    """The interval of a rule like `6h`, at most 31 days; None for cron."""
    found = _HOURS.fullmatch(rule)
    return int(found[1]) if found and int(found[1]) <= MOST_HOURS else None


def words(rule: str, zone: str = "UTC") -> str:
    """The rule as a person says it: Daily; Every 6 hours; By cron “30 4 * * *” (Europe/Berlin)."""
    every = hours(rule)
    if every is None:
        return f"By cron “{rule}” ({zone})"
    return _WORDS.get(rule, f"Every {every} hours" if every % 24 else f"Every {every // 24} days")


@lru_cache
def zones() -> tuple[str, ...]:
    """The names that a time zone may have, as this machine knows them."""
    return tuple(sorted(name for name in available_timezones() if "/" in name or name == "UTC"))


def slot(key: str, every: timedelta) -> timedelta:
    """The place of `key` in an interval: from 0 to less than `every`, in whole seconds."""
    digest = hashlib.sha256(key.encode("utf-8", "backslashreplace")).digest()
    return timedelta(seconds=int.from_bytes(digest[:8]) % int(every.total_seconds()))


def next_run(rule: str, zone: str, key: str, now: datetime, failures: int = 0) -> datetime:
    """The first time after `now` that falls into the key's slot; later after several failures in a row.

    `rule` has been `checked`. The wait after failures grows by a factor of their number alone: no chance is in it.
    """
    first = _after(rule, zone, key, now)
    if failures < SLOW_AFTER:
        return first
    period = _after(rule, zone, key, first) - first
    longer = period * 2 ** min(failures - SLOW_AFTER + 1, 16)
    return _after(rule, zone, key, now + max(min(longer, LONGEST_WAIT) - period, timedelta()))


def _after(rule: str, zone: str, key: str, now: datetime) -> datetime:
    every = hours(rule)
    if every is None:
        offset = slot(key, _CRON_SPREAD)
        runs = CronSim(rule, (now - offset).astimezone(ZoneInfo(zone)))
        # In the hour that a clock goes through twice, cronsim names times of the first round during the second.
        return next(run for at in runs if (run := at.astimezone(UTC) + offset) > now)
    interval = timedelta(hours=every)
    offset = slot(key, interval)
    passed = (now - _EPOCH - offset) // interval
    return _EPOCH + offset + (passed + 1) * interval
