"""How a parameter that is switched on is written in each language."""

from collections.abc import Mapping

from audits.engine.facts import CallSite, Kind, Language

# Named and Named: the parameter with a small letter and with a capital.
_THROUGH_SDK: Mapping[str, str] = {
    Language.PYTHON: "{name}=True",
    Language.JAVASCRIPT: "{name}: true",
    Language.TYPESCRIPT: "{name}: true",
    Language.RUBY: "{name}: true",
    Language.GO: "{Name}: cohere.Bool(true)",
    Language.JAVA: ".{name}(true)",
    Language.KOTLIN: ".{name}(true)",
}
_IN_BODY: Mapping[str, str] = {
    Language.PYTHON: '"{name}": True',
    Language.JAVASCRIPT: "{name}: true",
    Language.TYPESCRIPT: "{name}: true",
    Language.RUBY: "{name}: true",
    Language.PHP: "'{name}' => true",
}
_JSON = '"{name}": true'
_BODIES = frozenset({Kind.RAW_HTTP, Kind.BEDROCK, Kind.SAGEMAKER, Kind.OCI})


def switched_on(name: str, site: CallSite) -> str:
    """`name`, one word in small letters, set to true as the use's language writes it: for its SDK, or in a body."""
    body = site.kind in _BODIES or site.language not in _THROUGH_SDK
    form = (_IN_BODY if body else _THROUGH_SDK).get(site.language, _JSON)
    return form.format(name=name, Name=name.capitalize())
