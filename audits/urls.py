"""Routes, grouped by noun. Each view names its action; `access` says who may."""

from django.urls import URLPattern, path

from audits.views import findings, health, overview, register, repositories, scans, schedule, session, settings, teams

urlpatterns: list[URLPattern] = [
    path("", overview.overview, name="overview"),
    path("repositories/", repositories.repositories, name="repositories"),
    path("repositories/register/", register.register, name="repository-register"),
    path("repositories/scan/", scans.scan_all, name="repositories-scan"),
    path("repositories/<int:pk>/", repositories.repository, name="repository"),
    path("repositories/<int:pk>/live/", scans.live, name="repository-live"),
    path("repositories/<int:pk>/scan/", scans.scan, name="repository-scan"),
    path("repositories/<int:pk>/cancel/", scans.cancel, name="repository-cancel"),
    path("repositories/<int:pk>/resume/", schedule.resume_one, name="repository-resume"),
    path("repositories/<int:pk>/edit/", repositories.edit, name="repository-edit"),
    path("repositories/<int:pk>/delete/", repositories.delete, name="repository-delete"),
    path("findings/", findings.findings, name="findings"),
    path("findings/export/", findings.export, name="findings-export"),
    path("findings/<uuid:pk>/", findings.finding, name="finding"),
    path("schedule/", schedule.schedule, name="schedule"),
    path("schedule/pause/", schedule.pause, name="schedule-pause"),
    path("schedule/resume/", schedule.resume, name="schedule-resume"),
    path("teams/", teams.teams, name="teams"),
    path("teams/add/", teams.team_add, name="team-add"),
    path("teams/<int:pk>/edit/", teams.team_edit, name="team-edit"),
    path("settings/", settings.settings, name="settings"),
    path("settings/people/add/", settings.person_add, name="person-add"),
    path("settings/people/<int:pk>/", settings.person_edit, name="person-edit"),
    path("sign-in/", session.sign_in, name="login"),
    path("sign-out/", session.sign_out, name="logout"),
    path("password/", session.password, name="password"),
    path("healthz", health.healthz, name="healthz"),
]
