"""How the places that read the response change."""

import re
from collections.abc import Sequence

from audits.engine.catalogue import parse_version
from audits.engine.facts import CallSite, Kind, ResponseRead

_LIMIT = 8
_BASE = r"(?P<base>[\w.()\[\]'\" ]{1,120}?)"
_JOIN = '"".join(part.text for part in {base}.message.content or [] if part.type == "text")'
# Pattern of the whole expression -> (Chat v2, Chat v1).
_FORMS: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(rf"^{_BASE}{tail}$"), v2, v1)
    for tail, v2, v1 in (
        (r"\.generations\[0\](?:\.text|\[[\"']text[\"']\])", _JOIN, "{base}.text"),
        (r"\.generations\[0\]\.finish_reason", "{base}.finish_reason", "{base}.finish_reason"),
        (r"\.generations\[0\]\.id", "{base}.id", "{base}.generation_id"),
        (r"\.generations\[0\]\.(?:token_)?likelihoods?", "{base}.logprobs", ""),
        (r"\.meta\.billed_units(?P<rest>[\w.]*)", "{base}.usage.billed_units{rest}", "{base}.meta.billed_units{rest}"),
        (r"\.meta\.tokens(?P<rest>[\w.]*)", "{base}.usage.tokens{rest}", "{base}.meta.tokens{rest}"),
        # Of an SDK before 5, whose answer is a list of texts itself and has it as `data`, or as `texts` before 1.2.
        (r"(?:\.data)?\[0\]\.text", _JOIN, "{base}.text"),
        (r"(?:\.data|\.texts|(?<!\.generations))\[0\]", _JOIN, "{base}.text"),
    )
)
# The same where a list of answers stands in place of one answer with several generations.
_AT = r"\[(?P<at>[\w+\- .]{1,40})\]"
_FORMS_OF_MANY: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(rf"^{_BASE}{tail}$"), v2, v1)
    for tail, v2, v1 in (
        (
            rf"(?:\.generations|\.data)?{_AT}(?:\.text|\[[\"']text[\"']\])",
            _JOIN.replace("{base}", "{base}[{at}]"),
            "{base}[{at}].text",
        ),
        (rf"(?:\.generations)?{_AT}\.(?:token_)?likelihoods?", "{base}[{at}].logprobs", ""),
        (rf"(?:\.generations)?{_AT}\.finish_reason", "{base}[{at}].finish_reason", "{base}[{at}].finish_reason"),
        (rf"\.texts{_AT}", _JOIN.replace("{base}", "{base}[{at}]"), "{base}[{at}].text"),
        (rf"(?:\.generations|\.data){_AT}", "{base}[{at}]", "{base}[{at}]"),
        (r"\.generations", "{base}", "{base}"),
    )
)
_OF_ONE = re.compile(r"^(?P<base>[^\W\d]\w{0,79})\.text$")
_MANY = (
    "The response is a list now, one item a call: "
    '`["".join(part.text for part in item.message.content or [] if part.type == "text") for item in {base}]` '
    "(Chat v1: `[item.text for item in {base}]`)."
)
STREAM = (
    'In the loop over the stream `event_type == "text-generation"` becomes `type == "content-delta"`, and `.text` '
    "becomes `.delta.message.content.text`; Chat v1 keeps both."
)
_OLD_STREAM = (
    "In the loop over the stream take `.delta.message.content.text` of the items whose `type` is `content-delta`, "
    "where each had its `.text`; Chat v1: `.text` of those whose `event_type` is `text-generation`."
)
_WHOLE = (
    "goes through the whole answer, as the SDK before 5.0.0 let it; since then that gives pairs of a field's name and "
    "its value, in Chat too. Take the one text: "
    '`"".join(part.text for part in response.message.content or [] if part.type == "text")` (Chat v1: `response.text`).'
)
_ONE = (
    'The text is `"".join(part.text for part in response.message.content or [] if part.type == "text")` '
    "(Chat v1: `response.text`)."
)

