#!/usr/bin/env python3
"""Compares the gateway with nginx as a plain reverse proxy, and both with the backend alone. See README.md."""

import argparse
import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import paifang
from measure import Result, Settings, Target, measure, median
from processes import free_port, pinned, wait_for_port
from report import report

NGINX = Path(__file__).parent / "nginx"
REFERENCE = "nginx"
PLAIN_REQUEST = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def main() -> None:
    """Starts everything, measures in turns, prints the table."""
    arguments = parse()
    settings = Settings(arguments.connections, arguments.warmup, arguments.duration, arguments.load_core)
    with tempfile.TemporaryDirectory(prefix="paifang-bench-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        targets = start(stack, arguments, folder)
        # One round after the other, so that a slow minute of the machine hits all of them.
        rounds = [run_round(targets, settings, folder) for _ in range(arguments.rounds)]
    results = [median(list(same_target)) for same_target in zip(*rounds)]
    print(report(results, REFERENCE, settings, arguments.rounds, arguments.paifang))


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paifang", type=Path, required=True, help="the release binary")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--duration", type=int, default=8, help="seconds of one measurement")
    parser.add_argument("--warmup", type=int, default=2, help="seconds before it")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--proxy-core", type=int, default=0)
    parser.add_argument("--load-core", type=int, default=1, help="core of wrk and the backend")
    arguments = parser.parse_args()
    missing = {arguments.proxy_core, arguments.load_core} - os.sched_getaffinity(0)
    if missing or arguments.proxy_core == arguments.load_core:
        parser.error("the proxy and the load need two different cores of this machine")
    return arguments


def start(stack: contextlib.ExitStack, arguments: argparse.Namespace, folder: Path) -> list[Target]:
    """Starts backend, nginx and Paifang; they stop with `stack`."""
    # The installation is filled by calls of its own backend, which nginx then takes the place of.
    backend, data_dir = free_port(), folder / "data"
    installation = paifang.prepare(arguments.paifang, data_dir, backend)
    stack.enter_context(nginx("backend", arguments.load_core, folder, PORT=backend))
    proxy = free_port()
    proxy_pid = stack.enter_context(nginx("proxy", arguments.proxy_core, folder, PORT=proxy, BACKEND=backend))
    serving = paifang.serving(arguments.paifang, data_dir, arguments.proxy_core, folder / "paifang.log")
    gateway, gateway_pid = stack.enter_context(serving)
    signer = installation.signer()
    return [
        Target("backend alone", backend, PLAIN_REQUEST, None),
        Target(REFERENCE, proxy, PLAIN_REQUEST, proxy_pid),
        Target("paifang, no authentication", gateway, installation.open.request(), gateway_pid),
        Target("paifang, signature", gateway, signer.request(), gateway_pid, signer),
    ]


@contextlib.contextmanager
def nginx(role: str, core: int, folder: Path, **ports: int) -> Iterator[int]:
    """Runs nginx by `nginx/ROLE.conf`; gives its process id."""
    text = (NGINX / f"{role}.conf").read_text()
    for name, value in {"FOLDER": folder, **ports}.items():
        text = text.replace(f"@{name}@", str(value))
    config, log = folder / f"{role}.conf", folder / f"{role}.log"
    config.write_text(text)
    with pinned(["nginx", "-e", "stderr", "-c", str(config)], core, log) as process:
        wait_for_port(ports["PORT"], process, log)
        yield process.pid


def run_round(targets: list[Target], settings: Settings, folder: Path) -> list[Result]:
    """Measures each target once."""
    results: list[Result] = []
    rate = 0.0
    for target in targets:
        result = measure(target, settings, folder, expected_rate=rate)
        print(f"{target.name}: {result.requests_per_second:,.0f} requests/s", file=sys.stderr)
        results.append(result)
        # A signed call is never faster than the same call without.
        rate = result.requests_per_second
    return results


if __name__ == "__main__":
    main()
