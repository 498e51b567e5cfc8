import re
from dataclasses import replace

import pytest
from django.utils import timezone

from audits.engine import codec
from audits.engine.catalogue import guide
from audits.engine.facts import (
    Confidence,
    ExcerptLine,
    Kind,
    Parameter,
    Platform,
    ProofStep,
    Replacement,
    ResponseRead,
    Usage,
    Verdict,
)
from audits.models import Finding, FindingEvent
from audits.query import SORTS
from audits.query.words import KINDS
from tests.progress.rows import finding, repository
from tests.web import rows

pytestmark = pytest.mark.django_db

USAGE = Usage(
    path="app/expand.py", line=45, end_line=46, column=19, cell=None, kind=Kind.SDK_CALL, method="generate",
    client="cohere.ClientV2", platform=Platform.COHERE, confidence=Confidence.CONFIRMED, scope="Expander.expand",
    callee="self.co.generate", why="The receiver is a cohere.ClientV2.",
    parameters=(
        Parameter("prompt", Verdict.RENAMED, "text", "Becomes one user message in `messages`.", guide.PROMPT),
        Parameter("num_generations", Verdict.UNSUPPORTED, "4", "4 times.", guide.UNSUPPORTED["num_generations"]),
        Parameter(
            "stop_sequences", Verdict.DISPUTED, '["--"]', "Kept.", guide.UNSUPPORTED["stop_sequences"],
            "`chat(stop_sequences=…)` exists.", "https://docs.cohere.com/reference/chat",
        ),
    ),
    defaults=(Parameter("truncate", Verdict.CHANGED, None, "Chat refuses what is too long."),),
    unsupported=("num_generations",), snippet="self.co.generate(",
    proof=(ProofStep("self.co", "app/expand.py", 38), ProofStep("cohere.ClientV2", "app/llm.py", 14)),
    reads=(ResponseRead("app/expand.py", 47, 47, "response.generations"),),
    replacement=Replacement("co.chat(v2=1)", "co.chat(v1=1)", ("Check the cost of `4` calls.",)),
    excerpt=(
        ExcerptLine(44, (("k", "def"), ("", " expand(self):"))),
        ExcerptLine(45, (("n", "response"), ("", " = self.co.generate(")), "call"),
        ExcerptLine(47, (("", "response.generations"),), "read"),
    ),
)  # fmt: skip
COLUMNS = ("path", "line", "end_line", "column", "cell", "kind", "method", "client", "platform", "confidence")


def store(usage=USAGE, row=None, **fields):
    values = {name: getattr(usage, name) for name in (*COLUMNS, "scope", "callee")}
    return finding(row or repository("catalog-search"), detail=codec.encode(usage), **{**values, **fields})


def read(client, row, query=""):
    page = client.get(row.get_absolute_url() + query)
    assert page.status_code == 200
    return page.content.decode()


def words(page):
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def test_it_says_what_is_wrong_and_since_when(signed_in):
    page = words(read(signed_in, store()))
    assert "self.co.generate in Expander.expand" in page
    assert "This call has failed since 15 Sep 2025." in page
    assert "Generate API was removed" in page


def test_the_code_is_coloured_and_the_lines_are_marked(signed_in):
    page = read(signed_in, store())
    assert '<span class="k">def</span>' in page
    assert '<tr id="L45" class="call">' in page
    assert '<tr id="L47" class="read">' in page
    assert "call to Generate" in page
    assert "reads the response" in page


def test_the_proof_leads_to_each_line_at_the_commit(signed_in):
    row = store()
    page = read(signed_in, row)
    assert "Why it is certain" in page
    assert f"{row.repository.url}/blob/{'a' * 40}/app/llm.py#L14" in page


def test_each_parameter_has_verdict_value_and_note_the_worst_first(signed_in):
    page = read(signed_in, store())
    names = re.findall(r'<tr><th scope="row"><code>(\w+)</code>', page)
    assert names == ["num_generations", "stop_sequences", "prompt", "truncate"]
    assert "1 unsupported, 1 disputed, 1 changed, 1 renamed" in page
    assert "not passed" in page
    assert "Becomes one user message in <code>messages</code>." in page


