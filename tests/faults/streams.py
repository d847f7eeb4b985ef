#!/usr/bin/env python3
"""Standard streams that are closed or full when the program begins."""
import sys
from pathlib import Path

from program import INPUT, OUTPUT, Trial

FULL = open("/dev/full", "wb")
CLOSED = dict(closed=[1]), "is closed"
NO_SPACE = dict(out=FULL), "No space left"
VERBS = [(["eval"], CLOSED), (["sweep"], CLOSED), (["sweep"], NO_SPACE), (["--help"], CLOSED),
         (["eval", "--format", "json"], NO_SPACE), (["sweep", "--help"], NO_SPACE),
         (["--version"], CLOSED), (["manual"], NO_SPACE), (["completions", "bash"], CLOSED),
         (["--print-config"], NO_SPACE), (["--plain"], CLOSED), (["--plain"], NO_SPACE)]


def lost_output(trial):
    """One line that says what was lost, status 5, and nothing of it in another file."""
    for verb, (way, reason) in VERBS:
        ended = trial.run(*verb, **way)
        trial.check(
            ended.status == OUTPUT and f"secateur: standard output: {reason}" in ended.errors
            and len(ended.lines) == 1, f"{verb} with {way}", ended)
    ended = trial.run("--plain", text="run drop 2\nsave kept.h5\n", closed=[1])
    trial.check(ended.status == OUTPUT and not (trial.folder / "kept.h5").exists(),
                "commands go on although nobody sees their answers", ended)


def no_input(trial):
    """As good as an empty one, but where it was asked for."""
    for verb in ["eval"], ["--plain"]:
        whole, ended = trial.run(*verb), trial.run(*verb, closed=[0])
        trial.check(ended.status == 0 and ended.out.split("images/s")[0][:600] ==
                    whole.out.split("images/s")[0][:600], f"{verb} without input", ended)
    ended = trial.run("--plain", "--script", "-", closed=[0])
    trial.check(ended.status in (0, INPUT), "a script from no input", ended)


def no_errors(trial):
    for verb in ["eval"], ["--plain"]:
        ended = trial.run(*verb, closed=[2])
        trial.check(ended.status == 0 and ended.out, f"{verb} without errors", ended)
    ended = trial.run("eval", "nowhere.h5", "-c", "nowhere.h5", closed=[2])
    trial.check(ended.status == INPUT, "an error that cannot be said", ended)
    ended = trial.run("eval", closed=[0, 1, 2])
    trial.check(ended.status == OUTPUT, "without any stream", ended)


def files_stay(trial):
    """A file that the program opens is not taken for a stream."""
    ended = trial.run("demo", "--out", "demo", "--force")
    trial.check(ended.status == 0, "demo", ended)
    net, clean, poisoned = files = [
        str(trial.folder / "demo" / name) for name in ("bd_net.h5", "valid.h5", "bd_valid.h5")]
    before = [Path(name).read_bytes() for name in files]
    whole = trial.run("eval", net, "-c", clean, "-p", poisoned)
    for closed in [0], [1], [0, 2], [0, 1, 2]:
        ended = trial.run("eval", net, "-c", clean, "-p", poisoned, closed=closed)
        right = ended.status == OUTPUT if 1 in closed else ended.out == whole.out
        trial.check(right, f"eval of files, closed {closed}", ended)
    trial.check(before == [Path(name).read_bytes() for name in files], "inputs were written into")


if __name__ == "__main__":
    trial = Trial()
    for part in lost_output, no_input, no_errors, files_stay:
        part(trial)
    sys.exit(trial.finish())
