#!/bin/sh
# Twenty ways in which real procedures went wrong, each driven as it went wrong there, and stopped
# here. 18 and 19, which need a name server, are in tests/lab/dns.t.
. tests/lib/tap.sh
. tests/lib/plain.sh

books=$ROOT/runbooks
cd "$T" || exit 1

# book [STEPS]: a runbook of these steps (its own standard input where none are given).
book() {
	{
		printf 'blackstart: 1\ntitle: As it happened\nenvironment: prd\n'
		cat
	} >book.yaml
}
# answers LINE...: what a person says; every change gets its Enter.
answers() {
	printf 'answers: 1\nrun: {within: 200s}\ndefault: {start: change, close: seen}\nsteps:\n' >answers.yaml
	[ $# -gt 0 ] && printf '  - %s\n' "$@" >>answers.yaml || sed -i 's/^steps:/steps: []/' answers.yaml
}
walk() {
	run "$BLACKSTART" run --plain --answers answers.yaml book.yaml "$@"
}
refused() {
	run "$BLACKSTART" lint "$2"
	like "$1" "$out" "$3"
	is "... it is an error" "$status" 5
}
# Commands that ran in the run walked last, by a piece of theirs.
ran() {
	sql "select count(*) from event where kind = 'cmd_intent' and payload like '%$1%'
		and run = (select run from event order by id desc limit 1)"
}
# --- 1. the size was read from the living set; after a failure it was 0, and nothing could go on

book <<'YAML'
steps:
  - {id: size, title: How many, run: 'cat size', effect: read, capture: {n: int}, expect: n > 0}
  - {id: down, title: Take it down, run: 'echo 0 >size; until [ -f go ]; do :; done', effect: change,
     owes: {set: 'echo "$n" >size'}}
  - {id: up, title: Bring it up, settle: set}
YAML
echo 3 >size
plain one "$BLACKSTART" run --plain book.yaml
sees one 'Take it down: start'
says one ''
wait_for 'grep -qx 0 size'
kill -KILL $(process keeper)
sees one 'The keeper is back'
touch go
sees one 'Bring it up: start'
says one ''
sees one 'verdict: complete'
left one
is "1: a captured size outlives a crash; what is brought back is the 3 of before" "$(cat size)" 3
is "1: ... and is captured once" "$(sql "select count(*) from event where kind = 'value'
	and payload ->> 'name' = 'n'")" 1
rm -f go

# --- 2. any failure in the middle left services, database and backups at nothing

book <<'YAML'
steps:
  - {id: writers, title: Writers down, run: echo down >writers, effect: change, owes: {writers: echo up >writers}}
  - {id: backups, title: Backups down, run: echo down >backups, effect: change,
     owes: {backups: {run: echo up >backups, safe_any_time: true}}}
  - {id: broken, title: Restore, run: 'false', effect: change}
  - {title: Back, settle: all}
YAML
answers '{at: broken, do: start}'
walk
is "2: the walk stops where it fails" "$status" 1
run "$BLACKSTART" status
like "2: ... what is still down is listed" "$out" '^still down: .*writers'
like "2: ... all of it" "$out" '^still down: .*backups'
answers '{at: broken, do: close, reason: cannot be restored}'
sed -i 's/, close: seen//' answers.yaml
run "$BLACKSTART" attach --answers answers.yaml
is "2: at its end, what is safe at any time comes back by itself" "$(cat backups)" up
is "2: ... the rest is not touched unasked" "$(cat writers)" down
like "2: ... and the run does not close over it unseen" "$out" 'still down: writers. Close the run\?'
answers '{at: run, do: settle, text: writers}'
sed -i 's/, close: seen//' answers.yaml
run "$BLACKSTART" attach --answers answers.yaml
wait_for 'grep -qx up writers' # nobody waited for it
is "2: ... until somebody brings it back" "$(cat writers)" up || note "$out"

# --- 3. services came back three each, whatever they had been

is "3: no runbook of the library brings anything back to a number that stands in it" \
	"$(grep -nE 'replicas=?[ "]*[1-9]|num-nodes[= ][1-9]' "$books"/*.yaml)" ''
