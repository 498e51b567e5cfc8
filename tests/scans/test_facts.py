import json

import pytest

from audits.analysis import FactKey
from audits.models import BlobFacts
from audits.scans.facts import DbFactStore

pytestmark = pytest.mark.django_db
FACTS = json.dumps({"facts": {"text": "a\0b\ud800"}})


def key(number, engine="1"):
    return FactKey("sha1", f"{number:040x}", "python", engine)


def unread(reason):
    return json.dumps({"unread": {"reason": reason}})


def test_it_gives_back_what_it_was_given_whatever_it_holds():
    DbFactStore().put_many({key(1): FACTS, key(2): FACTS})
    assert DbFactStore().get_many([key(1), key(3)]) == {key(1): FACTS}


def test_another_engine_or_kind_knows_nothing():
    DbFactStore().put_many({key(1): FACTS})
    assert DbFactStore().get_many([key(1, "2"), key(1)._replace(kind="notebook")]) == {}


def test_it_takes_the_same_facts_twice():
    for _ in range(2):
        DbFactStore().put_many({key(1): FACTS})
    assert BlobFacts.objects.count() == 1


def test_a_file_that_crashed_is_known_at_once():
    DbFactStore().put_many({key(1): unread("crashed")})
    assert BlobFacts.objects.get().unread == "crashed"
    assert key(1) in DbFactStore().get_many([key(1)])


def test_a_file_that_timed_out_is_known_after_the_second_time():
    for known in (False, True):
        DbFactStore().put_many({key(1): unread("timed_out")})
        assert (key(1) in DbFactStore().get_many([key(1)])) is known


def test_so_it_is_where_many_are_asked_for_at_once():
    others = {key(number): FACTS for number in range(2, 9)}
    for known in (False, True):
        DbFactStore().put_many({**others, key(1): unread("timed_out")})
        found = DbFactStore().get_many([key(1), *others])
        assert found.keys() == ({key(1)} if known else set()) | others.keys()


def test_a_second_try_that_succeeds_replaces_the_first():
    DbFactStore().put_many({key(1): unread("timed_out")})
    DbFactStore().put_many({key(1): FACTS})
    assert DbFactStore().get_many([key(1)]) == {key(1): FACTS}
    assert BlobFacts.objects.get().unread == ""
