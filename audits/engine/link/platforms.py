"""Who answers a client's calls, as its construction says."""

from audits.engine.catalogue import CLIENTS
from audits.engine.facts import Platform
from audits.engine.link.arguments import Arguments, render
from audits.engine.link.tree import Module, Tree
from audits.engine.link.values import Value

_ADDRESSES = ("base_url", "api_url")


def platform_of(tree: Tree, arguments: Arguments, client: Value | None) -> Platform:
    """The platform of a client value; `mode`, `service` and an own address at its construction outrank its class."""
    if client is None:
        return Platform.UNKNOWN
    platform = CLIENTS[client.name].platform
    module = tree.modules.get(client.path)
    if module is None or client.index < 0 or module.nodes[client.index].op != "call":
        return platform
    node = module.nodes[client.index]
    passed = dict(zip(node.keys, node.kids[1:], strict=True))
    if "mode" in passed and render(module, passed["mode"]).endswith("BEDROCK"):
        return Platform.BEDROCK
    service = arguments.keyword(module, client.index, "service")[1]
    if service in ("bedrock", "sagemaker"):
        return Platform(service)
    for name in _ADDRESSES:
        is_constant, address = arguments.keyword(module, client.index, name)
        if platform is Platform.COHERE and isinstance(address, str) and "cohere." not in address:
            return Platform.PRIVATE
        if platform is Platform.COHERE and not is_constant and name in passed:
            return _by_parts(module, passed[name])
    return platform


def _by_parts(module: Module, number: int) -> Platform:
    """Who answers at an address that is put together or set elsewhere, as far as its constant parts tell."""
    todo, seen, hosts = [number], set(), []
    while todo:
        number = todo.pop()
        if number in seen:
            continue
        seen.add(number)
        node = module.nodes[number]
        todo += node.kids
        bound = module.bound_once(node)
        todo += () if bound is None else (bound,)
        hosts += [node.text] if node.op == "str" and "://" in node.text else []
    if any("cohere." in host for host in hosts):
        return Platform.COHERE
    return Platform.PRIVATE if hosts else Platform.UNKNOWN
