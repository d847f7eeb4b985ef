#!/usr/bin/env python3
"""The rules of the tree: direction of includes, no circles, owners of libraries, sizes, opening lines,
a README for each room, headers that compile alone, the form of the code.

usage: rules.py SOURCE_ROOT BUILD_ROOT [COMPILER...]
"""
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT, BUILD = Path(sys.argv[1]), Path(sys.argv[2])
COMPILER = sys.argv[3:] or ["cc"]

# A room includes itself and rooms to its left. api is the door: the session fills it, views and app
# see it. A room that is named without its rooms stands for all of them.
ROOMS = """
engine/base engine/cluster engine/measures engine/api
engine/nn/tensor engine/nn/kernels engine/nn/layers engine/nn/graph engine/nn/forward
engine/nn/backward engine/nn/argmax engine/nn/incremental engine/nn/linear
engine/io/files engine/io/sandbox engine/io/hdf5 engine/io/keras engine/io/onnx
engine/io/nets engine/io/pictures engine/io/images engine/io/convert
engine/prune/sites engine/prune/ranking engine/prune/criteria engine/prune/evaluate
engine/prune/scan
engine/train engine/explain engine/defence/suspects engine/defence/detectors engine/defence/repairs
engine/attack/faces engine/attack
engine/session/state engine/session/machine engine/session/commands engine/session/driver
views/cells views/files views/facts views/charts views/figures views/channel
views/panels
app/graphics app/terminal app/tables app/results app/options app/report app/headless app/opening
app/screen app/script app/commands app/exporting app/picker app/explain app/guide app/shell app/lab app/zoo
app/ranks app/verbs app
""".split()
# Views see what the door shows; the application also drives sessions, files and the trainer.
VIEWS_SEE = {"engine/base", "engine/measures", "engine/api"}
APP_SEES = VIEWS_SEE | {"engine/cluster", "engine/session/state", "engine/session/driver",
                        "engine/attack", "engine/attack/faces", "engine/io/files", "engine/io/nets",
                        "engine/io/images", "engine/io/convert", "engine/io/hdf5",
                        "engine/io/sandbox"}
SEES_API = {"engine/session/state", "engine/session/machine", "engine/session/commands",
            "engine/session/driver"}
# Of these rooms other rooms may include nothing but the door.
DOORS = {"engine/prune/evaluate": "engine/prune/evaluate/evaluator.h",
         "engine/nn/incremental": "engine/nn/incremental/incremental.h",
         "engine/nn/linear": "engine/nn/linear/linear_sums.h",
         "engine/nn/argmax": "engine/nn/argmax/argmax_int16.h"}
OWNERS = {
    "sys/socket.h": r"engine/io/sandbox/channel\.c",  # pairs within the machine
    "netinet/in.h": "nobody",  # the program never uses the network
    "arpa/inet.h": "nobody",
    "netdb.h": "nobody",
    "liblzf/lzf.h": r"engine/io/hdf5/h5_filters\.c",
    "zlib.h": r"engine/io/(hdf5/h5_filters|files/gzip)\.c|app/graphics/graphics_kitty\.c",
    "sixel.h": r"app/graphics/graphics_sixel\.c",
    "protobuf-c/protobuf-c.h": r"engine/io/onnx/onnx_wire\.[ch]",
    "mpi.h": r"engine/cluster/transport_openmpi\.c",
    "seccomp.h": r"engine/io/sandbox/filter\.c",
    "hdf5.h": r"engine/io/hdf5/h5\w*\.[ch]",
    "cblas.h": r"engine/nn/kernels/kernels\w*\.c",
    "cairo.h": r"views/charts/canvas_cairo\w*\.[ch]",
    "cairo-pdf.h": r"views/charts/canvas_cairo\w*\.c",
    "cairo-svg.h": r"views/charts/canvas_cairo\w*\.c",
    "stb_image_write.h": r"views/(files|figures)/\w+\.c",
    "stb_image.h": "nobody",  # written for files one trusts
    "png.h": r"engine/io/pictures/picture_png\.c",
    "jpeglib.h": r"engine/io/pictures/picture_jpeg\.c",
    "curses.h": r"app/terminal/terminal\w*\.c",
    "ncurses.h": r"app/terminal/terminal\w*\.c",
    "term.h": r"app/terminal/terminal\w*\.c",
    "zip.h": r"engine/io/files/archive\.c",
    "nettle/sha2.h": r"engine/io/files/digest\.c",
    "jansson.h": r"engine/io/keras/keras_\w+\.[ch]|app/tables/table_json\.c|"
                 r"(app/results/results\w*|app/lab/lab_(defender_)?json|"
                 r"app/zoo/(truth|zoo)_json)\.c",
}
FILE_LINES, HEADER_LINES, FUNCTION_LINES, LINE_COLUMNS = 400, 80, 40, 100
MAIN_LINES, ROOM_SOURCES = 100, 25
# Departures that stand in known.txt, a line each ("path: rule"), keep wider limits. The list only
# shrinks: what is new keeps the rules.
KNOWN = set((Path(__file__).parent / "known.txt").read_text("utf-8").split("\n"))
WIDER = {".h": 272, ".c": 600, "function": 80}
GENERATED = {"terminfo_entry.h", "engine/io/onnx/onnx.pb-c.h"}
FLAGS = subprocess.run(["pkg-config", "--cflags", "hdf5", "cairo"], capture_output=True, text=True,
                       check=True).stdout.split()

