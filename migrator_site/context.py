"""What the frame of every page shows. Each number is asked only when a template shows it: fragments have no frame."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest

from audits import engine, query
from audits.access import Action, findings_visible_to, may, person, visible_to
from audits.models import Organisation, Scan
from audits.models.scan import OPEN_STATES


class Frame:
    """Counts beside the navigation, scans that run, and what this person may do; one query each, at most once."""

    def __init__(self, request: HttpRequest) -> None:
        self.user = person(request)

    @cached_property
    def organisation(self) -> Organisation:
        return Organisation.current()

    @cached_property
    def repositories(self) -> int:
        """Those in use: the archived ones are told apart."""
        return visible_to(self.user).filter(archived_at=None).count()

    @cached_property
    def archived(self) -> int:
        return visible_to(self.user).exclude(archived_at=None).count()

    @cached_property
    def calls_left(self) -> int:
        return query.number_of(findings_visible_to(self.user).filter(query.remaining()))

    @cached_property
    def my_work(self) -> int:
        """Open calls that are assigned to whoever looks."""
        mine = query.parse("state:open assignee:me")
        return query.number_of(query.apply(findings_visible_to(self.user), mine, self.user))

    @cached_property
    def running(self) -> int:
        return Scan.objects.filter(state__in=OPEN_STATES, repository__in=visible_to(self.user)).count()

    @property
    def engine(self) -> str:
        return str(getattr(engine, "ENGINE_VERSION", "")).partition("+")[0]

    @property
    def may_scan(self) -> bool:
        return may(self.user, Action.SCAN)

    @property
    def may_edit(self) -> bool:
        return may(self.user, Action.EDIT_REPOSITORIES)

    @property
    def may_administer(self) -> bool:
        return may(self.user, Action.ADMINISTER)


def frame(request: HttpRequest) -> dict[str, Any]:
    """`frame` for templates; nothing for somebody who is not signed in."""
    return {"frame": Frame(request)} if request.user.is_authenticated else {}
