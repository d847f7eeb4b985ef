#!/bin/sh
# `meson install` into a folder: all files are there, the installed program does from anywhere what
# the one of the build tree does, and its manual pages are those that it writes.
# usage: install_test.sh BUILD
set -eu
build=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() {
    echo "$*"
    exit 1
}
meson install -C "$build" --no-rebuild --quiet --destdir "$folder/root" >"$folder/log" 2>&1 ||
    fail "$(cat "$folder/log")"
program=$(find "$folder/root" -path '*/bin/secateur')
prefix=${program%/bin/secateur}
share=$prefix/share
for file in man/man1/secateur.1 man/man1/secateur-scan.1 bash-completion/completions/secateur \
    zsh/site-functions/_secateur fish/vendor_completions.d/secateur.fish doc/secateur/LICENSE \
    doc/secateur/README.md doc/secateur/docs/guide/inputs.md; do
    [ -s "$share/$file" ] || fail "not installed: share/$file"
done
run() { # from /, with no environment but what it needs
    (cd / && env -i HOME="$folder" TERM=dumb "$@") </dev/null
}
"$build/secateur" manual | cmp - "$share/man/man1/secateur.1"
for verb in $("$build/secateur" --help |
    sed -n '/^verbs$/,/^$/s/^  \([a-z][a-z]*\)  .*/\1/p') completions; do
    run "$program" manual "$verb" | cmp - "$share/man/man1/secateur-$verb.1"
    grep -q "secateur.-$verb (1)" "$share/man/man1/secateur.1" || fail "$verb: no SEE ALSO"
done
"$build/secateur" completions fish | cmp - "$share/fish/vendor_completions.d/secateur.fish"
if command -v groff >/dev/null; then
    for page in "$share"/man/man1/*; do
        said=$(LC_ALL=C.UTF-8 groff -Kutf8 -man -ww -z -Tutf8 "$page" 2>&1)
        [ -z "$said" ] || fail "$(basename "$page"): $said"
    done
else
    echo "groff is not installed: pages were not formatted"
fi
# The demo, from the build tree and installed.
for where in "$build/secateur" "$program"; do
    for line in "eval --limit 60" --help --version "inspect nothing.h5"; do
        # shellcheck disable=SC2086 # words
        run "$where" $line || echo "status $?"
    done >"$folder/said.$(basename "$(dirname "$where")")" 2>&1
done
cmp "$folder/said.$(basename "$build")" "$folder/said.bin"
grep -q 'clean accuracy' "$folder/said.bin" || fail "$(cat "$folder/said.bin")"
