from hypothesis import given, settings
from hypothesis import strategies as st

from audits.lifecycle import Difference, Gone, Spot

from .uses import known, look, pairs, reconcile, replace, seen


def test_it_knows_a_use_again_whose_line_moved():
    plan = reconcile([known("a", line=10)], [seen(line=300)], look())
    assert pairs(plan) == {"a": 0}
    assert (plan.opened, plan.resolved, plan.unknown, plan.reopened) == ((), (), (), ())


def test_it_opens_what_it_never_saw():
    assert reconcile([], [seen(), seen(line=20)], look()).opened == (0, 1)


def test_it_resolves_a_use_that_left_a_file_it_read():
    plan = reconcile([known("a")], [], look("app.py"))
    assert plan.resolved == (("a", Gone.CODE_CHANGED),)


def test_it_resolves_a_use_whose_file_was_deleted():
    plan = reconcile([known("a")], [], look("other.py"))
    assert plan.resolved == (("a", Gone.FILE_DELETED),)


def test_it_says_that_the_rule_changed_when_the_commit_did_not():
    plan = reconcile([known("a")], [], look("app.py", changed=Gone.RULE_CHANGED))
    assert plan.resolved == (("a", Gone.RULE_CHANGED),)


def test_a_deleted_file_is_deleted_whatever_the_rules_say():
    plan = reconcile([known("a")], [], look("other.py", changed=Gone.RULE_CHANGED))
    assert plan.resolved == (("a", Gone.FILE_DELETED),)


def test_another_branch_deletes_nothing():
    plan = reconcile([known("a")], [], look("other.py", changed=Gone.BRANCH_CHANGED))
    assert plan.resolved == (("a", Gone.BRANCH_CHANGED),)


def test_a_file_that_was_not_read_keeps_its_findings():
    plan = reconcile([known("a")], [], look("app.py", unread=frozenset({"app.py"})))
    assert (plan.resolved, plan.unknown) == ((), ("a",))


def test_a_file_whose_client_is_made_in_an_unread_file_keeps_its_findings():
    plan = reconcile([known("a", depends=["client.py"])], [], look("app.py", unread=frozenset({"client.py"})))
    assert plan.unknown == ("a",)


def test_an_unread_neighbour_does_not_keep_findings_open():
    plan = reconcile([known("a")], [], look("app.py", unread=frozenset({"legacy.py"})))
    assert plan.resolved == (("a", Gone.CODE_CHANGED),)


def test_a_held_use_is_gone_only_when_its_file_changes_or_goes():
    held = replace(known("a", commit="b"), held=True)
    same, other = (Difference("b", frozenset({path})) for path in ("other.py", "app.py"))
    assert reconcile([held], [], look("app.py", difference=same)).unknown == ("a",)
    assert reconcile([held], [], look("app.py", difference=other)).resolved == (("a", Gone.CODE_CHANGED),)
    assert reconcile([held], [], look("other.py", difference=same)).resolved == (("a", Gone.FILE_DELETED),)


def test_a_call_may_stand_in_a_file_that_changed_and_was_not_read():
    there = {"unread": frozenset({"other.py"}), "naming": frozenset({"other.py"})}
    gone, moved = known("a"), known("b", k="1", depends=["other.py"])
    plan = reconcile([gone], [], look("app.py", **there, difference=Difference("c", frozenset({"other.py"}))))
    assert (plan.resolved, plan.unknown, plan.hidden) == ((), ("a",), ("a",))
    plan = reconcile([gone, moved], [], look("app.py", **there, difference=Difference("d", frozenset({"app.py"}))))
    assert (plan.resolved, plan.unknown, plan.hidden) == ((("a", Gone.CODE_CHANGED),), ("b",), ())
    plan = reconcile([gone], [], look("app.py", **there))
    assert plan.hidden == ("a",)
    plan = reconcile([gone], [], look("app.py", **there, naming_before=frozenset({"other.py"})))
    assert plan.resolved == (("a", Gone.CODE_CHANGED),)
    chat = {("app.py", "main"): 1}
    assert reconcile([gone], [], look("app.py", **there, chats=chat)).resolved == (("a", Gone.MIGRATED),)


