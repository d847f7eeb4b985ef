#!/bin/sh
# The archive of the sources: the same bytes twice, whatever folder, zone and mask; every tracked file
# is in it but what .gitattributes leaves out. `source_archive_test.sh SOURCES build` unpacks and builds it.
set -eu
root=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() {
    echo "$*"
    exit 1
}
git -C "$root" rev-parse --verify --quiet HEAD >/dev/null || {
    echo "not a git checkout: skipped"
    exit 77
}
one=$("$root/packaging/archive" "$folder/one")
two=$(cd / && umask 077 && TZ=Asia/Tokyo LC_ALL=C.UTF-8 "$root/packaging/archive" "$folder/two")
cmp "$one" "$two"
other=$(SOURCE_DATE_EPOCH=86400 "$root/packaging/archive" "$folder/other")
tar -tvzf "$other" --full-time --utc | grep -qv ' 1970-01-02 00:00:00 ' && fail "dates differ"
name=$(basename "$one" .tar.gz)
git -C "$root" ls-tree -r --name-only HEAD >"$folder/tracked"
git -C "$root" check-attr --stdin export-ignore <"$folder/tracked" |
    sed -n 's/: export-ignore: unspecified$//p' | grep -v '^\.github/' | sort >"$folder/wanted"
tar -tzf "$one" | grep -v '/$' | sed "s,^$name/,," | sort >"$folder/packed"
diff "$folder/wanted" "$folder/packed" || fail "the archive does not hold these files"
[ "${2:-}" = build ] || exit 0
tar -xzf "$one" -C "$folder"
cd "$folder/$name"
meson setup build >/dev/null
ninja -C build secateur >log || { tail -n 30 log; fail "does not build"; }
build/secateur eval --limit 60 </dev/null
