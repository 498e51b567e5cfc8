from audits import intake, scans, tasks
from audits.analysis import RESULT
from audits.models import BlobFacts, Repository


def mirrors(settings):
    return sorted(settings.MIRROR_ROOT.glob("**/*.git"))


def test_a_deleted_repository_leaves_no_mirror(
    scan, registered, settings, monkeypatch, django_capture_on_commit_callbacks
):
    scan()
    sent = []
    monkeypatch.setattr("audits.scans.doorbell.put", lambda task, args, **_: sent.append((task, args)))
    with django_capture_on_commit_callbacks(execute=True):
        intake.remove(registered, None)
    assert sent == [("audits.tasks.prune", [])]
    assert len(mirrors(settings)) == 1
    assert BlobFacts.objects.filter(kind=RESULT).count() == 1
    tasks.prune()
    assert mirrors(settings) == []
    # The last result holds excerpts of all of its code.
    assert not BlobFacts.objects.filter(kind=RESULT).exists()
    assert not Repository.objects.exists()


def test_what_is_registered_keeps_its_mirror_and_the_facts_of_this_engine(scan, settings):
    scan()
    scans.prune()
    assert len(mirrors(settings)) == 1
    assert BlobFacts.objects.filter(kind=RESULT).exists()
    assert BlobFacts.objects.exclude(kind=RESULT).exists()


def test_facts_of_another_engine_go(scan):
    scan()
    BlobFacts.objects.update(engine="0.9")
    scans.prune()
    assert not BlobFacts.objects.exists()


def test_a_mirror_that_a_dead_worker_left_beside_the_others_goes(scan, settings):
    scan()
    left = settings.MIRROR_ROOT / "spare" / "0123.git"
    left.mkdir(parents=True)
    scans.prune()
    assert not left.exists()
    assert len(mirrors(settings)) == 1
