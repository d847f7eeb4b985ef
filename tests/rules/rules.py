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

# A room includes only rooms to its left; `door` is engine/*.h, which views and app see.
ROOMS = ["base", "net", "load", "prune", "learn", "session"]
# Views see the door and base alone; app also drives sessions and the trainer without the thread.
APP_SEES = {"base", "door", "session", "learn", "load"}
OWNERS = {
    "liblzf/lzf.h": r"engine/load/h5_lzf\.c",
    "hdf5.h": r"engine/load/h5\w*\.[ch]",
    "cblas.h": r"engine/net/kernels\w*\.c",
    "cairo.h": r"views/canvas_cairo\w*\.c",
    "cairo-pdf.h": r"views/canvas_cairo\w*\.c",
    "cairo-svg.h": r"views/canvas_cairo\w*\.c",
    "stb_image_write.h": r"views/\w+\.c",
    "stb_image.h": r"engine/load/picture\.c",
    "curses.h": r"app/terminal\w*\.c",
    "ncurses.h": r"app/terminal\w*\.c",
    "term.h": r"app/terminal\w*\.c",
    "zip.h": r"engine/load/archive\.c",
    "nettle/sha2.h": r"engine/load/digest\.c",
    "jansson.h": r"engine/load/model_\w+\.[ch]|(app/results\w*|app/lab_json)\.c",
}
FILE_LINES, HEADER_LINES, FUNCTION_LINES, LINE_COLUMNS = 600, 170, 80, 100
MAIN_LINES = 100
GENERATED = {"terminfo_entry.h"}
FLAGS = subprocess.run(["pkg-config", "--cflags", "hdf5", "cairo"], capture_output=True, text=True,
                       check=True).stdout.split()

problems = []


def problem(path, line, text):
    problems.append(f"{path}:{line}: {text}")


def room_of(path):
    parts = Path(path).parts
    if parts[0] == "engine":
        return parts[1] if len(parts) > 2 else "door"
    return parts[0]


def allowed(from_room, to_room):
    if from_room == to_room or from_room == "tests":
        return True
    if from_room in ROOMS:
        if to_room == "door":  # what a session is told and shows
            return from_room == "session"
        return to_room in ROOMS and ROOMS.index(to_room) < ROOMS.index(from_room)
    if from_room == "door":
        return to_room == "base"
    if from_room == "views":
        return to_room in {"base", "door"}
    return from_room == "app" and (to_room == "views" or to_room in APP_SEES)


def check_includes(path, lines):
    for number, line in enumerate(lines, 1):
        ours = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        theirs = re.match(r"\s*#\s*include\s+<([^>]+)>", line)
        if ours:
            if ours[1] in GENERATED:
                continue
            if not (ROOT / ours[1]).exists():
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
    if path == "engine/snapshot.h":  # the one table of all that is visible
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
