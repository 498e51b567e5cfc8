"""Where a text goes in its file: forward from an address or a model id to the call that sends it."""

import re
from collections.abc import Callable, Iterator

from audits.engine.languages.program import Binding, Expr, Program

_DEPTH = 24
# Calls that send a request, by their last name in lower case without "async".
SENDS = frozenset(
    [
        "fetch",
        "$fetch",
        "ofetch",
        "ufetch",
        "post",
        "postjson",
        "postjsontoapi",
        "axios",
        "got",
        "ky",
        "needle",
        "ajax",
        "request",
        "requesturl",
        "openconnection",
        "send",
        "sendrequest",
        "do",
        "newcall",
        "execute",
        "postforobject",
        "postforentity",
        "exchange",
        "curl_exec",
        "wp_remote_post",
        "wp_safe_remote_post",
        "file_get_contents",
        "urlfetch",
        *("getjson", "postform", "postasjson"),
        "gm_xmlhttprequest",
        "gm.xmlhttprequest",
        "httprequest",
        "sendbeacon",
        "fetcheventsource",
        *("post_form", "postdata", "http_post", "httppost"),
        "fetchwithtimeout",
        "fetchwithretry",
        "apirequest",
        "makerequest",
        # Of AsyncHttpClient: the verb, the address; of .NET's WebClient.
        *("prepare", "uploadstring", "uploaddata", "uploadstringtask"),
        "post_json",
        "usefetch",
        "fetchjson",
        "safefetch",
        "proxyfetch",
        "nodefetch",
        "superagent",
        "retry",
        "perform",
        "query",
        "postjsonasync",
    ]
)
# Methods at the end of a chain that send what the chain has put together.
CHAIN_SENDS = frozenset(
    [
        "openconnection",
        "send",
        "execute",
        "retrieve",
        "exchange",
        "enqueue",
        "awaitresponse",
        "perform",
        "call",
        "exchangetomono",
        "tobodilessentity",
        *("sendwebrequest", "getresponse", "httppost"),
        # Flurl's, on the address itself.
        *("postjson", "poststring", "posturlencoded"),
    ]
)
# Calls that give back what they are given, in another shape, or a request in the making.
_WRAPS = re.compile(
    r"(?:^|_)(?:url|uri|create|parse|of|from|fromhttpurl|fromuristring|tourl|touri|touristring|string|trim|concat|format|sprintf|new|to_string|into|clone|some|"
    r"freeze|strip)$|newrequest(?:withcontext)?$|request(?:builder)?$|requestmessage$|httppost$|(?:build|assemble|make|get|join|create|"
    r"resolve|with)_?(?:url|uri|endpoint|path|request)$|^curl_init$|^urljoin$|^join$|^(?:basic)?config$|^env$|^getenv$|^getordefault$|^post\.new$|^command$|command$|input$|"
    r"^nsurl$|^encode\w*$|^newbuilder$|^stringify$|^json_encode$|^invokemodel\w*$"
)
# Methods that put what they are given into their object.
_SETS = re.compile(
    r"^(?:set_?)?(?:url|uri|open|baseurl|requesturi|endpoint|model_?id|path|curl_setopt|to)$|^curl_setopt(?:_array)?$"
)
_DEAF = re.compile(
    r"^(?:log|info|warn|error|debug|print(?:ln|f)?|puts|assert\w*|expect\w*|tobe\w*|toequal|tohavebeencalled\w*|nock|"
    r"startswith|endswith|includes|contains|equals\w*|replace\w*|indexof|match\w*|test|it|describe|describes|verify|"
    r"mock\w*|given|when\w*|stub\w*|mustparse_t|hasprefix|header|setheader|has|register\w*|"
    r"curl_(?:close|err\w+|getinfo|reset|strerror|copy_handle|escape|unescape|pause))$"
)
# Calls that write what they are given for people to read.
_PRINTS = re.compile(r"^(?:log|info|warn(?:ing)?|error|debug|trace|fatal|notice|print(?:ln|f)?|puts|dir|table)$")
# Ends of a builder's chain that send what it has put together, beside those that do so in any chain.
_SENDING = re.compile(r"do\w{0,2}|run\w*|go|submit\w*|dispatch\w*|invoke\w*")
# What makes a request of an address; given one that is made, it sends it.
_TAKES_REQUEST = re.compile(r"(?:make|send|perform|execute|run|do|fetch|submit)\w*request")
# Members of a request in which its address is put.
_ADDRESSED = frozenset({".requesturi", ".url", ".uri"})
_READ_ONLY = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})
_VERBS = frozenset({"post", "invoke_model", "invokemodel", "newcall"})
_HELPER = re.compile(r"post|request|fetch|call|send|query|invoke|http|api(?!key)", re.IGNORECASE)


