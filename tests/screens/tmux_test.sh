#!/bin/sh
# A second terminal and a real shell: start, step, suspend and come back, quit. 77: tmux is missing.
set -u
program=$1/secateur
command -v tmux >/dev/null 2>&1 || { echo "SKIPPED: tmux is not installed"; exit 77; }
folder=$(mktemp -d)
socket=$folder/socket
tm() { tmux -S "$socket" "$@"; }
trap 'tm kill-server 2>/dev/null; rm -rf "$folder"' EXIT

screen() { tm capture-pane -p; }

# Until the command says yes, two minutes at most; then the screen is shown.
await() {
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 6000 ]; then
      echo "not so: $*"; screen; exit 1
    fi
    sleep 0.02
  done
}
sees() { screen | grep -q -- "$1"; }
flag() { [ "$(tm display-message -p "#{$1}")" = "$2" ]; }

env -u NO_COLOR TERM=xterm-256color LC_ALL=C.UTF-8 \
  tmux -S "$socket" -f /dev/null new-session -d -x 120 -y 40 "PS1='ready> ' bash --norc --noprofile"
await sees 'ready>'
tm send-keys "cd $folder; COLORTERM=truecolor $program" Enter
await sees 'next ch'
await flag alternate_on 1
await flag mouse_sgr_flag 1
tm send-keys s
await sees 'round 1/'
tm send-keys C-z
await flag alternate_on 0
await sees 'Stopped'
tm send-keys fg Enter
await flag alternate_on 1
await sees 'round 1/'
tm resize-window -x 80 -y 24
await sees 'quit'
tm send-keys u
await sees 'round 0/'
tm send-keys Home End q
await flag alternate_on 0
await flag mouse_any_flag 0
await flag cursor_flag 1
# shellcheck disable=SC2016 # for the shell inside
tm send-keys 'echo "status=$?"' Enter
await sees 'status=0'
echo "a real shell: started, suspended, resized and left"
