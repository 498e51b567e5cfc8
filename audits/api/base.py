"""What every route of the API shares: who asks, whether they may, and which part of the organisation they mean."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NoReturn, TypeVar

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, ParseError
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audits import tokens
from audits.access import Action, may, teams_open_to, visible_to
from audits.models import ApiToken, Repository, Team, TokenScope, User
from audits.progress.scope import Scope, unknown_parameter, unknown_platform

Row = TypeVar("Row", Repository, Team)
Route = Callable[..., HttpResponseBase]
# What a token is good for beside reading.
MORE = {TokenScope.READ: frozenset[Action](), TokenScope.SCAN: frozenset({Action.SCAN})}
_LONGEST = 100
READING = frozenset({Action.VIEW, Action.EXPORT})


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer lc_…`, as somebody made it under *API tokens*."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        kind, _, text = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        token = tokens.holder(text.strip(), timezone.now())
        if token is None:
            raise AuthenticationFailed("This token is unknown, revoked or past its end. Make another under API tokens.")
        return token.owner, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Last Call"'


class _Described(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = BearerToken
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class Allowed(BasePermission):
    """The one table of `access`, and the token's own scope beside it."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        action: Action = view.action  # type: ignore[attr-defined]
        token = request.auth
        if isinstance(token, ApiToken) and action not in READING | MORE[TokenScope(token.scope)]:
            self.message = "This token only reads. Make one that starts scans under API tokens."
            return False
        self.message = "Your role does not allow this."
        return may(request.user, action)


class Pages(PageNumberPagination):
    """`page` counts from 1; `page_size` is at most 200."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class ApiView(APIView):
    """A route. `action` is what `access` has to allow."""

    action = Action.VIEW
    authentication_classes = (BearerToken, SessionAuthentication)
    permission_classes = (Allowed,)

    def permission_denied(self, request: Request, message: str | None = None, code: str | None = None) -> NoReturn:
        if request.authenticators and not request.successful_authenticator:
            raise NotAuthenticated("Send a token as `Authorization: Bearer lc_…`. People make theirs under API tokens.")
        super().permission_denied(request, message, code)

    @classmethod
    def route(cls) -> Route:
        """The view as the table of routes knows it."""
        view: Route = cls.as_view()
        view.action = cls.action  # type: ignore[attr-defined]
        return view

    def scope(self) -> Scope:
        """What the address asks about: `team` and `repository` by name, `parameter`, `platform` by its word, `tests=1`
        for tests and examples too.

        Raises ParseError for a name that this person does not see, and for a parameter or platform that there is not.
        """
        asked = self.request.query_params
        scope = Scope.of(self.person, apart=asked.get("tests") == "1")
        parameter, platform = _narrow(asked, scope)
        scope = replace(scope, parameter=parameter, platform=platform)
        team, one = asked.get("team"), asked.get("repository")
        whose = _named(teams_open_to(self.person), team, "team") if team else None
        if one:
            row = _named(visible_to(self.person), one, "repository")
            if whose and row.team_id != whose.pk:
                raise ParseError(f"{row.name} is no repository of {whose.name}.")
            return scope.repository(row.pk)
        return scope.team(whose) if whose else scope

    @property
    def person(self) -> User:
        """Who asks; the permission has let nobody pass who is not somebody."""
        user: User = self.request.user  # type: ignore[assignment]
        return user

    def paged(self, rows: Any, shown: Callable[[Sequence[Any]], list[dict[str, Any]]]) -> Response:
        """A page of `rows`, each as `shown` writes it, with the number of all and the addresses of the neighbours."""
        pages = Pages()
        page: Sequence[Any] = pages.paginate_queryset(rows, self.request, view=self) or []
        return pages.get_paginated_response(shown(page))


def _narrow(asked: Mapping[str, str], scope: Scope) -> tuple[str, str]:
    """The parameter and the platform, "" for all."""
    parameter, platform = (asked.get(name, "").replace("\0", "")[:_LONGEST] for name in ("parameter", "platform"))
    if error := unknown_parameter(parameter, scope.repositories) or unknown_platform(platform):
        raise ParseError(error)
    return parameter, platform


def _named(rows: "QuerySet[Row]", name: str, noun: str) -> Row:
    found = rows.filter(name=name).first()
    if found is None:
        raise ParseError(f"There is no {noun} {name[:100]!r} that you may see.")
    return found
