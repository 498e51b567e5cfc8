"""The replacement of a use in another language than Python, and the test that it is code of that language."""

from collections.abc import Iterator, Mapping

from ast_grep_py import SgRoot

from audits.engine import catalogue
from audits.engine.byhand import by_hand
from audits.engine.catalogue.endpoints import CHAT_URL, CHAT_V1_URL
from audits.engine.catalogue.sources import AWS_SDK, BEDROCK_LIFECYCLE, CHAT_V2, OCI_NOTES
from audits.engine.chatrules import CHAT_KINDS
from audits.engine.draft import notes_of_both
from audits.engine.facts import Argument, CallSite, Kind, Language, Platform, Replacement
from audits.engine.languages import sdks
from audits.engine.languages.bases import stands_for
from audits.engine.languages.chat import chat_of
from audits.engine.languages.wholes import SPREADING
from audits.engine.languages.writing import BODY_WRITERS, SDK_WRITERS, script

_SDK_KINDS = frozenset({Kind.SDK_CALL, Kind.SDK_STREAM})
_PRODUCTS = frozenset({Kind.WRAPPER_OTHER, Kind.WRAPPER_LITELLM})
_WRITTEN = _SDK_KINDS | {Kind.RAW_HTTP}
LANGUAGES = frozenset(BODY_WRITERS)
_SHELLS = frozenset({Language.SHELL, Language.MAKEFILE, Language.DOCKERFILE})
_SOURCES = {
    Language.JAVASCRIPT: sdks.TYPESCRIPT_SDK,
    Language.TYPESCRIPT: sdks.TYPESCRIPT_SDK,
    Language.GO: sdks.GO_SDK,
    Language.JAVA: sdks.JAVA_SDK,
    Language.KOTLIN: sdks.JAVA_SDK,
    Language.RUBY: sdks.RUBY_SDK,
    Language.CSHARP: sdks.CSHARP_SDK,
    Language.RUST: sdks.RUST_SDK,
}
_SCRIPT_TEXT = '`response.message?.content?.find((part) => part.type === "text")?.text` (v1: `response.text`)'
_MANY = (
    "It gives a list of answers now: read "
    '`responses.map((response) => response.message?.content?.find((part) => part.type === "text")?.text)` '
    "(v1: `responses.map((response) => response.text)`)."
)
_TEXTS = {
    Language.JAVASCRIPT: _SCRIPT_TEXT,
    Language.TYPESCRIPT: _SCRIPT_TEXT,
    Language.GO: "`Text.Text` of the item of `resp.Message.Content` whose `Text` is not nil (Chat v1: `resp.Text`)",
    Language.JAVA: "the item of `response.getMessage().getContent()` that is text (Chat v1: `response.getText()`)",
    Language.KOTLIN: "the item of `response.message.content` that is text (Chat v1: `response.text`)",
    Language.RUBY: (
        '`response.dig("message", "content").find { |part| part["type"] == "text" }["text"]` '
        '(Chat v1: `response["text"]`)'
    ),
    Language.CSHARP: "`response.Text`",
    Language.RUST: "each message that the receiver gives",
}
# The events of Chat's stream, by the names of the API: an SDK's are the same in its language's spelling.
_STREAM_TEXT = (
    "the stream's events: `delta.message.content.text` of each `content-delta` (Chat v1: `text` of each "
    "`text-generation`)"
)
_SCRIPT_STREAM = (
    'the stream\'s events: `eventType === "text-generation"` becomes `type === "content-delta"`, and `text` becomes '
    "`delta?.message?.content?.text` (Chat v1 keeps both)"
)
_STREAM_TEXTS = (
    _TEXTS
    | dict.fromkeys((Language.GO, Language.JAVA, Language.KOTLIN, Language.RUBY), _STREAM_TEXT)
    | dict.fromkeys((Language.JAVASCRIPT, Language.TYPESCRIPT), _SCRIPT_STREAM)
)
# Never the first item: a model that reasons puts its thinking there.
_JSON_TEXT = "`text` of the item of the answer's `message.content` whose `type` is `text` (Chat v1: `text`)"
_SCRIPT_JSON = '`answer.message.content.find((part) => part.type === "text").text` (Chat v1: `answer.text`)'
_JSON_TEXTS = {Language.JAVASCRIPT: _SCRIPT_JSON, Language.TYPESCRIPT: _SCRIPT_JSON, Language.HTML: _SCRIPT_JSON}
_SINGLETON = (
    "From cohere-ai 7 on the module is no client: `const cohere = new CohereClientV2({ token })`, and the answer is no "
    "longer under `body`."
)
_OLD_GO = (
    "CreateClient is of cohere-go before v2, which has no Chat v2: make the client with "
    "client.NewClient(client.WithToken(…)) of github.com/cohere-ai/cohere-go/v2/client."
)
_GO_IMPORT = "Import github.com/cohere-ai/cohere-go/v2 as `cohere`: this file does not."
_BODY_CLASS = (
    "`{}` is the request's body: give it `messages`, a list of `role` and `content`, in place of `prompt` (Chat v1: "
    f"`message`), and the model {catalogue.RECOMMENDED}."
)
_ONLY_V1 = "The crate cohere_rust knows Chat v1 only; for v2 post the request yourself."
# What a parser needs around an expression to take it for a program.
_AROUND = {
    Language.GO: ("go", "package p\nfunc f() {{\n_ = {}\n}}\n"),
    Language.JAVA: ("java", "class A {{ Object f() {{ return {}; }} }}"),
    Language.KOTLIN: ("kotlin", "fun f() {{ val x = {} }}"),
    Language.CSHARP: ("csharp", "class A {{ object F() {{ return {}; }} }}"),
    Language.PHP: ("php", "<?php $x = {};"),
    Language.RUST: ("rust", "fn f() {{ let x = {}; }}"),
    Language.RUBY: ("ruby", "x = {}\n"),
    Language.SWIFT: ("swift", "let x = {}\n"),
    Language.DART: ("dart", "var x = {};"),
    Language.JAVASCRIPT: ("javascript", "x = {};"),
    Language.TYPESCRIPT: ("typescript", "x = {};"),
    **dict.fromkeys(_SHELLS, ("bash", "{}\n")),
}


