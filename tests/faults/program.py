"""The program under faults: run in a folder of its own, with limits, streams and time to spare."""
import os
import resource
import shutil
import subprocess
import tempfile
from pathlib import Path

SECATEUR = Path(os.environ.get("SECATEUR_BUILD", "build")).resolve() / "secateur"
PATIENCE = 300  # seconds; what takes longer hangs


class Ended:
    """How a run ended: exit status (128 + n: by signal n, "hangs"), output, errors."""

    def __init__(self, status, out, errors):
        self.status, self.out, self.errors = status, out, errors

    def __str__(self):
        return f"status {self.status}, output {self.out[-200:]!r}, errors {self.errors[-300:]!r}"

    @property
    def lines(self):
        return self.errors.splitlines()


class Trial:
    """A folder that is the program's home, and what was checked there."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="secateur-faults-"))
        self.failed = self.checked = 0

    def run(self, *arguments, text="", closed=(), limits=(), out=subprocess.PIPE, errors=None,
            environment=None, user=None, patience=PATIENCE):
        """closed: descriptors; limits: (resource, most); out: an open file; user: its number."""
        def prepare():
            for number, most in limits:
                resource.setrlimit(number, (most, most))
            for number in closed:
                os.close(number)

        home = str(self.folder)
        place = dict(os.environ, HOME=home, XDG_STATE_HOME=home + "/state",
                     XDG_CONFIG_HOME=home + "/config", **(environment or {}))
        process = subprocess.Popen([SECATEUR, *arguments], cwd=home, env=place, stdout=out,
                                   stdin=subprocess.PIPE, stderr=errors or subprocess.PIPE,
                                   preexec_fn=prepare, user=user, extra_groups=[] if user else None)
        try:
            printed, said = process.communicate(text.encode(), timeout=patience)
            status = process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            printed, said = process.communicate()
            status = "hangs"
        if isinstance(status, int) and status < 0:
            status = 128 - status
        return Ended(status, (printed or b"").decode(), (said or b"").decode())

    def check(self, good, what, ended=None):
        self.checked += 1
        if not good:
            self.failed += 1
            print(f"FAILED: {what}" + (f": {ended}" if ended else ""), flush=True)
        return good

    def finish(self):
        shutil.rmtree(self.folder)
        print(f"{self.checked} checks, {self.failed} failed")
        return 1 if self.failed else 0


def by_signal(number):
    return 128 + number


INPUT, OUTPUT = 3, 5  # exit statuses, engine/base/error.h
