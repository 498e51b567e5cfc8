from http import HTTPStatus

import pytest
from django.test import Client


@pytest.mark.django_db
def test_without_a_broker_it_is_not_well_and_says_no_more(client: Client, settings):
    settings.REDIS_URL = "unix:///nowhere/broker.sock"
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (HTTPStatus.SERVICE_UNAVAILABLE, b"unavailable")
