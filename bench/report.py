"""The table, in Markdown, with what it was measured on."""

import platform
import subprocess
from datetime import date
from pathlib import Path

from measure import Result, Settings


def report(results: list[Result], reference: str, settings: Settings, rounds: int, binary: Path) -> str:
    """All of it; ratios are to the result named `reference`."""
    base = next(result for result in results if result.name == reference)
    lines = [
        f"Measured {date.today()}: {machine()}; {', '.join(versions(binary))}.",
        f"GET, answer of 100 bytes, {settings.connections} connections kept open; median of {rounds} rounds of "
        f"{settings.duration} s after {settings.warmup} s; proxy on one core, load and backend on another.",
        "",
        f"| | requests/s | × {reference} | p50 ms | p99 ms | CPU µs/request | × {reference} |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    return "\n".join(lines + [row(result, base) for result in results])


def row(result: Result, base: Result) -> str:
    """One target."""
    cpu, cpu_ratio = "–", "–"
    if result.cpu_us_per_request is not None and base.cpu_us_per_request is not None:
        cpu = f"{result.cpu_us_per_request:.1f}"
        cpu_ratio = f"{result.cpu_us_per_request / base.cpu_us_per_request:.2f}"
    cells = [
        result.name,
        f"{result.requests_per_second:,.0f}",
        f"{result.requests_per_second / base.requests_per_second:.2f}",
        f"{result.p50_ms:.2f}",
        f"{result.p99_ms:.2f}",
        cpu,
        cpu_ratio,
    ]
    return "| " + " | ".join(cells) + " |"


def machine() -> str:
    """Processor, cores and kernel."""
    info = Path("/proc/cpuinfo").read_text()
    names = [line.partition(":")[2].strip() for line in info.splitlines() if line.startswith("model name")]
    return f"{names[0] if names else platform.machine()}, {len(names)} cores, Linux {platform.release()}"


def versions(binary: Path) -> list[str]:
    """What was run."""
    return [first_line(["nginx", "-v"]), first_line(["wrk", "-v"]).split(" [")[0], first_line([str(binary), "--version"])]


def first_line(command: list[str]) -> str:
    """nginx and wrk write their version to different streams and with different exit codes."""
    output = subprocess.run(command, capture_output=True, text=True, check=False)
    text = (output.stdout + output.stderr).strip().splitlines()
    return text[0].removeprefix("nginx version: ") if text else command[0]