def test_the_guide_is_quoted_word_for_word(signed_in):
    page = words(read(signed_in, store()))
    for text in (guide.PROMPT, guide.UNSUPPORTED["num_generations"], guide.UNSUPPORTED["stop_sequences"]):
        assert text in page.replace("&#x27;", "'")


def test_where_sources_disagree_both_are_shown(signed_in):
    page = read(signed_in, store())
    assert "Sources disagree" in page
    assert page.count('<div class="sources">') == 1
    assert "<code>chat(stop_sequences=…)</code> exists." in page


def test_it_proposes_the_chat_call_for_both_versions(signed_in):
    page = read(signed_in, store())
    assert '<pre class="change hl" id="code-v2">co.chat(v2=1)</pre>' in page
    assert '<pre class="change hl" id="code-v1">co.chat(v1=1)</pre>' in page
    assert "Check the cost of <code>4</code> calls." in page


def test_a_notebook_is_spoken_of_by_cell_and_line(signed_in):
    page = words(read(signed_in, store(path="demo.ipynb", cell=4, line=2, end_line=2)))
    assert "demo.ipynb, cell 4, line 2" in page


def test_the_link_to_the_host_can_be_copied(signed_in):
    row = store()
    href = f"{row.repository.url}/blob/{'a' * 40}/app/expand.py#L45-L46"
    page = read(signed_in, row)
    assert "Open on github.com" in page
    assert f'data-text="{href}"' in page


def test_an_unknown_host_gets_no_link(signed_in):
    made = repository()
    made.url = "/srv/git/made"
    made.save()
    page = read(signed_in, store(row=made))
    assert "Open on" not in page
    assert "Copy permalink" not in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"platform": "bedrock"}, "This call has failed since 12 Aug 2025."),
        ({"platform": "sagemaker"}, "This call may still be answered."),
        ({"platform": "unknown"}, "It is not known who answers this call."),
        ({"presence": "unknown"}, "This call could not be checked."),
        ({"presence": "absent", "absent_reason": "file_deleted"}, "This call is gone: the file was deleted."),
        ({"kind": "mention"}, "This is not counted."),
        ({"presence": "absent", "absent_reason": "history_rewritten"}, "the branch was set to another history."),
        ({"presence": "absent", "absent_reason": "set_aside"}, "a comment in the source sets it aside."),
        (
            {"kind": "mention", "presence": "absent", "absent_reason": "file_deleted"},
            "This is gone, and was never counted.",
        ),
        ({"kind": "wrapper_project"}, "This is not counted: the call in the helper is."),
        ({"kind": "half_migrated"}, "This was moved to Chat half way."),
        ({"kind": "dead_model"}, "The model that this call names is gone."),
        ({"kind": "wrapper_langchain", "method": ""}, "What this sends to Generate has failed since 15 Sep 2025."),
        ({"kind": "raw_http", "language": "toml"}, "What this sends to Generate has failed since 15 Sep 2025."),
        ({"kind": "raw_http", "language": "env"}, "Leads to Generate, line"),
        ({"kind": "wrapper_langchain"}, "This call has failed since 15 Sep 2025."),
        ({"confidence": "likely"}, "This call has most likely failed since 15 Sep 2025."),
        ({"confidence": "possible"}, "This call may have failed since 15 Sep 2025."),
        ({"kind": "oci", "platform": "oci"}, "This call has failed since 26 Jun 2026."),
        ({"kind": "sdk_call", "platform": "private"}, "This call may still be answered."),
        ({"callee": "", "kind": "wrapper_other"}, "Library or setting in Expander.expand"),
        ({"regressed": True}, "This call came back."),
        ({"confidence": "likely"}, "Why it is likely"),
    ],
)
def test_each_case_has_its_sentence(signed_in, fields, said):
    assert said in words(read(signed_in, store(**fields)))


def test_the_history_is_told_newest_first(signed_in):
    row = store()
    for verb, reason in (("opened", ""), ("resolved", "file_deleted"), ("reopened", "Was gone: file_deleted")):
        FindingEvent.objects.create(finding=row, at=row.first_seen_at, verb=verb, reason=reason)
    page = words(read(signed_in, row))
    assert "Resolved: the file was deleted" in page
    assert page.index("Came back") < page.index("Resolved: the file") < page.index("Found for the first time")