book <<'YAML'
steps:
  - each: {service: [api, flow]}
    steps:
      - {title: 'How many', run: 'cat "$service"', effect: read, capture: {was: int}}
      - {title: Down, run: 'echo 0 >"$service"', effect: change, owes: {services: 'echo "$was" >"$service"'}}
  - settle: services
YAML
echo 3 >api
echo 2 >flow
answers
walk
is "3: each comes back as it was" "$status $(cat api) $(cat flow)" '0 3 2' || note "$out"

# --- 4. the first probe that failed ended the script that was meant to try again

cat >probe <<'SH'
#!/bin/sh
echo x >>looks
[ "$(wc -l <looks)" -ge 3 ] && echo ok
SH
chmod +x probe
book <<'YAML'
steps:
  - {title: Until it is up, wait: state = 'ok', probe: ./probe, capture: {state: text}, every: 100ms, within: 200s}
YAML
walk
is "4: a probe that fails is a not yet" "$status $(wc -l <looks)" '0 3' || note "$out"
rm -f looks
sed -i 's/ge 3/ge 999999/' probe
sed -i 's/within: 200s/within: 1s/' book.yaml
walk
is "4: ... but not for ever" "$status" 1
like "4: ... and then it says so" "$out" 'did NOT come out as expected'

# --- 5. the disk was deleted before a new one was there, without a copy of what was on it
# --- 6. snapshots and disks were paired by their place in two lists; 10 sorted before 2

mkdir -p drivers/volume
cat >drivers/volume/fake.yaml <<'YAML'
driver: 1
volume: fake
title: Files that stand for disks
about: A place is a file; a restore point of db-N is a file db-N.point.
proved: live
points:
  run: |
    comma=
    printf '['
    for i in 10 1 2; do
      [ -e "db-$i.point" ] || continue
      printf '%s{"volume": "db-%s", "point": "db-%s.point", ' "$comma" $i $i
      printf '"at": "2026-11-22T03:00:00Z"}'
      comma=,
    done
    echo ']'
safety: cp "$place" "$place.kept" && echo "$place.kept"
restore: echo "restore $volume" >>restored && cp "$point" "$place"
verify: cmp "$point" "$place"
put_back: cp "$kept" "$place"
release: rm "$kept"
YAML
pair_world() {
	rm -f db-* restored
	for i in 1 2 10; do
		echo "damaged $i" >"db-$i"
		echo "good $i" >"db-$i.point"
	done
}
restore_book() {
	book <<YAML
steps:
  - id: data
    restore: fake
    volumes: {db-1: db-1, db-2: db-2, db-10: db-10}
    point: latest
    $1
YAML
}
restore_book
pair_world
answers '{at: data/put, do: start, text: prd}'
walk
is "6: each volume gets what belongs to it by its name" "$status $(cat db-1 db-2 db-10 | tr '\n' ,)" \
	'0 good 1,good 2,good 10,' || note "$out" "$err"
is "5: what was there is kept first" "$(cat db-1.kept db-2.kept db-10.kept | tr '\n' ,)" \
	'damaged 1,damaged 2,damaged 10,'
pair_world
rm db-1.point
walk
is "6: a volume without a point of its own does not take that of db-10" "$status $(ls restored 2>/dev/null)" '1 '
pair_world
mkdir db-2.kept
mkdir db-2.kept/db-2
walk
is "5: without the copy of one, nothing is put in place of any" "$status $(ls restored 2>/dev/null)" '1 ' || note \
	"$out"
like "5: ... that copy is what it stops at" "$out" 'Keep the present state of db-2 .*did NOT come out'
rm -r db-2.kept
sed '/^safety:/d; /^put_back:/d; /^release:/d' drivers/volume/fake.yaml >drivers/volume/bare.yaml
sed -i 's/volume: fake/volume: bare/' drivers/volume/bare.yaml
sed 's/restore: fake/restore: bare/' book.yaml >bare.yaml
run "$BLACKSTART" lint bare.yaml
is "5: a driver that keeps no copy is no driver for a step that does not waive it" "$status" 5
like "5: ... and is told so" "$out" 'keeps no copy of the present state'

# --- 7. old snapshots were deleted while one was being chosen

