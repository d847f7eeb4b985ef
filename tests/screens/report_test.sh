#!/bin/sh
# A report in a browser without a network, 360, 768 and 1280 pixels wide: nothing is asked from
# outside, no errors, no sideways scrolling, figures answer pointer and keys. Without scripts all is
# there but the buttons; printed, no word of the case is broken and a table that goes on repeats its
# head. Skipped without chromium.
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
if grep -Eio 'url\(.|@import|<script src' "$page" | grep -Fv 'url(#'; then
    echo "the style or the script asks for something"
    exit 1
fi
[ "$(grep -c '<script' "$page")" = 1 ] || { echo "another script"; exit 1; }

start() {
    timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync \
        --enable-logging=stderr --host-resolver-rules='MAP * ~NOTFOUND' \
        --user-data-dir="$folder/profile" --window-size=1300,900 "$@" 2>"$folder/log"
}

browse() {
    start --virtual-time-budget=4000 --allow-file-access-from-files --dump-dom "file://$1"
    if grep CONSOLE "$folder/log" | grep -Fv 'Blocked script execution' >&2; then
        echo "the console says something"
        exit 1
    fi
}

# As it is: its own policy lets its script in, which adds buttons.
browse "$page" >"$folder/dom"
[ "$(grep -o '<button' "$folder/dom" | wc -l)" -gt 8 ] || { echo "the script does nothing"; exit 1; }
# A copy tries itself and tells the page around it; the policy would not let that in.
cat >"$folder/try.html" <<'TRY'
<script>
addEventListener('load', () => {
  const svg = document.querySelector('figure.drawing svg'), box = svg.getBoundingClientRect();
  const tip = svg.parentNode.querySelector('.tip');
  svg.dispatchEvent(new PointerEvent('pointermove',
    {clientX: box.left + box.width / 2, clientY: box.top + box.height / 3}));
  const pointed = tip.textContent;
  svg.dispatchEvent(new KeyboardEvent('keydown', {key: 'Home'}));
  const first = tip.textContent;
  svg.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight'}));
  const second = tip.textContent;
  const links = [...document.querySelectorAll('nav a')];
  parent.postMessage([innerWidth,
    'wide:' + Math.max(0, document.documentElement.scrollWidth - innerWidth),
    'broken:' + [...document.images].filter(i => !i.naturalWidth).length,
    'links:' + (links.length > 5 && links.every(a => document.querySelector(a.hash))),
    'pointed:' + /^\d+ pruned channels.*clean accuracy.*%.*attack success/.test(pointed),
    'keys:' + (first.startsWith('0 ') && second.startsWith('1 ')),
    'case:' + (innerWidth < 1000 ||
      document.querySelector('nav').getBoundingClientRect().top < 900),
  ].join(' '), '*');
});
</script>
TRY
sed '/Content-Security-Policy/d' "$page" >"$folder/tried.html"
cat "$folder/try.html" >>"$folder/tried.html"
cat >"$folder/around.html" <<'AROUND'
<title>around</title>
<script>
const said = [];
addEventListener('message', e => { said.push(e.data); document.title = said.sort().join('; '); });
</script>
<iframe src="tried.html" style="width:360px;height:700px;border:0"></iframe>
<iframe src="tried.html" style="width:768px;height:900px;border:0"></iframe>
<iframe src="tried.html" style="width:1280px;height:800px;border:0"></iframe>
AROUND
browse "$folder/around.html" >"$folder/dom"
title=$(grep -o '<title>[^<]*' "$folder/dom" | head -n 1)
echo "$title"
good="wide:0 broken:0 links:true pointed:true keys:true case:true"
[ "$title" = "<title>1280 $good; 360 $good; 768 $good" ] || exit 1
# The frame runs no scripts; the page around it looks into it.
cat >"$folder/still.html" <<'STILL'
<title>still</title>
<iframe sandbox="allow-same-origin" src="lab/report.html" style="width:360px;height:700px;border:0">
</iframe>
<script>
addEventListener('load', () => {
  const page = document.querySelector('iframe').contentDocument;
  const all = (what) => page.querySelectorAll(what);
  document.title = ['buttons:' + all('button').length, 'tables:' + (all('table').length > 5),
    'drawings:' + (all('.drawing svg').length > 3), 'faces:' + (all('.faces img').length > 0),
    'seen:' + [...all('figure, table, pre, p')].every(e => e.getClientRects().length > 0),
    'wide:' + Math.max(0, page.documentElement.scrollWidth - 360)].join(' ');
});
</script>
STILL
browse "$folder/still.html" >"$folder/dom"
title=$(grep -o '<title>[^<]*' "$folder/dom" | head -n 1)
echo "$title"
[ "$title" = "<title>buttons:0 tables:true drawings:true faces:true seen:true wide:0" ] || exit 1
if command -v pdftotext >/dev/null; then
    start --print-to-pdf="$folder/print.pdf" --no-pdf-header-footer "file://$page" >"$folder/printed"
    pdftotext -layout "$folder/print.pdf" "$folder/print.txt"
    if pdftotext -l 1 -raw "$folder/print.pdf" - | grep -Ex '[b-z]|accurac|succes'; then
        echo "a word is broken on the first page"
        exit 1
    fi
    awk 'BEGIN { RS = "\f" }
        /(logit|margin|distance|nearest) +B alone/ { rows++; heads += /detector +compares/ }
        END { exit !(rows > 0 && rows == heads) }' "$folder/print.txt" ||
        { echo "detectors are printed without the head of their table"; exit 1; }
fi
if command -v tidy >/dev/null; then
    tidy -e -q "$page"
fi
