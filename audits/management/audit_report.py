"""What `audit` prints: a report as text for a person and as JSON for a program."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from audits.analysis import Report
from audits.engine.dependencies import Readiness, meaning
from audits.engine.facts import Confidence, Dependency, Kind, ProofStep, ResponseRead, Unread, Usage, Verdict
from audits.exports import usage_detail

_BOLD, _DIM, _RED, _YELLOW, _GREEN, _CYAN = "1", "2", "31", "33", "32", "36"
_SHADES = {
    Verdict.UNSUPPORTED: _RED,
    Verdict.DISPUTED: _YELLOW,
    Verdict.CHANGED: _YELLOW,
    Verdict.RENAMED: _CYAN,
    Verdict.KEPT: _GREEN,
    Verdict.UNKNOWN: _DIM,
}
_WORDS = {Verdict.DISPUTED: "sources disagree", Verdict.UNKNOWN: "not known"}
_SHOWN_STEPS = 4
_PLACES = 3


def as_json(repository: str, report: Report, indent: int | None = 1) -> str:
    """The contract's object, on one line without an indent; further keys of a usage follow the contract's."""
    body = {
        "repository": repository,
        "commit": report.commit,
        "engine": report.engine,
        "usages": [usage_detail(usage) for usage in report.usages],
        "suppressed": [{**usage_detail(usage), "reason": usage.suppressed} for usage in report.suppressed],
        "unread": [
            {"path": path, "reason": why.reason.value, "detail": why.detail, "lines": list(why.lines)}
            for path, why in report.unread
        ],
        "dependencies": [_dependency(path, row) for path, row in report.dependencies],
        "files": {
            "seen": report.seen,
            "parsed": report.parsed,
            "passed_over": report.passed_over,
            "passed_over_in": dict(sorted(report.passed_over_in.items())),
            "states": report.states,
        },
    }
    return json.dumps(body, indent=indent)


def _most(report: Report) -> str:
    """Where the most files lie that are passed over."""
    rows = sorted(report.passed_over_in.items(), key=lambda row: (-row[1], row[0]))
    named = [f"{_printable(place)} {count}" if place.endswith("/") else _printable(place) for place, count in rows]
    more = f" and {len(rows) - _PLACES} places more" if len(rows) > _PLACES else ""
    return ", ".join(named[:_PLACES]) + more


def _dependency(path: str, row: Dependency) -> dict[str, Any]:
    found = meaning(row)
    return {
        "path": path,
        "line": row.line,
        "cell": row.cell if row.cell >= 0 else None,
        "ecosystem": row.ecosystem,
        "package": row.package,
        "spec": row.spec,
        "version": row.version or None,
        "readiness": found.readiness.value if found else None,
        "has_generate": found.generate if found else None,
        "needs": (found.needs if found else "") or None,
        "meaning": found.text if found else "",
        "source": found.source if found else "",
    }


@dataclass(frozen=True)
class Text:
    """A report for a person; `color` only on a terminal.

    `on_disk`: the files lie in a work tree, and may differ from those of its commit.
    """

    color: bool
    on_disk: bool = False

    def report(self, repository: str, report: Report) -> str:
        """The whole text, with a final line end."""
        lines = [self._head(repository, report), ""]
        path = ""
        for usage in report.usages:
            if usage.path != path:
                path = usage.path
                lines.append(self._paint(_printable(path), _BOLD))
            lines += [*self._usage(usage), ""]
        if report.suppressed:
            lines += [self._paint("Suppressed by a comment:", _DIM)]
            lines += [f"  {self._suppressed(usage)}" for usage in report.suppressed] + [""]
        if report.unread:
            lines += [self._paint("Not read, so not known to be clean:", _YELLOW)]
            lines += [f"  {self._unread(path, why)}" for path, why in report.unread] + [""]
        if report.dependencies:
            lines += ["Dependencies through which code reaches Generate:"]
            lines += [f"  {self._dependency(path, row)}" for path, row in report.dependencies] + [""]
        lines += self._summary(report)
        return "\n".join(lines) + "\n"

    def _head(self, repository: str, report: Report) -> str:
        at = ", its files on disk, on top of" if self.on_disk else " at"
        commit = f"{at} {report.commit[:12]}" if report.commit else ""
        return self._paint(f"{_printable(repository)}{commit}", _BOLD)

    def _usage(self, usage: Usage) -> list[str]:
        place = f"cell {usage.cell}, line {usage.line}" if usage.cell is not None else f"line {usage.line}"
        client = f" of {usage.client}" if usage.client else ""
        head = f"  {place}: {_printable(usage.callee or usage.method or usage.kind)}{client}"
        lines = [f"{head}  {self._paint(f'{usage.kind.value}, {usage.confidence.value}', _DIM)}"]
        for row in usage.snippet.split("\n") if usage.snippet else ():
            lines.append(self._paint(f"    | {_printable(row)}", _DIM))
        for parameter in usage.parameters:
            word = _WORDS.get(parameter.verdict, parameter.verdict.value)
            note = f"  {parameter.note}" if parameter.note and parameter.verdict is not Verdict.KEPT else ""
            lines.append(f"    {parameter.name:<20} {self._paint(word, _SHADES[parameter.verdict])}{note}")
        if usage.confidence is not Confidence.CONFIRMED and usage.why:
            lines.append(self._paint(f"    {_printable(usage.why)}", _DIM))
        if usage.hardcoded_key:
            lines.append(self._paint("    hard-coded key: it stands in the code, and is masked here", _YELLOW))
        for read in usage.reads[:_SHOWN_STEPS]:
            lines.append(self._paint(f"    reads {_printable(read.text)} ({_printable(_at(read))})", _DIM))
        chain = " ← ".join(f"{step.text} ({_at(step)})" for step in usage.proof[:_SHOWN_STEPS])
        return [*lines, self._paint(f"    {_printable(chain)}", _DIM)] if chain else lines

    def _dependency(self, path: str, row: Dependency) -> str:
        found = meaning(row)
        place = f"{_printable(path)}:{f' cell {row.cell},' if row.cell >= 0 else ''} line {row.line}"
        asked = _printable(row.spec or "any release")
        late = found is not None and found.readiness in (Readiness.OUTDATED, Readiness.REPLACE)
        told = self._paint(found.text, _YELLOW if late else _DIM) if found else ""
        return f"{place}: {row.package} {asked}  {told}"

    def _suppressed(self, usage: Usage) -> str:
        cell = f" cell {usage.cell}," if usage.cell is not None else ""
        place = f"{_printable(usage.path)}:{cell} line {usage.line}"
        return f"{place}: {_printable(usage.callee)}  {_printable(usage.suppressed)}"

    def _unread(self, path: str, why: Unread) -> str:
        lines = f" It names the API on line {', '.join(map(str, why.lines[:5]))}." if why.lines else ""
        return f"{_printable(path)}: {why.reason.value.replace('_', ' ')}. {_printable(why.detail)}{lines}"

    def _summary(self, report: Report) -> list[str]:
        files = f"{report.seen} file{'' if report.seen == 1 else 's'} seen, {report.parsed} parsed"
        files += f", {len(report.unread)} not read"
        if report.passed_over:
            files += f", {report.passed_over} of installed packages or builds passed over ({_most(report)})"
        if report.suppressed:
            files += f", {len(report.suppressed)} suppressed"
        # What a document or a patch names is no call.
        uses = [usage for usage in report.usages if usage.kind is not Kind.MENTION]
        named = len(report.usages) - len(uses)
        if named:
            files = f"{named} mention{'' if named == 1 else 's'} apart; {files}"
        if not uses:
            word = "No call to Generate" if named else "No use of Generate"
            word += " found." if report.unread else "."
            return [f"{self._paint(word, _GREEN if not report.unread else _YELLOW)} {files}."]
        count = len(uses)
        found = f"{count} use{'' if count == 1 else 's'} of Generate"
        levels = Counter(usage.confidence.value for usage in uses)
        spread = ", ".join(f"{levels[level.value]} {level.value}" for level in Confidence if levels[level.value])
        paths = len({usage.path for usage in uses})
        where = f"{paths} file{'' if paths == 1 else 's'}"
        lines = [f"{self._paint(found, _RED)} ({spread}) in {where}; {files}."]
        blocking = Counter(name for usage in uses for name in usage.unsupported)
        if blocking:
            names = ", ".join(f"{name} {times}×" for name, times in blocking.most_common())
            lines.append(f"Parameters that Chat does not take: {names}.")
        return lines

    def _paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color else text


def _at(place: ProofStep | ResponseRead) -> str:
    return f"{place.path}:{f' cell {place.cell}, line ' if place.cell is not None else ''}{place.line}"


def _printable(text: str) -> str:
    """Text of a repository without what would steer a terminal."""
    return "".join(
        char if char.isprintable() or char == " " else char.encode("unicode_escape").decode() for char in text
    )
