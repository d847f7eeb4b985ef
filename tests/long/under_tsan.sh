#!/bin/sh
# The random commands of load_test, built with ThreadSanitizer in a folder that is removed again.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
meson setup "$folder" "$SECATEUR_SOURCE" -Db_sanitize=thread -Db_lundef=false >"$folder.log" ||
  { cat "$folder.log"; exit 1; }
rm -f "$folder.log"
ninja -C "$folder" tests/long/load_test >"$folder/made" || { tail -20 "$folder/made"; exit 1; }
"$folder/tests/long/load_test" commands
