"""Signing in and out."""

from typing import Any

from django.contrib.auth import views as auth
from django.http import HttpResponse
from django.urls import reverse_lazy
from django_htmx.http import HttpResponseClientRefresh

from audits.access import Action, allowed
from audits.forms import PasswordForm


class SignIn(auth.LoginView):
    """`next` is followed only inside this host. A fragment that meets an ended session reloads its whole page."""

    redirect_authenticated_user = True

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseClientRefresh() if request.htmx else super().get(request, *args, **kwargs)


class Password(auth.PasswordChangeView):
    form_class = PasswordForm
    success_url = reverse_lazy("overview")
    template_name = "registration/password.html"


sign_in = allowed(Action.SIGN_IN)(SignIn.as_view())
sign_out = allowed(Action.SIGN_OUT)(auth.LogoutView.as_view())
password = allowed(Action.SIGN_OUT)(Password.as_view())
