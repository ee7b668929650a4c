"""Signed requests made before a run, each with a nonce of its own, so that the run measures the gateway alone."""

import hashlib
import hmac
import itertools
import secrets
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

ALGORITHM = "JDCLOUD3-HMAC-SHA256"
TERMINATION = "jdcloud3_request"
REGION = "cn-north-1"
SIGNED_HEADERS = "host;x-jdcloud-date;x-jdcloud-nonce"
EMPTY_BODY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class Credential:
    """A caller's key."""

    access_key: str
    secret_key: str


class Signer:
    """Signs `GET path` of one group, always with the same date, which must stay within the gateway's clock skew."""

    def __init__(self, credential: Credential, group: str, host: str, path: str) -> None:
        self.credential = credential
        self.host = host
        self.path = path
        self.date = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        self.scope = f"{self.date[:8]}/{REGION}/{group}/{TERMINATION}"
        key = b"JDCLOUD3" + credential.secret_key.encode()
        for part in self.scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        self._key = key
        # The nonces of two signers never meet.
        self._run = secrets.token_hex(6)
        self._count = itertools.count()

    def request(self) -> str:
        """The raw request with @NONCE@ and @SIGNATURE@ where each call differs."""
        return (
            f"GET {self.path} HTTP/1.1\r\n"
            f"Host: {self.host}\r\n"
            f"x-jdcloud-date: {self.date}\r\n"
            "x-jdcloud-nonce: @NONCE@\r\n"
            f"Authorization: {ALGORITHM} Credential={self.credential.access_key}/{self.scope}, "
            f"SignedHeaders={SIGNED_HEADERS}, Signature=@SIGNATURE@\r\n\r\n"
        )

    def pair(self) -> tuple[str, str]:
        """The next nonce and its signature."""
        nonce = f"{self._run}-{next(self._count):023d}"
        canonical = (
            f"GET\n{self.path}\n\n"
            f"host:{self.host}\nx-jdcloud-date:{self.date}\nx-jdcloud-nonce:{nonce}\n\n"
            f"{SIGNED_HEADERS}\n{EMPTY_BODY}"
        )
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        text = f"{ALGORITHM}\n{self.date}\n{self.scope}\n{digest}"
        return nonce, hmac.digest(self._key, text.encode(), "sha256").hex()

    def write(self, path: Path, count: int) -> None:
        """Writes `count` fresh pairs, nonce and signature on a line each."""
        with path.open("w", encoding="ascii") as file:
            for _ in range(count):
                file.write("%s\n%s\n" % self.pair())
