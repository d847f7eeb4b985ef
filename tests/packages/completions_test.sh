#!/bin/bash
# Completions: sourced and asked in bash and fish, checked and loaded in zsh.
# usage: completions_test.sh BUILD
set -u
program=$(realpath "$1")/secateur
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
touch 'two words.h5'
for shell in bash zsh fish; do "$program" completions $shell >$shell || exit 1; done
bad=0
# expect SHELL WORDS WANTED...: among what is offered after WORDS
expect() {
    local shell=$1 words=$2 offered want
    shift 2
    offered=$("offer_$shell" "$words")
    for want in "$@"; do
        grep -qxF -e "$want" <<<"$offered" || {
            echo "$shell: secateur $words<Tab>: no '$want' in:" $offered
            bad=1
        }
    done
}
refuse() {
    "offer_$1" "$2" | grep -qxF -e "$3" && { echo "$1: secateur $2<Tab> offers $3"; bad=1; }
}
source ./bash
# The words as bash parts them: = is a word of its own.
offer_bash() {
    local words="secateur $1" at
    COMP_WORDS=()
    for at in ${words//=/ = }; do COMP_WORDS+=("$at"); done
    [[ $words == *' ' || $words == *= && -z ${words##*=} && 0 == 1 ]] && COMP_WORDS+=('')
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    COMPREPLY=()
    _secateur
    printf '%s\n' "${COMPREPLY[@]}"
}
offer_fish() {
    fish --no-config -c "source fish; complete -C 'secateur $1'" | cut -f1
}
shells=bash
if command -v fish >/dev/null; then shells='bash fish'; else echo "fish is not installed: skipped"; fi
for shell in $shells; do
    expect $shell 'sca' scan
    expect $shell 'eval --cle' --clean
    expect $shell 'prune --criterion mean' mean-activation
    expect $shell 'prune --order ' ascending descending
    expect $shell 'repair --repair un' unlearn
    expect $shell 'classify --detector ' strip logit
    expect $shell 'completions ' bash zsh fish
    expect $shell 'manual sw' sweep
    expect $shell 'plant --net ' lab residual
    refuse $shell 'convert --' --repair
    refuse $shell 'eval x.h5 sc' scan
done
expect bash '--theme=' auto dark
expect bash 'prune --criterion=l' l1 l2
expect bash 'eval --clean two' 'two words.h5'
expect bash 'eval -c two' 'two words.h5'
if command -v fish >/dev/null; then fish --no-execute fish || bad=1; fi
if command -v zsh >/dev/null; then
    zsh -n ./zsh || bad=1
    mkdir functions && cp zsh functions/_secateur
    # shellcheck disable=SC2016 # zsh's own names
    found=$(zsh -f -c 'fpath=($PWD/functions $fpath); autoload -U compinit; compinit -D
        autoload +X -U _secateur; print $_comps[secateur]; whence -w _secateur' 2>&1)
    [ "$found" = $'_secateur\n_secateur: function' ] || { echo "zsh: $found"; bad=1; }
else
    echo "zsh is not installed: skipped"
fi
exit $bad