@pytest.mark.parametrize("sort", ["", *SORTS])
def test_beside_a_list_in_any_order_stand_others(signed_in, sort):
    made = repository()
    outside, _ = finding(made, presence="absent"), finding(made)
    page = read(signed_in, outside, f"?q=state:open&sort={sort}")
    assert "not one of the 1" in page


def test_previous_and_next_follow_the_list_it_came_from(signed_in):
    made = repository()
    first, second, third = (finding(made, days_ago=days) for days in (9, 5, 1))
    page = read(signed_in, second, "?q=state:open")
    assert "2 of 3" in page
    assert f'rel="prev" href="{first.get_absolute_url()}?q=state%3Aopen"' in page
    assert f'rel="next" href="{third.get_absolute_url()}?q=state%3Aopen"' in page
    assert 'rel="prev"' not in read(signed_in, first, "?q=state:open")
    assert 'rel="next"' not in read(signed_in, second)
    Finding.objects.filter(pk=second.pk).update(disposition="dismissed", dismissal="dead_code")
    page = read(signed_in, second, "?q=state:open")
    assert "not one of the 2" in page
    assert f'rel="prev" href="{first.get_absolute_url()}?q=state%3Aopen"' in page
    assert f'rel="next" href="{third.get_absolute_url()}?q=state%3Aopen"' in page


def test_a_finding_that_left_the_list_keeps_the_way_back(signed_in):
    page = read(signed_in, store(presence="absent"), "?q=state:open")
    assert 'href="/findings/?q=state%3Aopen"' in page
    assert 'rel="next"' not in page


def test_a_call_that_may_be_another_says_so_at_both_ends(signed_in):
    new = store()
    old = store(row=new.repository, path="a.py", presence="absent", absent_reason="moved", dismissal="dead_code")
    Finding.objects.filter(pk=old.pk).update(moved_to=new)
    new.events.create(at=timezone.now(), verb="opened", after="present", reason="moved")
    page = read(signed_in, new)
    assert f'This may be the call that stood in <a href="{old.get_absolute_url()}">' in page
    assert "which was dismissed as dead code" in page
    assert "it may be a call that stood elsewhere<br>" in page
    assert new.get_absolute_url() in read(signed_in, old)


def test_a_dismissal_before_the_events_that_are_shown_is_remembered(signed_in):
    row = store(presence="absent", absent_reason="file_deleted", disposition="dismissed", dismissal="dead_code")
    told = [("dismissed", "open", "dismissed"), *[("assigned", "", "")] * 60, ("resolved", "present", "absent")]
    for verb, before, after in told:
        row.events.create(at=timezone.now(), verb=verb, before=before, after=after)
    assert "Gone, dismissed before" in read(signed_in, row)


def test_a_call_that_a_comment_sets_aside_has_the_authors_reason(signed_in):
    row = store(presence="absent", absent_reason="set_aside")
    row.repository.set_aside.create(path=row.path, line=9, kind=row.kind, callee=row.callee, reason="legacy until 2027")
    assert "Set aside in the source</a>: “legacy until 2027”" in read(signed_in, row)
    row.repository.set_aside.create(path=row.path, line=20, kind=row.kind, callee=row.callee, reason="another")
    assert "legacy until 2027" not in read(signed_in, row)


def test_an_unknown_id_is_not_found(signed_in):
    assert signed_in.get("/findings/11111111-2222-3333-4444-555555555555/").status_code == 404
    assert signed_in.get("/findings/1/").status_code == 404


def test_a_bare_row_still_has_a_page(signed_in):
    assert "The scan kept no text of it." in read(signed_in, finding(repository(), snippet="", detail={}))


