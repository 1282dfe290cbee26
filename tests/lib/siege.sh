# The questions of a guard that only a name answers, each under random keys (tests/screen/siege.c):
# nothing gets through, every wrong name is judged as one, and then the right name does get through.
# Sourced after tap.sh and screen.sh. SEED=n for other keys, KEYS=n for more.
#
#     siege_name 10000    the target's name, before a step of a protected environment destroys
#     siege_undo 10000    … and before its undo does
#     siege_glass 10000   the environment's name, before its glass is broken
#     siege_second 10000  a second person, whose code is not asked for
#     siege_code 10000    … and where it is

TERM=xterm-256color
seed=${SEED:-2026}
export TERM
note "SEED=$seed"
mkdir "$T/bin"
for tool in sh cat; do
	ln -s "$(command -v $tool)" "$T/bin/$tool"
done
cd "$T" || exit 1
echo right >where
cat >environments.yaml <<'YAML'
codes: codes
name-kj4x9q:
  protected: true
  target: {probe: cat where, is: right}
second-kj4x9q:
  protected: true
  target: {probe: cat where, is: right}
  approve: {by: [ana, raj], for: destroy, expires: 10h}
ice-kj4x9q:
  protected: true
  target: {probe: cat where, is: right}
  freeze: {from: 2000-01-01T00:00Z, to: 2200-01-01T00:00Z, why: year end}
  tell: ops
YAML
cat >contacts.yaml <<'YAML'
people:
  ana: {phone: '+34 600 000 001'}
channels:
  room: {kind: command, command: 'echo "$subject" >>told'}
ladders:
  ops: {rungs: [{channel: room, wait: 5m}]}
YAML
cat >siege.yaml <<'YAML'
blackstart: 1
title: Under siege
owner: ops
reviewed: 2026-11-01
environment: ${environment}
contacts: contacts.yaml
params:
  environment: {default: name-kj4x9q}
steps:
  - id: destroy
    title: Destroy it
    run: echo gone >>destroyed
    effect: destroy
    target: vol-kj4x9q
    if_not: Ask.
    undo: echo undone >>undone
  - {title: Look after it, do: Look.}
YAML
for who in ana raj; do
	"$BLACKSTART" codes make --for $who --count 2 >$who 2>/dev/null || bail "no codes for $who"
done

