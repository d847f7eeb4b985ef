#!/bin/sh
# All targets once more, in a build of their own with the sanitizers for memory and for undefined
# behaviour. usage: sanitized.sh SOURCE_ROOT FOLDER FIRST_SEED TARGET=RUNS...
set -eu
source=$1 build=$2 seed=$3
shift 3
# Coverage-guided, where one likes: CC=clang, see README.md.
[ -f "$build/build.ninja" ] ||
  meson setup "$build" "$source" -Db_sanitize=address,undefined -Doptimization=1 >"$build.log"
ninja -C "$build" fuzz >"$build.log" || { tail -50 "$build.log"; exit 1; }
status=0
for target in "$@"; do
  "$build/tests/fuzz/fuzz_${target%=*}" --runs "${target#*=}" --seed "$seed" || status=1
done
exit $status
