"""Django's admin: to look at rows when something is odd. What the scans write is read-only here."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Model
from django.http import HttpRequest

from audits.models import (
    AuditEvent,
    BlobFacts,
    Credential,
    Finding,
    FindingEvent,
    FindingParameter,
    HistoryGone,
    HistoryPoint,
    HistoryRun,
    HostForge,
    HostKey,
    Organisation,
    Repository,
    Scan,
    Team,
    UnreadFile,
    User,
)


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows to be looked at."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    """Names, mail and passwords; roles are given on the settings page, which keeps the last admin."""

    list_display = ("username", "first_name", "last_name", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email", "teams")}),
        ("Rights", {"fields": ("role", "is_active", "is_staff", "is_superuser")}),
    )
    readonly_fields = ("role", "is_active", "is_staff", "is_superuser")
    filter_horizontal = ("teams",)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Organisation)
class OrganisationAdmin(ReadOnly):
    list_display = ("name", "schedule", "time_zone", "paused_at")


@admin.register(Team)
class TeamAdmin(ReadOnly):
    list_display = ("name", "slug", "schedule")


@admin.register(Repository)
class RepositoryAdmin(ReadOnly):
    list_display = ("name", "team", "url", "check_state", "applied_at", "next_scan_at", "failures", "paused_at")
    list_filter = ("check_state", "team")
    search_fields = ("name", "key")


@admin.register(UnreadFile)
class UnreadFileAdmin(ReadOnly):
    list_display = ("path", "repository", "reason", "names_api")
    list_filter = ("reason", "names_api")
    search_fields = ("path",)


@admin.register(Scan)
class ScanAdmin(ReadOnly):
    list_display = ("id", "repository", "state", "trigger", "queued_at", "finished_at", "attempt", "error_kind")
    list_filter = ("state", "trigger", "error_kind")
    list_select_related = ("repository",)
    search_fields = ("repository__name", "commit")


@admin.register(Finding)
class FindingAdmin(ReadOnly):
    list_display = ("callee", "path", "line", "repository", "kind", "presence", "disposition")
    list_filter = ("presence", "disposition", "kind", "platform", "confidence")
    list_select_related = ("repository",)
    search_fields = ("path", "callee", "repository__name")


@admin.register(FindingParameter)
class FindingParameterAdmin(ReadOnly):
    list_display = ("name", "verdict", "in_the_way", "finding")
    list_filter = ("verdict", "in_the_way")
    list_select_related = ("finding",)


@admin.register(FindingEvent)
class FindingEventAdmin(ReadOnly):
    list_display = ("at", "verb", "finding", "actor", "before", "after")
    list_filter = ("verb",)
    list_select_related = ("finding", "actor")


@admin.register(BlobFacts)
class BlobFactsAdmin(ReadOnly):
    list_display = ("oid", "kind", "engine", "unread")
    list_filter = ("kind", "unread")
    search_fields = ("oid",)


@admin.register(Credential)
class CredentialAdmin(ReadOnly):
    """That there is one, whose, and whether it worked; what is encrypted is not shown here either."""

    list_display = ("place", "kind", "repository", "set_at", "set_by", "check_state")
    list_select_related = ("repository", "set_by")
    exclude = ("secret",)


@admin.register(HostKey)
class HostKeyAdmin(ReadOnly):
    list_display = ("place", "key", "added_at", "added_by")


@admin.register(HostForge)
class HostForgeAdmin(ReadOnly):
    list_display = ("place", "forge", "said_at", "said_by")


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly):
    list_display = ("at", "name", "verb", "subject", "detail")
    list_filter = ("verb",)
    search_fields = ("name", "subject")


@admin.register(HistoryRun)
class HistoryRunAdmin(ReadOnly):
    list_display = ("repository", "state", "trigger", "is_current", "engine", "points_done", "points_total", "seconds")
    list_filter = ("state", "is_current", "trigger")
    list_select_related = ("repository",)


@admin.register(HistoryGone)
class HistoryGoneAdmin(ReadOnly):
    list_display = ("run", "platform", "ways", "reason", "days", "product", "whole")
    list_select_related = ("run",)


@admin.register(HistoryPoint)
class HistoryPointAdmin(ReadOnly):
    list_display = ("run", "number", "at", "remaining", "unknown", "resolved", "added", "returned", "gone", "chats")
    list_select_related = ("run",)
