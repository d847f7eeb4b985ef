#!/usr/bin/env python3
"""Runs every command line of the README and the guide on the demo's files, in a scratch folder.

usage: page_commands.py SOURCE_ROOT SECATEUR

A line that begins a screen is run with --plain and nothing to read: the same command line without
a terminal. Options, verbs and commands that the pages name must be known to the program.
"""
import gzip
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT, PROGRAM = Path(sys.argv[1]), Path(sys.argv[2]).resolve()
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs/guide").glob("*.md"))]
SETS = ("valid.h5", "bd_valid.h5", "test.h5", "bd_test.h5")
WORK = Path(tempfile.mkdtemp(prefix="page-commands-"))

# What cannot be run as it stands: what is run instead (None: nothing), and why.
INSTEAD = {
    "secateur [VERB] [NET] [OPTIONS]": (None, "the form of all command lines"),
    "secateur manual | man -l -": ("secateur manual", "man need not be installed"),
    "build/secateur plant --out bad.h5": (
        "build/secateur plant --classes 4 --images 2 --epochs 1 --plant-epochs 1 --out bad.h5",
        "training takes minutes"),
    "build/secateur --resume net.h5 …": (
        "build/secateur --resume net.h5 -c valid.h5 -p bd_valid.h5", "… stands for the image sets"),
    "build/secateur --resume=FILE": (
        "build/secateur --resume=$(ls state/secateur/*.journal)", "FILE stands for a journal"),
    "build/secateur lab net.h5 -c valid.h5 --out defence": (
        None, "lab.md has it with test images, which is run: a minute of work"),
    "secateur --resume=FILE": (
        "build/secateur --resume=$(ls state/secateur/*.journal)", "FILE stands for a journal"),
}
# The small ONNX net here reads no face right: it has no points to lose.
PRUNE = "build/secateur prune net.onnx -c valid.npz --layer layer4.1.conv1 --drop 4 --out pruned.onnx"
INSTEAD[PRUNE] = (PRUNE.replace("--drop 4", "--channels 1"), "the net here is not trained")
# The work of these grows with the images, and their files do not.
FEWER = {verb: " --limit 64" for verb in ("lab", "figures", "layers", "goodnet")}
FEWER["scan"] = " --limit 100"
# Tuning, and searching masks, take their time however few images there are.
FEWER["repair"] = " --limit 100 --rounds 1 --target 0"  # the search is what scan runs
FEWER["compare"] = " --limit 64 --criteria mean-activation,l1,difference"
# Options of other programs that the pages name.
OTHERS = {"--suite", "--print-errorlogs", "--mpi", "--allow-run-as-root", "--oversubscribe",
          "--cpus-per-task", "--mem", "--time", "--array"}

problems = []


def run(line, folder):
    environment = dict(
        os.environ, PATH=f"{WORK}/bin:{os.environ['PATH']}", XDG_CONFIG_HOME=str(folder / "config"),
        XDG_STATE_HOME=str(folder / "state"))
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], cwd=folder, env=environment, text=True,
        stdin=subprocess.DEVNULL, capture_output=True, timeout=600)


def prepare(line, folder=WORK):
    done = run(line, folder)
    if done.returncode:
        sys.exit(f"{line}: {done.stderr}")
    return done.stdout


def picture(path, width, height):
    def chunk(kind, data):
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + bytes((x + y) % 256 for x in range(3 * width)) for y in range(height))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
                     + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def onnx_net(path, classes):
    """Conv, Relu, mean, Gemm for the demo's faces, as protobuf."""
    def varint(value):
        low = bytes([value & 127 | (128 if value > 127 else 0)])
        return low + varint(value >> 7) if value > 127 else low

    def field(number, value):
        if isinstance(value, int):
            return varint(number << 3) + varint(value)
        value = value.encode() if isinstance(value, str) else value
        return varint(number << 3 | 2) + varint(len(value)) + value

    def weight(name, *dims):
        count = 1
        for size in dims:
            count *= size
        values = struct.pack(f"<{count}f", *((i * 37 % 64 - 31) / 64 for i in range(count)))
        return field(5, b"".join(field(1, size) for size in dims) + field(2, 1) + field(8, name)
                     + field(9, values))

    def node(op, output, *inputs, more=b""):
        return field(1, b"".join(field(1, name) for name in inputs) + field(2, output)
                     + field(4, op) + more)

    def value(number, name, *dims):
        shape = field(1, field(2, "n")) + b"".join(field(1, field(1, size)) for size in dims)
        return field(number, field(1, name) + field(2, field(1, field(1, 1) + field(2, shape))))

    turned = field(5, field(1, "transB") + field(3, 1) + field(20, 2))
    graph = (node("Conv", "c", "x", "layer4.1.conv1.weight") + node("Relu", "r", "c")
             + node("GlobalAveragePool", "p", "r") + node("Flatten", "f", "p")
             + node("Gemm", "y", "f", "fc.weight", more=turned)
             + weight("layer4.1.conv1.weight", 4, 3, 3, 3) + weight("fc.weight", classes, 4)
             + value(11, "x", 3, 55, 47) + value(12, "y", classes))
    path.write_bytes(field(1, 8) + field(7, graph) + field(8, field(2, 17)))


def lines_of(page):
    """Command lines with their numbers: in indented blocks, and between backticks."""
    text = re.sub(r" *\\\n *", " ", page.read_text("utf-8"))
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("    ") and re.search(r"(^|/|\| )secateur( |$)", line.strip()):
            yield number, re.sub(r"\s+# .*$", "", line.strip())
        for code in re.findall(r"`((?:build/|source <\()?secateur [^`]+)`", line):
            yield number, code.replace(r"\|", "|")


