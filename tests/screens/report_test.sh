#!/bin/sh
# A report in a browser without a network, 360, 768 and 1280 pixels wide: nothing is asked from
# outside, no errors, no sideways scrolling, figures answer pointer and keys. Skipped without chromium.
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

browse() {
    timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync \
        --enable-logging=stderr --host-resolver-rules='MAP * ~NOTFOUND' \
        --user-data-dir="$folder/profile" --window-size=1300,900 --virtual-time-budget=4000 \
        --dump-dom "file://$1" 2>"$folder/log"
    if grep CONSOLE "$folder/log"; then
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
if command -v tidy >/dev/null; then
    tidy -e -q "$page"
fi
