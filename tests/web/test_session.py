from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.utils import timezone

from audits import attempts
from audits.models import SignInAttempt, User

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


def attempt(client: Client, username: str = "ada", password: str = "wrong", **headers: str) -> int:
    answer = client.post("/sign-in/", {"username": username, "password": password}, **headers)
    return answer.status_code


def test_the_sixth_wrong_password_is_not_compared_any_more(client: Client, ada: User):
    assert [attempt(client) for _ in range(5)] == [HTTPStatus.OK] * 5
    answer = client.post("/sign-in/", WHO)
    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "After 15 minutes you can try again" in answer.content.decode()
    assert answer["Retry-After"] == "900"
    assert not client.session.get("_auth_user_id")


def test_an_unknown_user_is_answered_alike(client: Client, ada: User):
    pages = {}
    for name in ("ada", "nobody"):
        for _ in range(5):
            attempt(client, name)
        pages[name] = client.post("/sign-in/", {"username": name, "password": "x"})
    assert pages["ada"].status_code == pages["nobody"].status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert pages["ada"].content == pages["nobody"].content


def test_the_right_password_forgets_the_wrong_ones(client: Client, ada: User):
    for _ in range(4):
        attempt(client)
    assert attempt(client, **{"password": WHO["password"]}) == HTTPStatus.FOUND
    assert not SignInAttempt.objects.exists()


def test_capitals_make_no_other_person(client: Client, ada: User):
    assert [attempt(client, name) for name in ("ada", "Ada", "ADA", "aDa", "adA")] == [HTTPStatus.OK] * 5
    assert attempt(client) == HTTPStatus.TOO_MANY_REQUESTS


def test_a_network_has_its_own_limit_and_others_are_not_shut_out(client: Client, ada: User):
    inside = [attempt(client, f"user{n}", REMOTE_ADDR=f"192.0.2.{n}") for n in range(51)]
    assert inside == [HTTPStatus.OK] * 50 + [HTTPStatus.TOO_MANY_REQUESTS]
    assert attempt(client, password=WHO["password"], REMOTE_ADDR="192.0.3.1") == HTTPStatus.FOUND


def test_after_a_quarter_of_an_hour_all_is_forgotten(client: Client, ada: User):
    for _ in range(5):
        attempt(client)
    SignInAttempt.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert attempt(client, **{"password": WHO["password"]}) == HTTPStatus.FOUND


def test_a_header_is_believed_only_where_the_settings_name_it(client: Client, ada: User, settings):
    def forged(number: int) -> dict[str, str]:
        return {"HTTP_X_FORWARDED_FOR": f"10.1.{number}.1, 203.0.113.9"}

    assert [attempt(client, **forged(n)) for n in range(6)][-1] == HTTPStatus.TOO_MANY_REQUESTS
    SignInAttempt.objects.all().delete()
    settings.CLIENT_ADDRESS_HEADER = "X-Forwarded-For"
    assert [attempt(client, **forged(n)) for n in range(6)][-1] == HTTPStatus.TOO_MANY_REQUESTS
    assert {row.network for row in SignInAttempt.objects.all()} == {"203.0.113.0/24"}


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::7", "2001:db8:1:2::/64"),
        ("unix:", ""),
    ],
)
def test_clients_are_counted_by_network(rf, address: str, network: str):
    assert attempts.network_of(rf.get("/", REMOTE_ADDR=address)) == network
