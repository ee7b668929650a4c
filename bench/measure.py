"""One measurement: wrk plays a request at a target for some seconds; what it saw, and what the proxy's CPU took."""

import json
import os
import socket
import statistics
import subprocess
from dataclasses import dataclass
from pathlib import Path

from processes import cpu_seconds
from signing import Signer

REPLAY = Path(__file__).parent / "wrk/replay.lua"


@dataclass(frozen=True)
class Settings:
    """How load is made."""

    connections: int
    warmup: int
    duration: int
    core: int


@dataclass(frozen=True)
class Target:
    """What is measured."""

    name: str
    port: int
    # A raw request; with a signer, one that has @NONCE@ and @SIGNATURE@ in it.
    request: str
    # The proxy whose CPU time counts; None for the backend itself.
    pid: int | None
    signer: Signer | None = None

    def head(self) -> tuple[str, str, list[str]]:
        """Host, path and the other header lines of a request that is always the same."""
        line, host, *others = self.request.strip().split("\r\n")
        return host.removeprefix("Host: "), line.split(" ")[1], others


@dataclass(frozen=True)
class Result:
    """What one run gave."""

    name: str
    requests_per_second: float
    p50_ms: float
    p99_ms: float
    # None where there is no proxy.
    cpu_us_per_request: float | None


def measure(target: Target, settings: Settings, folder: Path, expected_rate: float) -> Result:
    """Warms up, then measures. `expected_rate` (requests/s) says how many signed requests are made beforehand."""
    preflight(target)
    play(target, settings, settings.warmup, folder, expected_rate)
    cpu_before = cpu_seconds(target.pid) if target.pid else 0.0
    played = play(target, settings, settings.duration, folder, expected_rate)
    cpu = cpu_seconds(target.pid) - cpu_before if target.pid else None
    requests = played["requests"]
    return Result(
        name=target.name,
        requests_per_second=requests / (played["duration_us"] / 1e6),
        p50_ms=played["p50_us"] / 1e3,
        p99_ms=played["p99_us"] / 1e3,
        cpu_us_per_request=None if cpu is None else cpu * 1e6 / requests,
    )


def median(results: list[Result]) -> Result:
    """The run in the middle by requests per second; its other numbers belong to the same run."""
    middle = statistics.median_low(result.requests_per_second for result in results)
    return next(result for result in results if result.requests_per_second == middle)


def preflight(target: Target) -> None:
    """One request must be answered with 200; otherwise nothing is measured but refusals."""
    request = target.request
    if target.signer:
        nonce, signature = target.signer.pair()
        request = request.replace("@NONCE@", nonce).replace("@SIGNATURE@", signature)
    with socket.create_connection(("127.0.0.1", target.port), timeout=10) as connection:
        connection.sendall(request.encode())
        answer = connection.recv(65536).decode(errors="replace")
    if not answer.startswith("HTTP/1.1 200 "):
        raise SystemExit(f"{target.name}: expected 200, got:\n{answer}\nfor:\n{request}")


def play(target: Target, settings: Settings, seconds: int, folder: Path, expected_rate: float) -> dict:
    """Runs wrk and returns its result; refuses a run in which anything but 200 was answered."""
    request, signed, result = folder / "request", folder / "signed", folder / "result.json"
    request.write_bytes(target.request.encode())
    env = dict(os.environ, BENCH_REQUEST=str(request), BENCH_RESULT=str(result), BENCH_SIGNED="")
    if target.signer:
        target.signer.write(signed, int(expected_rate * seconds * 1.5) + 20_000)
        env["BENCH_SIGNED"] = str(signed)
    command = ["wrk", "-t1", f"-c{settings.connections}", f"-d{seconds}s", "--latency", f"-s{REPLAY}"]
    subprocess.run(
        [*command, f"http://127.0.0.1:{target.port}/"],
        env=env,
        check=True,
        stdout=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, {settings.core}),
    )
    played = json.loads(result.read_text())
    if played["exhausted"]:
        raise SystemExit(f"{target.name}: more requests were played than signed beforehand")
    if played["bad_status"] or played["broken"]:
        raise SystemExit(f"{target.name}: {played['bad_status']} refused, {played['broken']} broken")
    return played
