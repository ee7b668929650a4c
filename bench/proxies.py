"""The proxies that the gateway is compared with: each before the same backend, by the file of its own folder here."""

import base64
import contextlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from processes import pinned, wait_for_port

HERE = Path(__file__).parent
PLAIN_REQUEST = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
JWT_KEY = b"a key of 32 bytes, for this only"


@dataclass(frozen=True)
class Proxy:
    """How one is run."""

    name: str
    # Its configuration, with @PORT@ and @BACKEND@ to fill in.
    config: str
    # From its program's folder ("" where Debian's is on the path) and its filled configuration.
    command: Callable[[str, str], list[str]]
    version: list[str]
    # Whether it comes by requirements.txt, and not from Debian.
    is_tool: bool = False
    request: str = PLAIN_REQUEST


def run_nginx(_tools: str, config: str) -> list[str]:
    """The backend is one too."""
    return ["nginx", "-e", "stderr", "-c", config]


def run_haproxy(_tools: str, config: str) -> list[str]:
    """In the foreground, as one process."""
    return ["haproxy", "-db", "-q", "-f", config]


def run_envoy(tools: str, config: str) -> list[str]:
    """With one worker."""
    return [f"{tools}envoy", "-c", config, "--concurrency", "1", "--disable-hot-restart", "--log-level", "warning"]


def run_caddy(tools: str, config: str) -> list[str]:
    """With what it keeps on disk beside its configuration."""
    home = str(Path(config).parent)
    settings = ["GOMAXPROCS=1", f"HOME={home}", f"XDG_CONFIG_HOME={home}", f"XDG_DATA_HOME={home}"]
    return ["env", *settings, f"{tools}caddy", "run", "--adapter", "caddyfile", "--config", config]


def jwt_request() -> str:
    """With a token that does not expire."""

    def part(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

    head = part(json.dumps({"alg": "HS256", "typ": "JWT", "kid": "bench"}).encode())
    body = part(json.dumps({"iss": "bench", "sub": "caller"}).encode())
    signature = part(hmac.digest(JWT_KEY, f"{head}.{body}".encode(), "sha256"))
    return f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {head}.{body}.{signature}\r\n\r\n"


PROXIES = [
    Proxy("nginx", "nginx/proxy.conf", run_nginx, ["nginx", "-v"]),
    Proxy("haproxy", "haproxy/proxy.cfg", run_haproxy, ["haproxy", "-v"]),
    Proxy("envoy", "envoy/plain.yaml", run_envoy, ["envoy", "--version"], is_tool=True),
    Proxy("envoy-policies", "envoy/policies.yaml", run_envoy, ["envoy", "--version"], is_tool=True, request=jwt_request()),
    Proxy("caddy", "caddy/Caddyfile", run_caddy, ["caddy", "version"], is_tool=True),
]
BACKEND = Proxy("backend", "nginx/backend.conf", run_nginx, ["nginx", "-v"])


@contextlib.contextmanager
def running(proxy: Proxy, tools: Path, core: int, folder: Path, port: int, backend: int = 0) -> Iterator[int]:
    """Runs a proxy on one core, listening on `port`; gives its process id."""
    own = folder / proxy.name
    own.mkdir()
    text = (HERE / proxy.config).read_text()
    jwt_key = base64.urlsafe_b64encode(JWT_KEY).rstrip(b"=").decode()
    for name, value in {"FOLDER": own, "PORT": port, "BACKEND": backend, "JWT_KEY": jwt_key}.items():
        text = text.replace(f"@{name}@", str(value))
    config, log = own / Path(proxy.config).name, own / "log"
    config.write_text(text)
    with pinned(proxy.command(programs(proxy, tools), str(config)), core, log) as process:
        wait_for_port(port, process, log)
        yield process.pid


def programs(proxy: Proxy, tools: Path) -> str:
    """The folder of a proxy's program, with its slash."""
    return f"{tools}/bin/" if proxy.is_tool else ""


def version(proxy: Proxy, tools: Path) -> list[str]:
    """The command that says its version."""
    return [programs(proxy, tools) + proxy.version[0], *proxy.version[1:]]