def replacement(site: CallSite, arguments: Mapping[str, Argument]) -> Replacement:
    """What takes the place of a use; v2 and v1 are empty where only a person can write the code."""
    platform = catalogue.PLATFORMS[site.platform]
    library = sdks.library_behind(site)
    if library is not None:
        return Replacement("", "", (library.instead, library.source.cited))
    if site.kind in _PRODUCTS and (told := by_hand(site, arguments)):
        return Replacement("", "", told)
    if site.kind in CHAT_KINDS:
        return Replacement("", "", _finish(site, arguments))
    writers = SDK_WRITERS if site.kind in _SDK_KINDS else BODY_WRITERS
    writer = writers.get(site.language)
    if site.kind not in _WRITTEN or writer is None or site.reference:
        way_out = "" if site.platform is Platform.COHERE else platform.way_out
        return Replacement("", "", _in_order([*_by_hand(site), way_out]))
    v2, v1 = chat_of(site, arguments, "v2"), chat_of(site, arguments, "v1")
    many = bool(v2.repeat) and writer is script and not v2.streams
    notes = [*_notes(site, streams=v2.streams, many=many), *notes_of_both(v2, v1)]
    if site.platform not in (Platform.COHERE, Platform.UNKNOWN):
        notes.insert(0, platform.way_out)
    unseen = site.language not in SPREADING and all(name.startswith("**") for name in arguments)
    if site.kind is Kind.RAW_HTTP and (unseen or not arguments):
        # Without its body, which is not shown.
        before = (platform.way_out,) if site.platform not in (Platform.COHERE, Platform.UNKNOWN) else ()
        return Replacement("", "", _in_order([*before, *_by_hand(site), *_notes(site, streams=False)[-2:]]))
    prompt = arguments.get("prompt")
    if site.kind is Kind.RAW_HTTP and prompt is not None and prompt.field_of:
        # What is sent is an object that others fill in: there is no body here to write another one for.
        return Replacement("", "", _in_order([_BODY_CLASS.format(prompt.field_of), *notes[1:]]))
    return Replacement(writer(site, v2, "v2"), writer(site, v1, "v1"), _in_order(notes))