def script():
    """The script that docs/guide/scripting.md shows."""
    text = (ROOT / "docs/guide/scripting.md").read_text("utf-8")
    block = re.search(r"^    # steps\.txt\n((?:    .*\n)+)", text, re.M)
    return re.sub(r"^    ", "", block[1], flags=re.M)


def runnable(line, verbs):
    """What is run for a line of a page; None: nothing."""
    line = INSTEAD.get(line, (line,))[0]
    words = re.findall(r"secateur ?(.*)", line or "")
    if not words:
        return line
    verb = words[0].split(" ")[0]
    if verb in FEWER and "--help" not in line:
        return line + FEWER[verb]
    headless = any(option in line for option in ("--plain", "--print-config", "--help"))
    return line if verb in verbs or headless else line + " --plain"


def try_line(place, line, number):
    folder = WORK / f"run{number}"
    (folder / "build").mkdir(parents=True)
    (folder / "build/secateur").symlink_to(PROGRAM)
    made = re.findall(r"--out (\S+)", line)
    for file in (WORK / "inputs").iterdir():
        if file.name not in made:
            (folder / file.name).symlink_to(file)
    if "--resume" in line:
        shutil.copytree(WORK / "state", folder / "state")
    try:
        done = run(line, folder)
        if done.returncode:
            last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
            problems.append(f"{place}: {line}: exit status {done.returncode}: {last}")
    except subprocess.TimeoutExpired:
        problems.append(f"{place}: {line}: does not end")
    shutil.rmtree(folder)


def make_inputs():
    (WORK / "bin").mkdir()
    (WORK / "bin/secateur").symlink_to(PROGRAM)
    prepare("secateur demo --out inputs")
    inputs = WORK / "inputs"
    (inputs / "bd_net.h5").rename(inputs / "net.h5")
    for name in ("cat", "dog"):
        (inputs / "pictures" / name).mkdir(parents=True)
        picture(inputs / "pictures" / name / "1.png", 8, 8)
    (inputs / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(
        struct.pack(">4B3I", 0, 0, 8, 3, 2, 4, 4) + bytes(range(32))))
    (inputs / "train-labels-idx1-ubyte").write_bytes(struct.pack(">4BI2B", 0, 0, 8, 1, 2, 0, 1))
    prepare("secateur prune net.h5 -c valid.h5 --drop 4 --out repaired.h5", inputs)
    prepare("secateur prune net.h5 -c valid.h5 --drop 2 --out other.h5", inputs)
    picture(inputs / "face.png", 47, 55)
    classes = re.search(r"(\d+) classes", prepare("secateur inspect net.h5", inputs))[1]
    onnx_net(inputs / "net.onnx", int(classes))
    shutil.copy(inputs / "net.onnx", inputs / "pruned.onnx")
    for name, made in (("valid.h5", "valid.npz"), ("bd_valid.h5", "poisoned.npz")):
        prepare(f"secateur convert {name} -o {made}", inputs)
    (inputs / "steps.txt").write_text(script())
    sets = f"-c inputs/{SETS[0]} -p inputs/{SETS[1]}"
    prepare(f"printf 'run 2\\n' | secateur --plain inputs/net.h5 {sets}")


def check_words(verbs, manual):
    """Options anywhere, commands in the terminal's page, and verbs in the guide's."""
    known = set(re.findall(r"--[a-z][a-z-]+", manual))
    commands = set(re.findall(r" :([a-z][a-z-]*)", manual))
    for page in PAGES:
        for code in re.findall(r"`([^`]+)`", page.read_text("utf-8")):
            for option in set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", code)) - OTHERS - known:
                problems.append(f"{page.relative_to(ROOT)}: no option {option}")
    table = (ROOT / "docs/guide/terminal.md").read_text("utf-8").split("## Keys")[1]
    for row in re.findall(r"^\|.*\|.*\|.*\|$", table, re.M):
        for name in re.findall(r"`([a-z][a-z-]*)[ `]", row.replace(r"\|", "/").split("|")[2]):
            if name not in commands:
                problems.append(f"docs/guide/terminal.md: no command {name}")
    guide = (ROOT / "docs/guide/README.md").read_text("utf-8")
    told = set(re.findall(r"^\| `([a-z]+)` \|", guide, re.M))
    for verb in told ^ verbs:
        problems.append(f"docs/guide/README.md: {verb} is a verb here or in --help, not in both")


def main():
    start = time.monotonic()
    make_inputs()
    help_text = prepare("secateur --help")
    verbs = set(re.findall(r"^  ([a-z]+)  ", help_text.split("verbs\n")[1].split("\n\n")[0], re.M))
    verbs |= {"completions"}
    manual = prepare("secateur manual").replace("\\-", "-")
    check_words(verbs, manual)
    jobs = {}
    for page in PAGES:
        for number, line in lines_of(page):
            place = f"{page.relative_to(ROOT)}:{number}"
            for verb in sorted(verbs) if "VERB --help" in line else [""]:
                line_run = runnable(line.replace("VERB --help", f"{verb} --help"), verbs)
                if line_run:
                    jobs.setdefault(line_run, place)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda job: try_line(job[1][1], job[1][0], job[0]), enumerate(jobs.items())))
    for text in problems:
        print(text)
    print(f"{len(jobs)} command lines, {len(problems)} problems, "
          f"{time.monotonic() - start:.0f} s")
    return 1 if problems or len(jobs) < 30 else 0


try:
    STATUS = main()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
sys.exit(STATUS)