# siege_at ENVIRONMENT: lines that come to a run of it, detached: so it can be come back to.
siege_at() {
	rm -f destroyed undone told ./*.given
	PATH=$T/bin "$BLACKSTART" run siege.yaml -p environment="$1" --detach --as ana >id ||
		bail "no run"
	cat <<END
env PATH=$T/bin
spawn 24x80 $BLACKSTART attach $(cat id) --as ana
way
END
}

siege_keys() {
	echo "${KEYS:-$1}"
}

siege_log() {
	"$BLACKSTART" log "$(cat id)" --json
}

# siege_judged WHAT FILE PATTERN: of the names given, on record are so many as wrong ones. A key can
# be lost to a machine that is busy; most are not.
siege_judged() {
	siege_given=$(cat "$2.given")
	siege_wrong=$(siege_log | grep -c "$3")
	note "$1: given $siege_given, on record $siege_wrong"
	ok "$1: wrong names were names, and wrong" [ $((siege_wrong * 4)) -ge $((siege_given * 3)) ]
}

siege_over() {
	over
	ok "$1: the record is whole" "$BLACKSTART" verify
	seed=$((seed + 1))
}

siege_to_name='way /^name: .*_( |$) && Enter +start/ C-u
way /three wrong names/ new r
way /Enter type the name/ Enter'

siege_name() {
	screen <<END
$(siege_at name-kj4x9q)
$siege_to_name
-- its name: keys do not start it
wait /^name: _/
siege $(siege_keys "$1") $seed vol-kj4x9q $T/destroyed mortal /^name: _( |\$) && Enter +start/
sh ! test -e destroyed
-- its name: the right one does
pass 700
type vol-kj4x9q
pass 200
key Enter
wait /NOW 2 Look after it/
sh [ "\$(cat destroyed)" = gone ]
END
	siege_judged "its name" destroyed '"wrong_name":true'
	siege_over "its name"
}

siege_undo() {
	screen <<END
$(siege_at name-kj4x9q)
way /undo: which step/ new Down Enter
way /^> .*[^ ] && to start it: vol-kj/ wait C-e C-u
way /n note .*p pause/ z
-- its undo: it was destroyed
wait /^name: _/
pass 700
type vol-kj4x9q
pass 200
key Enter
wait /NOW 2 Look after it/
-- its undo: keys do not start it
siege $(siege_keys "$1") $seed vol-kj4x9q $T/undone mortal /to start it: vol-kj4x9q && ^>\$/
sh ! test -e undone
-- its undo: the right name does
pass 700
type vol-kj4x9q
pass 200
key Enter
until test -e undone
sh [ "\$(cat undone)" = undone ]
END
	siege_judged "its undo" undone 'its undo overwrites what is there now'
	siege_over "its undo"
}

siege_glass() {
	screen <<END
$(siege_at ice-kj4x9q)
way /BREAKS THE GLASS, on record && ^> .*[^ ]/ wait C-e C-u
way /everybody on the ladder is told/ new 1
way /o BREAK THE GLASS/ o
-- broken glass: keys do not break it
wait /o BREAK THE GLASS/
siege $(siege_keys "$1") $seed ice-kj4x9q $T/told mortal /BREAKS THE GLASS, on record && ^>\$/
sh ! test -e told
-- broken glass: the name of the environment does
pass 700
type ice-kj4x9q
pass 200
key Enter
wait /THE GLASS IS BROKEN/
until test -e told
sh ! test -e destroyed
END
	is "broken glass: once, on record" "$(siege_log | grep -c '"what":"break-glass"')" 1
	siege_judged "broken glass" told 'it wants the name of the environment'
	siege_over "broken glass"
}

# To where a second person is waited for. Letters that a busy machine hands over at once make the
# Enter behind them count as theirs, for a moment.
siege_to_second="wait /^name: _/
pass 700
key F2
wait /one of the codes that were made/
key c
wait /not shown/
type $(sed -n 1p ana)
pass 200
key Enter
wait /It is known now who you are/
pass 700
type vol-kj4x9q
pass 200
key Enter
wait /a their code/"

siege_second() {
	screen <<END
$(siege_at second-kj4x9q)
-- a second person: is waited for
$siege_to_second
-- a second person: keys are none
siege $(siege_keys "$1") $seed vol-kj4x9q $T/destroyed text /a their code .*BREAK/
sh ! test -e destroyed
-- a second person: is one
pass 700
key a
wait /The code that/
type $(sed -n 2p raj)
pass 200
key Enter
wait /NOW 2 Look after it/
sh [ "\$(cat destroyed)" = gone ]
END
	is "a second person: agreed once" "$(siege_log | grep -c '"what":"approved"')" 1
	siege_over "a second person"
}

siege_code() {
	code=$(sed -n 1p raj)
	screen <<END
$(siege_at second-kj4x9q)
way /The code that && ^> .*[^ ]/ C-e C-u
way /a their code .*BREAK/ a
-- a second person's code: is waited for
$(echo "$siege_to_second" | sed "s/$(sed -n 1p ana)/$(sed -n 2p ana)/")
-- a second person's code: keys are none
siege $(siege_keys "$1") $seed $code $T/destroyed text /The code that && ^>\$/
sh ! test -e destroyed
-- a second person's code: is one
pass 700
type $code
pass 200
key Enter
wait /NOW 2 Look after it/
sh [ "\$(cat destroyed)" = gone ]
END
	is "a second person's code: agreed once" "$(siege_log | grep -c '"what":"approved"')" 1
	siege_over "a second person's code"
}
