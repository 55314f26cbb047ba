"""Certificates: the organiser's, or one the server makes itself. The only importer of ``cryptography``."""

from __future__ import annotations

import ipaddress
import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from turia.errors import StartError

CERT_NAME: Final = "self-signed.pem"
KEY_NAME: Final = "self-signed.key"
_LIFE: Final = timedelta(days=365)
_RENEW_BEFORE: Final = timedelta(days=30)


def server_context(cert: Path, key: Path) -> ssl.SSLContext:
    """TLS 1.2 or newer with this certificate; raises StartError with what is wrong with which file."""
    for path, what in ((cert, "certificate"), (key, "private key")):
        if not path.is_file():
            raise StartError(f"The {what} {path} does not exist. Check tls_cert and tls_key.")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(cert, key, password=_no_password)
    except (ssl.SSLError, OSError, ValueError) as error:
        raise StartError(
            f"{cert} and {key} cannot be used for TLS: {getattr(error, 'reason', None) or error}. "
            "Both must be PEM files, the key without a password, and belong to each other."
        ) from None
    return context


def _no_password() -> str:
    raise ValueError("the key has a password")


def self_signed(data_dir: Path, names: list[str], now: datetime | None = None) -> tuple[Path, Path]:
    """(certificate, key) in the data folder for ``names`` (hosts and IP addresses), made anew when they do not fit."""
    at = now or datetime.now(UTC)
    cert, key = data_dir / CERT_NAME, data_dir / KEY_NAME
    if not (key.is_file() and _serves(cert, names, at)):
        try:
            data_dir.mkdir(parents=True, exist_ok=True)
            _make(cert, key, names, at)
        except OSError as error:
            raise StartError(f"The certificate cannot be written to {data_dir}: {error.strerror or error}.") from None
    return cert, key


def _serves(path: Path, names: list[str], now: datetime) -> bool:
    try:
        cert = x509.load_pem_x509_certificate(path.read_bytes())
        alternatives = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    return cert.not_valid_after_utc - now > _RENEW_BEFORE and set(alternatives) >= {_general(name) for name in names}


def _make(cert_path: Path, key_path: Path, names: list[str], now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Turia, self-signed")])
    alternatives = x509.SubjectAlternativeName([_general(name) for name in names])
    cert = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + _LIFE)
        .add_extension(alternatives, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(key_path, private, 0o600)
    _write(cert_path, cert.public_bytes(serialization.Encoding.PEM), 0o644)


def _write(path: Path, data: bytes, mode: int) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name.strip("[]")))
    except ValueError:
        return x509.DNSName(name)
