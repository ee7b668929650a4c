"""The table, in Markdown, with what it was measured on."""

import argparse
import platform
import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from measure import Result, Settings
from paifang import PAIFANG
from proxies import Proxy, version


@dataclass(frozen=True)
class Latency:
    """A target's p99 in ms at 70 % of its highest rate, and the reference's at that rate; None where there is none."""

    name: str
    own: float | None
    reference: float | None


def report(
    results: list[Result],
    latencies: list[Latency],
    reference: str,
    settings: Settings,
    arguments: argparse.Namespace,
    chosen: list[Proxy],
) -> str:
    """All of it; ratios are to the result named `reference`."""
    base = next(result for result in results if result.name == reference)
    of = {latency.name: latency for latency in latencies}
    lines = [
        f"Measured {date.today()}: {machine()}; {', '.join(versions(arguments, chosen))}.",
        f"GET, answer of 100 bytes, {settings.connections} connections kept open; median of {arguments.rounds} rounds of "
        f"{settings.duration} s after {settings.warmup} s; proxy on one core, load and backend on another.",
        "",
        f"| | requests/s | × {reference} | p50 ms | p99 ms | CPU µs/request | × {reference} "
        f"| p99 ms at 70 % | {reference}'s p99 ms at that rate | × {reference} |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    none = Latency("", None, None)
    return "\n".join(lines + [row(result, base, of.get(result.name, none)) for result in results])


def row(result: Result, base: Result, latency: Latency) -> str:
    """One target."""
    cells = [
        result.name,
        f"{result.requests_per_second:,.0f}",
        ratio(result.requests_per_second, base.requests_per_second),
        f"{result.p50_ms:.2f}",
        f"{result.p99_ms:.2f}",
        number(result.cpu_us_per_request, 1),
        ratio(result.cpu_us_per_request, base.cpu_us_per_request),
        number(latency.own, 2),
        number(latency.reference, 2),
        ratio(latency.own, latency.reference),
    ]
    return "| " + " | ".join(cells) + " |"


def number(value: float | None, places: int) -> str:
    """A cell; a dash where there is nothing to say."""
    return "–" if value is None else f"{value:.{places}f}"


def ratio(value: float | None, base: float | None) -> str:
    """A cell."""
    return "–" if value is None or not base else f"{value / base:.2f}"


def machine() -> str:
    """Processor, cores and kernel."""
    info = Path("/proc/cpuinfo").read_text()
    names = [line.partition(":")[2].strip() for line in info.splitlines() if line.startswith("model name")]
    return f"{names[0] if names else platform.machine()}, {len(names)} cores, Linux {platform.release()}"


def versions(arguments: argparse.Namespace, chosen: list[Proxy]) -> list[str]:
    """What was run."""
    commands = [version(proxy, arguments.tools) for proxy in chosen]
    distinct = list(dict.fromkeys(map(tuple, commands)))
    said = [shorten(command[0], first_line(list(command))) for command in distinct]
    if PAIFANG in arguments.only:
        said.append(first_line([str(arguments.paifang), "--version"]))
    return [*said, first_line(["wrk", "-v"]).split(" [")[0], first_line(["h2load", "--version"])]


def shorten(program: str, said: str) -> str:
    """A program's name and the first thing with a dot that it says of itself."""
    name = Path(program).name
    words = said.replace("/", " ").split()
    return f"{name} {next((word.lstrip('v') for word in words if word.lstrip('v')[:1].isdigit() and '.' in word), said)}"


def first_line(command: list[str]) -> str:
    """nginx and wrk write their version to different streams and with different exit codes."""
    output = subprocess.run(command, capture_output=True, text=True, check=False)
    text = (output.stdout + output.stderr).strip().splitlines()
    return text[0] if text else command[0]