def test_a_chat_call_in_a_function_inside_the_function_took_its_place():
    there = [known("a"), known("b", line=20, k="1"), known("c", line=30, scope="", k="2")]
    chats = {("app.py", "main.ask"): 1, ("app.py", "mainly"): 1, ("other.py", "main"): 1}
    plan = reconcile(there, [], look("app.py", "other.py", chats=chats))
    assert plan.resolved == (("a", Gone.MIGRATED), ("b", Gone.CODE_CHANGED), ("c", Gone.CODE_CHANGED))
    plan = reconcile(there[:2], [], look("app.py", chats={("app.py", "main.ask"): 1, ("app.py", "main"): 1}))
    assert {reason for _, reason in plan.resolved} == {Gone.MIGRATED}


def test_a_use_last_seen_in_a_history_that_was_rewritten_is_no_progress():
    findings = [known("a", commit="old"), known("b", line=99, commit="new", k="1")]
    plan = reconcile(findings, [], look("other.py", rewritten=frozenset({"old"})))
    assert plan.resolved == (("a", Gone.HISTORY_REWRITTEN), ("b", Gone.FILE_DELETED))


def test_a_use_that_was_seen_in_the_same_commit_was_not_migrated():
    plan = reconcile([known("a", commit="c")], [], look("app.py", commit="c"))
    assert plan.resolved == (("a", Gone.RULE_CHANGED),)


def test_a_use_that_a_comment_sets_aside_is_no_progress():
    plan = reconcile([known("a"), known("gone", k="1", absent=True)], [], look(), [seen(line=11), seen(k="1")])
    assert plan.resolved == (("a", Gone.SET_ASIDE),)
    assert (plan.matched, plan.opened, plan.reopened) == ((), (), ())


def test_of_two_equal_calls_the_one_set_aside_is_the_one_that_is_gone():
    plan = reconcile([known("a", line=10), known("b", line=20)], [seen(line=10)], look(), [seen(line=21)])
    assert (pairs(plan), plan.resolved) == ({"a": 0}, (("b", Gone.SET_ASIDE),))


def test_a_use_that_was_set_aside_before_is_not_what_became_of_another():
    """Beside the call that a comment sets aside since long, another one is migrated: that is progress."""
    before = [Spot("app.py", None, 14, "co.generate", "sdk_call")]
    there, chat = [known("a", line=10)], {("app.py", "main"): 1}
    plan = reconcile(there, [], look(chats=chat, aside_before=before), [seen(line=14, k="5")])
    assert plan.resolved == (("a", Gone.MIGRATED),)
    moved = look(chats=chat, aside_before=before, difference=Difference("c", frozenset({"app.py"}), {}, {}))
    assert reconcile(there, [], moved, [seen(line=13, k="5")]).resolved == (("a", Gone.MIGRATED),)
    new = [seen(line=10, k="7"), seen(line=14, k="5")]
    assert reconcile(there, [], look(aside_before=before), new).resolved == (("a", Gone.SET_ASIDE),)


def test_it_reopens_a_use_that_returns():
    plan = reconcile([known("a", absent=True)], [seen(line=44)], look())
    assert (plan.reopened, plan.opened) == ((("a", 0),), ())


def test_a_gone_use_that_stays_gone_is_left_alone():
    plan = reconcile([known("a", absent=True)], [], look())
    assert (plan.matched, plan.resolved, plan.unknown, plan.reopened) == ((), (), (), ())


def test_a_use_that_is_there_is_preferred_to_one_that_was_gone():
    plan = reconcile([known("gone", absent=True), known("here", line=30)], [seen(line=10)], look())
    assert (pairs(plan), plan.reopened, plan.resolved) == ({"here": 0}, (), ())


