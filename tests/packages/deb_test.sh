#!/bin/sh
# The Debian package of this build: the same bytes twice; installed by dpkg into a scratch root with
# this machine's packages, by which its dependencies are judged; the installed program runs the demo;
# removed without a trace; no error of lintian's.
# usage: deb_test.sh SOURCES BUILD
set -eu
root=$(realpath "$1")
build=$(realpath "$2")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() {
    echo "$*"
    exit 1
}
for tool in dpkg-deb dh; do
    command -v $tool >/dev/null || {
        echo "$tool is not installed: skipped"
        exit 77
    }
done
version=$(sed -n "s/^  version: '\(.*\)',$/\1/p" "$root/meson.build")
said=$(sed -n '1s/^secateur (\([^)]*\)-[0-9]*) .*/\1/p' "$root/packaging/debian/changelog")
[ "$version" = "$said" ] || fail "debian/changelog says $said, meson.build $version"
# What the build needs is what assets/packages.txt says; the rest is build-essential's.
sed -n 's/^\([a-z0-9.-]*\)  *build .*/\1/p' "$root/assets/packages.txt" |
    grep -vx -e git -e gcc -e libc6-dev | sort >"$folder/wanted"
sed -n '/^Build-Depends/,/^Standards/s/^ \([a-z0-9.-]*\),$/\1/p' "$root/packaging/debian/control" |
    sort >"$folder/named"
diff "$folder/wanted" "$folder/named" || fail "debian/control and assets/packages.txt differ"
"$root/packaging/deb" "$build" "$folder/one"
(cd / && umask 077 && TZ=Asia/Tokyo "$root/packaging/deb" "$build" "$folder/two")
deb=$(echo "$folder"/one/*.deb)
cmp "$deb" "$folder/two/$(basename "$deb")"
dpkg-deb -I "$deb" control | grep -q '^Depends:.*libhdf5.*libopenblas0' || fail "depends on too little"
if command -v lintian >/dev/null; then
    lintian --allow-root --fail-on error --no-cfg "$deb" || fail "lintian finds errors"
else
    echo "lintian is not installed: its look was skipped"
fi
scratch=$folder/root
dpkg-deb -x "$deb" "$scratch"
run() {
    (cd / && env -i HOME="$folder" TERM=dumb "$scratch/usr/bin/secateur" "$@") </dev/null
}
run --version | grep -qx "secateur $version"
grep -qF -e "$root" -e "$build" "$scratch/usr/bin/secateur" && fail "the program names $root"
# Unpacking as dpkg does it takes a superuser's rights.
[ "$(id -u)" = 0 ] || {
    run eval --limit 60
    echo "not the superuser: dpkg --root was skipped"
    exit 0
}
rm -r "$scratch"
mkdir -p "$scratch/var/lib/dpkg/info" "$scratch/var/lib/dpkg/updates"
cp /var/lib/dpkg/status "$scratch/var/lib/dpkg/status"
dpkg --root="$scratch" --log="$folder/log" -i "$deb" >"$folder/said" 2>&1 || fail "$(cat "$folder/said")"
run eval --limit 60 >"$folder/there"
(cd / && "$build/secateur" eval --limit 60 </dev/null) | diff - "$folder/there"
dpkg --root="$scratch" --log="$folder/log" -P secateur >"$folder/said" 2>&1 ||
    fail "$(cat "$folder/said")"
[ -z "$(find "$scratch" -name '*secateur*')" ] || fail "left: $(find "$scratch" -name '*secateur*')"
