"""Chat calls written in each language, through its SDK or as the body of a request."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from audits.engine.catalogue.endpoints import CAMEL, CHAT_URL, CHAT_V1_URL
from audits.engine.facts import CallSite, Language
from audits.engine.languages.bases import base_of
from audits.engine.languages.chat import Chat
from audits.engine.languages.conditions import provided
from audits.engine.languages.sdks import go_package
from audits.engine.languages.variables import EXPANDED

_WIDTH = 88
_BACK = {snake: camel for camel, snake in CAMEL.items()}
# What the proof of a call of the first Go SDK names, whose releases ended before /v2.
_FIRST_GO = (" of github.com/cohere-ai/cohere-go", "GenerateOptions")
Writer = Callable[[CallSite, Chat, str], str]


def camel(name: str) -> str:
    """`max_tokens` as `maxTokens`."""
    return _BACK.get(name) or re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def pascal(name: str) -> str:
    """`max_tokens` as `MaxTokens`."""
    return camel(name)[:1].upper() + camel(name)[1:]


def laid(opening: str, rows: Iterable[str], closing: str, last: str = "", space: str = "") -> str:
    """`rows` between two brackets, in one line with `space` inside them or a line each; Go wants `last` at the end."""
    rows = list(rows)
    one = f"{opening}{space}{', '.join(rows)}{space}{closing}"
    if len(one) <= _WIDTH:
        return one
    return f"{opening}\n" + ",\n".join(f"  {row}" for row in rows) + f"{last}\n{closing}"


def chained(start: str, calls: Iterable[str]) -> str:
    """A builder and what it is told, in one line or, where that is long, a line each."""
    calls = list(calls)
    one = start + "".join(calls)
    return one if len(one) <= _WIDTH else start + "".join(f"\n    {call}" for call in calls)


def _spread(sign: str, rows: Sequence[str], chat: Chat) -> list[str]:
    """`rows` among what is unpacked, in an order in which the same wins as in the call of Generate."""
    return [*(f"{sign}{one}" for one in chat.defaults), *rows, *(f"{sign}{one}" for one in chat.splats)]


# Through an SDK


def script(site: CallSite, chat: Chat, version: str) -> str:
    """TypeScript and JavaScript."""
    fields = [("model", chat.model)]
    fields.append(
        ("messages", f'[{{ role: "user", content: {chat.prompt} }}]') if version == "v2" else ("message", chat.prompt)
    )
    rest = dict(chat.rest)
    options = f", {value}" if (value := rest.pop("request_options", "")) else ""
    rows = _spread("...", [f"{camel(name)}: {value}" for name, value in (*fields, *rest.items())], chat)
    path = "v2." if version == "v2" and (site.client or "").endswith(".CohereClient") else ""
    call = f"{base_of(site)}.{path}chat{'Stream' if chat.streams else ''}({laid('{', rows, '}', space=' ')}{options})"
    return f"Promise.all(Array.from({{ length: {chat.repeat} }}, () => {call}))" if chat.repeat else call


def go(site: CallSite, chat: Chat, version: str) -> str:
    """Go."""
    base, stream, sdk = base_of(site), "Stream" if chat.streams else "", go_package(site) or "cohere"
    rest = [f"{pascal(name)}: {_pointer(name, value, sdk)}" for name, value in chat.rest]
    # V2's model is a text, where v1's and that of /v2's Generate are pointers to one; the first SDK's was a text, too.
    told = re.fullmatch(rf"&(.*)|{sdk}\.String\((.*)\)", chat.model, re.DOTALL)
    plain = chat.literal or any(step.text.endswith(_FIRST_GO) for step in site.proof)
    if version == "v1":
        model = f"{sdk}.String({chat.model})" if plain and not told else chat.model
        rows = [f"Message: {chat.prompt}", f"Model: {model}", *rest]
        return f"{base}.Chat{stream}(ctx, {laid(f'&{sdk}.Chat{stream}Request{{', rows, '}', ',')})"
    content = f"&{sdk}.UserMessageV2Content{{String: {chat.prompt}}}"
    messages = f'{sdk}.ChatMessages{{{{Role: "user", User: &{sdk}.UserMessageV2{{Content: {content}}}}}}}'
    model = (told[1] or told[2]) if told else chat.model if plain else f"*{chat.model}"
    rows = [f"Model: {model}", f"Messages: {messages}", *rest]
    return f"{base}.V2.Chat{stream}(ctx, {laid(f'&{sdk}.V2Chat{stream}Request{{', rows, '}', ',')})"


def _pointer(name: str, value: str, sdk: str) -> str:
    if value in ("true", "false"):
        return f"{sdk}.Bool({value})"
    kind = {"temperature": "Float64", "p": "Float64", "max_tokens": "Int", "k": "Int", "seed": "Int"}.get(name)
    return f"{sdk}.{kind}({value})" if kind and re.fullmatch(r"[\d.]+", value) else value


def java(site: CallSite, chat: Chat, version: str, of: str = "List.of") -> str:
    """Java."""
    base, stream = base_of(site), "Stream" if chat.streams else ""
    rest = [*(f".{camel(name)}({_single(name, value)})" for name, value in chat.rest), ".build()"]
    if version == "v1":
        told = (f".message({chat.prompt})", f".model({chat.model})", *rest)
        request = chained(f"Chat{stream}Request.builder()", told)
        return f"{base}.chat{stream}({request})"
    user = f"UserMessage.builder().content(UserMessageContent.of({chat.prompt})).build()"
    told = (f".model({chat.model})", f".messages({of}(ChatMessageV2.user({user})))", *rest)
    request = chained(f"V2Chat{stream}Request.builder()", told)
    return f"{base}.v2().chat{stream}({request})"


def _single(name: str, value: str) -> str:
    return f"{value}f" if name in ("temperature", "p") and re.fullmatch(r"[\d.]+", value) else value


def kotlin(site: CallSite, chat: Chat, version: str) -> str:
    """Kotlin."""
    return java(site, chat, version, "listOf")


def ruby(site: CallSite, chat: Chat, version: str) -> str:
    """Ruby: cohere-ruby 1 speaks v2 only, the gem cohere-ai takes the request as it is."""
    rest = [f"{name}: {value}" for name, value in chat.rest]
    first = f'messages: [{{ role: "user", content: {chat.prompt} }}]' if version == "v2" else f"message: {chat.prompt}"
    rows = _spread("**", [f"model: {chat.model}", first, *rest], chat)
    raw = site.client == "Cohere"
    if raw is (version == "v2"):
        return ""
    base = base_of(site)
    return f"{base}.chat({laid('{', rows, '}', space=' ')})" if raw else laid(f"{base}.chat(", rows, ")")


def csharp(site: CallSite, chat: Chat, version: str) -> str:
    """C#: the SDK's own IChatClient."""
    if version == "v1":
        return ""
    names = {
        "max_tokens": "MaxOutputTokens",
        "temperature": "Temperature",
        "stop_sequences": "StopSequences",
        "k": "TopK",
        "p": "TopP",
        "seed": "Seed",
    }
    rest = (f"{names[name]} = {_single(name, value)}" for name, value in chat.rest)
    base = base_of(site)
    options = laid("new ChatOptions {", (f"ModelId = {chat.model}", *rest), "}", space=" ").replace("\n", "\n  ")
    message = f"new[] {{ new ChatMessage(ChatRole.User, {chat.prompt}) }}"
    return laid(f"((IChatClient){base}).GetResponseAsync(", (message, options), ")")


