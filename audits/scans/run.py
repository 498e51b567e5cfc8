"""One scan from claim to result. Every ending of it is a sentence on the scan's row that its reader can act on."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from functools import cache

from django.conf import settings
from django.db import OperationalError, connection
from structlog.contextvars import bound_contextvars

from audits import analysis, gitstore, pathrules
from audits.engine import ENGINE_VERSION
from audits.models import Repository
from audits.sandbox import Sandbox

from . import blames, claims, lookout, mirrors, result
from .claims import Claim, LostLease, OutOfTime
from .facts import DbFactStore
from .heartbeat import beating
from .reach import FAULTS, explain, remote_of
from .worded import ANY, Worded

LOCK_PATIENCE = 3.0
# What the last result said of Chat may be long, and a scan of an unchanged tip has no use for it.
_COLUMNS = [field.attname for field in Repository._meta.concrete_fields if field.name != "chats"]
logger = logging.getLogger(__name__)

INTERNAL = (
    "Something in Last Call itself went wrong, not in this repository. The worker's log names the fault; "
    "what earlier scans found is kept."
)


def run_scan(scan_id: int) -> None:
    """Do a queued scan, or one whose worker is gone; returns quietly when there is nothing to do.

    Faults of the repository or its host end on the row. Raises what is a fault of ours, after the row says so.
    """
    claim = claims.take(scan_id)
    if claim is None:
        return
    with bound_contextvars(scan=scan_id, repository=claim.repository_id):
        logger.info("The scan begins")
        _run(claim)


def _run(claim: Claim) -> None:
    try:
        with beating(claim):
            _scan(claim)
    except LostLease:
        logger.warning("The scan was taken over or cancelled; nothing of this worker's result is written")
    except FAULTS as fault:
        kind, message = explain(fault)
        if kind != "rate_limited" or not claims.put_off(claim):
            claims.fail(claim, kind, message)
    except OutOfTime as error:
        claims.fail(claim, "timed_out", str(error))
    except OperationalError:
        # The database is busy or away; that says nothing about the repository. The row goes to another attempt.
        claims.give_back(claim)
        raise
    except Exception:
        # The one place that catches everything: whatever fault of ours it was, the row ends with a sentence.
        logger.exception("The scan met a fault of ours")
        claims.fail(claim, "internal", INTERNAL)
        raise
    mirrors.tidy()


def _scan(claim: Claim) -> None:
    row = _repository().ask(claim.repository_id)
    if not row:
        raise LostLease(f"scan {claim.scan_id}: the repository is deleted")
    repository = Repository.from_db(connection.alias, _COLUMNS, row[0])
    remote = remote_of(repository)
    tip = gitstore.ls_remote(remote, repository.branch)
    if repository.settled and (repository.applied_commit, repository.applied_branch, repository.applied_engine) == (
        tip.commit,
        lookout.stored_branch(tip),
        ENGINE_VERSION,
    ):
        result.confirm(claim, repository, tip)
        return
    with _mirror(repository) as mirror:
        same_branch = repository.applied_branch == lookout.stored_branch(tip)
        mirrors.fetch(mirror, remote, tip, repository.applied_commit if same_branch else "")
        claim.fetched(commit=tip.commit, branch=tip.branch)
        store = DbFactStore()
        with Sandbox(deadline=settings.FILE_DEADLINE) as sandbox:
            before = _before(claim, mirror, repository, tip, sandbox, store) if same_branch else None
            former = mirror.former(repository.applied_commit, tip.commit)
            report = _read(claim, mirror, tip.commit, sandbox, store, former)
        if store.extracted or sandbox.deaths:
            claim.write(blobs_extracted=store.extracted, parser_deaths=sandbox.deaths)
        compared = lookout.comparison(mirror, repository, tip) if same_branch else None
        descent = lookout.descent(mirror, repository, tip, same_branch=same_branch)
        earlier = lookout.earlier(mirror, repository, tip, report, descent.earlier) if same_branch else {}
        # Before the result is applied: it is what `compared` begins at.
        asked_of = repository.applied_commit
        reading = lookout.Reading(tip, report, descent, before, compared, earlier, store.doubted)
        result.apply(claim, repository, reading)
        blames.fill(repository.pk, mirror, tip.commit, asked_of, compared.changed if compared else None)


@cache
def _repository() -> Worded:
    return Worded(Repository.objects.filter(pk=ANY).order_by().values_list(*_COLUMNS))


def _read(
    claim: Claim,
    mirror: gitstore.Mirror,
    commit: str,
    sandbox: Sandbox,
    store: DbFactStore,
    former: Mapping[str, str] | None = None,
) -> analysis.Report:
    memo = analysis.Memo(former, once=True)
    with closing(mirror.source(commit)) as source:
        reads = pathrules.reads(claim.repository_id)
        return analysis.analyse(source, sandbox, store, claim.progress, memo=memo, reads=reads)


def _before(
    claim: Claim,
    mirror: gitstore.Mirror,
    repository: Repository,
    tip: gitstore.Tip,
    sandbox: Sandbox,
    store: DbFactStore,
) -> analysis.Report | None:
    """After an upgrade, the last result's commit as the present engine reads it; what both commits share costs once."""
    commit = repository.applied_commit
    upgraded = repository.applied_engine not in ("", ENGINE_VERSION)
    if not upgraded or commit in ("", tip.commit) or not mirror.has(commit):
        return None
    return _read(claim, mirror, commit, sandbox, store)


@contextmanager
def _mirror(repository: Repository) -> Iterator[gitstore.Mirror]:
    """The repository's mirror, or one for this scan only while a worker that lost its lease still holds the lock.

    A repository has one live scan, so a lock that stays closed belongs to such a worker, stopped but not dead.
    """
    with ExitStack() as stack:
        try:
            mirror = stack.enter_context(gitstore.Mirror(settings.MIRROR_ROOT, repository.key, patience=LOCK_PATIENCE))
        except gitstore.GitError as error:
            if error.kind != "timed_out":
                raise
            mirror = stack.enter_context(gitstore.Mirror(settings.MIRROR_ROOT / mirrors.SPARE, repository.key))
            stack.callback(mirror.delete)
        yield mirror