def _in_order(notes: list[str]) -> tuple[str, ...]:
    """Each sentence once, the sources at last."""
    told = dict.fromkeys(note for note in notes if note)
    return tuple(sorted(told, key=lambda note: note.startswith("Source: ")))


def _finish(site: CallSite, arguments: Mapping[str, Argument]) -> tuple[str, ...]:
    """What a call of Chat needs that still names a model that is gone, or speaks Generate."""
    notes = by_hand(site, arguments) if arguments else ()
    if site.platform is Platform.BEDROCK:
        notes = (*notes, catalogue.PLATFORMS[site.platform].way_out)
    if not arguments:
        notes = (f"Read {_TEXTS.get(site.language, _JSON_TEXT)}.",)
    source = _SOURCES.get(site.language)
    named = () if source is None or site.client is None else (source.cited,)
    return (*notes, *named, CHAT_V2.cited)


def _notes(site: CallSite, *, streams: bool, many: bool = False) -> list[str]:
    if site.kind is Kind.RAW_HTTP:
        where = (
            f"Post it to {CHAT_URL} (Chat v1: {CHAT_V1_URL}) with the same Authorization and without `Cohere-Version`."
        )
        body = [] if site.language in _SHELLS else ["This is the request's body."]
        text = f"Read {_JSON_TEXTS.get(site.language, _JSON_TEXT)}."
        read = "Chat v2 streams server-sent events; v1 keeps lines of JSON." if streams else text
        return [*body, where, read, *_of_streams(site), CHAT_V2.cited]
    source = _SOURCES[site.language]
    notes = [stands_for(site), *([_SINGLETON] if site.client == "cohere-ai" else [])]
    notes += [_ONLY_V1] if site.language is Language.RUST else []
    if site.language is Language.CSHARP:
        notes.append("IChatClient, ChatMessage and ChatOptions are those of Microsoft.Extensions.AI.")
    if site.language is Language.GO:
        notes += [] if sdks.go_package(site) else [_GO_IMPORT]
        notes += [_OLD_GO] if (site.client or "").endswith(".CreateClient") else []
        notes.append("`ctx` is the call's context; V2ChatRequest takes the model as a string, no pointer.")
    if many:
        return [*notes, _MANY, source.cited]
    texts = _STREAM_TEXTS if streams else _TEXTS
    return [*notes, f"Read {texts[site.language]}.", source.cited]


def _of_streams(site: CallSite) -> Iterator[str]:
    """What takes the place of another library's reader of Generate's stream, which the answer is given to."""
    for library in sdks.LIBRARIES:
        if library.streams and any(f"{name}(" in read.text for read in site.reads for name in library.classes):
            yield from (library.instead, library.source.cited)


def _by_hand(site: CallSite) -> tuple[str, ...]:
    """What a person does, and the page that says so."""
    if site.kind is Kind.RAW_HTTP:
        told = (
            f"Post model and messages to {CHAT_URL}, and read message.content; the code does not show the whole body."
        )
        return told, CHAT_V2.cited
    if site.kind is Kind.BEDROCK:
        return (
            "Call another model through Converse, or Chat through Cohere's own API.",
            BEDROCK_LIFECYCLE.cited,
        )
    if site.kind is Kind.OCI:
        return "Pass a ChatDetails whose chat request is a CohereChatRequest to chat().", OCI_NOTES.cited
    if site.kind is Kind.SAGEMAKER:
        return "Put a Command R or A package behind the endpoint, send it messages.", AWS_SDK.cited
    return "Call Chat with model and messages in its place.", CHAT_V2.cited


def parses(language: Language, code: str) -> bool:
    """Does a replacement parse as an expression (or a command) of its language?"""
    if not code:
        return True
    name, around = _AROUND[language]
    root = SgRoot(around.format(code), name).root()
    return not root.find_all(kind="ERROR") and root.kind() != "ERROR"
