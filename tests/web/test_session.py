from http import HTTPStatus

import pytest
from django.test import Client

from audits.models import User

pytestmark = pytest.mark.django_db
WHO = {"username": "ada", "password": "violet-harbour-9"}


@pytest.fixture
def ada() -> User:
    return User.objects.create_user(**WHO)


def test_signing_in_leads_to_where_one_wanted(client: Client, ada: User):
    asked = client.get("/repositories/")
    assert asked.url == "/sign-in/?next=/repositories/"
    assert client.post("/sign-in/", {**WHO, "next": "/repositories/"}).url == "/repositories/"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\thttps://x.example"],
)
def test_it_never_leads_to_another_host(client: Client, ada: User, target: str):
    assert client.post("/sign-in/", {**WHO, "next": target}).url == "/"


def test_a_wrong_password_says_no_more_than_that(client: Client, ada: User):
    unknown = client.post("/sign-in/", {"username": "nobody", "password": "x"}).content.decode()
    wrong = client.post("/sign-in/", {"username": "ada", "password": "x"}).content.decode()
    for page in (unknown, wrong):
        assert "User name and password do not match an account." in page


def test_signing_out_is_a_post(client: Client, ada: User):
    client.force_login(ada)
    assert client.get("/sign-out/").status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert client.post("/sign-out/").url == "/sign-in/"
    assert client.get("/teams/").status_code == HTTPStatus.FOUND


def test_a_person_changes_the_password(client: Client, ada: User):
    client.force_login(ada)
    new = {"new_password1": "amber-quay-77", "new_password2": "amber-quay-77"}
    assert client.post("/password/", {"old_password": "wrong", **new}).context["form"].errors.keys() == {"old_password"}
    assert client.post("/password/", {"old_password": WHO["password"], **new}).url == "/"
    assert Client().login(username="ada", password="amber-quay-77")