def called(call: Expr) -> str:
    """A call's last name in lower case, without "Async" and the safe-call mark."""
    name = call.kids[0].text if call.kids and call.kids[0].op in ("name", "attr") else ""
    return re.sub(r"(?:_?async|<.*)$", "", name.lower()).lstrip("$") if name != "$fetch" else name


def printed(table: Expr) -> bool:
    """Is an object only written out for people?"""
    at: Expr | None = table
    while at is not None and at.op in ("dict", "list", "other"):
        at = at.parent
    return at is not None and at.op == "call" and _PRINTS.match(called(at)) is not None


def reads_only(call: Expr) -> bool:
    """Does a call say that it sends no body?"""
    words = [kid.text for kid in call.kids[1:] if kid.op == "str"]
    return bool(words) and words[0].upper() in _READ_ONLY


def verb_of(call: Expr) -> Expr:
    """The name of the call that sends; in a chain the method that says what is sent: `.post(url).body(b).send()`."""
    at, first = call.kids[0], call.kids[0]
    while at.op == "attr" and at.kids[0].op == "call" and first.text.lower() not in _VERBS:
        at = at.kids[0].kids[0]
        if at.text.lower() in _VERBS:
            return at
    return first


class Flows:
    """Follows texts through one file. `sends` says of a call's last name whether it sends."""

    def __init__(
        self, program: Program, sends: Callable[[str], bool], chains: Callable[[str], bool], *, helpers: bool
    ) -> None:
        self.program = program
        self._sends = sends
        self._chains = chains
        self._helpers = helpers
        self._seen: set[tuple[int, bool]] = set()

    def senders(self, expr: Expr) -> list[Expr]:
        """The calls that send what an expression is part of, each once."""
        self._seen = set()
        found = list(self._up(expr, 0, request=False))
        return list({id(call): call for call in found}.values())

    def _into(self, call: Expr, depth: int) -> Iterator[Expr]:
        """The calls inside a function of the file that send what it is given, where it makes the body by itself."""
        name = call.kids[0].text
        if any(self._is_object(kid) for kid in call.kids[1:]):
            return
        for number, scope in enumerate(self.program.scopes):
            if scope.kind != "function" or not name or scope.name != name:
                continue
            rows = [rows[0] for (_, at), rows in self.program.placed.items() if at == number]
            for row in rows:
                for use in self._uses(row) if row.type and row.value is None else ():
                    yield from self._up(use, depth, request=False)

    def _up(self, expr: Expr, depth: int, *, request: bool) -> Iterator[Expr]:
        """From an expression to what holds it. `request`: it is a request by now, not only an address."""
        if depth > _DEPTH or (id(expr), request) in self._seen:
            return
        self._seen.add((id(expr), request))
        yield from self._bound(expr, depth, request)
        outer = expr.parent
        if outer is None:
            return
        if outer.op in ("call", "new"):
            yield from self._argument(expr, outer, depth, request)
        elif outer.op == "attr":
            yield from self._chain(outer, depth, request)
        elif outer.op == "fn":
            yield from self._returned(expr, outer, depth, request)
        elif outer.op != "str":
            yield from self._up(outer, depth + 1, request=request)

    def _argument(self, expr: Expr, call: Expr, depth: int, request: bool) -> Iterator[Expr]:
        if call.kids and call.kids[0] is expr:
            yield from self._up(call, depth + 1, request=request)
            return
        name = called(call)
        if name == "fetch" and call.kids[0].op == "attr" and call.kids[0].kids[0].text == "ENV":
            # Ruby's `ENV.fetch("NAME", address)`.
            yield from self._up(call, depth + 1, request=request)
        elif call.op == "call" and (self._sends(name) or (request and _TAKES_REQUEST.fullmatch(name))):
            yield call
        elif self._helpers and call.op == "call" and (inner := list(self._into(call, depth + 1))):
            yield from inner
        elif call.op == "new" or _WRAPS.search(name):
            yield from self._up(call, depth + 1, request=request or "request" in name or call.op == "new")
        elif _SETS.match(name):
            yield from self._set(expr, call, depth)
        elif self._helpers and not _DEAF.match(name) and (request or _HELPER.search(name)):
            yield call

    def _is_object(self, expr: Expr) -> bool:
        rows = self._rows(expr) if expr.op == "name" else []
        values = [expr, *(row.value for row in rows if row.value is not None)]
        return any(one.op in ("dict", "new", "call", "list") for one in values)

    def _set(self, expr: Expr, call: Expr, depth: int) -> Iterator[Expr]:
        """The object whose method, or the handle whose function, takes the text."""
        fn = call.kids[0]
        target = fn.kids[0] if fn.op == "attr" else call.kids[1]
        if target is not expr:
            while target.op == "call" and target.kids and target.kids[0].op == "attr":
                target = target.kids[0].kids[0]
            if target.op in ("name", "attr"):
                for row in self._rows(target)[:1]:
                    for use in self._uses(row):
                        yield from self._up(use, depth + 1, request=True)
        yield from self._up(call, depth + 1, request=True)

    def _chain(self, attr: Expr, depth: int, request: bool) -> Iterator[Expr]:
        """A member of it: the next method of a chain, or a member that is read."""
        call = attr.parent
        if call is not None and call.op == "call" and call.kids[0] is attr:
            posts = called(call) == "post" and called(attr.kids[0]) == "request"  # JAX-RS.
            if posts or self._chains(called(call)) or (self._helpers and self._ends_a_post(call)):
                yield call
            else:
                yield from self._up(call, depth + 1, request=request)
        elif attr.text.lower() in (
            "url",
            "uri",
            "endpoint",
            "href",
            "value",
            "apiurl",
            "baseurl",
            "generate",
            "cohere",
        ):
            yield from self._up(attr, depth + 1, request=request)

    def _ends_a_post(self, call: Expr) -> bool:
        """The last of a builder's chain in which `Method("POST")` stands."""
        if (call.parent is not None and call.parent.op == "attr") or not _SENDING.fullmatch(called(call)):
            return False
        at = call
        while at.op == "call" and at.kids[0].op == "attr":
            if called(at) == "method" and len(at.kids) > 1 and "POST" in self.program.written(at.kids[1]).upper():
                return at is not call
            at = at.kids[0].kids[0]
        return False

    def _returned(self, expr: Expr, fn: Expr, depth: int, request: bool) -> Iterator[Expr]:
        """A function that gives it back, or that a call is given first."""
        given, outer = fn, fn.parent
        while outer is not None and outer.op == "other" and len(outer.kids) == 1:
            # Kotlin's `http.post { url("…") }`.
            given, outer = outer, outer.parent
        # Behind other arguments it is a route's handler, or is told the answer.
        if outer is not None and outer.op in ("call", "new") and outer.kids[1:2] == [given]:
            yield from self._argument(fn, outer, depth, request)
        if any(kid is expr and key == "return" for kid, key in zip(fn.kids, fn.keys, strict=False)) and fn.text:
            for name in (fn.text, f".{fn.text}"):
                for use in self.program.uses.get(name, []):
                    yield from self._up(use, depth + 1, request=request)

    def _bound(self, expr: Expr, depth: int, request: bool) -> Iterator[Expr]:
        """Every name that it is given."""
        for row in self.program.given.get(id(expr), []):
            for use in self._uses(row):
                yield from self._up(use, depth + 1, request=request)
            yield from self._set_on(row, depth)

    def _set_on(self, row: Binding, depth: int) -> Iterator[Expr]:
        """`request.RequestUri = address;`: the uses of the object whose member it is."""
        for member in self.program.uses.get(row.name, ()) if row.name.lower() in _ADDRESSED else ():
            owner = member.kids[0]
            if member.parent is None and member.line == row.line and owner.op == "name":
                for use in self.program.same(owner):
                    yield from self._up(use, depth + 1, request="request" in row.name.lower())

    def _rows(self, expr: Expr) -> list[Binding]:
        name = expr.text if expr.op == "name" else f".{expr.text}"
        return self.program.visible(name, expr.scope)

    def _uses(self, row: Binding) -> Iterator[Expr]:
        yield from self.program.reads(row)
        if not row.name.startswith(".") and self.program.scopes[row.scope].kind == "class":
            yield from self.program.uses.get(f".{row.name}", [])
