"""How far a scan's eyes reached: a report and what git tells of the commits, as `lifecycle` wants to know it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from django.db.models import QuerySet

from audits.analysis import Report
from audits.engine.filekinds import file_kind
from audits.gitstore import Comparison, GitError, Mirror, Tip, compare
from audits.lifecycle import Difference, Gone, Hunk, Look, Spot, Text
from audits.models import Finding, Repository, SetAside, UnreadFile

from .columns import fit_path, fit_paths, looked_for
from .text import clean, fit
from .worded import ANY, Worded

CHATS_LIMIT = 5_000
# So many commits before the last result's are compared with the tip.
EARLIER_LIMIT = 5
Chats = dict[tuple[str, str], int]


@dataclass(frozen=True)
class Descent:
    """Of the commits in which findings were last seen: those that do not lead to the tip, those nobody can tell of, and
    the others but for the last result's."""

    rewritten: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()
    earlier: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reading:
    """A commit as the present engine reads it.

    `before` is, after an upgrade, the last result's commit as the present engine reads it; None where there is none.
    `comparison` is the difference from the last result's commit, None where it is not at hand; `earlier` has those from
    commits before it. `doubted`: a file timed out, and another scan of the same commit is to try it again.
    """

    tip: Tip
    report: Report
    descent: Descent = field(default_factory=Descent)
    before: Report | None = None
    comparison: Comparison | None = None
    earlier: Mapping[str, Comparison] = field(default_factory=dict)
    doubted: bool = False


def stored_branch(tip: Tip) -> str:
    """The name of the tip's branch as the repository's row holds it."""
    return str(fit(Repository, {"applied_branch": tip.branch})["applied_branch"])


def descent(mirror: Mirror, repository: Repository, tip: Tip, *, same_branch: bool) -> Descent:
    """What history says of the commits that findings were last seen in, and of the last result's."""
    commits = {commit for (commit,) in _commits().ask(repository.pk)}
    commits |= {repository.applied_commit} if same_branch else set()
    commits -= {"", tip.commit}
    told = {commit: mirror.descends(tip.commit, commit) for commit in commits}
    return Descent(
        rewritten=frozenset(commit for commit, known in told.items() if known is False),
        unsure=frozenset(commit for commit, known in told.items() if known is None),
        earlier=frozenset(commit for commit, known in told.items() if known and commit != repository.applied_commit),
    )


def comparison(mirror: Mirror, repository: Repository, tip: Tip) -> Comparison | None:
    """What changed since the last result, with the lines of the files that hold findings; None without any."""
    if repository.applied_commit in ("", tip.commit):
        return None
    paths = {path for (path,) in _paths().ask(repository.pk)}
    paths |= {spot.path for spot in stored_aside(repository)}
    return _compared(mirror, repository.applied_commit, tip.commit, paths)


def _there() -> "QuerySet[Finding]":
    return Finding.objects.filter(looked_for(), repository=ANY).order_by()


@cache
def _commits() -> Worded:
    return Worded(_there().values_list("commit").distinct())


@cache
def _paths() -> Worded:
    return Worded(_there().values_list("path").distinct())


def earlier(
    mirror: Mirror, repository: Repository, tip: Tip, report: Report, commits: Collection[str]
) -> dict[str, Comparison]:
    """The same from the commits of findings whose files gave no answer in the last result, and now do."""
    if not commits:
        return {}
    unread = fit_paths(path for path, _ in report.unread)
    there = Finding.objects.filter(looked_for(), repository=repository, commit__in=commits)
    paths = defaultdict(set)
    for commit, path in there.order_by().values_list("commit", "path").distinct():
        if path not in unread:
            paths[commit].add(path)
    many = sorted(paths, key=lambda commit: (-len(paths[commit]), commit))[:EARLIER_LIMIT]
    found = {commit: _compared(mirror, commit, tip.commit, paths[commit]) for commit in many}
    return {commit: compared for commit, compared in found.items() if compared}


def _compared(mirror: Mirror, old: str, new: str, paths: Iterable[str]) -> Comparison | None:
    try:
        return compare(mirror, old, new, paths)
    except GitError:
        return None