def rust(site: CallSite, chat: Chat, version: str) -> str:
    """Rust: the crate speaks v1 only."""
    if version == "v2":
        return ""
    rest = (f"{name}: {value if value.startswith('Some') else f'Some({value})'}" for name, value in chat.rest)
    model = "model: Some(GenerateModel::CommandR082024)"
    rows = (f"message: {chat.prompt}", model, *rest, "..Default::default()")
    return f"{base_of(site)}.chat({laid('&ChatRequest {', rows, '}', space=' ')})"


SDK_WRITERS: Mapping[Language, Writer] = {
    Language.JAVASCRIPT: script,
    Language.TYPESCRIPT: script,
    Language.GO: go,
    Language.JAVA: java,
    Language.KOTLIN: kotlin,
    Language.RUBY: ruby,
    Language.CSHARP: csharp,
    Language.RUST: rust,
}


# As the body of a request


def _pairs(chat: Chat, version: str, message: str) -> list[tuple[str, str]]:
    first = ("messages", message) if version == "v2" else ("message", chat.prompt)
    streamed = [("stream", chat.stream)] if chat.streams else []
    return [("model", chat.model), first, *chat.rest, *streamed]


def body_script(_site: CallSite, chat: Chat, version: str) -> str:
    """An object of JavaScript."""
    rows = _pairs(chat, version, f'[{{ role: "user", content: {chat.prompt} }}]')
    return laid("{", _spread("...", [f"{name}: {value}" for name, value in rows], chat), "}", space=" ")


def body_go(_site: CallSite, chat: Chat, version: str) -> str:
    """A map of Go."""
    rows = _pairs(chat, version, f'[]map[string]any{{{{"role": "user", "content": {chat.prompt}}}}}')
    return laid("map[string]any{", (f'"{name}": {_go_list(value)}' for name, value in rows), "}", ",")


def _go_list(value: str) -> str:
    listed = value.startswith("[") and value.endswith("]") and value[1:2] in ('"', "]")
    return f"[]string{{{value[1:-1]}}}" if listed else value


