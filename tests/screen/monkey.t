#!/bin/sh
# Ten thousand random keys, bursts, pastes and sizes, in several runs and places. None confirms what
# destroys, none makes it crash, none loses the terminal. MONKEY=n for more keys, SEED=n for others.
. tests/lib/tap.sh
. tests/lib/screen.sh

TERM=xterm-256color
export TERM
keys=${MONKEY:-10000}
[ -z "${BLACKSTART_SANITIZED-}" ] || keys=$((keys / 5))
part=$((keys / 5))
seed=${SEED:-$(date +%s)}
note "keys: $keys, SEED=$seed"
mkdir "$T/cage"
cd "$T/cage" || exit 1
cat >book.yaml <<END
blackstart: 1
title: For the monkey
owner: ops
reviewed: 2026-11-01
steps:
  - title: Destroy it
    run: echo gone >>$T/destroyed
    effect: destroy
    target: volume-kj4x9q-of-the-orders
  - {title: An instruction, do: Do it., returns: {load: {as: number}, word: {prompt: A word}}}
  - {title: A change, run: "echo changed; cat", effect: change}
  - title: A decision
    choose: Which way?
    options:
      - {title: This one, steps: [{title: This way, do: Go.}]}
      - {title: That one, steps: [{title: That way, do: Go.}]}
  - {title: A failure, run: "false", effect: read}
  - title: Destroy it too
    run: echo gone >>$T/destroyed
    effect: destroy
    target: volume-kj4x9q-of-the-orders
  - {title: Many, run: "seq 1 200000", effect: change}
  - {title: Last, do: Look.}
END
cat >tty.yaml <<'END'
blackstart: 1
title: A shell for the monkey
owner: ops
reviewed: 2026-11-01
steps:
  - {title: A command, run: "cat -v", effect: change}
  - {title: Another one, run: "less book.yaml", effect: change}
END
cat >skip.yaml <<'END'
answers: 1
steps:
  - {at: Destroy it, do: skip, reason: the monkey comes}
END
mkdir books
cp book.yaml tty.yaml books
BLACKSTART_RUNBOOKS=$T/cage/books
export BLACKSTART_RUNBOOKS

# What the monkey runs of its own (!) finds nothing to do harm with.
mkdir "$T/bin"
for tool in sh cat less seq true false; do
	ln -s "$(command -v $tool)" "$T/bin/$tool" 2>/dev/null || ln -s "/bin/$tool" "$T/bin/$tool"
done
run_of() {
	PATH=$T/bin "$BLACKSTART" run "$1" --detach --as ana
}
play() { # NAME PART COMMAND…
	play_name=$1 play_seed=$2
	shift 2
	screen <<END
env PATH=$T/bin
spawn 24x80 $*
-- $play_name
monkey $part $play_seed
resize 24x80
-- $play_name: afterwards it is in order
signal TERM
ended
restored
sh ! test -e $T/destroyed
END
}
id=$(run_of book.yaml)
play "at a step that destroys" "$seed" "$BLACKSTART attach $id --as ana"
id=$(run_of book.yaml)
(cd "$T/cage" && "$BLACKSTART" attach "$id" --answers skip.yaml >/dev/null 2>&1)
play "with answers on the way" $((seed + 1)) "$BLACKSTART attach $id --as ana"
id=$(run_of tty.yaml)
play "with commands on terminals" $((seed + 2)) "$BLACKSTART attach $id --as ana"
id=$(run_of book.yaml)
play "as one who looks on" $((seed + 3)) "$BLACKSTART attach $id --observe --as raj"
play "from home" $((seed + 4)) "$BLACKSTART"
ok "nothing was destroyed" test ! -e "$T/destroyed"
ok "the record is whole" "$BLACKSTART" verify
for id in $("$BLACKSTART" runs --json 2>/dev/null | grep -o '2[0-9]\{7\}-[0-9]\{4\}-[a-z0-9]\{4\}'); do
	"$BLACKSTART" close "$id" --reason test >/dev/null 2>&1
done
done_testing