# What a read is of, by its last name, where nothing more is known of what stands before that.
_LAST = re.compile(r"(?:\.|\[[\"'])(\w+)(?:[\"']\])?(?:\[[^\[\]]*\])?$")
_BY_FIELD = {
    "generations": "Chat gives one answer, without `generations` around it: take the answer itself.",
    "texts": f"Chat gives one text, `{_JOIN.format(base='answer')}` in Chat v2 and `.text` in v1: take that.",
    "text": f"An answer's text is `{_JOIN.format(base='answer')}` in Chat v2; Chat v1 keeps `.text`.",
    "token_likelihoods": "With logprobs=True Chat v2 gives `logprobs`, items with `text`, `token_ids` and `logprobs`; "
    "Chat v1 has none.",
    "likelihood": "With logprobs=True Chat v2 gives each token's in `logprobs`, and an answer's is their mean; Chat v1 "
    "has none.",
    "token": "An item of Chat v2's `logprobs` has it as `text`; Chat v1 has none.",
    "finish_reason": "It stands on the answer itself, in Chat v1 too.",
    "prompt": "Chat gives no prompt back: keep the one that was sent.",
    "meta": "Chat v2 has `usage` in its place; Chat v1 keeps `meta`.",
}
# What is read of a stream's events: the last such name, or what the end holds of the whole answer.
_OF_EVENT = re.compile(
    r"(?:\.|\[[\"'])(finish_reason|is_finished|event_type|err|response|generations|texts)\b(?!.*(?:finish_reason|response))"
)
_BY_EVENT = {
    "event_type": "It is `type` in Chat v2, where `text-generation` is `content-delta`, `stream-end` is `message-end`, "
    "and `stream-error` a `message-end` with `.delta.error`. Chat v1 keeps `event_type` and its values, but tells an "
    "error by `stream-end` with the finish reason ERROR.",
    "finish_reason": 'Chat v2 has it as `.delta.finish_reason` of the event with `type == "message-end"`; Chat v1 '
    'keeps it on the one with `event_type == "stream-end"`.',
    "is_finished": 'Ask what the event is in its place: `type == "message-end"` in Chat v2, `event_type == '
    '"stream-end"` in Chat v1.',
    "err": "Chat v2 has it as `.delta.error` of the `message-end`; Chat v1 ends with the finish reason ERROR.",
    "response": "The last event of Chat v2, `message-end`, holds no text: join the texts of the `content-delta` "
    "events. Chat v1 has all of it as `.response.text` of `stream-end`.",
}
# The same where a list of answers takes the response's place.
_OF_LIST = {
    "generations": "The list of answers takes its place: leave `.generations` out.",
    "texts": "Take the text of each answer in the list that takes its place.",
}


def read_notes(site: CallSite, *, many: bool, streams: bool, raw: bool = False) -> list[str]:
    """A sentence for each read of the response whose new form is known, and one for the general case.

    `many`: a list of answers takes its place; `raw`: it is a raw response, whose `data` is the answer.
    """
    if streams:
        version = parse_version(site.era)
        return [STREAM if version is None or version >= (5, 0, 0) else _OLD_STREAM, *_of_stream(site)]
    if many:
        return _of_many(site, raw=raw)
    told = [(read, _read_note(site, read)) for read in site.reads[:_LIMIT]]
    notes = [note for _, note in told if note]
    one = _ONE.replace("response.", "response.data.") if raw else _ONE
    return [*(notes or [one]), *_by_field(site, [read for read, note in told if not note])]


def _by_field(site: CallSite, reads: Sequence[ResponseRead], *, many: bool = False) -> list[str]:
    """A sentence for each field of the response that other reads are of."""
    found: dict[str, list[str]] = {}
    for read in reads:
        match = _LAST.search(read.text)
        if match is not None and match[1] in _BY_FIELD:
            found.setdefault(match[1], []).append(f"{_where(site, read)}: `{read.text}`")
    words = _BY_FIELD | _OF_LIST if many else _BY_FIELD
    return [f"{'; '.join(dict.fromkeys(rows))}. {words[name]}" for name, rows in found.items()]


