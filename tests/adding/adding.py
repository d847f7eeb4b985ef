#!/usr/bin/env python3
"""One new file and one line add an entry to each table: toys are added to a copy of the sources,
the copy is built, and each toy must be there.

usage: adding.py SOURCE_ROOT SCRATCH_FOLDER
"""
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT, SCRATCH = Path(sys.argv[1]), Path(sys.argv[2])
TOYS = Path(__file__).parent / "toys"
COPY, BUILD = SCRATCH / "source", SCRATCH / "build"
SECATEUR = BUILD / "secateur"

# file, the room it goes to, the list in the room's meson.build, what is written there
TABLES = [
    ("layer_toy.c", "engine/nn/layers", "layer_types", "'toy': ['toy']"),
    ("criterion_toy.c", "engine/prune/criteria", "criteria", "'toy'"),
    ("detector_toy.c", "engine/defence", "detectors", "'toy'"),
    ("view_toy.c", "views/panels", "view_names", "'toy'"),
    ("export_toy.c", "views/figures", "figure_names", "'toy'"),
    ("verb_toy.c", "app/verbs", "verbs", "'toy'"),
    ("commands_toy.c", "app/commands", "commands", "['toy', 'toy']"),
]

problems = []


def add(file, room, name, entry):
    """The file, and one line: the entry becomes the last of the list."""
    shutil.copy(TOYS / file, COPY / room / file)
    build = COPY / room / "meson.build"
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
                         check=False, cwd=SCRATCH, timeout=300)
    return run.stdout + run.stderr


def expect(what, text, *words):
    for word in words:
        if word not in text:
            problems.append(f"{what}: '{word}' is not in\n{text[-2000:]}")


def refuse(what, text, words):
    if words in text:
        problems.append(f"{what}: '{words}' is in\n{text[-2000:]}")


def check(added):
    expect("verb", secateur("toy"), "toy verb")
    expect("verb", secateur("--help"), "toy verb: a word")
    expect("command", secateur("manual"), "toy command: a word")
    lines = "toy\nstep\nexport toy\n" + "criterion toy\n" * ("criterion_toy.c" in added)
    said = secateur("--plain", "--no-config", lines=lines + "view toy\n")
    expect("command", said, "toy command")
    refuse("view", said, "no panel toy")
    refuse("criterion", said, "no criterion toy")
    if not list(SCRATCH.glob("secateur-out/toy*.csv")):
        problems.append(f"figure: no file toy*.csv was written\n{said[-2000:]}")
    said = secateur("classify", "none.png", "--detector", "toy")
    refuse("detector", said, "no detector toy")
    if "layer_toy.c" not in added:
        return
    net = (ROOT / "assets/demo/bd_net.h5").read_bytes()
    (SCRATCH / "toy.h5").write_bytes(net.replace(b'"Activation"', b'"ActivatToy"'))
    expect("layer", secateur("layers", "toy.h5"), "conv_3", "activation_1")


def main():
    shutil.rmtree(COPY, ignore_errors=True)
    shutil.rmtree(SCRATCH / "secateur-out", ignore_errors=True)
    skipped = shutil.ignore_patterns("__pycache__")
    for top in ("engine", "views", "app", "assets", "tests"):
        shutil.copytree(ROOT / top, COPY / top, ignore=skipped)
    shutil.copy(ROOT / "meson.build", COPY)
    added = {table[0] for table in TABLES if add(*table)}
    build()
    check(added)
    for text in problems:
        print(text)
    print(f"{len(added)} kinds of entries, {len(problems)} problems")
    return 1 if problems else 0


sys.exit(main())
