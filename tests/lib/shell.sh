# A shell under exec, at a terminal. Sourced after tap.sh, screen.sh and record.sh.

TERM=xterm-256color SHELL=/bin/bash HISTFILE=
export TERM SHELL
b=$BLACKSTART
cd "$T" || exit 1
cat >"$HOME/.bashrc" <<'R'
PS1='at home> '
HISTCONTROL=ignoreboth
R
cat >book.yaml <<'Y'
blackstart: 1
title: Shells
params:
  token: {secret: true, ask: Which?}
steps:
  - {id: look, do: Look at the lamp.}
  - {end: Done., success: true}
Y
printf 'hidden-word-4711' >word
cat >kill_keeper.sh <<'K'
for pid in /proc/[0-9]*; do
	grep -zqx keeper "$pid/cmdline" && grep -zqx "$1" "$pid/cmdline" && kill -KILL "${pid#/proc/}"
done 2>/dev/null
:
K
# Full of what draws a whole screen: another screen, places, the size it is told.
cat >full.sh <<'F'
printf '\033[?1049h\033[2J\033[5;10Hfull screen '
stty size
trap 'printf "\033[6;10Hnow "; stty size' WINCH
until [ "$key" = q ]; do IFS= read -r key; done
printf '\033[?1049l'
exit 4
F
opened() {
	"$b" run -d --secret token=word --id-file "$T/id" book.yaml >opened 2>&1 || bail "no run: $(cat opened)"
	id=$(cat "$T/id")
}
asked() { "$b" query "$1" --csv | tail -n +2 | tr -d '\r"'; }
lines() {
	asked "SELECT body ->> 'n' || ' ' || (body ->> 'what') ||
		coalesce(' ' || (body ->> 'text'), ' ' || (body ->> 'exit'), '')
		FROM events WHERE run = '$id' AND kind = 'shell' AND body ->> 'n' > 0 ORDER BY seq"
}

