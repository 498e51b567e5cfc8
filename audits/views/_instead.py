"""What a reader may have meant by a word that no text holds: the same word as a filter, where that finds something."""

from django.db.models import Q, QuerySet

from audits import query
from audits.models import Finding, User

# Keys whose values are words that people type alone.
KEYS = ("param", "team", "state", "kind", "lang", "platform", "conf")
# A pasted sentence is no slip of a key, and would be asked about word by word.
WORDS = 3


def instead(visible: "QuerySet[Finding]", asked: query.Query, me: User) -> list[tuple[query.Term, query.Query]]:
    """(the filter, the whole query with it in the word's place) of each that finds something; a query each.

    Of one to three words: what is more is a text.
    """
    meant, words = [], [term for term in asked.terms if not term.key]
    for word in words if len(words) <= WORDS else ():
        for term in _readings(word.value):
            whole = query.parse(str(asked.without(word).joined(query.Query((term,)))))
            if not whole.errors and query.apply(visible, whole, me).exists():
                meant.append((term, whole))
    return meant


def _readings(word: str) -> list[query.Term]:
    people = User.objects.filter(Q(username__iexact=word) | Q(first_name__iexact=word) | Q(last_name__iexact=word))
    terms = [query.Term(key, word) for key in KEYS]
    terms += [query.Term("assignee", name) for name in people.order_by("username").values_list("username", flat=True)]
    return [term for term in terms if not query.parse(str(term)).errors]
