"""An installation of Paifang for the benchmark: published groups in front of one backend, and a caller's key."""

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from processes import free_port, pinned, wait_for_port
from signing import REGION, Credential, Signer


# Its name among the proxies.
PAIFANG = "paifang"
# What `paifang demo` calls the authentication of a group that has every policy of the table's last row.
FULL_POLICY = "full policy"


@dataclass(frozen=True)
class Group:
    """A group that is published to the online environment."""

    id: str
    # Path of a GET without parameters to fill in.
    path: str

    @property
    def host(self) -> str:
        """Names the group and the online environment."""
        return f"{self.id}.{REGION}.localhost"

    def request(self) -> str:
        """A raw request without a signature."""
        return f"GET {self.path} HTTP/1.1\r\nHost: {self.host}\r\n\r\n"


@dataclass(frozen=True)
class Installation:
    """What the set-up has made."""

    open: Group
    signed: Group
    # The group whose deployment has traffic control and a backend signature too; None where the example has none.
    full: Group | None
    credential: Credential

    def signer(self, group: Group) -> Signer:
        """Signs calls of a group that asks for it."""
        return Signer(self.credential, group.id, group.host, group.path)


def prepare(binary: Path, data_dir: Path, backend_port: int) -> Installation:
    """Fills an empty installation whose groups call a backend on `backend_port`, where nobody listens yet."""
    command = [str(binary), "demo", "--exit", "--data-dir", str(data_dir), "--backend-listen", f"127.0.0.1:{backend_port}"]
    command += ["--console-listen", f"127.0.0.1:{free_port()}", "--gateway-listen", f"127.0.0.1:{free_port()}"]
    filled = subprocess.run(command, env=environment(), check=True, stdout=subprocess.PIPE, text=True)
    made = json.loads(filled.stdout)
    groups = {group["authentication"]: Group(group["id"], group["path"]) for group in made["groups"]}
    return Installation(
        open=groups["none"],
        signed=groups["signature"],
        full=groups.get(FULL_POLICY),
        credential=Credential(made["accessKey"], made["secretKey"]),
    )


@contextlib.contextmanager
def serving(binary: Path, data_dir: Path, core: int, log: Path) -> Iterator[tuple[int, int]]:
    """Runs `paifang serve` on one core; gives the gateway's port and the process id."""
    console, gateway = free_port(), free_port()
    command = [str(binary), "serve", "--data-dir", str(data_dir)]
    command += ["--console-listen", f"127.0.0.1:{console}", "--gateway-listen", f"127.0.0.1:{gateway}"]
    command += ["--set", "gateway.https-listen="]
    # The ceiling of 500 calls a second would be all that is measured.
    command += ["--set", "gateway.group-limit=0"]
    with pinned(command, core, log, environment()) as process:
        wait_for_port(gateway, process, log)
        yield gateway, process.pid


def environment() -> dict[str, str]:
    """Without settings of the person who runs the benchmark."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PAIFANG_")}
