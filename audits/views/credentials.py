"""Where a repository lives and how it is reached; the credentials and host keys of whole hosts."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import credentials, forges, hosts, intake, scans, vault
from audits.access import Action, allowed, may, person, visible_to
from audits.forms.credentials import (
    AddressForm,
    HostForgeForm,
    HostKeysForm,
    HostSshKeyForm,
    HostTokenForm,
    KeyForm,
    TokenForm,
    forge_of,
)
from audits.models import Credential, CredentialKind, HostKey, Repository
from audits.models.repository import CheckState

NO_QUEUE = "The queue does not answer, so nobody can be asked now. An admin sees more under Settings."


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Action.SET_CREDENTIALS)
def access(request: HttpRequest, pk: int) -> HttpResponse:
    """A repository's address and credential; POST sets the credential and has it tested."""
    repository = get_object_or_404(visible_to(request.user), pk=pk)
    address = _address(repository)
    form = _form(address, request.POST or None)
    if request.method == "POST" and form is not None and address is not None and form.is_valid():
        kept = _store(request, form, address.place, repository)
        if kept is not None:
            return redirect("repository-access", pk)
    return _access_page(request, repository, address, form, AddressForm(initial={"url": repository.url}))


@require_POST
@allowed(Action.SET_CREDENTIALS)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    repository = get_object_or_404(visible_to(request.user), pk=pk)
    form = AddressForm(request.POST)
    if form.is_valid():
        try:
            cleared = intake.move(repository, form.cleaned_data["url"], person(request))
        except intake.Refused as refused:
            form.add_error("url", refused.sentence)
        else:
            messages.success(request, f"{repository.name} is at {repository.url} now. A worker asks there.")
            if cleared:
                messages.warning(
                    request, "Its credential belonged to the earlier host and was removed. Set one for the new host."
                )
            return redirect("repository-access", pk)
    address = _address(repository)
    return _access_page(request, repository, address, _form(address, None), form)


@require_POST
@allowed(Action.SET_CREDENTIALS)
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a worker ask the host of a repository as the next scan would."""
    repository = get_object_or_404(visible_to(request.user), pk=pk)
    _ask_for(repository)
    return redirect("repository-access", pk)


@require_safe
@allowed(Action.SET_CREDENTIALS)
def tested(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer of the test, asked for every second until there is one."""
    repository = get_object_or_404(visible_to(request.user), pk=pk)
    return render(request, "audits/_access_state.html", {"repository": repository})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Action.ADMINISTER)
def of_hosts(request: HttpRequest) -> HttpResponse:
    """All credentials; POST sets one for a whole host. `?way=key` is the form for SSH keys."""
    keys = request.GET.get("way") == "key"
    form = (HostSshKeyForm if keys else HostTokenForm)(request.POST or None)
    if request.method == "POST" and form.is_valid() and _store(request, form, form.cleaned_data["place"], None):
        return redirect("credentials")
    return _hosts_page(request, form, HostKeysForm(auto_id="id_host_%s"), keys=keys)


@require_POST
@allowed(Action.ADMINISTER)
def host_keys(request: HttpRequest) -> HttpResponse:
    form = HostKeysForm(request.POST, auto_id="id_host_%s")
    if form.is_valid():
        place = form.cleaned_data["place"]
        try:
            new = credentials.add_host_keys(place, form.cleaned_data["lines"], person(request))
        except credentials.Unfit as unfit:
            form.add_error("lines", str(unfit))
        else:
            more = "one more key" if new == 1 else f"{new} more keys"
            messages.success(request, f"{place} is known by {more}." if new else "All of them were known.")
            return redirect("credentials")
    return _hosts_page(request, HostTokenForm(), form, keys=False)


@require_POST
@allowed(Action.ADMINISTER)
def host_forge(request: HttpRequest) -> HttpResponse:
    """Say what a host of a registered repository is, or take it back."""
    host = next((one for one in forges.unnamed() if one.host == request.POST.get("host")), None)
    form = HostForgeForm(host, request.POST) if host else None
    if form is None or not form.is_valid():
        messages.error(request, "Nothing was saved: choose one of the kinds, for a host that is listed.")
        return redirect("credentials")
    forges.say(form.host.host, form.cleaned_data["forge"], person(request))
    kind = forges.KINDS.get(form.cleaned_data["forge"])
    messages.success(request, f"{form.host.host} is {kind or 'not said to be anything'} now.")
    return redirect("credentials")


