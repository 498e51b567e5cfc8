"""One scan from claim to result. Every ending of it is a sentence on the scan's row that its reader can act on."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

from django.conf import settings
from django.db import OperationalError
from django.db.models.functions import Now

from audits import analysis, gitstore
from audits.engine import ENGINE_VERSION
from audits.models import Repository, ScanState
from audits.sandbox import Sandbox

from . import claims, result
from .claims import Claim, LostLease, OutOfTime
from .facts import DbFactStore
from .reach import FAULTS, explain, remote_of

LOCK_PATIENCE = 3.0
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
    try:
        _scan(claim)
    except LostLease:
        logger.warning("Scan %s was taken over; nothing of this worker's result is written", scan_id)
    except FAULTS as fault:
        claims.fail(claim, *explain(fault))
    except OutOfTime as error:
        claims.fail(claim, "timed_out", str(error))
    except OperationalError:
        # The database is busy or away; that says nothing about the repository. The row goes to another attempt.
        claims.give_back(claim)
        raise
    except Exception:
        # The one place that catches everything: whatever fault of ours it was, the row ends with a sentence.
        claims.fail(claim, "internal", INTERNAL)
        raise


def _scan(claim: Claim) -> None:
    repository = Repository.objects.get(pk=claim.repository_id)
    remote = remote_of(repository)
    tip = gitstore.ls_remote(remote, repository.branch)
    if repository.settled and (repository.applied_commit, repository.applied_branch, repository.applied_engine) == (
        tip.commit,
        tip.branch,
        ENGINE_VERSION,
    ):
        result.confirm(claim, repository, tip)
        return
    with _mirror(repository) as mirror:
        ancestor = repository.applied_commit if repository.applied_branch == tip.branch else ""
        mirror.fetch(remote, tip, ancestor=ancestor)
        claim.write(state=ScanState.SCANNING, fetched_at=Now(), commit=tip.commit, branch=tip.branch)
        with closing(mirror.source(tip.commit)) as source, Sandbox(deadline=settings.FILE_DEADLINE) as sandbox:
            report = analysis.analyse(source, sandbox, DbFactStore(), claim.progress)
        follows = _follows(mirror, repository, tip)
    result.apply(claim, repository, tip, report, follows=follows)


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
            mirror = stack.enter_context(gitstore.Mirror(settings.MIRROR_ROOT / "spare", repository.key))
            stack.callback(mirror.delete)
        yield mirror


def _follows(mirror: gitstore.Mirror, repository: Repository, tip: gitstore.Tip) -> bool:
    """False only when history says so: in a shallow mirror descent is often unknown, which is no rewrite."""
    if repository.applied_branch != tip.branch or repository.applied_commit in ("", tip.commit):
        return True
    return mirror.descends(tip.commit, repository.applied_commit) is not False
