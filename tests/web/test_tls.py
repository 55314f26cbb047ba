"""Certificates: the organiser's, or the server's own."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from turia.errors import StartError
from turia.web import tls

NAMES = ["localhost", "127.0.0.1", "[::1]", "venue.example.org"]


def test_a_certificate_of_our_own_names_the_hosts_and_works(tmp_path: Path) -> None:
    cert, key = tls.self_signed(tmp_path / "data", NAMES)
    assert key.stat().st_mode & 0o777 == 0o600
    context = tls.server_context(cert, key)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    loaded = x509.load_pem_x509_certificate(cert.read_bytes())
    names = loaded.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "venue.example.org"]
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]


def test_it_is_kept_while_it_fits_and_made_anew_when_not(tmp_path: Path) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    first = tls.self_signed(tmp_path, NAMES, now)[0].read_bytes()
    assert tls.self_signed(tmp_path, NAMES[:2], now)[0].read_bytes() == first
    assert tls.self_signed(tmp_path, NAMES, now + timedelta(days=330))[0].read_bytes() == first
    renewed = tls.self_signed(tmp_path, NAMES, now + timedelta(days=340))[0].read_bytes()
    assert renewed != first
    assert tls.self_signed(tmp_path, [*NAMES, "other.example"], now + timedelta(days=340))[0].read_bytes() != renewed


def test_a_broken_one_of_our_own_is_made_anew(tmp_path: Path) -> None:
    cert, key = tls.self_signed(tmp_path, NAMES)
    cert.write_text("rubbish")
    tls.server_context(*tls.self_signed(tmp_path, NAMES))
    key.unlink()
    tls.server_context(*tls.self_signed(tmp_path, NAMES))


def test_missing_files_are_named(tmp_path: Path) -> None:
    cert, key = tls.self_signed(tmp_path, NAMES)
    with pytest.raises(StartError, match=r"certificate .*absent\.pem does not exist"):
        tls.server_context(tmp_path / "absent.pem", key)
    with pytest.raises(StartError, match=r"private key .*absent\.key does not exist"):
        tls.server_context(cert, tmp_path / "absent.key")


def test_files_that_do_not_fit_are_explained(tmp_path: Path) -> None:
    cert, _ = tls.self_signed(tmp_path / "one", NAMES)
    _, other = tls.self_signed(tmp_path / "two", NAMES)
    with pytest.raises(StartError, match="belong to each other"):
        tls.server_context(cert, other)
    rubbish = tmp_path / "rubbish.pem"
    rubbish.write_text("no certificate")
    with pytest.raises(StartError, match="must be PEM files"):
        tls.server_context(rubbish, other)


def test_a_key_with_a_password_is_refused_instead_of_asking(tmp_path: Path) -> None:
    cert, _ = tls.self_signed(tmp_path, NAMES)
    locked = tmp_path / "locked.key"
    locked.write_bytes(
        ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    with pytest.raises(StartError, match="without a password"):
        tls.server_context(cert, locked)