def body_java(_site: CallSite, chat: Chat, version: str) -> str:
    """A map of Java."""
    rows = _pairs(chat, version, f'List.of(Map.of("role", "user", "content", {chat.prompt}))')
    return laid("Map.of(", (f'"{name}", {_list(value, "List.of")}' for name, value in rows), ")")


def _list(value: str, of: str) -> str:
    return f"{of}({value[1:-1]})" if value.startswith("[") and value.endswith("]") else value


def body_kotlin(_site: CallSite, chat: Chat, version: str) -> str:
    """A map of Kotlin."""
    rows = _pairs(chat, version, f'listOf(mapOf("role" to "user", "content" to {chat.prompt}))')
    return laid("mapOf(", (f'"{name}" to {_list(value, "listOf")}' for name, value in rows), ")")


def body_ruby(_site: CallSite, chat: Chat, version: str) -> str:
    """A hash of Ruby."""
    rows = _pairs(chat, version, f'[{{ role: "user", content: {chat.prompt} }}]')
    return laid("{", _spread("**", [f"{name}: {value}" for name, value in rows], chat), "}", space=" ")


def body_csharp(_site: CallSite, chat: Chat, version: str) -> str:
    """An anonymous object of C#."""
    rows = _pairs(chat, version, f'new[] {{ new {{ role = "user", content = {chat.prompt} }} }}')
    listed = (f"{n} = {f'new[] {{ {v[1:-1]} }}' if v.startswith('[') else v}" for n, v in rows)
    return laid("new {", listed, "}", space=" ")


def body_php(_site: CallSite, chat: Chat, version: str) -> str:
    """An array of PHP."""
    rows = _pairs(chat, version, f"[['role' => 'user', 'content' => {chat.prompt}]]")
    return laid("[", _spread("...", [f"'{name}' => {value}" for name, value in rows], chat), "]")


def body_rust(_site: CallSite, chat: Chat, version: str) -> str:
    """serde_json's macro."""
    rows = _pairs(chat, version, f'[{{"role": "user", "content": {chat.prompt}}}]')
    return laid("json!({", (f'"{name}": {value}' for name, value in rows), "})")


def body_swift(_site: CallSite, chat: Chat, version: str) -> str:
    """A dictionary of Swift."""
    rows = _pairs(chat, version, f'[["role": "user", "content": {chat.prompt}]]')
    return laid("[", (f'"{name}": {value}' for name, value in rows), "]")


def body_dart(_site: CallSite, chat: Chat, version: str) -> str:
    """A map of Dart."""
    rows = _pairs(chat, version, f'[{{"role": "user", "content": {chat.prompt}}}]')
    return laid("{", _spread("...", [provided(f'"{name}"', value) for name, value in rows], chat), "}")


def shell(site: CallSite, chat: Chat, version: str) -> str:
    """A whole command: curl with the body in it. Within quotes, a shell alone takes a new line as it is."""
    message = f'[{{"role": "user", "content": {_json(chat.prompt)}}}]'
    first = ("messages", message) if version == "v2" else ("message", _json(chat.prompt))
    rows = [("model", _json(chat.model)), first, *((name, _json(value, plain=True)) for name, value in chat.rest)]
    told = [f'"{name}": {value}' for name, value in rows]
    # What the shell puts in stands in a document below the command, as within single quotes it puts in nothing.
    given = [argument for argument in site.arguments if not argument.is_literal]
    filled = site.language is Language.SHELL and any(EXPANDED.search(argument.source) for argument in given)
    told = told if filled else [row.replace("'", "'\\''") for row in told]
    body = laid("{", told, "}") if site.language is Language.SHELL else f"{{{', '.join(told)}}}"
    url = CHAT_URL if version == "v2" else CHAT_V1_URL
    # make reads one dollar sign as the start of a variable of its own.
    key = "$$CO_API_KEY" if site.language is Language.MAKEFILE else "$CO_API_KEY"
    data = f"--data @- <<EOF\n{body}\nEOF" if filled else f"--data '{body}'"
    return (
        f'curl --request POST {url} \\\n  --header "Authorization: Bearer {key}" \\\n'
        f"  --header 'Content-Type: application/json' \\\n  {data}"
    )


def _json(value: str, *, plain: bool = False) -> str:
    try:
        json.loads(value)
    except ValueError:
        return value if plain and EXPANDED.fullmatch(value) else json.dumps(value)
    return value


BODY_WRITERS: Mapping[Language, Writer] = {
    Language.JAVASCRIPT: body_script,
    Language.TYPESCRIPT: body_script,
    Language.GO: body_go,
    Language.JAVA: body_java,
    Language.KOTLIN: body_kotlin,
    Language.RUBY: body_ruby,
    Language.CSHARP: body_csharp,
    Language.PHP: body_php,
    Language.RUST: body_rust,
    Language.SWIFT: body_swift,
    Language.DART: body_dart,
    **dict.fromkeys((Language.SHELL, Language.MAKEFILE, Language.DOCKERFILE), shell),
}