order() { grep -n -m 1 -e "$1" "$books/restore-cluster-from-snapshots.yaml" | cut -d: -f1; }
ok "7: the library stops what deletes restore points before it offers one" \
	test "$(order 'id: keep-points')" -lt "$(order 'restore: gce-disk')"
ok "7: ... and has it back only after all is in place" test "$(order 'settle: backups')" -gt \
	"$(order 'restore: gce-disk')"
pair_world
restore_book "point: ask"
sed -i '/point: latest/d' book.yaml
sed -i '/^safety:/s/.*/safety: rm -f db-*.point \&\& cp "$place" "$place.kept" \&\& echo "$place.kept"/' \
	drivers/volume/fake.yaml
answers '{at: data/pick, do: done, text: "1"}' '{at: data/put, do: start, text: prd}'
walk
is "7: a point that was deleted after it was chosen is missed before anything is touched" \
	"$status $(ls restored 2>/dev/null)" '1 ' || note "$out"
like "7: ... and that is said" "$out" 'still there. did NOT come out'

# --- 8. `|| true` behind a wait that ran out of time

book <<'YAML'
steps:
  - {id: gone, title: Until they are gone, wait: left = 0, probe: echo 1, capture: {left: int}, every: 100ms,
     within: 500ms, on_fail: continue}
  - {title: Go on, run: echo on >went, effect: read}
YAML
walk
is "8: a wait that may fail lets the walk go on" "$(cat went)" on
is "8: ... and stands on record as one that did not come out" "$(sql "
	select payload ->> 'outcome' from event where kind = 'step'
	and step = 'gone' and payload ->> 'to' = 'finished'")" accepted
like "8: ... in the closing lines as well" "$out" 'ACCEPTED 1 Until they are gone: on_fail: continue'

# --- 9. the task that destroyed most had no guard at all

book <<'YAML'
steps:
  - {title: Delete the disk, run: echo gone >>disk, effect: destroy}
YAML
answers '{at: Delete the disk, do: start}'
walk
is "9: what destroys waits for its name, whatever tool it uses: Enter is not enough" \
	"$status $(ls disk 2>/dev/null)" '1 '
