"""How each number is made, in the words that stand one click beside it. A number without a formula fails the tests."""

FORMULAS: dict[str, tuple[str, str]] = {
    "remaining": (
        "Calls left",
        "Calls that the last scan of each repository saw, and that nobody dismissed or waived until a day still to "
        "come. Those waived stand beside the number. Calls in tests, examples, generated and vendored files, mentions, "
        "and callers of a helper of your own are listed and not counted.",
    ),
    "unknown": (
        "Unknown",
        "Calls whose file, or a file that proves them, the last scan could not read. Neither left nor done.",
    ),
    "completion": (
        "Completion",
        "(migrated + deleted) ÷ every call ever seen by a scan or in a past commit that was read (as many "
        "months back as are set, from a repository's newest commit), and not dismissed. Deleted are calls whose file "
        "or lines are gone, and those in whose place other code stands that calls neither Generate nor Chat: these "
        "are told apart, as changed. Waived calls are among those ever seen, so no waiver raises it. A range where "
        "calls are unknown: none of them, or all of them, may be gone.",
    ),
    "migration": (
        "Migration",
        "Calls in whose scope a Chat call stands now ÷ every call ever seen and not dismissed. Observed, not inferred "
        "from a call's absence.",
    ),
    "at_zero": (
        "Repositories at verified zero",
        "Repositories in which a call was resolved, that have none left, unknown or waived, and of which the last scan "
        "read every file. One that lost more calls to a forced push than it resolved is none, nor is one whose calls "
        "were all dismissed.",
    ),
    "overdue": ("Days overdue", "Days since the platform stopped to answer, by the date of its owner."),
    "inflow": (
        "Inflow",
        "Calls that came in a week: introduced (blame says the line is younger than the baseline day, or, where that "
        "is the day of registration, than the first scan that read every file), discovered (older, and seen for the "
        "first time), regressed (back after they were gone) or left again because their waiver ended: its last day is "
        "over, or a person took it back.",
    ),
    "outflow": (
        "Outflow",
        "Calls that went in a week: migrated, changed, deleted, or dismissed or waived by a person.",
    ),
    "points": (
        "Effort",
        "Points of the calls left: 1 for a call, 3 for a stream, a batch or raw HTTP, 5 on another cloud; plus the "
        "hardest parameter: 1 renamed, 2 changed or unknown, 3 where sources disagree, 8 without an equivalent.",
    ),
    "velocity": (
        "Velocity",
        "Median of (outflow − inflow) over the last 8 whole weeks, in calls a week; without waived calls, and their "
        "return. Beside it where they differ: the mean of the up to 12 whole weeks that the forecast draws from, and "
        "what a date of your own needs a week, which is held against that mean.",
    ),
    "age": (
        "Age",
        "Days since a call that is left was first seen: half of them, and 9 of 10, are not older. At least so much "
        "where a call was there already in the first commit that was read.",
    ),
    "survival": (
        "Survival",
        "Share of calls still there after so many days (Kaplan–Meier): every call that a scan saw, and those that "
        "past commits held and that were gone before the first scan. A call that was there already in the first commit "
        "that was read has lived at least so long: its days count from that commit, also where it went, so the curve "
        "falls sooner there than the calls did. What came and went before that commit nobody knows.",
    ),
    "backslide": (
        "Backslide",
        "Calls left whose line was written after their platform stopped to answer, by blame, and that no commit before "
        "that day held.",
    ),
    "coverage": (
        "Coverage",
        "Repositories of which a scan read every file in the last 7 days, and is the last that read any, of all. Those "
        "that it read in part, and the files that it could not read, are told beside.",
    ),
    "left_overdue": (
        "Overdue",
        "Calls left whose platform stopped to answer, or whose planned day has passed; without those planned for a "
        "later day, or said to be fixed.",
    ),
    "unowned": ("Unowned", "Calls left whose file CODEOWNERS gives to nobody."),
    "four_weeks": (
        "4 weeks",
        "Calls left now less those left four weeks ago, without what repositories were added with in these weeks. A "
        "waiver lowers it, its end raises it.",
    ),
    "oldest": ("Oldest", "The day on which the oldest call that is left was first seen, in commits or by a scan."),
    "waived": (
        "Waived",
        "Calls that a person lets wait until a day still to come. They are not left, and not done: after that day they "
        "are left again by themselves. Known broken: their platform has stopped to answer.",
    ),
    "dismissed": (
        "Dismissed",
        "Calls of which a person said, with a reason, that they do not count, also where they are gone since. Neither "
        "left nor done, and no part of any share.",
    ),
    "aside": ("Set aside", "Uses that a comment in the source sets aside, with its reason. No number holds them."),
    "changed": (
        "Deleted and changed",
        "Both are gone without a Chat call in their place, and count alike. Deleted: the call's file, its function or "
        "its lines are gone. Changed: the file was read, and other code stands where the call stood, or its lines went "
        "in one block with a change beside them. Past commits are not compared line by line: of calls that went before "
        "the first scan only those whose file is gone are deleted, the others read changed.",
    ),
    "chats": ("Chat calls", "Calls to Chat that the last scan of each repository saw beside Generate."),
    "forecast": (
        "Forecast",
        "5,000 runs until nothing is left, in blocks of two weeks. Each goes by as many weeks as are known, drawn from "
        "the last 12 whole ones, as these tell the pace only roughly: half of the runs were done by the first day, 85 "
        "of 100 by the second. Waived calls come back, so they are among what is left here, and to waive one is no "
        "pace. No date from under 6 weeks or 10 calls gone: where calls go rarely and many at once, a date comes after "
        "quick weeks alone, so plan by the second day.",
    ),
}
