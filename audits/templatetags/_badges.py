"""The badges of every page: no library of tags, only its words."""

from audits.progress.alerts import TITLES

# Vocabulary, then value: colour, icon, word. A badge always has all three, so that colour is never alone.
BADGES: dict[str, dict[str, tuple[str, str, str]]] = {
    "status": {
        "": ("", "circle-dashed", "Not read yet"),
        "never_used": ("", "circle-slash", "No use found"),
        "to_migrate": ("red", "flag", "To migrate"),
        "in_progress": ("accent", "circle-dot", "In progress"),
        "migrated": ("green", "circle-check", "Migrated"),
        "rewritten": ("amber", "history", "History rewritten"),
        "dismissed": ("", "ban", "All dismissed"),
        "uncounted": ("", "minus", "Not counted"),
        "archived": ("", "inbox", "Archived"),
    },
    "knowledge": {
        "fresh": ("green", "shield-check", "Fresh"),
        "unread": ("amber", "file-warning", TITLES["unread"]),
        "stale": ("amber", "clock", "Stale"),
        "failed": ("red", "circle-x", "Failed"),
        "never_scanned": ("", "circle-dashed", "Never scanned"),
    },
    "alert": {
        "paused": ("amber", "pause", "Paused"),
        **{kind: ("red", "circle-x", TITLES[kind]) for kind in TITLES if kind not in ("paused", "unread", "stale")},
        "unread": ("amber", "file-warning", TITLES["unread"]),
        "stale": ("amber", "clock", TITLES["stale"]),
        "some_unread": ("amber", "file-warning", "Some unread"),
        "never_scanned": ("", "circle-dashed", "Never scanned"),
    },
    "scan": {
        "queued": ("", "hourglass", "Queued"),
        "fetching": ("accent", "download", "Fetching"),
        "scanning": ("accent", "refresh-cw", "Scanning"),
        "done": ("green", "circle-check", "Done"),
        "partial": ("amber", "triangle-alert", "Partial"),
        "failed": ("red", "circle-x", "Failed"),
        "cancelled": ("", "ban", "Cancelled"),
        "superseded": ("", "equal", "Superseded"),
    },
    "state": {
        "overdue": ("red", "triangle-alert", "Overdue"),
        "open": ("accent", "circle", "Open"),
        "planned": ("accent", "calendar", "Planned"),
        "in_progress": ("accent", "git-pull-request", "In progress"),
        "stale": ("amber", "clock", "Stale"),
        "waived": ("violet", "eye-off", "Waived"),
        "known_broken": ("red", "eye-off", "Known broken"),
        "dismissed": ("", "ban", "Dismissed"),
        "resolved": ("green", "circle-check", "Resolved"),
        "out_of_scope": ("", "minus", "Out of scope"),
    },
    "mark": {
        "regressed": ("red", "rotate-ccw", "Regressed"),
        "re_review": ("amber", "circle-help", "Re-review"),
    },
    "confidence": {
        "confirmed": ("bare", "circle-check", "Confirmed"),
        "likely": ("bare", "circle-dot", "Likely"),
        "possible": ("bare", "circle-help", "Possible"),
    },
    "verdict": {
        "kept": ("green", "check", "Kept"),
        "renamed": ("accent", "arrow-right", "Renamed"),
        "changed": ("amber", "triangle-alert", "Changed"),
        "unsupported": ("red", "circle-x", "Unsupported"),
        "disputed": ("violet", "scale", "Sources disagree"),
        "unknown": ("", "circle-help", "Unknown"),
    },
    "dependency": {
        "outdated": ("red", "circle-x", "Too old for Chat"),
        "replace": ("red", "arrow-right", "To be replaced"),
        "open": ("amber", "circle-help", "May be too old"),
        "ready": ("green", "circle-check", "Ready for Chat"),
    },
    "check": {
        "waiting": ("", "hourglass", "Waits"),
        "answered": ("green", "circle-check", "Works"),
        "failed": ("red", "circle-x", "Failed"),
        "unasked": ("amber", "circle-help", "Not tested"),
    },
    "line": {
        "registered": ("green", "circle-check", "Registered"),
        "known": ("", "equal", "Known"),
        "refused": ("red", "circle-x", "Refused"),
    },
}