problems = []
departures = set()


def problem(path, line, text, rule=None):
    """Of a rule with a name, departures may be known."""
    name = f"{path}: {rule}"
    if rule and name in KNOWN:
        departures.add(name)
    else:
        problems.append(f"{path}:{line}: {text}" + (f" [{name}]" if rule else ""))


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


def check_includes(path, lines, includes):
    for number, line in enumerate(lines, 1):
        ours = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        theirs = re.match(r"\s*#\s*include\s+<([^>]+)>", line)
        if ours:
            if ours[1] in GENERATED or ours[1].endswith(".def"):
                continue
            # made by meson from a room's list of names
            made = re.fullmatch(r".*\.def|.*/(view_keys|formats)\.h", ours[1])
            if not made and not (ROOT / ours[1]).exists():
                problem(path, number, f"include {ours[1]} is not from the root")
                continue
            includes.append((path, ours[1]))
            if not allowed(room_of(path), room_of(ours[1])):
                problem(path, number, f"{room_of(path)} may not include {ours[1]}")
            door = DOORS.get(room_of(ours[1]), ours[1])
            if ours[1] != door and room_of(path) not in (room_of(ours[1]), "tests"):
                problem(path, number, f"outside its room only {door} is included")
        elif theirs and not path.startswith("tests/"):
            owner = OWNERS.get(theirs[1]) or OWNERS.get(Path(theirs[1]).name)
            if owner and not re.fullmatch(owner, path):
                problem(path, number, f"<{theirs[1]}> belongs to {owner}")


def check_sizes(path, lines):
    limit = HEADER_LINES if path.endswith(".h") else FILE_LINES
    limit = MAIN_LINES if path == "app/main.c" else limit
    if len(lines) > limit:
        wider = len(lines) <= WIDER[path[-2:]]
        problem(path, len(lines), f"{len(lines)} lines, at most {limit}", wider and "length")
    check_lines(path, lines)
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            if number - start - 1 > FUNCTION_LINES:
                wider = number - start - 1 <= WIDER["function"]
                problem(path, start, f"function of {number - start - 1} lines, at most "
                        f"{FUNCTION_LINES}", wider and "function")
            start = None


def check_lines(path, lines):
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_COLUMNS:
            problem(path, number, f"{len(line)} columns, at most {LINE_COLUMNS}",
                    path.endswith("meson.build") and "columns")
        if "\t" in line or line != line.rstrip():
            problem(path, number, "tab or blanks at the end")


def check_opening(path, lines):
    if not lines or not lines[0].startswith(("/*", "//")):
        problem(path, 1, "opens without a line that says what it is", "opening")