def test_a_page_costs_the_same_queries_for_any_history(
    signed_in, django_assert_num_queries, django_assert_max_num_queries
):
    row = store()
    FindingEvent.objects.create(finding=row, at=row.first_seen_at, verb="opened")
    with django_assert_max_num_queries(21) as first:
        read(signed_in, row, "?q=state:open")
    for _ in range(9):
        finding(row.repository)
        FindingEvent.objects.create(finding=row, at=row.first_seen_at, verb="seen")
    with django_assert_num_queries(len(first)):
        read(signed_in, row, "?q=state:open")


def test_nothing_out_of_a_repository_becomes_markup(signed_in):
    bad = rows.HOSTILE
    usage = Usage(
        **{name: getattr(USAGE, name) for name in COLUMNS}, scope=bad, callee=bad, why=bad, snippet=bad,
        parameters=(Parameter(bad, Verdict.DISPUTED, bad, f"`{bad}`", bad, bad),),
        proof=(ProofStep(bad, bad, 1),), reads=(ResponseRead(bad, 1, 1, bad),),
        replacement=Replacement(bad, bad, (bad,)),
        excerpt=(ExcerptLine(1, ((bad, bad), ("", bad)), "call"),),
    )  # fmt: skip
    page = read(signed_in, store(usage, path=bad, model=bad))
    assert bad not in page
    assert "<script>alert" not in page


def test_no_name_and_no_code_turns_the_order_of_letters_around(signed_in):
    row = finding(repository(), path="app/\u202eyp.live", scope="\u2066f\u2069", callee="co.generate")
    for address in (row.get_absolute_url(), "/findings/?q=path:app"):
        shown = signed_in.get(address).content.decode()
        assert "\\u202eyp.live" in shown
        assert "\\u2066f\\u2069" in shown
        assert not set("\u202e\u2066\u2069") & set(shown)


def test_what_stands_in_a_field_goes_back_as_it_came(signed_in):
    finding(repository())
    shown = signed_in.get("/findings/", {"q": 'path:"a\u202eb"'}).content.decode()
    assert 'value="path:a\u202eb"' in shown
    assert "<code>path:a\\u202eb" in shown


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_page_and_a_row(signed_in, kind):
    usage = replace(
        USAGE, kind=kind, replacement=Replacement("", "", ("Do `this` by hand.", "Call Chat on Cohere's platform."))
    )
    row = store(usage)
    page = words(read(signed_in, row))
    assert KINDS[kind] in page
    assert "What to do Do this by hand." in page
    assert "Proposed change" not in page
    assert page.count("Call Chat on Cohere&#x27;s platform.") <= 1
    assert KINDS[kind] in words(signed_in.get("/findings/?q=").content.decode())
    assert signed_in.get(row.repository.get_absolute_url()).status_code == 200


def test_a_sentence_of_the_guide_is_opened_once_and_stays_word_for_word(signed_in):
    same = tuple(
        Parameter(name, Verdict.CHANGED, "1", "Another default.", guide.UNCHANGED) for name in ("p", "k", "seed")
    )
    page = read(signed_in, store(replace(USAGE, parameters=same, defaults=())))
    assert page.count("<details") - page.count('class="behind"') >= 2
    assert words(page).count(words(guide.UNCHANGED).replace("'", "&#x27;")) == 3 + 1, (
        "and once with all that the guide says"
    )
    assert page.index('<p class="quote">') < page.index('<details class="quote">')
    assert page.count('<p class="quote">') == 1


def test_what_the_guide_says_of_a_kept_parameter_is_folded(signed_in):
    kept = Parameter("k", Verdict.KEPT, "1", "Same meaning.", guide.UNCHANGED)
    page = read(signed_in, store(replace(USAGE, parameters=(kept,), defaults=())))
    assert '<p class="quote">' not in page
    assert page.count('<details class="quote">') == 1


def test_the_top_leads_to_the_change(signed_in):
    assert '<a href="#h-change">See the Chat call in its place</a>, with 1 point to check.' in read(signed_in, store())


def test_the_top_leads_nowhere_where_no_code_is_proposed(signed_in):
    assert "#h-change" not in read(signed_in, store(replace(USAGE, replacement=Replacement("", "", ("By hand.",)))))