sed 's/^environment: prd$//' book.yaml >nameless.yaml
refused "9: one that names nothing is no runbook" nameless.yaml 'destroy-without-target'
for file in "$books"/*.yaml; do
	"$BLACKSTART" show --yaml "$file" 2>/dev/null
done | awk '/^ *(- )?(run|probe|repair): / { command = $0 } /^ *(- )?run:/ { on = 1 }
	on { text = text $0 "\n" } /effect: / { if (on && $2 != "destroy" &&
		text ~ /compute disks delete|delete pvc|rm -rf|versions destroy|apply .*destroy.plan|force-unlock/)
		print text; on = 0; text = "" }' >unguarded
is "9: in the library, whatever deletes data says that it destroys" "$(cat unguarded)" ''

# --- 10. any value of a variable unlocked it, "false" and the empty one too

for word in '' true false 0 1 yes PRD 'prd ' production; do
	answers "{at: Delete the disk, do: start, text: '$word', expect: {refused: 'yes'}}"
	walk
	is "10: '$word' is not the name" "$(ls disk 2>/dev/null)$(ran 'echo gone')" 0
done
answers
for name in RAKE_REALLY_RUN_IN_PRD RAKE_REALLY_DESTROY_IN_PRD BLACKSTART_FORCE BLACKSTART_YES FORCE YES CI; do
	export "$name=prd"
done
walk </dev/null
unset RAKE_REALLY_RUN_IN_PRD RAKE_REALLY_DESTROY_IN_PRD BLACKSTART_FORCE BLACKSTART_YES FORCE YES CI
is "10: no variable of the environment unlocks it" "$status $(ls disk 2>/dev/null)" '1 '
for flag in --yes --force -y -f; do
	run "$BLACKSTART" run --plain $flag book.yaml
	is "10: there is no $flag" "$status $(ls disk 2>/dev/null)" '2 '
done
answers '{at: Delete the disk, do: start, text: prd}'
walk
is "10: the name does" "$status $(cat disk)" '0 gone' || note "$out"
rm -f disk

# --- 11. commands that only looked wanted the key as well, so it was always set

book <<'YAML'
steps:
  - {title: Look, run: echo 3, effect: read, capture: {n: int}}
  - {title: Look again, check: n = 3, probe: 'true'}
  - {title: And again, wait: exit = 0, probe: 'true', within: 200s}
YAML
printf 'answers: 1\ndefault: {close: seen}\nsteps: []\n' >answers.yaml
walk
is "11: what only looks starts by itself, in prd too" "$status" 0 || note "$out"
unlike "11: ... and asks for nothing" "$out" 'type its target|start\?'

# --- 12. YAML made a truth value of a word

book <<'YAML'
params:
  word: {default: yes}
  number: {default: 010}
  short: {default: 1e3}
  nothing: {default: null}
  time: {default: 12:30:45}
steps:
  - {title: Say it, run: 'echo "$word $number $short $nothing $time"', effect: read}
YAML
walk
like "12: a word is a word" "$out" '^\| yes 010 1e3 null 12:30:45'
book <<'YAML'
params:
  sure: {ask: Sure?, as: bool, default: perhaps}
steps:
  - {title: Say it, run: 'echo "$sure"', effect: read}
YAML
refused "12: ... and where it has a type it must be one of it" book.yaml 'bad-default|bad-value'

# --- 13. a loop over instances deleted $image, which was never set

book <<'YAML'
steps:
  - each: {instance: [a, b]}
    steps:
      - {title: Delete it, run: 'rm -f "$image"', effect: destroy, target: '${instance}'}
YAML
refused "13: a name that nothing sets is refused" book.yaml 'image.*\[unknown-value\]'
book <<'YAML'
steps:
  - each: {instance: [a, b]}
    steps:
      - {title: Delete it, run: 'rm -f "$instance"', effect: destroy, target: '${image}'}
YAML
refused "13: ... so is one in a target" book.yaml 'image.*\[unknown-value\]'

# --- 14. text that had rotted: commands, names, links that were no more

book <<'YAML'
needs: [gustil]
params: {admin: text}
steps:
  - {title: Links, call: restoring-data.yaml}
  - {title: Scripts, run: ./renamed-in-2019.sh, effect: read}
  - {title: Jumps, check: 1 = 1, on_fail: {goto: restoring-couchdb}}
  - {title: Names, run: 'curl -u "$admin_username" x', effect: read}
  - {title: Keys, do: x, efect: read}
YAML
run "$BLACKSTART" lint book.yaml
for rule in missing-file missing-script unknown-step unknown-value unknown-key; do
	like "14: rot is found: $rule" "$out" "\\[$rule\\]"
done
mkdir -p folder
cp book.yaml folder
run env BLACKSTART_RUNBOOKS="$T/folder" "$BLACKSTART" doctor
like "14: a program that does not exist is found before it is needed" "$out$err" 'gustil'
run "$BLACKSTART" lint --strict "$books"
is "14: the library has none" "$(echo "$out" | grep -v 'not-proved-live' | grep -c .)" 0 || note "$out"

# --- 15. a command that changed things was run again and again for a quarter of an hour

book <<'YAML'
steps:
  - {title: Roll, run: echo x >>rolled; false, effect: change, retry: {times: 5, every: 100ms}}
YAML
refused "15: a change is not tried again" book.yaml 'retry-on-change'
answers
sed -i 's/, retry: {[^}]*}//' book.yaml
walk
is "15: ... it runs once, then somebody decides" "$(wc -l <rolled)" 1

# --- 16. "announce twice the time you expect", "copy your terminal into a ticket"

is "16: the library announces twice the time" \
	"$(grep -c 'ends: begins + expected \* 2' "$books/announce-downtime.yaml")" 1
book <<'YAML'
steps:
  - {title: Say it, run: 'echo what was said', effect: read}
YAML
answers
walk
run "$BLACKSTART" log "$(printf '%s' "$out" | sed -n 's/^record: .*, run //p')"
like "16: what the terminal showed is in the record" "$out" 'what was said'
like "16: ... and the command" "$out" 'echo what was said'

# --- 17. the deletion of a test cluster, with the tool pointing at the living one

mkdir -p bin
cat >bin/kubectl <<'SH'
#!/bin/sh
echo "kubectl $*" >>"$LEDGER"
case "$*" in 'config current-context') echo live ;; *) echo '{"items": []}' ;; esac
SH
cat >bin/terraform <<'SH'
#!/bin/sh
echo "terraform $*" >>"$LEDGER"
case "$*" in *'workspace show') echo test ;; esac
SH
chmod +x bin/*
: >ledger
answers
run env PATH="$T/bin:$PATH" LEDGER="$T/ledger" "$BLACKSTART" run --plain --answers answers.yaml \
	"$books/rebuild-from-scratch.yaml" -p environment=test -p folder="$T" -p cluster=test -p size=3
like "17: the tool itself is asked which cluster it points at" "$(cat ledger)" 'config current-context'
like "17: ... and another one than the operator named stops the walk" "$out" \
	'Does kubectl mean the same one\? did NOT come out as expected'
unlike "17: ... before anything is destroyed" "$(cat ledger)" 'apply|delete|destroy'
for file in $(grep -lE 'kubectl --context' "$books"/*.yaml); do
	probe=$(grep -n 'kubectl config current-context' "$file" | head -n 1 | cut -d: -f1)
	change=$(grep -nE '^ +effect: (change|destroy)' "$file" | head -n 1 | cut -d: -f1)
	ok "17: ${file##*/} asks it before its first change" test "${probe:-999999}" -lt "${change:-1000000}"
