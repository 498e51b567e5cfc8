"""Which row of the catalogue decides about an argument."""

from audits.engine import catalogue
from audits.engine.catalogue import Client, Rule
from audits.engine.catalogue.bodies import HTTP_PARAMETERS, OCI_PARAMETERS
from audits.engine.catalogue.endpoints import CAMEL, OCI_KEYS
from audits.engine.chatrules import CHAT_KINDS, chat_rule
from audits.engine.facts import Argument, CallSite, Kind, Language, Platform

SPLATS = ("*", "**")
_BY_SDK = frozenset({Kind.SDK_CALL, Kind.SDK_STREAM, Kind.WRAPPER_PROJECT})
_NAMES_MODELS = frozenset({Kind.SDK_CALL, Kind.SDK_STREAM, Kind.BATCH, Kind.RAW_HTTP})


def client_of(site: CallSite) -> Client | None:
    """The catalogue's row of the client, None where the class is not known."""
    return catalogue.CLIENTS.get(site.client or "")


def is_aws(site: CallSite) -> bool:
    """Whether the client is the one of cohere_aws, which has its own signatures."""
    client = client_of(site)
    return client is not None and client.positional == "aws"


def rule_for(site: CallSite, name: str, argument: Argument) -> Rule | None:
    """The row that decides about `name`; None where the catalogue knows no such parameter."""
    if name in catalogue.MODEL_NAMES:
        literal = argument.literal if isinstance(argument.literal, str) else ""
        if catalogue.names_fine_tuned(argument):
            return catalogue.FINE_TUNED
        if catalogue.dead_model(literal) is not None:
            return catalogue.DEAD_MODEL
        if literal and _is_ours(site) and not catalogue.is_listed(literal):
            return catalogue.UNLISTED
    if site.kind in CHAT_KINDS and (row := chat_rule(site, name)) is not None:
        return row
    return next((rule for rule in _rows(site, name) if rule.when(argument) and _is_of_era(site, rule)), None)


def _is_of_era(site: CallSite, rule: Rule) -> bool:
    """Whether a row holds for the SDK that the code asks for; where none is known, for a new one."""
    if rule.before is None:
        return True
    version = catalogue.parse_version(site.era) if site.kind in _BY_SDK and site.language == Language.PYTHON else None
    return version is not None and version < rule.before


def _is_ours(site: CallSite) -> bool:
    """Whether the names of models are those of Cohere's own platform."""
    return site.platform is Platform.COHERE and site.kind in _NAMES_MODELS


def _rows(site: CallSite, name: str) -> tuple[Rule, ...]:
    """The rows about a parameter, for the way in which the call is made."""
    if site.kind is Kind.OCI:
        return OCI_PARAMETERS.get(OCI_KEYS.get(name) or CAMEL.get(name, name), ())
    if site.kind in (Kind.RAW_HTTP, Kind.BEDROCK, Kind.SAGEMAKER):
        return HTTP_PARAMETERS.get(CAMEL.get(name, name), ())
    return (catalogue.AWS_PARAMETERS if is_aws(site) else catalogue.PARAMETERS).get(name, ())