def test_a_gone_use_does_not_return_in_another_file():
    plan = reconcile([known("a", path="old.py", absent=True)], [seen("new.py")], look("new.py"))
    assert (plan.reopened, plan.opened) == ((), (0,))


def test_twins_are_aligned_in_source_order():
    plan = reconcile([known("a", line=10), known("b", line=20)], [seen(line=25), seen(line=15)], look())
    assert pairs(plan) == {"a": 1, "b": 0}


def test_the_twin_on_the_unmoved_line_stays_when_the_other_is_removed():
    plan = reconcile([known("a", line=10), known("b", line=20)], [seen(line=20)], look())
    assert pairs(plan) == {"b": 0}
    assert plan.resolved == (("a", Gone.CODE_CHANGED),)


def test_it_follows_a_renamed_function():
    assert pairs(reconcile([known("a", scope="ask")], [seen(scope="answer")], look())) == {"a": 0}


def test_it_follows_an_edited_argument():
    assert pairs(reconcile([known("a", prompt="x")], [seen(prompt="y")], look())) == {"a": 0}


def test_it_follows_an_argument_added_on_the_spot():
    assert pairs(reconcile([known("a", line=10, prompt="x")], [seen(line=12, prompt="x", k="3")], look())) == {"a": 0}


def test_it_does_not_follow_a_different_call_far_away():
    plan = reconcile([known("a", line=10, prompt="x")], [seen(line=90, scope="other", k="3")], look())
    assert (plan.opened, plan.resolved) == ((0,), (("a", Gone.CODE_CHANGED),))


def test_two_candidates_nearby_are_no_match():
    before = [known("a", line=10, scope="f", prompt="x")]
    after = [seen(line=8, scope="g", prompt="x", k="1"), seen(line=12, scope="h", prompt="x", p="1")]
    plan = reconcile(before, after, look())
    assert (plan.opened, plan.resolved) == ((0, 1), (("a", Gone.CODE_CHANGED),))


def test_an_exact_match_elsewhere_in_the_set_wins_over_a_near_one():
    before = [known("a", line=10, prompt="x"), known("b", line=14, prompt="y")]
    after = [seen(line=11, prompt="y")]
    assert pairs(reconcile(before, after, look())) == {"b": 0}


def test_it_follows_a_renamed_file_with_its_twins():
    before = [known("a", "old.py", 10), known("b", "old.py", 20)]
    after = [seen("new.py", 10), seen("new.py", 20)]
    assert pairs(reconcile(before, after, look("new.py"))) == {"a": 0, "b": 1}


def test_it_follows_a_moved_directory_of_files_with_equal_names_and_calls():
    before = [known("a", "one/app.py"), known("b", "two/app.py")]
    after = [seen("src/two/app.py"), seen("src/one/app.py")]
    assert pairs(reconcile(before, after, look("src/one/app.py", "src/two/app.py"))) == {"a": 1, "b": 0}


def test_it_follows_a_function_moved_to_another_file():
    plan = reconcile([known("a", "one.py")], [seen("two.py")], look("one.py", "two.py"))
    assert pairs(plan) == {"a": 0}


def test_a_copy_of_a_call_in_an_unread_file_is_a_new_use():
    plan = reconcile([known("a", "one.py")], [seen("two.py")], look("one.py", "two.py", unread=frozenset({"one.py"})))
    assert (plan.opened, plan.unknown) == ((0,), ("a",))


