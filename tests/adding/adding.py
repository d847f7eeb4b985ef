#!/usr/bin/env python3
"""One new file and one line add an entry to each table: toys are added to a copy of the sources,
the copy is built, and each toy must be there.

usage: adding.py SOURCE_ROOT SCRATCH_FOLDER
"""
import os
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

ROOT, SCRATCH = Path(sys.argv[1]), Path(sys.argv[2])
TOYS = Path(__file__).parent / "toys"
COPY, BUILD = SCRATCH / "source", SCRATCH / "build"
SECATEUR = BUILD / "secateur"

# file, the room it goes to, the list in the room's meson.build, what is written there, and the room
# of the list where that is another
TABLES = [
    ("layer_toy.c", "engine/nn/layers", "layer_types", "'toy': ['toy']"),
    ("criterion_toy.c", "engine/prune/criteria", "criteria", "'toy'"),
    ("detector_toy.c", "engine/defence/detectors", "detectors", "'toy'"),
    ("attack_toy.c", "engine/attack/attacks", "attacks", "'toy'"),
    ("view_toy.c", "views/panels", "view_names", "'toy'"),
    ("export_toy.c", "views/figures", "figure_names", "'toy'"),
    ("table_toy.c", "app/tables", "tables", "'toy'"),
    ("verb_toy.c", "app/verbs", "verbs", "'toy'"),
    ("commands_toy.c", "app/commands", "commands", "['toy', 'toy']"),
    ("format_toy.c", "engine/io/images", "formats", "'toy'"),
    ("writer_toy.c", "engine/io/convert", "writers", "'toy'"),
    ("format_toynet.c", "engine/io/nets", "formats", "'toynet'"),
    ("command_toy.c", "engine/session/commands", "engine_commands", "['toy', 'toy']", "engine/api"),
]

problems = []


def add(file, room, name, entry, listed_in=None):
    """The file, and one line: the entry becomes the last of the list."""
    shutil.copy(TOYS / file, COPY / room / file)
    build = COPY / (listed_in or room) / "meson.build"
    text = build.read_text("utf-8")
    listed = re.search(rf"^{name} = [\[{{].*?[\]}}]$", text, re.M | re.S)
    if not listed:
        print(f"{room}/meson.build has no list {name}: {file} is left out")
        return False
    end = listed.end() - 1
    before = text[:end]
    comma = "" if before.rstrip().endswith(",") else ", "
    between = "  " if before.endswith("\n") else ""
    build.write_text(before + comma + between + entry + ("\n" if between else "") + text[end:])
    return True


def build():
    if not (BUILD / "build.ninja").exists():
        subprocess.run(["meson", "setup", BUILD, COPY, "-Doptimization=1", "-Ddebug=false"],
                       check=True, stdout=subprocess.DEVNULL)
    run = subprocess.run(["ninja", "-C", BUILD, "secateur"], capture_output=True, text=True,
                         check=False)
    if run.returncode != 0:
        print(run.stdout[-4000:])
        sys.exit("the copy with toys does not build")


def secateur(*arguments, lines=""):
    run = subprocess.run([SECATEUR, *arguments], input=lines, capture_output=True, text=True,
                         check=False, cwd=SCRATCH, timeout=300,
                         env=os.environ | {"XDG_STATE_HOME": str(SCRATCH / "state")})
    return run.stdout + run.stderr


def expect(what, text, *words):
    for word in words:
        if word not in text:
            problems.append(f"{what}: '{word}' is not in\n{text[-2000:]}")


def refuse(what, text, words):
    if words in text:
        problems.append(f"{what}: '{words}' is in\n{text[-2000:]}")


def check_journal():
    """A journal asks for the engine command."""
    journal = SCRATCH / "toy.journal"
    shutil.rmtree(SCRATCH / "state", ignore_errors=True)
    secateur("--plain", "--no-config", lines="step\n")
    text = next((SCRATCH / "state").rglob("*.journal")).read_text("utf-8")
    outcome = text.splitlines()[-1]
    journal.write_text(text + "toy\n" + outcome + "\n", "utf-8")
    journal.chmod(0o600)
    expect("engine command", secateur("--plain", "--no-config", f"--resume={journal}"),
           "toy engine command", "resumed from")


