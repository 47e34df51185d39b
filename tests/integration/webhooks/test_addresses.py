"""No message can be led into the house: not by number, by name, by a name that changes, nor by a redirect."""

import shutil
import socket
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest

from engine import configuration
from engine.errors import Invalid
from engine.history.seal import Keyring
from engine.webhooks import sending
from engine.webhooks.addresses import OutOfBounds, check, locate
from tests.factories import Factories
from tests.integration.webhooks.conftest import House, Receiver, let_in

WITHIN = (
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.8", "172.16.0.1", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "192.0.2.1", "198.18.0.1",
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::1", "::", "fe80::1", "fe80::1%1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.8", "::ffff:169.254.169.254", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b:1::a00:8", "2002:7f00:1::", "2001:0:7f00:1::",
)  # fmt: skip
PUBLIC = ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14")
NO_ADDRESSES = (
    "", "receiver.example", "ftp://receiver.example/", "file:///etc/passwd", "http://receiver.example/",
    "https://", "https:///hooks", "https://user:pass@receiver.example/", "https://receiver.example/#part",
    "https://receiver.example:99999/", "https://receiver.example/a b", "https://receiver.example/\r\nX: y",
    "https://localhost/", "https://hooks.localhost/", "http://127.0.0.1/", "https://127.0.0.1/", "https://[::1]/",
    "https://exämple.example/", "https://receiver.example/" + "x" * 2_000, "javascript:alert(1)",
)  # fmt: skip


@pytest.fixture(autouse=True)
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A landlord who lets webhooks go to no network of the house."""
    plain = configuration.Configuration(tmp_path, Keyring("k1", {"k1": b"k" * 32}), tmp_path)
    monkeypatch.setattr(configuration, "_current", plain)


def found(*addresses: str) -> Any:
    """Return what looks every name up as these addresses."""
    return lambda host, port, **_: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]


@pytest.mark.parametrize("address", WITHIN)
def test_a_name_that_leads_into_the_house_is_refused(address: str) -> None:
    with pytest.raises(OutOfBounds, match="not on the public internet"):
        locate("https://receiver.example/", resolve=found(address))


def test_one_address_within_the_house_among_others_is_enough_to_refuse() -> None:
    with pytest.raises(OutOfBounds):
        locate("https://receiver.example/", resolve=found(PUBLIC[0], "10.0.0.8"))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_let_through(address: str) -> None:
    target = locate("https://receiver.example:8443/hooks?a=b", resolve=found(address))

    assert (target.host, target.port, target.path, target.is_tls) == ("receiver.example", 8443, "/hooks?a=b", True)


@pytest.mark.parametrize("written", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1"])
def test_other_ways_to_write_this_machine_lead_to_it_and_are_refused(written: str) -> None:
    assert sending.post(f"https://{written}/", b"{}", {}).error.startswith("It leads to 127.0.0.1")


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_what_is_no_address_of_a_receiver_is_refused_when_it_is_entered(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(url)

    assert "Enter an address such as https://receiver.example/hooks" in refused.value.errors["address"]


def test_the_connection_is_made_to_the_judged_address_whatever_the_name_means_by_then(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, connected = [], []

    def rebinding(host: str, port: int, **_: Any) -> Any:
        asked.append(host)
        return found(PUBLIC[0] if len(asked) == 1 else "127.0.0.1")(host, port)

    def connect(address: tuple[str, int], timeout: float) -> Any:
        connected.append(address[0])
        raise ConnectionRefusedError("as if it were far away")

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket, "create_connection", connect)
    answer = sending.post(f"https://receiver.example:{receiver.port}/", b"{}", {})

    assert (len(asked), connected) == (1, [PUBLIC[0]])
    assert "far away" in answer.error
    assert receiver.received == []


def test_nobody_is_followed_elsewhere(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    let_in(monkeypatch, "127.0.0.0/8")
    receiver.answers = [(307, {"Location": f"http://localhost:{receiver.port}/secrets"}, b"")]

    answer = sending.post(receiver.url, b"{}", {})

    assert (answer.status, len(receiver.received)) == (307, 1)
    assert answer.error.startswith("It answered 307 and would send the message elsewhere")


def test_unencrypted_messages_go_to_this_machine_alone_even_where_a_network_is_let_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    let_in(monkeypatch, "10.0.0.0/8", "127.0.0.0/8")

    assert locate("https://receiver.example/", resolve=found("10.0.0.8")).is_tls
    assert not locate("http://localhost/", resolve=found("127.0.0.1")).is_tls
    for host in ("receiver.example", "10.0.0.8"):
        with pytest.raises(OutOfBounds, match="must be https"):
            locate(f"http://{host}/", resolve=found("10.0.0.8"))
    with pytest.raises(OutOfBounds, match="public internet"):
        locate("http://localhost/", resolve=found("10.0.0.8"))


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost with its key, in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    path, key = tmp_path / "localhost.pem", tmp_path / "localhost.key"
    options = "-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    named = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(path)]
    subprocess.run(["openssl", "req", *options.split(), *named], check=True, capture_output=True)
    path.write_bytes(key.read_bytes() + path.read_bytes())
    return path


def test_https_is_spoken_with_a_certificate_that_is_trusted_and_with_no_other(
    receiver: Receiver, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_in(monkeypatch, "127.0.0.0/8")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    receiver.server.socket = context.wrap_socket(receiver.server.socket, server_side=True)
    url = f"https://localhost:{receiver.port}/"

    distrusted = sending.post(url, b"{}", {})
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    trusted = sending.post(url, b"{}", {})
    of_another_name = sending.post(f"https://127.0.0.1:{receiver.port}/", b"{}", {})

    assert distrusted.error.startswith("Its certificate is not one to be trusted")
    assert (trusted.status, trusted.error) == (204, "")
    assert of_another_name.error.startswith("Its certificate is not one to be trusted")
    assert len(receiver.received) == 1


def test_a_wrong_address_is_told_in_the_form_and_nothing_is_kept(
    sqlite_factories: Factories, receiver: Receiver
) -> None:
    house = House(sqlite_factories, receiver)

    with pytest.raises(Invalid):
        house.subscribe("person.created", url="https://169.254.169.254/latest/meta-data/")

    assert house.messages() == []
