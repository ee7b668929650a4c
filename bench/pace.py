"""One measurement of latency: h2load sends requests at a constant rate, whether the answers come or not."""

import os
import subprocess
from pathlib import Path

from measure import Settings, Target

# Less than this part of the rate means that the target cannot serve it.
REACHED = 0.97


def p99_at(target: Target, rate: float, settings: Settings, folder: Path) -> float | None:
    """Milliseconds at `rate` requests/s. None for a rate that was not reached, and for signed requests: h2load repeats
    one and the same, which a gateway that remembers nonces refuses."""
    if target.signer:
        return None
    log = folder / "requests.tsv"
    log.unlink(missing_ok=True)
    seconds = settings.warmup + settings.duration
    play(target, rate, settings, seconds, log)
    # Microseconds since 1970 at which each began, its status, and how many microseconds it took.
    rows = [tuple(map(int, line.split("\t")[:3])) for line in log.read_text().splitlines()]
    refused = sum(status != 200 for _, status, _ in rows)
    if refused:
        raise SystemExit(f"{target.name}: {refused} of {len(rows)} requests at a constant rate were not answered with 200")
    begins = [begin for begin, _, _ in rows]
    first, last = min(begins), max(begins)
    if len(rows) / max((last - first) / 1e6, 1e-6) < rate * REACHED:
        return None
    measured = sorted(took for begin, _, took in rows if begin >= first + settings.warmup * 1e6)
    return measured[int(len(measured) * 0.99)] / 1e3


def play(target: Target, rate: float, settings: Settings, seconds: int, log: Path) -> None:
    """Runs h2load by the number of requests: by time, that of Debian 12 does not end."""
    host, path, others = target.head()
    each = rate / settings.connections
    command = ["h2load", "--h1", "-t1", f"-c{settings.connections}", "-m1", f"-n{int(rate * seconds)}", f"--rps={each:.3f}"]
    command += [f"--connect-to=127.0.0.1:{target.port}", f"--log-file={log}"]
    command += [f"--header={header}" for header in others]
    try:
        played = subprocess.run(
            [*command, f"http://{host}:{target.port}{path}"],
            check=True,
            capture_output=True,
            text=True,
            timeout=10 * seconds + 30,
            preexec_fn=lambda: os.sched_setaffinity(0, {settings.core}),
        )
    except subprocess.TimeoutExpired:
        raise SystemExit(f"{target.name}: h2load did not end at {rate:,.0f} requests/s") from None
    if " 0 failed, 0 errored, 0 timeout" not in played.stdout:
        raise SystemExit(f"{target.name}: requests at a constant rate failed:\n{played.stdout}")
