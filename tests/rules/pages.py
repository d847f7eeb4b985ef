#!/usr/bin/env python3
"""The pages say what is there: links, paths, tests that promises name, files that rooms list.

usage: pages.py SOURCE_ROOT BUILD_ROOT
"""
import fnmatch
import json
import os
import re
import sys
from pathlib import Path

ROOT, BUILD = Path(sys.argv[1]), Path(sys.argv[2])
README_LINES, ROOM_LINES = 120, 45
ROOMS = ("engine", "views", "app")
PATH = re.compile(r"(?:engine|views|app|tests|assets|docs|nn|prune|io)/[\w/.-]+")

problems = []


def problem(page, line, text):
    problems.append(f"{page.relative_to(ROOT)}:{line}: {text}")


def pages():
    tops = [ROOT / top for top in (*ROOMS, "docs", "tests")]
    return sorted([*ROOT.glob("*.md"), *(p for top in tops for p in top.rglob("*.md"))])


def anchor(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def anchors(page):
    return {anchor(h) for h in re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.M)}


def check_links(page, number, line):
    for target in re.findall(r"\]\(([^)\s]+)\)", line):
        path, _, name = target.partition("#")
        if ":" in path:
            continue
        there = Path(os.path.normpath(page.parent / path)) if path else page
        if not there.exists():
            problem(page, number, f"no {target}")
        elif name and there.suffix == ".md" and name not in anchors(there):
            problem(page, number, f"no heading {target}")


def exists(path):
    """A file, a folder, or a file without its ending; also seen from engine/."""
    for place in (ROOT / path, ROOT / "engine" / path):
        if place.exists() or list(place.parent.glob(place.name + ".[ch]")):
            return True
    return False


def check_names(page, number, line, tests):
    for code in re.findall(r"`([^`]+)`", line):
        if PATH.fullmatch(code) and "NAME" not in code and not exists(code):
            problem(page, number, f"no {code}")
        for name in re.findall(r"\b[a-z][\w*]*_test\b", code):
            if not fnmatch.filter(tests, name):
                problem(page, number, f"no test {name}")


def check_room(page, text):
    head = text.split("**May include")[0]
    for name in re.findall(r"^\| .*", head, re.M):
        for file in re.findall(r"`([\w*]+\.[ch])`", name.split("|")[1]):
            if not list(page.parent.glob(file)):
                problem(page, 1, f"lists {file}, which is not in the room")
    if len(text.splitlines()) > ROOM_LINES:
        problem(page, ROOM_LINES, "is longer than a screen")


def main():
    tests = {t["name"] for t in json.loads((BUILD / "meson-info/intro-tests.json").read_text())}
    tests |= {p.stem for p in (ROOT / "tests").rglob("*_test.*")}
    all_pages = pages()
    for page in all_pages:
        text = page.read_text("utf-8")
        history = page.name == "CHANGELOG.md" or page.parent.name == "decisions"
        for number, line in enumerate(text.splitlines(), 1):
            check_links(page, number, line)
            if not history:
                check_names(page, number, line, tests)
        if page.name == "README.md" and page.relative_to(ROOT).parts[0] in ROOMS:
            check_room(page, text)
    if len((ROOT / "README.md").read_text("utf-8").splitlines()) > README_LINES:
        problem(ROOT / "README.md", README_LINES, f"is longer than {README_LINES} lines")
    for text in problems:
        print(text)
    print(f"{len(all_pages)} pages, {len(problems)} problems")
    return 1 if problems or not all_pages else 0


sys.exit(main())
