"""The production files, as far as a machine without a container engine can tell: schema, and what they promise."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from django.conf import settings

ROOT = settings.BASE_DIR
# The Compose Specification's schema as docker-compose 1.29.2 publishes it (Apache-2.0).
SCHEMA = Path(__file__).parent / "vendor" / "compose_spec.json"


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_it_is_a_compose_file(compose):
    schema = json.loads(SCHEMA.read_text())
    schema.pop("id")
    jsonschema.Draft7Validator(schema).validate(compose)


def test_it_runs_the_whole_product(compose):
    assert set(compose["services"]) == {"migrate", "web", "worker", "beat", "db", "redis"}
    assert compose["services"]["redis"]["image"].startswith("valkey/")


def test_each_lasting_service_says_how_it_is(compose):
    for name, service in compose["services"].items():
        assert ("healthcheck" in service) == (name != "migrate"), name


def test_what_is_kept_lies_in_named_volumes(compose):
    used = {mount.split(":")[0] for service in compose["services"].values() for mount in service.get("volumes", [])}
    assert used == set(compose["volumes"])


def test_it_holds_no_secret(compose):
    text = (ROOT / "docker-compose.yml").read_text()
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD"):
        assert set(re.findall(rf"{name}: (.*)", text)) <= {
            value for value in re.findall(r": (\$\{[A-Z_]+:\?[^}]*\}.*)", text) if name in value
        }


def test_the_example_names_every_setting_that_compose_reads(compose):
    read = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    named = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read == named


def test_the_image_runs_as_nobody_in_particular():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "USER lastcall" in lines
    assert lines.index("USER lastcall") < next(n for n, line in enumerate(lines) if line.startswith("CMD"))


def test_the_image_holds_every_package_that_the_settings_name():
    copied = re.findall(r"^COPY (\S+) \./", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert {"manage.py", "migrator_site", "audits", "templates", "static"} == set(copied)
    assert all((ROOT / name).exists() for name in copied)


# What the image or the containers' shape decides, with docs/operating.md naming the reason.
FIXED = {
    *("DATA_DIR", "STATIC_ROOT", "MIRROR_ROOT", "PRODUCTION", "DEBUG", "LOCAL_REPOSITORY_ROOTS"),
    *("DATABASE_URL", "POSTGRES_PORT", "POSTGRES_DB", "POSTGRES_USER"),
}


def read_by_settings():
    text = (ROOT / "migrator_site" / "settings.py").read_text()
    pattern = r"""(?:env\.\w+|environ\.get|host_names)\(\s*"([A-Z_]+)"|environ\["([A-Z_]+)"\]"""
    return {one or other for one, other in re.findall(pattern, text)}


def test_every_setting_reaches_the_containers_or_is_said_to_be_fixed(compose):
    passed = set(compose["x-product"]["environment"])
    assert read_by_settings() - passed == FIXED
    assert passed <= read_by_settings()


def test_every_setting_is_documented():
    documented = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs" / "operating.md").read_text()))
    assert read_by_settings() <= documented


def test_no_secret_is_pasted_into_an_address(compose):
    assert not re.search(r"://[^\s]*\$\{", (ROOT / "docker-compose.yml").read_text())


def test_the_product_has_a_ceiling_of_memory(compose):
    for name in ("migrate", "web", "worker", "beat"):
        assert "mem_limit" in compose["services"][name], name
