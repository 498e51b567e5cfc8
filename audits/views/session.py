"""Signing in and out."""

from typing import Any

from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django_htmx.http import HttpResponseClientRefresh

from audits import attempts
from audits.access import Action, allowed
from audits.forms import PasswordForm

VISIT = "visit"


class SignIn(auth.LoginView):
    """`next` is followed only inside this host. A fragment that meets an ended session reloads its whole page."""

    redirect_authenticated_user = True

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        username = request.POST.get("username", "")
        if not attempts.begin(username, attempts.network_of(request)):
            page = render(request, "registration/too_many.html", {"next": request.POST.get("next", "")}, status=429)
            page.headers["Retry-After"] = str(int(attempts.WINDOW.total_seconds()))
            return page
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        attempts.succeed(form.cleaned_data["username"], attempts.network_of(self.request))
        before = form.get_user().last_login
        answer = super().form_valid(form)
        # What the overview tells since: the visit before this one began then.
        self.request.session[VISIT] = before.isoformat() if before else ""
        return answer

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseClientRefresh() if request.htmx else super().get(request, *args, **kwargs)


class Password(auth.PasswordChangeView):
    form_class = PasswordForm
    success_url = reverse_lazy("overview")
    template_name = "registration/password.html"


sign_in = allowed(Action.SIGN_IN)(SignIn.as_view())
sign_out = allowed(Action.SIGN_OUT)(auth.LogoutView.as_view())
password = allowed(Action.SIGN_OUT)(Password.as_view())