def test_it_follows_a_file_that_was_renamed_and_edited_beyond_what_git_calls_a_rename():
    before, after = known("a", "old.py", scope="ask", prompt="x"), seen("new.py", scope="ask", prompt="x", p="0.1")
    assert pairs(reconcile([before], [after], look("new.py"))) == {"a": 0}
    # Nobody can tell where the function's name says nothing, or the file had calls of its own, or there are two.
    anonymous = known("a", "old.py", scope="", prompt="x"), [seen("new.py", scope="", prompt="x", p="0.1")]
    elsewhere = before, [seen("src/new.py", scope="ask", prompt="x", p="0.1")]
    far = before, [seen("new.py", 60, scope="ask", prompt="x", p="0.1")]
    two = before, [after, seen("newer.py", scope="ask", prompt="x", k="1")]
    for one, there in (anonymous, elsewhere, far, two):
        assert pairs(reconcile([one], there, look("new.py", "newer.py", "src/new.py"))) == {}
    old, other = known("b", "new.py", scope="tell", prompt="y"), seen("new.py", scope="tell", prompt="y")
    assert pairs(reconcile([before, old], [after, other], look("new.py"))) == {"b": 1}


def test_an_ambiguous_move_is_no_match():
    before = [known("a", "one.py", scope="f"), known("b", "two.py", scope="g")]
    after = [seen("three.py", scope="h")]
    plan = reconcile(before, after, look("three.py"))
    assert (plan.opened, len(plan.resolved)) == ((0,), 2)


def test_a_notebook_cell_may_shift():
    plan = reconcile([known("a", "n.ipynb", 2, "", cell=3)], [seen("n.ipynb", 2, "", cell=5)], look("n.ipynb"))
    assert pairs(plan) == {"a": 0}


uses = st.tuples(
    st.sampled_from(["a.py", "d/a.py", "b.py"]), st.integers(1, 30), st.sampled_from("fg"), st.sampled_from("xy")
)


@settings(max_examples=150, deadline=None)
@given(st.lists(uses, max_size=8), st.lists(uses, max_size=8), st.sets(st.sampled_from(["a.py", "d/a.py", "b.py"])))
def test_every_use_and_every_finding_has_exactly_one_fate(before, after, unread):
    findings = [known(str(i), p, n, s, prompt=v, absent=i % 3 == 2) for i, (p, n, s, v) in enumerate(before)]
    sightings = [seen(p, n, s, prompt=v) for p, n, s, v in after if p not in unread]
    paths = {p for p, *_ in after} | unread
    plan = reconcile(findings, sightings, look(*(paths or ["z"]), unread=frozenset(unread)))
    indexes = [i for _, i in plan.matched + plan.reopened] + list(plan.opened)
    assert sorted(indexes) == list(range(len(sightings)))
    fates = [k for k, _ in plan.matched + plan.resolved] + list(plan.unknown)
    assert sorted(fates) == sorted(f.id for f in findings if not f.absent)
    assert {k for k, _ in plan.reopened} <= {f.id for f in findings if f.absent}


@settings(max_examples=100, deadline=None)
@given(st.lists(uses, max_size=10), st.integers(0, 400))
def test_the_same_uses_a_few_lines_down_change_nothing(places, shift):
    places = sorted(set(places))
    findings = [known(str(i), p, n, s, prompt=v) for i, (p, n, s, v) in enumerate(places)]
    sightings = [seen(p, n + shift, s, prompt=v) for p, n, s, v in places]
    plan = reconcile(findings, sightings, look("a.py", "d/a.py", "b.py"))
    assert (plan.opened, plan.resolved, plan.unknown, plan.reopened) == ((), (), (), ())
    if shift == 0:
        assert pairs(plan) == {str(i): i for i in range(len(places))}


def test_a_method_of_the_same_name_in_another_class_is_another_one():
    plan = reconcile([known("a", scope="A.run", k="1")], [seen(line=90, scope="B.run", k="2")], look())
    assert (pairs(plan), plan.opened) == ({}, (0,))


def test_a_function_that_is_put_into_a_class_with_other_values_keeps_its_use():
    there = [known("a", scope="ask", k="1"), known("b", line=40, scope="tell", k="1")]
    now = [seen(line=50, scope="Bot.ask", callee="self.co.generate", k="2"), seen(line=90, scope="Bot.say", k="2")]
    plan = reconcile(there, now, look())
    assert (pairs(plan), plan.opened, plan.resolved) == ({"a": 0}, (1,), (("b", Gone.CODE_CHANGED),))
