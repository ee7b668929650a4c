#!/usr/bin/env python3
"""Compares the gateway with other proxies, and all of them with the backend alone. See README.md."""

import argparse
import contextlib
import os
import statistics
import sys
import tempfile
from pathlib import Path

import paifang
from measure import Result, Settings, Target, measure, median
from pace import p99_at
from processes import free_port
from proxies import BACKEND, PLAIN_REQUEST, PROXIES, Proxy, running
from report import Latency, report

REFERENCE = "nginx"
# Part of a target's highest rate at which latency is measured.
PACE = 0.7


def main() -> None:
    """Starts everything, measures in turns, prints the table."""
    arguments = parse()
    settings = Settings(arguments.connections, arguments.warmup, arguments.duration, arguments.load_core)
    chosen = [proxy for proxy in PROXIES if proxy.name in {REFERENCE, *arguments.only}]
    with tempfile.TemporaryDirectory(prefix="paifang-bench-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        targets = start(stack, arguments, chosen, folder)
        # One round after the other, so that a slow minute of the machine hits all of them.
        rounds = [run_round(targets, settings, folder) for _ in range(arguments.rounds)]
        results = [median(list(same_target)) for same_target in zip(*rounds)]
        latencies = [] if arguments.no_pace else pace(targets, results, settings, folder, arguments.rounds)
    print(report(results, latencies, REFERENCE, settings, arguments, chosen))


def parse() -> argparse.Namespace:
    """The command line."""
    names = [proxy.name for proxy in PROXIES] + [paifang.PAIFANG]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paifang", type=Path, required=True, help="the release binary")
    parser.add_argument("--tools", type=Path, required=True, help="the Python environment with requirements.txt in it")
    parser.add_argument("--only", type=lambda text: text.split(","), default=names, help=f"of {','.join(names)}; nginx always is")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--duration", type=int, default=8, help="seconds of one measurement")
    parser.add_argument("--warmup", type=int, default=2, help="seconds before it")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--no-pace", action="store_true", help="leave out the latency at constant rates")
    parser.add_argument("--proxy-core", type=int, default=0)
    parser.add_argument("--load-core", type=int, default=1, help="core of the load generator and the backend")
    arguments = parser.parse_args()
    if unknown := set(arguments.only) - set(names):
        parser.error(f"--only: there is no {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    missing = {arguments.proxy_core, arguments.load_core} - os.sched_getaffinity(0)
    if missing or arguments.proxy_core == arguments.load_core:
        parser.error("the proxy and the load need two different cores of this machine")
    return arguments


def start(stack: contextlib.ExitStack, arguments: argparse.Namespace, chosen: list[Proxy], folder: Path) -> list[Target]:
    """Starts the backend and what is before it; they stop with `stack`."""
    # The installation is filled by calls of its own backend, which nginx then takes the place of.
    backend, data_dir = free_port(), folder / "data"
    installation = paifang.prepare(arguments.paifang, data_dir, backend) if paifang.PAIFANG in arguments.only else None
    stack.enter_context(running(BACKEND, arguments.tools, arguments.load_core, folder, backend))
    targets = [Target("backend alone", backend, PLAIN_REQUEST, None)]
    for proxy in chosen:
        port = free_port()
        pid = stack.enter_context(running(proxy, arguments.tools, arguments.proxy_core, folder, port, backend))
        targets.append(Target(proxy.name, port, proxy.request, pid))
    if installation:
        log = folder / "paifang.log"
        serving = paifang.serving(arguments.paifang, data_dir, arguments.proxy_core, log)
        targets += paifang_targets(installation, *stack.enter_context(serving))
    return targets


def paifang_targets(installation: paifang.Installation, port: int, pid: int) -> list[Target]:
    """The gateway's rows."""
    targets = [Target("paifang, no authentication", port, installation.open.request(), pid)]
    signed = [("signature", installation.signed)]
    if installation.full:
        signed.append((paifang.FULL_POLICY, installation.full))
    for name, group in signed:
        signer = installation.signer(group)
        targets.append(Target(f"paifang, {name}", port, signer.request(), pid, signer))
    return targets


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


def pace(targets: list[Target], results: list[Result], settings: Settings, folder: Path, rounds: int) -> list[Latency]:
    """Measures each target's latency at part of its highest rate, and the reference's at the same, in turns too."""
    reference = next(target for target in targets if target.name == REFERENCE)
    seen: dict[tuple[str, bool], list[float | None]] = {}
    for _ in range(rounds):
        for target, result in zip(targets, results):
            rate = result.requests_per_second * PACE
            for is_own, measured in ((True, target), (False, reference)):
                # Of a target that cannot be measured, there is nothing to compare.
                p99 = p99_at(measured, rate, settings, folder) if not target.signer else None
                seen.setdefault((target.name, is_own), []).append(p99)
                print(f"{measured.name} at {rate:,.0f} requests/s: p99 {p99} ms", file=sys.stderr)
    return [Latency(target.name, middle(seen[target.name, True]), middle(seen[target.name, False])) for target in targets]


def middle(values: list[float | None]) -> float | None:
    """The median; None when one is missing."""
    present = [value for value in values if value is not None]
    return statistics.median_low(present) if len(present) == len(values) else None


if __name__ == "__main__":
    main()