def _of_stream(site: CallSite) -> list[str]:
    """A sentence for each field that is read of a stream's events, but for the text."""
    found: dict[str, list[str]] = {}
    for read in site.reads[:_LIMIT]:
        match = _OF_EVENT.search(read.text)
        if match is not None:
            # Whatever else is read of the whole answer, nobody gives it in Chat v2.
            name = match[1] if match[1] in _BY_EVENT else "response"
            found.setdefault(name, []).append(f"{_where(site, read)}: `{read.text}`")
    return [f"{'; '.join(dict.fromkeys(rows))}. {_BY_EVENT[name]}" for name, rows in found.items()]


def _where(site: CallSite, read: ResponseRead) -> str:
    return f"Line {read.line}" if read.path == site.path else f"{read.path}:{read.line}"


def _of_many(site: CallSite, *, raw: bool) -> list[str]:
    """The same for a list of answers, one a call."""
    bases = {
        match["base"] for read in site.reads if (match := _FORMS_OF_MANY[-1][0].match(read.text.partition("[")[0]))
    }
    base = bases.pop() if len(bases) == 1 else "responses"
    words = _MANY.replace("item.", "item.data.") if raw else _MANY
    notes, others = [words.replace("{base}", base)], []
    for read in site.reads[:_LIMIT] if site.kind is not Kind.BATCH else ():
        matches = ((pattern.match(read.text), v2, v1) for pattern, v2, v1 in _FORMS_OF_MANY)
        found = next(((match, v2, v1) for match, v2, v1 in matches if match is not None), None)
        if found is not None:
            parts = found[0].groupdict()
            notes.append(_changed(site, read, found[1].format(**parts), found[2].format(**parts)))
        elif (one := _OF_ONE.match(read.text)) is not None:
            notes.append(_changed(site, read, _JOIN.format(base=one["base"]), read.text))
        else:
            others.append(read)
    return [*notes, *_by_field(site, others, many=True)]


def _changed(site: CallSite, read: ResponseRead, v2: str, v1: str) -> str:
    where = _where(site, read)
    told = "Chat v1 keeps it" if v1 == read.text else f"Chat v1: `{v1}`" if v1 else "Chat v1 has none"
    return f"{where}: `{read.text}` becomes `{v2}`{f' ({told})' if v1 != v2 else ''}."


def _read_note(site: CallSite, read: ResponseRead) -> str:
    where = _where(site, read)
    changed = changed_read(read.text)
    inside = _in_place(site, read.text)
    if changed is None and inside is not None:
        v2, v1 = inside
        told = f" (Chat v1: `{v1}`)" if v1 else "; Chat v1 has none"
        return f"{where}: keep the answer first, `response = …chat(…)`, and read `{v2}` of it{told}."
    if changed is None:
        whole = read.text.isidentifier() or read.text.removeprefix("await ").startswith(f"{site.callee}(")
        return f"{where} {_WHOLE}" if whole and "." not in read.text.removeprefix(site.callee) else ""
    v2, v1 = changed
    if v1 and v1 != v2:
        return f"{where}: `{read.text}` becomes `{v2}` (Chat v1: `{v1}`)."
    return f"{where}: `{read.text}` becomes `{v2}`{'' if v1 else '; Chat v1 has none'}."


def _in_place(site: CallSite, text: str) -> tuple[str, str] | None:
    """The same for what is read in the expression that makes the call; None where it is not read there."""
    called = re.match(rf"(?:\(await )?{re.escape(site.callee)}\(…?\)\)?", text)
    return changed_read(f"response{text[called.end() :]}") if called is not None else None


def changed_read(text: str) -> tuple[str, str] | None:
    """What an expression that reads a response becomes in Chat (v2, v1; "" = none); None where it is unknown."""
    text = text.strip()
    for pattern, v2, v1 in _FORMS:
        match = pattern.match(text)
        if match is not None:
            parts = match.groupdict(default="")
            return v2.format(**parts), v1.format(**parts)
    return None
