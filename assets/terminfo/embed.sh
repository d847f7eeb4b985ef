#!/bin/sh
# Compiles a terminfo source and writes it as a C header: embed.sh SOURCE HEADER
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
name=$(sed -n 's/^\([a-z-]*\)|.*/\1/p' "$1" | head -n 1)
tic -x -o "$folder" "$1"
{
  printf '/* Made from %s by embed.sh. */\n' "$(basename "$1")"
  printf '#define TERMINFO_NAME "%s"\n#define TERMINFO_ENTRY \\\n' "$name"
  infocmp -x -q -Q2 -A "$folder" "$name" | grep -v '^#' | sed 's/.*/    "&" \\/'
  printf '    ""\n'
} > "$2"
