#!/usr/bin/env python3
"""The rules of the tree: include direction, owners of libraries, sizes, headers that stand alone.

usage: rules.py SOURCE_ROOT [COMPILER...]
"""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(sys.argv[1])
COMPILER = sys.argv[2:] or ["cc"]

# A room includes itself and rooms to its left. api is the door: the session fills it, views and app
# see it. A room that is named without its rooms stands for all of them.
ROOMS = """
engine/base engine/measures engine/api
engine/nn/tensor engine/nn/kernels engine/nn/layers engine/nn/graph engine/nn/forward
engine/nn/incremental
engine/io/files engine/io/sandbox engine/io/hdf5 engine/io/keras engine/io/images
engine/prune/sites engine/prune/ranking engine/prune/criteria engine/prune/evaluate
engine/train engine/defence engine/attack/faces engine/attack
engine/session/state engine/session/machine
views/cells views/files views/facts views/charts views/figures views/panels
app/terminal app/results app/options app/report app/headless app/screen app/script app/commands
app/shell app/lab app/verbs app
""".split()
# Views see what the door shows; the application also drives sessions, files and the trainer.
VIEWS_SEE = {"engine/base", "engine/measures", "engine/api"}
APP_SEES = VIEWS_SEE | {"engine/session/state", "engine/session/machine", "engine/attack",
                        "engine/attack/faces", "engine/io/files", "engine/io/keras",
                        "engine/io/images", "engine/io/hdf5"}
SEES_API = {"engine/session/state", "engine/session/machine"}
OWNERS = {
    "sys/socket.h": "nobody",  # the program never uses the network
    "netdb.h": "nobody",
    "liblzf/lzf.h": r"engine/io/hdf5/h5_lzf\.c",
    "hdf5.h": r"engine/io/hdf5/h5\w*\.[ch]",
    "cblas.h": r"engine/nn/kernels/kernels\w*\.c",
    "cairo.h": r"views/charts/canvas_cairo\w*\.c",
    "cairo-pdf.h": r"views/charts/canvas_cairo\w*\.c",
    "cairo-svg.h": r"views/charts/canvas_cairo\w*\.c",
    "stb_image_write.h": r"views/(files|figures)/\w+\.c",
    "stb_image.h": r"engine/io/images/picture\.c",
    "curses.h": r"app/terminal/terminal\w*\.c",
    "ncurses.h": r"app/terminal/terminal\w*\.c",
    "term.h": r"app/terminal/terminal\w*\.c",
    "zip.h": r"engine/io/files/archive\.c",
    "nettle/sha2.h": r"engine/io/files/digest\.c",
    "jansson.h": r"engine/io/keras/model_\w+\.[ch]|(app/results/results\w*|app/lab/lab_json)\.c",
}
FILE_LINES, HEADER_LINES, FUNCTION_LINES, LINE_COLUMNS = 600, 172, 80, 100
MAIN_LINES = 100
GENERATED = {"terminfo_entry.h"}
FLAGS = subprocess.run(["pkg-config", "--cflags", "hdf5", "cairo"], capture_output=True, text=True,
                       check=True).stdout.split()

problems = []


def problem(path, line, text):
    problems.append(f"{path}:{line}: {text}")


def room_of(path):
    folder = str(Path(path).parent)
    fitting = [r for r in ROOMS if folder == r or folder.startswith(r + "/")]
    return max(fitting, key=len, default=Path(path).parts[0])


def allowed(from_room, to_room):
    if from_room == to_room or from_room == "tests":
        return True
    if ROOMS.index(to_room) > ROOMS.index(from_room):
        return False
    if from_room.startswith("engine/"):
        return to_room != "engine/api" or from_room in SEES_API
    seen = VIEWS_SEE if from_room.startswith("views/") else APP_SEES
    return to_room.startswith(("views/", "app/")) or to_room in seen


def check_includes(path, lines):
    for number, line in enumerate(lines, 1):
        ours = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        theirs = re.match(r"\s*#\s*include\s+<([^>]+)>", line)
        if ours:
            if ours[1] in GENERATED:
                continue
            made = re.fullmatch(r".*\.def|.*/view_keys\.h", ours[1])  # by meson, from a room's names
            if not made and not (ROOT / ours[1]).exists():
                problem(path, number, f"include {ours[1]} is not from the root")
            elif not allowed(room_of(path), room_of(ours[1])):
                problem(path, number, f"{room_of(path)} may not include {ours[1]}")
        elif theirs and not path.startswith("tests/"):
            owner = OWNERS.get(theirs[1]) or OWNERS.get(Path(theirs[1]).name)
            if owner and not re.fullmatch(owner, path):
                problem(path, number, f"<{theirs[1]}> belongs to {owner}")


def check_sizes(path, lines):
    limit = HEADER_LINES if path.endswith(".h") else FILE_LINES
    if path == "app/main.c":
        limit = MAIN_LINES
    if path == "engine/api/snapshot.h":  # the one table of all that is visible
        limit = 2 * HEADER_LINES
    if path.startswith("tests/"):
        limit = FILE_LINES
    if len(lines) > limit:
        problem(path, len(lines), f"{len(lines)} lines, at most {limit}")
    start = None
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_COLUMNS:
            problem(path, number, f"{len(line)} columns, at most {LINE_COLUMNS}")
        if "\t" in line or line != line.rstrip():
            problem(path, number, "tab or blanks at the end")
        if line == "{":
            start = number
        elif line == "}" and start:
            if number - start - 1 > FUNCTION_LINES:
                problem(path, start, f"function of {number - start - 1} lines")
            start = None


def check_header_alone(path):
    run = subprocess.run(
        COMPILER + FLAGS + ["-std=gnu17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror",
                    "-Wno-unused-function", f"-I{ROOT}", "-fsyntax-only", "-x", "c", ROOT / path],
        capture_output=True, text=True, check=False)
    if run.returncode != 0:
        problem(path, 1, "does not compile alone: " + run.stderr.strip().splitlines()[0])


def main():
    files = sorted(str(p.relative_to(ROOT)) for top in ("engine", "views", "app", "tests")
                   for p in (ROOT / top).rglob("*.[ch]"))
    for path in files:
        lines = (ROOT / path).read_text(encoding="utf-8").split("\n")[:-1]
        check_includes(path, lines)
        check_sizes(path, lines)
        if path.endswith(".h") and not path.startswith("tests/"):
            check_header_alone(path)
    for text in problems:
        print(text)
    print(f"{len(files)} files, {len(problems)} problems")
    return 1 if problems or not files else 0


sys.exit(main())
