#!/usr/bin/env python3
"""The glossary as a table in C: glossary_table.py docs/glossary.md OUTPUT

Takes the first table of the page. A row that has not four columns, or a term twice, is an error.
"""
import re
import sys


def plain(words):
    """Without links and marks of code."""
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", words)
    return words.replace("`", "").replace("\\|", "|")


def quoted(words):
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def rows(lines):
    inside = False
    for number, line in enumerate(lines, 1):
        if inside and not line.startswith("|"):
            return
        if inside and not line.startswith("|---"):
            cells = [c.strip() for c in re.split(r"(?<!\\)\|", line.strip()[1:-1])]
            if len(cells) != 4 or not cells[0] or not cells[1]:
                sys.exit(f"{sys.argv[1]}:{number}: a row has a term, a meaning, a file and a paper")
            yield number, plain(cells[0]), plain(cells[1])
        inside = inside or line.startswith("| term |")


seen = set()
with open(sys.argv[1], encoding="utf-8") as page, open(sys.argv[2], "w", encoding="utf-8") as out:
    for number, term, meaning in rows(page.read().split("\n")):
        if term in seen:
            sys.exit(f"{sys.argv[1]}:{number}: {term} is there twice")
        seen.add(term)
        out.write(f"TERM({quoted(term)}, {quoted(meaning)})\n")
