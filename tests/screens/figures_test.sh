#!/bin/sh
# `secateur figures` on the built-in demo with few images: every figure with its numbers and its
# caption, the same bytes again, nothing overwritten unasked, one clear line where nothing can go.
# usage: figures_test.sh BUILD
set -eu
program=$(realpath "$1")/secateur
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() {
    echo "$*"
    exit 1
}
for run in one two; do
    mkdir "$folder/$run"
    (cd "$folder/$run" && "$program" figures --limit 60 --out figures \
        --figure-format pdf,svg,png --figure-size 88mm >out 2>errors </dev/null) || {
        cat "$folder/$run/errors"
        fail "the run failed"
    }
done
diff -r "$folder/one" "$folder/two" || fail "the same run gave other bytes"
# No number depends on how the work was done.
"$program" figures --limit 60 --threads 1 --memory 6M --out "$folder/other" --figure-format svg \
    >/dev/null </dev/null 2>"$folder/errors" || fail "$(cat "$folder/errors")"
for numbers in "$folder"/one/figures/*.csv; do
    grep -v '^#' "$numbers" >"$folder/mine"
    grep -v '^#' "$folder/other/$(basename "$numbers")" | diff "$folder/mine" - ||
        fail "another number of workers or other memory: $(basename "$numbers") differs"
done
cd "$folder/one"
for stem in curves loss tradeoff thresholds activations channels confusion sheet goodnet roc \
    suggested_curves suggested_goodnet; do
    for ending in pdf svg png csv tex; do
        [ -s figures/$stem.$ending ] || fail "no $stem.$ending"
    done
    grep -q "^# net file: embedded demo" figures/$stem.csv || fail "$stem.csv: whose numbers?"
    grep -q "^# command: secateur figures --limit 60" figures/$stem.csv || fail "$stem.csv: how?"
    grep -q "includegraphics\[width=88mm\]{$stem.pdf}" figures/$stem.tex || fail "$stem.tex"
done
for stem in table_layers table_thresholds table_goodnet suggested_table_goodnet; do
    for ending in csv md tex; do
        [ -s figures/$stem.$ending ] || fail "no $stem.$ending"
    done
    grep -q "toprule" figures/$stem.tex || fail "$stem.tex has no table"
    grep -q "^% net file: embedded demo" figures/$stem.tex || fail "$stem.tex: whose numbers?"
done
for stem in table_thresholds table_goodnet thresholds; do
    grep -q "^never answer target," figures/$stem.csv || fail "$stem.csv: no trivial defence"
done
grep -q "robust_before,robust_after,robust_trivial" figures/table_layers.csv ||
    fail "table_layers.csv: what ASR hides is missing"
grep -q '^- nets: `' figures/table_thresholds.md || fail "table_thresholds.md: how chosen?"
grep -q "B\$'\$(2)" figures/table_goodnet.tex || fail "B′ is not written as in the caption"
# What the table says is what the figure was drawn from.
for stem in thresholds table_thresholds; do
    grep -v '^#' figures/$stem.csv >$stem.numbers
done
diff thresholds.numbers table_thresholds.numbers || fail "table and figure differ"
flagged=$(awk -F, '/test,clean,flagged/ {print $7; exit}' figures/goodnet.csv)
awk -F, -v want="$flagged" '/^net,/ {for (i = 1; i <= NF; i++) if ($i == "false_alarms_goodnet") k = i}
    /,test,/ && $k == want {found = 1} END {exit !found}' figures/table_goodnet.csv ||
    fail "false alarms of the table are not $flagged"
status=0
"$program" figures --limit 60 --out figures --figure-format pdf,svg,png 2>again || status=$?
[ $status = 5 ] && [ "$(wc -l <again)" = 1 ] && grep -q "already exists" again ||
    fail "what is there: status $status, $(cat again)"
diff -r figures ../two/figures || fail "something was overwritten"
status=0
"$program" figures --out /proc/figures 2>again || status=$?
[ $status = 5 ] && [ "$(wc -l <again)" = 1 ] || fail "no folder: status $status, $(cat again)"
status=0
"$program" figures --out x --figure-size 10mm 2>again || status=$?
[ $status = 2 ] && [ ! -e x ] || fail "wrong size: status $status, $(cat again)"
