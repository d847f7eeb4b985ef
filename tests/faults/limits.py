#!/usr/bin/env python3
"""Limits of the system: files, memory, processes, processor time, sizes of files; signals on the
screen. The same results, or one line that says what is short; never a hang."""
import os
import pty
import resource
import select
import signal
import sys
import termios
import time

from program import PATIENCE, SECATEUR, Trial, by_signal

MEGABYTE = 1 << 20
SMALL = 1200 << 10  # less than a net, more than a part of the images
NOBODY = 65534
NET = ["demo/bd_net.h5", "-c", "demo/valid.h5", "-p", "demo/bd_valid.h5"]


def same_or_said(trial, whole, what, ended):
    """How it met its limit: "same" results, or "said" in one line."""
    if ended.status == 0 and ended.out == whole.out:
        return "same"
    said = (isinstance(ended.status, int) and 0 < ended.status < 128 and ended.lines
            and all(line.startswith("secateur: ") for line in ended.lines)
            and len(set(ended.lines)) == len(ended.lines) <= 2)
    trial.check(said, what, ended)
    return "said"


def files(trial, whole):
    met = [same_or_said(trial, whole, f"{n} files",
                        trial.run("eval", *NET, limits=[(resource.RLIMIT_NOFILE, n)]))
           for n in range(4, 14)]
    trial.check(met[-1] == "same", "13 files are enough")
    print("files 4 to 13:", " ".join(met))


def memory(trial, whole):
    sizes = [100, 140, 180, 220, 260, 300, 400, 500, 600, 1200]
    met = [same_or_said(trial, whole, f"{size} MB",
                        trial.run("eval", *NET, limits=[(resource.RLIMIT_AS, size * MEGABYTE)]))
           for size in sizes]
    trial.check(met[-1] == "same", "1200 MB are enough")
    print("memory:", " ".join(f"{size}M {way}" for size, way in zip(sizes, met)))


def processes(trial, whole):
    """Without a process files cannot be read; without a thread the demo still can."""
    user = NOBODY if os.getuid() == 0 else None
    os.chmod(trial.folder, 0o777)
    os.system(f"chmod -R a+rwX {trial.folder}")
    none = [(resource.RLIMIT_NPROC, 0)]
    ended = trial.run("eval", *NET, limits=none, user=user)
    trial.check(ended.status not in (0, "hangs") and "process" in ended.errors, "no process", ended)
    met = same_or_said(trial, trial.run("eval"), "no thread",
                       trial.run("eval", "--threads", "3", limits=none, user=user))
    print("no processes: demo", met)


def sizes_of_files(trial, whole):
    """The disk is full, as it were: rounds stay in the journal, nothing else is left."""
    before = sorted(trial.folder.rglob("*"))
    ended = trial.run("--plain", *NET, text="step 3\nsave kept.h5\nstep 2\n",
                      limits=[(resource.RLIMIT_FSIZE, SMALL)])
    trial.check(ended.status not in (0, "hangs") and "kept.h5: cannot be written: File too large"
                in ended.errors and len(ended.lines) == 1, "no space for a net", ended)
    new = [path for path in sorted(trial.folder.rglob("*")) if path not in before]
    trial.check(all("state" in str(path) for path in new), f"{new} are left")
    again = trial.run("--plain", "--resume", text="status\n")
    trial.check(again.status == 0 and "round 3 of" in again.out, "rounds were lost", again)
    trial.run("--plain", *NET, text="step\nsave kept.h5\n")
    kept = (trial.folder / "kept.h5").read_bytes()
    ended = trial.run("--plain", "--force", *NET, text="step 3\nsave kept.h5\n",
                      limits=[(resource.RLIMIT_FSIZE, SMALL)])
    trial.check("File too large" in ended.errors, "no space for a net again", ended)
    trial.check(kept == (trial.folder / "kept.h5").read_bytes(), "the old net was lost")


def processor_time(trial, whole):
    ended = trial.run("sweep", *NET, limits=[(resource.RLIMIT_CPU, 2)])
    met = ended.status == 0 or (ended.status == by_signal(signal.SIGXCPU)
                                and "limit of processor time" in ended.errors)
    trial.check(met, "2 s of processor time", ended)


def on_screen(trial, act, limits=()):
    """Runs in a pseudo-terminal until act(process) after the first picture; how it was left."""
    child, end = pty.fork()
    if child == 0:
        os.chdir(trial.folder)
        os.environ.update(TERM="xterm-256color", XDG_STATE_HOME=str(trial.folder / "screens"))
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)  # whoever runs the tests may ignore them
        for number, most in limits:
            resource.setrlimit(number, (most, most))
        os.execv(SECATEUR, [str(SECATEUR), *NET])
    echo = termios.tcgetattr(end)[3] & termios.ECHO
    seen, acted, until = b"", False, time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if select.select([end], [], [], 0.1)[0]:
            try:
                seen += os.read(end, 65536)
            except OSError:
                break
        if not acted and b"conv_3" in seen:
            act(child)
            acted = True
    back = termios.tcgetattr(end)[3] & termios.ECHO
    if time.monotonic() >= until:
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(end)
    left = seen.rfind(b"\x1b[?1049l") > seen.rfind(b"\x1b[?1049h") and echo == back
    return (128 - status if status < 0 else status), left, seen


def signals(trial, whole):
    for number in signal.SIGUSR1, signal.SIGTERM, signal.SIGHUP, signal.SIGXCPU, signal.SIGALRM:
        status, left, seen = on_screen(trial, lambda child: os.kill(child, number))
        trial.check(status == by_signal(number) and left,
                    f"{number.name}: status {status}, terminal restored: {left}, {seen[-200:]}")


if __name__ == "__main__":
    trial = Trial()
    trial.run("demo", "--out", "demo", "--force")
    whole = trial.run("eval", *NET)
    trial.check(whole.status == 0 and not whole.errors, "without limits", whole)
    for part in (files, memory, processes, sizes_of_files, processor_time, signals):
        if len(sys.argv) < 2 or part.__name__ in sys.argv[1:]:
            part(trial, whole)
    sys.exit(trial.finish())