def look(repository: Repository, reading: Reading) -> Look:
    """What the scan of the tip knows."""
    report = reading.report
    same = repository.applied_commit == report.commit
    found = Comparison(frozenset()) if same else reading.comparison
    chats = chats_of(reading.before) if reading.before else stored_chats(repository)
    return Look(
        paths=fit_paths(report.paths),
        commit=report.commit,
        unread=fit_paths(path for path, _ in report.unread),
        rewritten=reading.descent.rewritten,
        unsure=reading.descent.unsure,
        changed=_changed(repository, reading),
        naming=naming(report),
        naming_before=frozenset(path for (path,) in _named().ask(repository.pk)),
        difference=_difference(repository.applied_commit, found) if found else None,
        earlier={commit: _difference(commit, compared) for commit, compared in reading.earlier.items()},
        chats=chats_of(report),
        chats_before=chats,
        aside_before=stored_aside(repository),
    )


def naming(report: Report) -> frozenset[str]:
    """The files that were not read, or in part, and name the API."""
    return fit_paths(path for path, why in report.unread if why.lines)


def look_back(repository: Repository, report: Report) -> Look:
    """What the second reading of the last result's commit knows: whatever differs, the rules did it."""
    return Look(
        paths=fit_paths(report.paths),
        commit=report.commit,
        unread=fit_paths(path for path, _ in report.unread),
        changed=Gone.RULE_CHANGED,
        difference=Difference(report.commit or "", frozenset()),
        aside_before=stored_aside(repository),
    )


def chats_of(report: Report) -> Chats:
    """How many calls of Chat each (path, scope) holds."""
    limit = Finding._meta.get_field("scope").max_length
    return dict(Counter((fit_path(chat.path), clean(chat.scope, limit)) for chat in report.chats))


def stored_aside(repository: Repository) -> list[Spot]:
    """What comments set aside in the last result."""
    return [Spot(*row) for row in _aside().ask(repository.pk)]


@cache
def _aside() -> Worded:
    return Worded(SetAside.objects.filter(repository=ANY).order_by().values_list(*Spot._fields))


@cache
def _named() -> Worded:
    return Worded(UnreadFile.objects.filter(repository=ANY, names_api=True).order_by().values_list("path"))


def stored_chats(repository: Repository) -> Chats:
    return {(path, scope): count for path, scope, count in repository.chats}


def chat_rows(repository: Repository, report: Report) -> list[list[object]]:
    """The same for the repository's row, of a very large one a part; of a file that was not read what was known of it.

    Else a call of Chat that was there all along would look new when the file is read again: as a migration.
    """
    found, unread = chats_of(report), fit_paths(path for path, _ in report.unread)
    for place, count in stored_chats(repository).items():
        if place[0] in unread:
            found[place] = max(count, found.get(place, 0))
    return [[path, scope, count] for (path, scope), count in sorted(found.items())[:CHATS_LIMIT]]


def _changed(repository: Repository, reading: Reading) -> Gone:
    """What a missing use comes from, as far as the whole scan can tell."""
    if repository.applied_commit and repository.applied_branch != stored_branch(reading.tip):
        return Gone.BRANCH_CHANGED
    if repository.applied_engine not in ("", reading.report.engine) and reading.before is None:
        # Nobody knows whether the code or the rule made a use go away: never count it as progress.
        return Gone.RULE_CHANGED
    return Gone.CODE_CHANGED


def _difference(base: str, found: Comparison) -> Difference:
    """A file that got a name by which nobody reads it is gone, whatever git calls it."""
    renames = {old: new for old, new in found.renames.items() if file_kind(new) is not None}
    return Difference(
        base=base,
        changed=fit_paths(found.changed),
        renames={fit_path(old): fit_path(new) for old, new in renames.items()},
        hunks={fit_path(path): tuple(Hunk(*row) for row in rows) for path, rows in found.hunks.items()},
        cells={fit_path(path): maps for path, maps in found.cells.items()},
        texts={fit_path(path): tuple(Text(*row) for row in rows) for path, rows in found.texts.items()},
    )
