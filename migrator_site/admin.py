"""Django's admin behind our own door: one sign-in page, one table of rights."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from audits.access import Action, may


class Site(admin.AdminSite):
    site_header = site_title = "Last Call: rows"
    index_title = "Rows"

    def has_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Action.ADMINISTER)

    def admin_view(self, view: Callable[..., HttpResponseBase], cacheable: bool = False) -> Any:
        """Too little right answers 403 here as everywhere, not with a second sign-in form."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        guarded.action = Action.ADMINISTER  # type: ignore[attr-defined]
        return guarded

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect_to_login(request.GET.get("next", request.get_full_path()))
