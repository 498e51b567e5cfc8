"""Every route against the table: who is sent to sign in, who is refused, who comes through."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from audits import tokens
from audits.access import LEAST_ROLE, Action, LastAdmin, admins, give_role, may
from audits.models import Channel, Comment, PathRule, Repository, Role, SavedView, Scan, Team, TokenScope, User

from . import rows

ROLES = ("viewer", "engineer", "lead", "admin")
# Route: method, least role ("" for everybody). Written out once more on purpose: who moves a guard says it here too.
TABLE = {
    "overview": ("GET", "viewer"),
    "repositories": ("GET", "viewer"),
    "repository": ("GET", "viewer"),
    "repository-live": ("GET", "viewer"),
    "repository-register": ("POST", "lead"),
    "repository-past": ("GET", "viewer"),
    "repository-history": ("POST", "lead"),
    "repository-scan": ("POST", "engineer"),
    "repositories-scan": ("POST", "engineer"),
    "repository-edit": ("POST", "lead"),
    "repository-access": ("POST", "lead"),
    "repository-address": ("POST", "lead"),
    "repository-test": ("POST", "lead"),
    "repository-tested": ("GET", "lead"),
    "repository-archive": ("POST", "lead"),
    "repository-unarchive": ("POST", "lead"),
    "repository-delete": ("POST", "lead"),
    "repository-hold": ("POST", "lead"),
    "repository-cancel": ("POST", "engineer"),
    "repository-resume": ("POST", "lead"),
    "findings": ("GET", "viewer"),
    "finding": ("GET", "viewer"),
    "findings-bulk": ("POST", "engineer"),
    "view-add": ("POST", "viewer"),
    "view-edit": ("POST", "viewer"),
    "my-work": ("GET", "viewer"),
    "my-work-seen": ("POST", "viewer"),
    "finding-decide": ("POST", "engineer"),
    "finding-comment": ("POST", "engineer"),
    "comment-delete": ("POST", "engineer"),
    "findings-export": ("GET", "viewer"),
    "schedule": ("GET", "viewer"),
    "schedule-pause": ("POST", "admin"),
    "schedule-resume": ("POST", "admin"),
    "teams": ("GET", "viewer"),
    "team-add": ("POST", "lead"),
    "team-edit": ("POST", "lead"),
    "settings": ("POST", "admin"),
    "credentials": ("POST", "admin"),
    "credential-delete": ("POST", "lead"),
    "credential-test": ("POST", "admin"),
    "credential-tested": ("GET", "admin"),
    "host-forge": ("POST", "admin"),
    "host-keys": ("POST", "admin"),
    "host-key-delete": ("POST", "admin"),
    "journal": ("GET", "admin"),
    "person-add": ("POST", "admin"),
    "person-edit": ("POST", "admin"),
    "team": ("GET", "viewer"),
    "explain": ("GET", "viewer"),
    "numbers": ("GET", "viewer"),
    "heat": ("GET", "viewer"),
    "progress-export": ("GET", "viewer"),
    "parameters": ("GET", "viewer"),
    "timeline": ("GET", "viewer"),
    "due-edit": ("POST", "lead"),
    "path-rules": ("GET", "viewer"),
    "path-rule-add": ("POST", "admin"),
    "repository-path-rule-add": ("POST", "lead"),
    "path-rule-delete": ("POST", "lead"),
    "notifications": ("POST", "viewer"),
    "channel-add": ("POST", "lead"),
    "channel-test": ("POST", "viewer"),
    "channel-delete": ("POST", "viewer"),
    "channel-digest": ("GET", "viewer"),
    "channel-digest-mail": ("GET", "viewer"),
    "password": ("POST", "viewer"),
    "logout": ("POST", "viewer"),
    "login": ("GET", ""),
    "system": ("GET", "admin"),
    "system-retry": ("POST", "admin"),
    "tokens": ("POST", "viewer"),
    "token-revoke": ("POST", "viewer"),
    "api-schema": ("GET", "viewer"),
    "api-progress": ("GET", "viewer"),
    "api-progress-table": ("GET", "viewer"),
    "api-repositories": ("GET", "viewer"),
    "api-repository": ("GET", "viewer"),
    "api-repository-scan": ("POST", "engineer"),
    "api-scan": ("GET", "viewer"),
    "api-findings": ("GET", "viewer"),
    "api-finding": ("GET", "viewer"),
    "healthz": ("GET", ""),
    "readyz": ("GET", ""),
    "metrics": ("GET", ""),
}
# What a route needs to be more than "nothing is there".
SENT: dict[str, Any] = {
    "findings-bulk": {"data": "move=plan", "content_type": "application/x-www-form-urlencoded"},
}
MUTATING = [name for name, (method, _) in TABLE.items() if method == "POST"]


def routes(patterns: list[Any], namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, pattern.namespace or namespace)
        else:
            yield f"{namespace}:{pattern.name or pattern.pattern}" if namespace else str(pattern.name), pattern


def address(name: str) -> str:
    repository = rows.repository()
    asking = User.objects.first() or rows.person("viewer", "nobody")
    own_channel = [Channel.objects.create(person=asking).pk]
    keys = {
        "path-rule-delete": [PathRule.objects.create(pattern="docs/", area="examples", repository=repository).pk],
        **dict.fromkeys(("channel-test", "channel-delete", "channel-digest", "channel-digest-mail"), own_channel),
        "view-edit": [SavedView.objects.create(owner=asking, name="Mine").pk],
        "finding": [rows.finding(repository).pk],
        "team-edit": [rows.team().pk],
        "team": [rows.team().pk],
        "person-edit": [rows.person("viewer", "somebody").pk],
    }
    if name in ("credential-delete", "credential-test", "credential-tested"):
        keys[name] = [rows.credential(repository).pk]
    if name in ("finding-decide", "finding-comment", "comment-delete"):
        row = rows.finding(repository, path="decided.py")
        mine = Comment.objects.create(finding=row, author=asking, at=timezone.now(), text="Mine.")
        keys[name] = [row.pk, *{"finding-decide": ["reopen"], "comment-delete": [mine.pk]}.get(name, [])]
    if name == "token-revoke":
        keys[name] = [tokens.issue(asking, "Report", TokenScope.READ, 30, timezone.now())[0].pk]
    if name == "api-progress-table":
        keys[name] = ["weeks"]
    if name == "api-scan":
        keys[name] = [rows.scan(repository).pk]
    if name == "api-finding":
        keys[name] = [rows.finding(repository, path="asked.py").pk]
    if name == "repository-hold":
        numbers = dict.fromkeys(("known", "gone", "files", "touched"), 20)
        keys[name] = [repository.pk, repository.holds.create(at=timezone.now(), **numbers).pk]
    if name == "host-key-delete":
        keys[name] = [rows.host_key().pk]
    own = name.removeprefix("api-").startswith("repository") and name != "repository-register"
    return reverse(name, args=keys.get(name, [repository.pk] if own else []))


def ask(client: Client, name: str) -> Any:
    method, _ = TABLE[name]
    return client.generic(method, address(name), **SENT.get(name, {}))


def test_the_table_knows_every_route():
    own = {name for name, _ in routes(get_resolver().url_patterns) if not name.startswith("admin:")}
    assert own == set(TABLE)


def test_every_view_names_its_action():
    for name, pattern in routes(get_resolver().url_patterns):
        if not name.startswith("admin:"):
            least = LEAST_ROLE[pattern.callback.action]
            assert (least or "") == TABLE[name][1], name


@pytest.mark.django_db
@pytest.mark.parametrize("name", TABLE)
def test_nobody_signed_in_is_sent_to_sign_in(client: Client, name: str):
    answer = ask(client, name)
    if name == "metrics":
        # Not a person's page: its own tests ask with and without the token.
        assert answer.status_code == HTTPStatus.NOT_FOUND
    elif name.startswith("api-"):
        assert answer.status_code == HTTPStatus.UNAUTHORIZED
    elif TABLE[name][1]:
        assert answer.status_code == HTTPStatus.FOUND
        assert answer.url.startswith(reverse("login"))
    else:
        assert answer.status_code in (HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", TABLE)
def test_a_role_may_what_the_table_says(client: Client, name: str, role: str):
    client.force_login(rows.person(role))
    least = TABLE[name][1]
    enough = not least or ROLES.index(role) >= ROLES.index(least)
    answer = ask(client, name)
    if name == "metrics":
        assert answer.status_code == HTTPStatus.NOT_FOUND
    elif enough:
        fine = (HTTPStatus.OK, HTTPStatus.ACCEPTED, HTTPStatus.FOUND, HTTPStatus.SERVICE_UNAVAILABLE)
        assert answer.status_code in fine
        assert not (answer.status_code == HTTPStatus.FOUND and answer.url.startswith(f"{reverse('login')}?"))
    else:
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert b"Your role does not allow this" in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, *ROLES])
def test_only_an_admin_sees_the_rows(client: Client, role: str | None):
    if role:
        client.force_login(rows.person(role))
    expected = {None: HTTPStatus.FOUND, "admin": HTTPStatus.OK}.get(role, HTTPStatus.FORBIDDEN)
    for name, pattern in routes(get_resolver().url_patterns):
        if name.startswith("admin:") and not pattern.pattern.regex.groups and name.endswith(("_changelist", ":index")):
            assert client.get(reverse(name)).status_code == expected, name


@pytest.mark.django_db
@pytest.mark.parametrize("name", MUTATING)
def test_a_change_without_its_token_is_refused(name: str):
    client = Client(enforce_csrf_checks=True)
    client.force_login(rows.person("admin"))
    answer = ask(client, name)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert (b"CSRF" if name.startswith("api-") else b"Please send the form again") in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("name", TABLE)
def test_reading_changes_nothing(signed_in: Client, name: str):
    url = address(name)
    before = [model.objects.count() for model in (Repository, Scan, Team, User)]
    signed_in.get(url)
    assert [model.objects.count() for model in (Repository, Scan, Team, User)] == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url",
    ["/repositories/999/", "/repositories/999/live/", "/findings/00000000-0000-0000-0000-000000000000/", "/nowhere/"],
)
def test_what_is_not_there_answers_404(signed_in: Client, url: str):
    answer = signed_in.get(url)
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert b"There is nothing at this address" in answer.content


@pytest.mark.django_db
def test_a_superuser_of_the_command_line_is_an_admin():
    assert may(User.objects.create_superuser("root"), Action.ADMINISTER)


@pytest.mark.django_db
def test_somebody_who_may_not_sign_in_may_nothing():
    gone = rows.person("lead")
    give_role(gone, Role.LEAD, active=False)
    assert not may(gone, Action.VIEW)


@pytest.mark.django_db
def test_the_last_admin_stays():
    first, second = rows.person("admin", "a"), rows.person("admin", "b")
    give_role(first, Role.VIEWER)
    for role, active in ((Role.LEAD, True), (Role.ADMIN, False)):
        with pytest.raises(LastAdmin):
            give_role(second, role, active=active)
    assert list(admins()) == [second]
    first.refresh_from_db()
    assert not first.is_staff
