#!/bin/sh
# What hostile files cost: tests/bench/hostile.sh SECATEUR NET FOLDER opens each .h5 of the folder as
# a net and as images of the net; wall seconds and megabytes of the largest process, what is said.
# Files to look at: SECATEUR_KEEP=FOLDER build/tests/unit/hostile_test (and hostile_data_test).
set -eu
secateur=$1
net=$2
folder=$3
said=$(mktemp)
trap 'rm -f "$said"' EXIT
one() {
  status=0
  figures=$(/usr/bin/time -f '%e %M' "$secateur" "$@" 2>&1 >/dev/null) || status=$?
  echo "$figures" | sed -e '/^Command exited/d' -e '$d' >"$said"
  echo "$figures" | tail -1 | while read -r seconds kilobytes; do
    printf '%-28s %-8s %2d %6s s %5d MB  %.100s\n' "$(basename "$file")" "$1" "$status" \
      "$seconds" $((kilobytes / 1024)) "$(head -1 "$said")"
  done
}
for file in "$folder"/*.h5; do
  one inspect "$file"
  one eval "$net" -c "$file"
done
