import pytest

from audits.engine.reads import changed_read
from tests.engine.replacements import replacement
from tests.engine.sites import arg, read


@pytest.mark.parametrize(
    ("before", "v2", "v1"),
    [
        ("r.generations[0].finish_reason", "r.finish_reason", "r.finish_reason"),
        ("r.meta.billed_units.input_tokens", "r.usage.billed_units.input_tokens", "r.meta.billed_units.input_tokens"),
        ("r.generations[0].likelihood", "r.logprobs", ""),
    ],
)
def test_reads_of_the_response_change(before, v2, v1):
    assert changed_read(before) == (v2, v1)


def test_the_text_is_joined_from_its_parts():
    v2, v1 = changed_read("self.last.generations[0].text")
    assert v2 == '"".join(part.text for part in self.last.message.content or [] if part.type == "text")'
    assert v1 == "self.last.text"
    assert changed_read("[g.text for g in r.generations]") is None
    joined = changed_read("r[0].text")
    assert joined is not None
    assert joined[1] == "r.text"
    assert {changed_read(text) for text in ("r[0]", "r.data[0]", "r.data[0].text", "r.texts[0]")} == {joined}


def test_a_read_is_named_with_its_place():
    found = replacement(arg("prompt", "p"), reads=(read(5, "r.generations[0].text"), read(9, "r[0]", "lib.py")))
    assert any(note.startswith("Line 5: `r.generations[0].text` becomes") for note in found.notes)
    assert any(note.startswith("lib.py:9: `r[0]` becomes") for note in found.notes)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("g.token_likelihoods", "items with `text`, `token_ids` and `logprobs`"),
        ("t.likelihood", "an answer's is their mean"),
        ("t.token", "has it as `text`"),
        ("r.generations[0].prompt", "keep the one that was sent"),
        ("r.meta", "`usage` in its place"),
        ("r.generations", "take the answer itself"),
        ("r.generations[0]", "take the answer itself"),
        ("r.texts", "one text"),
        ("g['text']", "part.text for part in answer.message.content"),
        ("g.finish_reason", "stands on the answer itself"),
    ],
)
def test_a_read_behind_another_name_is_told_by_its_field(written: str, told: str) -> None:
    for many in ((), (arg("num_generations", "3", 3),)):
        if many and told in ("take the answer itself", "one text"):
            continue
        found = replacement(arg("prompt", "p"), *many, reads=(read(5, written), read(8, written, "lib.py")))
        (note,) = (note for note in found.notes if told in note)
        assert note.startswith(f"Line 5: `{written}`; lib.py:8: `{written}`. ")


def test_the_list_of_answers_takes_the_place_of_the_generations() -> None:
    reads = (read(4, "co.generate(…).generations"), read(5, "g.text"))
    notes = " ".join(replacement(arg("prompt", "p"), arg("num_generations", "3", 3), reads=reads).notes)
    assert "Line 4: `co.generate(…).generations`. The list of answers takes its place" in notes
    assert "one answer, without" not in notes
    assert "one answer, without" in " ".join(replacement(arg("prompt", "p"), reads=reads[:1]).notes)


def test_a_raw_response_holds_the_answer_under_its_data() -> None:
    def notes(*arguments, callee):
        return " ".join(replacement(arg("prompt", "p"), *arguments, callee=callee).notes)

    several = arg("num_generations", "3", 3)
    assert "in response.data.message.content or" in notes(callee="co.with_raw_response.generate")
    assert "in item.data.message.content or" in notes(several, callee="co.with_raw_response.generate")
    assert "data" not in notes(callee="co.generate") + notes(several, callee="co.generate")


def test_what_is_no_field_of_the_response_is_not_told() -> None:
    found = replacement(arg("prompt", "p"), reads=(read(5, "g.name"), read(6, "r.generations[0].text")))
    (note,) = (note for note in found.notes if note.startswith("Line"))
    assert note.startswith("Line 6: `r.generations[0].text` becomes ")