def check_table():
    """In each medium, with what it calls the columns."""
    endings = {"csv": "toy_round,n,right,share\n", "json": '"toy_round": 1',
               "txt": "toy round  toy share", "md": "| toy round | toy share |",
               "tex": "toy round & toy share", "html": ">toy share</th>"}
    lines = "step\n" + "".join(f"export table-toy toy-table.{ending}\n" for ending in endings)
    for ending in endings:
        (SCRATCH / f"toy-table.{ending}").unlink(missing_ok=True)
    said = secateur("--plain", "--no-config", lines=lines)
    for ending, words in endings.items():
        file = SCRATCH / f"toy-table.{ending}"
        expect(f"table, {ending}", file.read_text("utf-8") if file.exists() else said, words)


def check(added):
    check_journal()
    expect("verb", secateur("toy"), "toy verb")
    expect("verb", secateur("--help"), "toy verb: a word")
    plant = "plant --attack toy --classes 3 --images 8 --epochs 1 --force --out toy-planted"
    expect("attack", secateur(*plant.split()), "attack toy, lab net")
    expect("command", secateur("manual"), "toy command: a word")
    lines = "toy\nstep\nexport toy\n" + "criterion toy\n" * ("criterion_toy.c" in added)
    said = secateur("--plain", "--no-config", lines=lines + "view toy\n")
    expect("command", said, "toy command")
    refuse("view", said, "no panel toy")
    refuse("criterion", said, "no criterion toy")
    check_table()
    if not list(SCRATCH.glob("secateur-out/toy*.csv")):
        problems.append(f"figure: no file toy*.csv was written\n{said[-2000:]}")
    said = secateur("classify", "none.png", "--detector", "toy")
    refuse("detector", said, "no detector toy")
    if "layer_toy.c" not in added:
        return
    net = (ROOT / "assets/demo/bd_net.h5").read_bytes()
    (SCRATCH / "toy.h5").write_bytes(net.replace(b'"Activation"', b'"ActivatToy"'))
    expect("layer", secateur("layers", "toy.h5"), "conv_3", "activation_1")


def check_formats():
    """Net and images of toy formats, together: 4 images of 2x2 pixels, labelled by the brighter
    row, which the toy net tells right."""
    hidden, output = [1, 0, 1, 0, 0, 1, 0, 1], [1, 0, 0, 1]
    weights = struct.pack("<16f", *hidden, 0, 0, *output, 0, 0)
    (SCRATCH / "net.toynet").write_bytes(b"TOYN" + weights)
    pixels = bytes([250, 240, 10, 20, 5, 0, 200, 255, 99, 98, 3, 2, 7, 8, 60, 70])
    (SCRATCH / "toy.images").write_bytes(b"TOYI" + bytes([4, 2, 2]) + pixels + bytes([0, 1, 0, 1]))
    expect("net format", secateur("layers", "net.toynet"), "hidden")
    expect("net format", secateur("inspect", "net.toynet"), "net.toynet: a toy net",
           "it can be run: 16 weights, 2 classes")
    expect("image format", secateur("eval", "net.toynet", "--clean", "toy.images"), "4 of 4")
    (SCRATCH / "out.toy").unlink(missing_ok=True)
    secateur("convert", "toy.images", "--out", "out.toy")
    expect("writer", (SCRATCH / "out.toy").read_text("utf-8"), "4 toys")
    pruned = SCRATCH / "pruned.toynet"
    pruned.unlink(missing_ok=True)
    said = secateur("prune", "net.toynet", "--clean", "toy.images", "--channels", "1", "--out",
                    pruned)
    zeroed = struct.pack("<16f", 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, *output, 0, 0)
    if not pruned.is_file() or pruned.read_bytes() != b"TOYN" + zeroed:
        problems.append(f"net format: the pruned net is not as it must be\n{said[-2000:]}")
    said = secateur("prune", "net.toynet", "--clean", "toy.images", "--rounds", "1", "--out", "a.h5")
    expect("net format", said, "a .toynet net is saved as .toynet: name it FILE.toynet")


def main():
    shutil.rmtree(COPY, ignore_errors=True)
    shutil.rmtree(SCRATCH / "secateur-out", ignore_errors=True)
    skipped = shutil.ignore_patterns("__pycache__")
    for top in ("engine", "views", "app", "assets", "tests", "docs"):
        shutil.copytree(ROOT / top, COPY / top, ignore=skipped)
    for file in ROOT.iterdir():
        if file.is_file() and not file.name.startswith("."):
            shutil.copy(file, COPY)
    added = {table[0] for table in TABLES if add(*table)}
    build()
    check(added)
    check_formats()
    for text in problems:
        print(text)
    print(f"{len(added)} kinds of entries, {len(problems)} problems")
    return 1 if problems else 0


sys.exit(main())
