#!/bin/sh
# A report in a browser without a network: no errors, nothing asked from outside, no sideways
# scrolling of the page on a phone. Skipped where there is no chromium.
# usage: report_test.sh BUILD
set -eu
command -v chromium >/dev/null || { echo "skipped: no chromium"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1/secateur" lab --limit 60 --out "$folder/lab" >"$folder/out" 2>"$folder/errors"
page=$folder/lab/report.html
if grep -Eio '(src|href)="[^"]*' "$page" | grep -Ev '="(data:|#)'; then
    echo "the page asks for something"
    exit 1
fi
if grep -Eio 'url\(.|@import|<script' "$page" | grep -Fv 'url(#'; then
    echo "the style asks for something"
    exit 1
fi
# The copy measures itself and says so in its title.
sed 's|</body>|<script>document.title="wide:"+(document.documentElement.scrollWidth-innerWidth)+\
" broken:"+[...document.images].filter(i=>!i.naturalWidth).length</script></body>|' \
    "$page" >"$folder/measured.html"
timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync \
    --enable-logging=stderr --host-resolver-rules='MAP * ~NOTFOUND' \
    --user-data-dir="$folder/profile" --window-size=500,900 \
    --dump-dom "file://$folder/measured.html" >"$folder/dom" 2>"$folder/log"
if grep CONSOLE "$folder/log"; then
    echo "the console says something"
    exit 1
fi
title=$(grep -o '<title>[^<]*' "$folder/dom" | head -n 1)
echo "$title"
case $title in
    *"wide:-"*" broken:0" | *"wide:0 broken:0") ;;
    *) exit 1 ;;
esac
if command -v tidy >/dev/null; then
    tidy -e -q "$page"
fi
