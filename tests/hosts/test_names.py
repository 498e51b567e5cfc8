"""Where a host's name may lead."""

import socket

import pytest

from audits.hosts import HostUnknown, UrlRefused, names, resolve


def answers(*addresses):
    def getaddrinfo(host, port, **options):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return getaddrinfo


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "169.254.169.254", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "0.0.0.0"),
        *("255.255.255.255", "224.0.0.1", "240.0.0.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1"),
        *("fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1"),
        *("2002:7f00:1::", "2002:a00:1::", "2001:db8::1", "64:ff9b::a9fe:a9fe", "no address"),
    ],
)
def test_addresses_that_are_not_public_are_refused(address):
    assert not names.allowed(address)


@pytest.mark.parametrize(
    "address", ["140.82.121.3", "2606:50c0:8000::153", "::ffff:140.82.121.3", "64:ff9b::8c52:7903"]
)
def test_public_addresses_pass(address):
    assert names.allowed(address)


def test_an_internal_host_may_be_private_but_never_of_the_link_itself():
    assert names.allowed("10.1.2.3", internal=True)
    assert names.allowed("127.0.0.1", internal=True)
    assert not names.allowed("169.254.169.254", internal=True)
    assert not names.allowed("::ffff:169.254.169.254", internal=True)
    assert not names.allowed("0.0.0.0", internal=True)


@pytest.mark.parametrize("internal", [False, True])
@pytest.mark.parametrize(
    "address", ["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "64:ff9b::a83f:8110"]
)
def test_where_clouds_keep_credentials_nothing_connects(address, internal):
    assert not names.allowed(address, internal=internal)


def test_the_pin_names_every_checked_address(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", answers("140.82.121.3", "2606:50c0:8000::153", "140.82.121.3"))
    assert resolve("github.com", 443, internal=False) == "github.com:443:140.82.121.3,[2606:50c0:8000::153]"


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", answers("140.82.121.3", "127.0.0.1"))
    with pytest.raises(UrlRefused, match="INTERNAL_GIT_HOSTS"):
        resolve("github.com", 443, internal=False)


def test_loopback_resolves_only_for_internal_hosts():
    with pytest.raises(UrlRefused, match=r"127\.0\.0\.1"):
        resolve("127.0.0.1", 8443, internal=False)
    assert resolve("127.0.0.1", 8443, internal=True) == "127.0.0.1:8443:127.0.0.1"


def test_an_unknown_name_says_so(monkeypatch):
    def fail(*arguments, **options):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(HostUnknown, match="cannot be found"):
        resolve("nowhere.example", 443, internal=False)
