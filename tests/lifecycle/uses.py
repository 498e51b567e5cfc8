"""A few lines of notation for findings and sightings."""

from dataclasses import asdict, replace

from audits.engine.facts import Confidence, Kind, Parameter, Platform, Usage, Verdict
from audits.lifecycle import Known, Look, Plan, Seen, reconcile


def usage(path="app.py", line=10, scope="main", callee="co.generate", cell=None, kind=Kind.SDK_CALL, **arguments):
    parameters = tuple(
        Parameter(name, Verdict.KEPT, value) for name, value in (arguments or {"prompt": '"hi"'}).items()
    )
    return Usage(
        path=path,
        line=line,
        end_line=line,
        column=4,
        cell=cell,
        kind=kind,
        method="generate",
        client="Client",
        platform=Platform.COHERE,
        confidence=Confidence.CONFIRMED,
        scope=scope,
        callee=callee,
        parameters=parameters,
    )


def seen(*args, **kwargs):
    return Seen.of(usage(*args, **kwargs))


def known(key, *args, commit="", absent=False, depends=(), **kwargs):
    return Known(**asdict(seen(*args, **kwargs)), id=key, commit=commit, absent=absent, depends=frozenset(depends))


def look(*paths, **kwargs):
    return Look(paths=frozenset(paths or ("app.py",)), **kwargs)


def pairs(plan: Plan):
    return dict(plan.matched)


__all__ = ["known", "look", "pairs", "reconcile", "replace", "seen", "usage"]
