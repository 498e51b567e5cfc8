import pytest
from django.test import Client

from audits.models import User

from . import rows


@pytest.fixture
def admin(db: None) -> User:
    return rows.person("admin")


@pytest.fixture
def signed_in(client: Client, admin: User) -> Client:
    """A client of an admin."""
    client.force_login(admin)
    return client
