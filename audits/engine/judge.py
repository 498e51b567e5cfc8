"""A resolved call site against the catalogue: a verdict for each argument, and what changes unasked."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from audits.engine import catalogue
from audits.engine.catalogue import Default, Rule
from audits.engine.catalogue.endpoints import CAMEL
from audits.engine.catalogue.frameworks import Framework, framework_of
from audits.engine.chatrules import CHAT_KINDS
from audits.engine.draft import DESCRIBED
from audits.engine.facts import Argument, CallSite, Kind, Parameter, Platform, Usage, Verdict
from audits.engine.languages.narrow import narrow_of
from audits.engine.languages.sdks import library_behind
from audits.engine.languages.switches import switched_on
from audits.engine.rewrite import rewrite
from audits.engine.secrets import has_secret, mask
from audits.engine.spelling import canonical
from audits.engine.verdicts import SPLATS, is_aws, rule_for

VALUE_LIMIT = 200
_NAME_LIMIT = 80
# Only for these does the code show every parameter that a Generate request has.
_COMPLETE = frozenset({Kind.SDK_CALL, Kind.SDK_STREAM, Kind.BATCH, Kind.RAW_HTTP})
_NAMELESS = "What it holds is not known from the code: look there for the parameters of Generate."
_BY_FIELDS = "What it holds is told by the fields of {name}: it may hold fewer, and one of a subclass may hold more."
_FIELD = "A field of {name}: the call may pass fewer of them."
_PAST_SIGNATURE = "It goes past the signature, in `request_options`, and would go into a Chat request too."
_MESSAGES = "It stays: what is called takes messages as Chat does."
_LEADS = ("cohere/", "cohere_chat/")
_THROUGH = frozenset({Kind.WRAPPER_LITELLM, Kind.DEAD_MODEL})
_NOT_OF_GENERATE = "An argument of {name}, not of Generate: look up whether what you use in its place takes it."
_LACKING = "Chat takes it, and {} has none: `{}` is left out, or the request is posted without the SDK."
_NO_SUCH = "No version of Generate is known to have this parameter, and Chat has none of this name."


def judge(site: CallSite) -> Usage:
    """The use with a verdict for each parameter, its replacement, and every key-like literal masked.

    Pure string work: nothing of the repository is parsed, so it may run outside the sandbox.
    """
    if site.documents is not None:
        # What a document shows is judged as what it is, and counted as what it does: nothing.
        shown = judge(replace(site, kind=site.documents, documents=None))
        return replace(shown, kind=site.kind)
    arguments = named_arguments(site)
    parameters = tuple(_judged(site, name, row) for name, row in arguments.items() if not row.whole)
    usage = Usage(
        path=site.path,
        line=site.span.line,
        end_line=site.span.end_line,
        column=site.span.column,
        cell=site.span.cell,
        kind=site.kind,
        method=site.method or None,
        client=site.client,
        platform=site.platform,
        confidence=site.confidence,
        why=mask(site.why),
        scope=site.scope,
        callee=mask(site.callee),
        digest=_digest(site, arguments),
        model=_model(arguments),
        parameters=parameters,
        defaults=(*_defaults(site, arguments), *_disputes(site)),
        unsupported=_unsupported(site, parameters),
        hardcoded_key=site.key_in_code or _holds_key(site),
        key_lines=site.key_lines,
        proof=tuple(replace(step, text=mask(step.text)) for step in site.proof),
        reads=tuple(replace(read, text=mask(read.text)) for read in site.reads),
        suppressed=mask(site.suppressed),
        language=site.language,
    )
    calls = [(row, named_arguments(replace(site, arguments=row.arguments))) for row in site.calls]
    return replace(usage, replacement=rewrite(site, arguments, calls))


def named_arguments(site: CallSite) -> dict[str, Argument]:
    """The arguments by parameter name, in the order of the call; a splat that was not unfolded as "**" and its source.

    Positional arguments that came without a name get it from the order of the SDK's era. Of two with one name the last
    holds, as in a dict.
    """
    framework = framework_of(site.client, site.kind, site.platform)
    order = catalogue.positional_names(site.era, site.client, site.method)
    if framework is not None:
        order = framework.positional
    found: dict[str, Argument] = {}
    for written in site.arguments:
        starred = written.name is None and written.source.startswith("*")
        argument = replace(written, name="*") if starred else written
        if starred:
            # What stands behind it has a place that nobody can count.
            order = ()
        name = _name(argument, order, own=framework is not None)
        found.pop(name, None)
        found[name] = argument
    return found


def _name(argument: Argument, order: tuple[str, ...], *, own: bool) -> str:
    if argument.name in SPLATS:
        source = argument.source.removeprefix(argument.name)
        return mask(f"{argument.name}{source}")[:_NAME_LIMIT]
    if argument.name is not None:
        return mask(argument.name.removeprefix(catalogue.SMUGGLED))[:_NAME_LIMIT]
    position = argument.position or 0
    if position < len(order):
        return order[position]
    # No era that is in use takes positional arguments here: the first one can only be meant as the prompt.
    # What another library's class takes first (a client, a key) is told by its row alone.
    return "prompt" if position == 0 and not own else f"argument {position + 1}"


def _judged(site: CallSite, name: str, argument: Argument) -> Parameter:
    value = shorten(_masked(name, argument.source))
    if argument.name in SPLATS:
        note = _BY_FIELDS.format(name=argument.field_of) if argument.field_of else _NAMELESS
        return Parameter(name, Verdict.UNKNOWN, value, note)
    if argument.field_of:
        found = _judged(site, name, replace(argument, field_of=""))
        return replace(found, note=f"{found.note} {_FIELD.format(name=argument.field_of)}".lstrip())
    if (argument.name or "").startswith(catalogue.SMUGGLED):
        found = _judged(site, name, replace(argument, name=name))
        return replace(found, note=f"{found.note} {_PAST_SIGNATURE}".lstrip())
    framework = framework_of(site.client, site.kind, site.platform)
    if framework is not None and name == "messages" and framework.kind in _THROUGH:
        return Parameter(name, Verdict.KEPT, value, _MESSAGES, source=framework.source.url)
    asked = _asked(framework, name)
    rule = None if framework is not None and framework.keeps(name) else rule_for(site, asked, argument)
    library = framework or library_behind(site)
    if rule is None and library is not None:
        note = _NOT_OF_GENERATE.format(name=framework.path if framework else site.client)
        return Parameter(name, Verdict.UNKNOWN, value, note, source=library.source.url)
    if rule is None:
        return Parameter(name, Verdict.UNKNOWN, value, _NO_SUCH, source=catalogue.PARAMETERS["prompt"][0].source.url)
    narrow = narrow_of(site)
    if narrow is not None and narrow.lacks(rule):
        told = _LACKING.format(narrow.who, name)
        return Parameter(name, Verdict.UNSUPPORTED, value, told, rule.guide, rule.sdk, narrow.source.url)
    words = (_note(rule, argument, through=framework is not None), rule.sdk)
    note, sdk = (text.replace("logprobs=True", switched_on("logprobs", site)) for text in words)
    return Parameter(name, rule.verdict, value, note, rule.guide, sdk, rule.source.url)


def _asked(framework: Framework | None, name: str) -> str:
    """Generate's name for what a framework's class takes under its own."""
    if framework is not None and name in framework.named:
        return name if name in catalogue.MODEL_NAMES else "model"
    return (
        "stop_sequences"
        if framework is not None and framework.kind is Kind.WRAPPER_LANGCHAIN and name == "stop"
        else name
    )


def _masked(name: str, source: str) -> str:
    # The name beside it tells a key that has no look of its own.
    return mask(f"{name}={source}").removeprefix(f"{name}=") if name.isidentifier() else mask(source)


def _note(rule: Rule, argument: Argument, *, through: bool = False) -> str:
    if rule is not catalogue.DEAD_MODEL:
        return rule.note
    row = catalogue.dead_model(str(argument.literal))
    assert row is not None  # noqa: S101 - the rule was chosen because of this row
    when = f" since {row.removed.day} {row.removed:%B %Y}" if row.removed else ""
    if not row.replacement:
        return f"`{argument.literal}` no longer answers{when}. {catalogue.PLATFORMS[row.platform].way_out}"
    # LiteLLM's ids say by what they begin with which API they reach.
    lead = "cohere_chat/" if str(argument.literal).startswith(_LEADS) and through else ""
    return rule.note.format(model=argument.literal, when=when, replacement=f"{lead}{row.replacement}")


def _defaults(site: CallSite, arguments: Mapping[str, Argument]) -> tuple[Parameter, ...]:
    splats = (argument for argument in arguments.values() if argument.name in SPLATS)
    if site.kind not in _COMPLETE or any(not argument.whole for argument in splats):
        return ()
    rows = catalogue.AWS_DEFAULTS if is_aws(site) else catalogue.DEFAULTS
    passed = {CAMEL.get(name, name) for name in arguments}
    if site.kind is Kind.RAW_HTTP and not _shows_body(site, passed):
        return ()
    return tuple(_default(site, row) for row in rows if row.name not in passed and _applies(site, row))


def _shows_body(site: CallSite, passed: set[str]) -> bool:
    """Does the place show what is sent? An address alone does not; a description of an API sends nothing."""
    return "prompt" in passed and not all(row.source == DESCRIBED for row in site.arguments)


def _applies(site: CallSite, row: Default) -> bool:
    if row.name == "max_tokens" and not is_aws(site):
        # A request by hand sends what it says, whatever SDK stands beside it.
        return site.kind is not Kind.RAW_HTTP and catalogue.sends_length(site.era)
    # Elsewhere the model is the endpoint's, or the client demands one.
    return row.name != "model" or site.platform in (Platform.COHERE, Platform.PRIVATE, Platform.UNKNOWN)


def _default(site: CallSite, row: Default) -> Parameter:
    note = row.note.format(was=catalogue.default_temperature(site.era))
    return Parameter(row.name, row.verdict, None, note, row.guide, row.sdk, row.source.url)


def _disputes(site: CallSite) -> tuple[Parameter, ...]:
    """What the guide says about the endpoint itself, against what its answers say."""
    if site.kind not in _COMPLETE or site.platform is not Platform.COHERE:
        return ()
    row = catalogue.DISPUTES[0]
    return (Parameter(row.about, Verdict.DISPUTED, "", row.note, row.guide, row.other, row.source.url),)


def _unsupported(site: CallSite, parameters: Iterable[Parameter]) -> tuple[str, ...]:
    # Where Chat is called already, the guide's six are not all in the way.
    six = frozenset() if site.kind in CHAT_KINDS else catalogue.GUIDE_SIX
    return tuple(
        row.name for row in parameters if CAMEL.get(row.name, row.name) in six or row.verdict is Verdict.UNSUPPORTED
    )


def _model(arguments: Mapping[str, Argument]) -> str | None:
    for name in catalogue.MODEL_NAMES:
        argument = arguments.get(name)
        if argument is not None and isinstance(argument.literal, str) and argument.literal:
            return mask(argument.literal)[:VALUE_LIMIT]
    return None


def _holds_key(site: CallSite) -> bool:
    texts = (site.callee, *(step.text for step in site.proof))
    named = (f"{argument.name}={argument.source}" for argument in site.arguments if argument.name)
    return any(has_secret(text) for text in (*texts, *named))


def _digest(site: CallSite, arguments: Mapping[str, Argument]) -> str:
    parts = [canonical(mask(site.callee))]
    parts += [f"{name}={canonical(mask(argument.source))}" for name, argument in arguments.items()]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()


def shorten(text: str, limit: int = VALUE_LIMIT) -> str:
    """At most `limit` characters; an ellipsis says that something was cut."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