done

# The clean-up itself, with nothing in it that asks: the environment that it names has a probe.
mkdir -p clean
printf 'test: {protected: false, target: {probe: kubectl config current-context, is: test}}\n' >clean/environments.yaml
cat >clean/up.yaml <<'YAML'
blackstart: 1
title: Delete the test cluster
environment: test
steps:
  - id: delete
    title: Delete it
    run: kubectl delete ns --all
    effect: destroy
    target: test
    if_not: Ask.
    no_way_back: It is a test.
YAML
cat >clean/answers.yaml <<'YAML'
answers: 1
steps: [{at: delete, do: start, text: test}]
YAML
: >ledger
run env PATH="$T/bin:$PATH" LEDGER="$T/ledger" "$BLACKSTART" run --plain --answers clean/answers.yaml \
	clean/up.yaml
like "17: ... nor does what never asked go anywhere" "$out" \
	'this is not test: kubectl config current-context reads "live"; it must read "test"'
is "17: ... and deletes nothing" "$(cat ledger)" 'kubectl config current-context'
sed -i 's/echo live/echo test/' bin/kubectl
run env PATH="$T/bin:$PATH" LEDGER="$T/ledger" "$BLACKSTART" run --plain --answers clean/answers.yaml \
	clean/up.yaml
is "17: ... until it is the test cluster" "$status $(grep -c 'delete ns' ledger)" '0 1'

# --- 20. a secret that was missing was made up anew

mkdir -p secrets
echo sealed >secrets/a.enc
echo sealed >secrets/b.enc
cat >bin/gcloud <<'SH'
#!/bin/sh
echo "gcloud $*" >>"$LEDGER"
case "$*" in *get-value*) echo prod-1 ;; esac
SH
chmod +x bin/gcloud
: >ledger
run env PATH="$T/bin:$PATH" LEDGER="$T/ledger" "$BLACKSTART" run --plain --answers answers.yaml \
	"$books/rotate-keys.yaml" -p project=prod-1 -p ring=r -p keyname=k -p folder="$T/secrets" -p expected=3
like "20: a missing secret stops the walk" "$out" 'Which secrets are there\? did NOT come out as expected'
unlike "20: ... before any key is made" "$(cat ledger)" 'versions create|encrypt'
is "20: ... and none is made up" "$(ls secrets | tr '\n' ' ')" 'a.enc b.enc '
book <<'YAML'
params:
  token: {ask: The token?, secret: true}
steps:
  - {title: Use it, run: 'echo "$token" >used', effect: change, secret: [token]}
YAML
answers
walk --secret token=/nonexistent
is "20: a command never runs with a secret that is not there" "$([ "$status" -ne 0 ] && ls used 2>/dev/null)" ''
: >empty
walk --secret token=empty
is "20: ... or that is empty" "$([ "$status" -ne 0 ] && ls used 2>/dev/null)" ''

done_testing
