#!/bin/sh
# What the screen looks like: whole screens, as goldens, in several sizes and on several terminals.
# REGOLD=1 rewrites them; look at the difference before you believe it.
. tests/lib/tap.sh
. tests/lib/screen.sh

cp tests/screen/books/replica.yaml "$T/replica.yaml"
cd "$T" || exit 1

# The same way through the book, looked at on the way. $1: word for the goldens; $2: size; the rest:
# words of `env`; styles are part of the golden where $styles says so.
styles=
tour() {
	tour_name=$1 tour_size=$2
	shift 2
	{
		for tour_env; do echo "env $tour_env"; done
		cat <<END
mask /row [0-9]+, [a-z0-9 ]+ago/ =row #, # ago
mask /row [0-9]+, just now/ =row #, # ago
mask /operated by .*/ =operated by somebody
-- $tour_name: at an instruction
spawn $tour_size $BLACKSTART run replica.yaml --as ana --id-file $T/id
wait /d done/
golden $tour_name-do $styles
-- $tour_name: before a change, with its warning
key d
wait /Keep the writers out: start/
golden $tour_name-change $styles
-- $tour_name: before it destroys
key Enter
wait /name: _/
pass 600
type db
golden $tour_name-destroy $styles
-- $tour_name: a reason is asked
key C-u
key Esc
wait /s skip/
key s
wait /Why\\?/
golden $tour_name-why $styles
-- $tour_name: after a command with a terminal
key 2
wait /Promote db-2: start/
key Enter
wait /which way/
golden $tour_name-choose $styles
-- $tour_name: where am I
key w
wait /Esc back|Esc/
golden $tour_name-where $styles
key Esc
-- $tour_name: everything that can be done
wait /take it/
key M
wait /what can be done/
golden $tour_name-menu $styles
key Esc
-- $tour_name: the end
gone /what can be done/
key 1
key Enter
wait /All writers: do it/
key d
wait /Settle writers: start/
key Enter
wait /Are orders taken: do it/
key Enter
wait /Number of the order/
type 4711
key Enter
wait /RUN IS CLOSED/
mask /record: .*/ =record: #
mask /recover: [0-9]+s/
golden $tour_name-end $styles
key Enter
status 0
restored
END
	} >"$T/script"
	screen "$T/script"
	over
}

tour 80x24 24x80 TERM=xterm-256color
tour 40x12 12x40 TERM=xterm-256color
styles=styles
tour mono 24x80 TERM=vt100
# what differs between the others, other code than ours does
if [ -z "${BLACKSTART_SANITIZED-}" ]; then
	styles=
	tour 132x43 43x132 TERM=xterm-256color
	styles=styles
	tour color 24x80 TERM=xterm-256color
	tour linux 24x80 TERM=linux
	tour nocolor 24x80 TERM=xterm-256color NO_COLOR=1
	tour ascii 24x80 TERM=xterm-256color LC_ALL=C
fi
done_testing
