#!/usr/bin/env python3
"""One call to the system fails, at many places of whole runs without a screen: the same files, or
lines that say what happened; never a hang, a crash or half a file. inject.c lets the call fail.

usage: injection.py INJECT.SO [--long] [KIND...]"""
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SECATEUR = Path(os.environ.get("SECATEUR_BUILD", "build")).resolve() / "secateur"
PATIENCE = 60  # seconds; what takes longer hangs
POINTS, POINTS_LONG = 12, 400
SCRIPT = """step 3
criterion difference
step 2
save out/kept.h5
export curves out/curves.svg
export channels out/channels.png
export table-thresholds out/thresholds.csv
quit
"""
NET = ["demo/bd_net.h5", "-c", "demo/valid.h5", "-p", "demo/bd_valid.h5", "--limit", "60",
       "--threads", "2"]
COMMANDS = {
    "script": ["--plain", "--no-config", *NET, "--script", "steps.txt"],
    "prune": ["prune", *NET, "--rounds", "5", "--out", "out/pruned.h5"],
    "sweep": ["sweep", *NET, "--format", "csv", "--out", "out/sweep"],
    "lab": ["lab", *NET, "--out", "out/lab"],
}
ONLY_LONG = {"lab"}
RECORD = "out/lab/lab.json"  # its settings are written first, its results last
# What is known to fall short: (kind, command, part of what is seen): the reason.
KNOWN = {}


class Run:
    """A command in a folder of its own; what it wrote and said; the calls that inject.c counted."""

    def __init__(self, library, demo, command, kind="", at=0):
        self.what = f"{command}: {kind} {at}"
        with tempfile.TemporaryDirectory(prefix="secateur-inject-") as name:
            folder = Path(name)
            (folder / "demo").symlink_to(demo)
            (folder / "out").mkdir()
            (folder / "steps.txt").write_text(SCRIPT)
            place = dict(os.environ, HOME=name, XDG_STATE_HOME=name + "/state", LC_ALL="C.UTF-8",
                         XDG_CONFIG_HOME=name + "/config", LD_PRELOAD=library, INJECT_KIND=kind,
                         INJECT_AT=str(at), INJECT_COUNT=name + "/count")
            try:
                ended = subprocess.run([SECATEUR, *COMMANDS[command]], cwd=name, env=place,
                                       stdin=subprocess.DEVNULL, capture_output=True,
                                       timeout=PATIENCE)
                self.status = ended.returncode
                self.said = ended.stderr.decode(errors="replace").splitlines()
            except subprocess.TimeoutExpired:
                self.status, self.said = "hangs", []
            self.files = {str(path.relative_to(folder)): path.read_bytes()
                          for path in folder.glob("out/**/*") if path.is_file()}
            counted = folder / "count"
            lines = counted.read_text().splitlines() if counted.exists() else []
            self.calls = {word: int(n) for word, n in map(str.split, lines)}

    def fault(self, whole):
        """What is wrong with it beside the run without a fault, or None."""
        if self.status == "hangs" or self.status < 0:
            return f"status {self.status}"
        if self.status and not set(self.said) - set(whole.said):
            return f"status {self.status} without a word"
        if not all(line.startswith("secateur: ") or line in whole.said for line in self.said):
            return "a line that is not the program's"
        for name, bytes_ in self.files.items():
            if name == RECORD and self.status:
                json.loads(bytes_)
            elif bytes_ != whole.files.get(name):
                return f"{name} is " + ("half-written" if name in whole.files else "left over")
        if self.status == 0 and len(self.files) < len(whole.files):
            return f"status 0 without {sorted(set(whole.files) - set(self.files))}"
        return None


def spread(places, most):
    """At most that many of them, evenly, the first and the last among them."""
    if len(places) <= most:
        return places
    return [places[i * (len(places) - 1) // (most - 1)] for i in range(most)]


def known(run, kind, fault):
    seen = fault + " ".join(run.said)
    return next((why for (of, command, part), why in KNOWN.items()
                 if of == kind and run.what.startswith(command) and part in seen), None)


def try_kind(kind, wholes, points, start):
    """Runs one kind's points; its line of the table; the number of failures."""
    places = [(command, at) for command, whole in wholes.items()
              for at in range(1, whole.calls[kind] + 1)]
    chosen = spread(places, points)
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda place: start(place[0], kind, place[1]), chosen))
    recovered = refused = missed = excused = failed = 0
    for (command, _), run in zip(chosen, runs):
        fault = run.fault(wholes[command])
        if fault and (why := known(run, kind, fault)):
            excused += 1
            print(f"known: {run.what}: {fault}: {why}")
        elif fault:
            failed += 1
            print(f"FAILED: {run.what}: {fault}; status {run.status}, {run.said[:4]}", flush=True)
        elif run.calls.get("injected", 1) == 0:
            missed += 1  # a worker made fewer calls this time
        elif run.status:
            refused += 1
        else:
            recovered += 1
    if len(places) == 0 or missed > len(chosen) // 4:
        failed += 1
        print(f"FAILED: {kind}: {len(places)} calls, {missed} points were not reached")
    print(f"{kind:<12}{len(places):>8}{len(chosen) - missed:>10}{recovered:>11}{refused:>9}"
          f"{excused:>7}{failed:>8}", flush=True)
    return len(chosen) - missed, failed


def main(library, words):
    long = "--long" in words
    points = POINTS_LONG if long else POINTS
    with tempfile.TemporaryDirectory(prefix="secateur-inject-") as name:
        subprocess.run([SECATEUR, "demo", "--out", name + "/demo"], check=True,
                       stdout=subprocess.DEVNULL, env=dict(os.environ, HOME=name))

        def start(command, kind="", at=0):
            return Run(library, name + "/demo", command, kind, at)

        wholes = {command: start(command) for command in COMMANDS
                  if long or command not in ONLY_LONG}
        for command, whole in wholes.items():
            again = start(command)
            if whole.status or again.fault(whole) or not (whole.files and whole.calls):
                print(f"FAILED: {command} without a fault: {again.fault(whole)}, {whole.said}")
                return 1
        kinds = [kind for kind in whole.calls if kind != "injected"]
        chosen = [kind for kind in words if kind in kinds] or kinds
        print("kind           calls  injected  recovered  refused  known  failed")
        sums = [try_kind(kind, wholes, points, start) for kind in chosen]
    injected, failed = map(sum, zip(*sums))
    print(f"{injected} faults injected, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), sys.argv[2:]))