@require_POST
@allowed(Action.ADMINISTER)
def host_key_delete(request: HttpRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(HostKey, pk=pk)
    credentials.remove_host_key(key, person(request))
    messages.success(request, f"{key.place} is no longer known by that key.")
    return redirect("credentials")


@require_POST
@allowed(Action.SET_CREDENTIALS)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Leads remove those of repositories, admins those of hosts too."""
    kept = _one(request, pk)
    credentials.remove(kept, person(request))
    messages.success(request, f"The {_word(kept)} for {kept.place} was removed. Revoke it at the host too.")
    return redirect("repository-access", kept.repository_id) if kept.repository_id else redirect("credentials")


@require_POST
@allowed(Action.ADMINISTER)
def test_host(request: HttpRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(Credential, pk=pk)
    _ask_with(kept)
    return redirect("credentials")


@require_safe
@allowed(Action.ADMINISTER)
def tested_host(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "audits/_credential_state.html", {"kept": get_object_or_404(Credential, pk=pk)})


def _one(request: HttpRequest, pk: int) -> Credential:
    kept = get_object_or_404(Credential.objects.select_related("repository"), pk=pk)
    if kept.repository_id is None and not may(request.user, Action.ADMINISTER):
        raise PermissionDenied
    if kept.repository_id is not None:
        get_object_or_404(visible_to(request.user), pk=kept.repository_id)
    return kept


def _address(repository: Repository) -> hosts.Address | None:
    """None for an address that the settings of today refuse, and for a local repository."""
    try:
        address = scans.address_of(repository.url)
    except hosts.UrlRefused:
        return None
    return None if address.local else address


def _form(address: hosts.Address | None, data: Any) -> TokenForm | KeyForm | None:
    if address is None:
        return None
    if address.scheme == "ssh":
        return KeyForm(data)
    return TokenForm(data, initial={"forge": forge_of(address.host)})


def _store(
    request: HttpRequest, form: TokenForm | KeyForm, place: str, repository: Repository | None
) -> Credential | None:
    """Keep what a valid form holds and have it tested; None, with an error at the form, where it cannot be kept."""
    username = form.cleaned_data.get("username", "")
    try:
        kept = credentials.store(
            form.kind,
            place,
            form.secret,
            username=username,
            repository=repository,
            user=person(request),
            forge=form.cleaned_data.get("forge", ""),
        )
    except (credentials.Unfit, vault.NoKey) as refused:
        field = "token" if form.kind == CredentialKind.TOKEN else "private_key"
        form.add_error(None if isinstance(refused, vault.NoKey) else field, str(refused))
        return None
    messages.success(request, f"The {_word(kept)} for {place} was encrypted and stored.")
    _ask_with(kept)
    return kept


def _ask_for(repository: Repository) -> None:
    own = Credential.objects.filter(repository=repository).first()
    if own is not None:
        _ask_with(own)
    else:
        _ring([Repository.objects.filter(pk=repository.pk)], scans.CHECK, repository.pk)


def _ask_with(kept: Credential) -> None:
    rows = [Credential.objects.filter(pk=kept.pk), Repository.objects.filter(credential=kept)]
    _ring(rows, scans.CHECK_CREDENTIAL, kept.pk)


def _ring(rows: Sequence["QuerySet[Any]"], task: str, pk: int) -> None:
    """Have the pages of these rows wait, then ring for a test: its answer may be there at once.

    Where the queue is away those that still wait say so instead, and that nobody was asked.
    """
    for waiting in rows:
        waiting.update(check_state=CheckState.WAITING, checked_at=Now())
    if not scans.send(task, pk):
        for waiting in rows:
            still = waiting.filter(check_state=CheckState.WAITING)
            still.update(check_state=CheckState.UNASKED, check_message=NO_QUEUE)


def _access_page(
    request: HttpRequest, repository: Repository, address: hosts.Address | None, form: Any, address_form: AddressForm
) -> HttpResponse:
    own = Credential.objects.filter(repository=repository).select_related("set_by").first()
    used = credentials.chosen(repository.pk, address.place, address.scheme) if address else None
    context = {
        "section": "repositories",
        "repository": Repository.objects.get(pk=repository.pk),
        "form": form,
        "address_form": address_form,
        "place": address.place if address else "",
        "ssh": bool(address and address.scheme == "ssh"),
        "own": own,
        "used": used,
    }
    return render(request, "audits/access.html", context)


def _hosts_page(request: HttpRequest, form: Any, keys_form: HostKeysForm, *, keys: bool) -> HttpResponse:
    host_keys = [(key, credentials.fingerprint(key.key)) for key in HostKey.objects.select_related("added_by")]
    context = {
        "section": "settings",
        "kept": Credential.objects.select_related("repository", "set_by"),
        "host_keys": host_keys,
        "unnamed": [HostForgeForm(host) for host in forges.unnamed()],
        "form": form,
        "keys_form": keys_form,
        "by_key": keys,
        "ssh": settings.GIT_SSH_ENABLED,
        "ready": bool(settings.CREDENTIAL_KEYS),
    }
    return render(request, "audits/credentials.html", context)


def _word(kept: Credential) -> str:
    """What it is called in the middle of a sentence."""
    return "token" if kept.kind == CredentialKind.TOKEN else kept.get_kind_display()