def test_parameters_stand_the_worst_first_then_by_name(signed_in):
    verdicts = {
        "a": Verdict.KEPT,
        "z": Verdict.UNSUPPORTED,
        "c": Verdict.CHANGED,
        "m": Verdict.DISPUTED,
        "b": Verdict.UNSUPPORTED,
    }
    usage = replace(
        USAGE, parameters=tuple(Parameter(name, verdict) for name, verdict in verdicts.items()), defaults=()
    )
    page = read(signed_in, store(usage))
    assert re.findall(r'<th scope="row"><code>(\w+)</code>', page) == ["b", "z", "m", "c", "a"]


def test_of_a_call_that_is_gone_nothing_is_asked_and_its_life_has_an_end(signed_in):
    row = store(presence="absent", absent_reason="migrated", days_ago=40)
    page = read(signed_in, row)
    for text in ("These expressions must change", "Proposed change", "co.chat(v2=1)", "<dt>Age</dt>"):
        assert text not in page, text
    assert "<dt>Lived</dt><dd>40 days</dd>" in page


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"blame": "known"}, ("<dt>Age</dt><dd>40 days</dd>",)),
        ({"blame": "boundary"}, ("<dd>before ", "<dd>more than 40 days</dd>")),
    ],
)
def test_an_age_is_said_as_far_as_it_is_known(signed_in, fields, told):
    row = store(days_ago=40, **fields)
    page = read(signed_in, row)
    for text in told:
        assert text in page, text
    fresh = store(row=row.repository)
    assert "<dt>Age</dt><dd>not known</dd>" in read(signed_in, fresh)


def test_a_use_that_a_path_rule_excludes_says_so(client):
    client.force_login(rows.person("viewer"))
    left = {"presence": "absent", "absent_reason": "path_excluded", "resolved_at": timezone.now()}
    page = read(client, store(area="excluded", **left))
    assert "a path rule excludes its path" in page
    assert "counts again as soon as the rule is taken back" in page


def test_the_table_does_not_say_once_more_that_generate_is_off(client):
    client.force_login(rows.person("viewer"))
    said = "The live API answers “Generate API was removed on September 15 2025”"
    dispute = Parameter("endpoint", Verdict.DISPUTED, None, "Count on no answer.", guide.NOT_DISABLED, said)
    usage = replace(USAGE, defaults=(dispute,))
    page = read(client, store(usage))
    assert "The live API says otherwise: see the top of this page." in page
    assert page.count("Generate API was removed") == 1
    gone = store(usage, repository("other"), presence="absent")
    assert said in read(client, gone)


def test_a_dismissed_call_that_is_gone_stays_dismissed(client):
    row = rows.finding(rows.repository(), presence="absent", disposition="dismissed", absent_reason="file_deleted")
    client.force_login(rows.person("viewer"))
    page = client.get(row.get_absolute_url()).content.decode()
    assert "This call is gone: the file was deleted." in page
    assert "<dt>Gone</dt>" in page
    for verb, before, after in (("dismissed", "open", "dismissed"), ("resolved", "present", "absent")):
        row.events.create(at=timezone.now(), verb=verb, before=before, after=after)
    page = client.get(row.get_absolute_url()).content.decode()
    assert "Gone, dismissed before" in page
    assert "Nothing is left to do here" not in page
    assert "<dt>Resolved</dt>" not in page


def test_a_call_that_came_back_too_late_is_linked_from_its_old_page_too(signed_in):
    old = store(presence="absent", absent_reason="code_changed", resolved_at=timezone.now())
    assert "Nothing is left to do here." in read(signed_in, old)
    new = rows.finding(old.repository, path="app/back.py", previous=old)
    page = read(signed_in, old)
    assert "This call came back more than 90 days later" in page
    assert f'<a href="{new.get_absolute_url()}">' in page
    assert "Nothing is left to do here." not in page


def test_a_long_reason_stands_whole_in_the_history(signed_in):
    row = store()
    reason = f"{'It is switched off. ' * 20}The last word."
    FindingEvent.objects.create(finding=row, at=row.first_seen_at, verb="dismiss", reason="dead_code", comment=reason)
    page = read(signed_in, row)
    assert reason in page
    assert "<summary>It is switched off." in page