def module_of(path):
    """A header, its source and its private header are one module."""
    return re.sub(r"_private$", "", str(Path(path).with_suffix("")))


def circles(edges):
    """Groups of nodes that reach each other (Tarjan)."""
    number, lowest, stack, found = {}, {}, [], []

    def visit(node):
        number[node] = lowest[node] = len(number)
        stack.append(node)
        for other in sorted(edges.get(node, ())):
            if other not in number:
                visit(other)
                lowest[node] = min(lowest[node], lowest[other])
            elif other in stack:
                lowest[node] = min(lowest[node], number[other])
        if lowest[node] == number[node]:
            group = stack[stack.index(node):]
            del stack[stack.index(node):]
            if len(group) > 1:
                found.append(sorted(group))

    for node in sorted(edges):
        if node not in number:
            visit(node)
    return found


def check_circles(includes):
    modules, rooms = {}, {}
    for path, included in includes:
        for graph, of in ((modules, module_of), (rooms, lambda p: str(Path(p).parent))):
            if of(path) != of(included):
                graph.setdefault(of(path), set()).add(of(included))
    for group in circles(modules):
        known = {f"{module}: circle" for module in group}
        if known <= KNOWN:
            departures.update(known)
            continue
        problem(group[0], 1, "modules include each other in a circle: " + " ".join(group))
    for group in circles(rooms):
        problem(group[0], 1, "rooms include each other in a circle: " + " ".join(group))


def check_rooms(files):
    sources = {}
    for path in files:
        if path.endswith(".c"):
            sources.setdefault(str(Path(path).parent), []).append(path)
    for room, inside in sources.items():
        if len(inside) > ROOM_SOURCES:
            problem(room, 1, f"{len(inside)} sources, at most {ROOM_SOURCES}")
    for room in ("engine", "views", "app", "tests", *(f"engine/{p.name}" for p in
                 (ROOT / "engine").iterdir() if p.is_dir())):
        if not (ROOT / room / "README.md").exists():
            problem(room, 1, "a room without a README.md")


def check_form(files):
    """clang-format, where it is there."""
    if not shutil.which("clang-format"):
        print("clang-format is not there: the form of the code is not checked")
        return
    run = subprocess.run(["clang-format", "--dry-run", "-Werror", *files], cwd=ROOT,
                         capture_output=True, text=True, check=False)
    for text in sorted(set(re.findall(r"^(\S+?):\d+:\d+: error: code", run.stderr, re.M))):
        problem(text, 1, "is not as clang-format writes it: clang-format -i", "form")


def check_header_alone(path):
    run = subprocess.run(
        COMPILER + FLAGS + ["-std=gnu17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror",
                    "-Wno-unused-function", f"-I{ROOT}", f"-I{BUILD}",
                    "-fsyntax-only", "-x", "c", ROOT / path],
        capture_output=True, text=True, check=False)
    if run.returncode != 0:
        problem(path, 1, "does not compile alone: " + run.stderr.strip().splitlines()[0])


def main():
    files = sorted(str(p.relative_to(ROOT)) for top in ("engine", "views", "app", "tests")
                   for p in (ROOT / top).rglob("*.[ch]"))
    includes = []
    for path in files:
        lines = (ROOT / path).read_text(encoding="utf-8").split("\n")[:-1]
        check_includes(path, lines, includes)
        check_sizes(path, lines)
        check_opening(path, lines)
        if path.endswith(".h") and not path.startswith("tests/"):
            check_header_alone(path)
    for top in ("", "engine", "views", "app", "assets", "tests"):
        for path in (ROOT / top).glob("meson.build" if not top else "**/meson.build"):
            check_lines(str(path.relative_to(ROOT)), path.read_text("utf-8").split("\n")[:-1])
    check_circles(includes)
    check_rooms(files)
    check_form(files)
    for text in problems:
        print(text)
    for name in sorted(KNOWN - departures - {""}):
        if not name.startswith("#"):
            print(f"no longer needed in known.txt: {name}")
    print(f"{len(files)} files, {len(problems)} problems, {len(departures)} known departures")
    return 1 if problems or not files else 0


sys.exit(main())
