#!/bin/sh
# The drivers that no machine here can be asked to prove live: kubectl and curl say what recordings say, and must be
# called as those have it, in that order and no more.
. tests/lib/tap.sh
. tests/drivers/cluster/lib.sh
[ -z "${BLACKSTART_SANITIZED-}" ] || skip_all "shell alone: the other build says it"

mkdir "$T/fake"
for tool in kubectl curl; do
	ln -s "$ROOT/tests/drivers/lab/replay" "$T/fake/$tool"
done
# The seconds between two tries are nobody's business here.
printf '#!/bin/sh\nexit 0\n' >"$T/fake/sleep" && chmod +x "$T/fake/sleep"
PATH=$T/fake:$PATH
export PATH tape tape_at

# plays TAPE COMMAND [MEMBER] [AGAIN]: sets $status $said $last.
plays() {
	tape=$ROOT/tests/drivers/recordings/$1 tape_at=$T/at
	[ "${4-}" = again ] || rm -f "$tape_at" "$tape_at.bad"
	go "$2" "${3-}"
}
# over NAME: the recording was played to its end, and nothing else was called.
over() {
	[ ! -e "$tape_at.bad" ] || { fail "$1"; diag "$(cat "$tape_at.bad")"; return; }
	left=$(awk -v from="$(cat "$tape_at")" 'NR > from && /^\$ /' "$tape")
	is "$1" "$left" ""
}
says() {
	is "$1" "$(printf '%s' "$said" | jq -Sc .)" "$2"
}

# --- kubernetes

lab_driver runbooks/drivers/cluster/kubernetes.yaml
members='{"couchdb-0":"a","couchdb-1":"b","couchdb-2":"c"}' size=3 first=couchdb-0 action=rebuild
statefulset=couchdb namespace=gpii context=gke_lab claim=database-storage BLACKSTART_RUN=20261122-0300-ab12
export members size first action statefulset namespace context claim BLACKSTART_RUN

plays kubernetes/stop stop couchdb-2
is "stop: the last pod goes" "$status $last" "0 couchdb-2: gone"
plays kubernetes/stop stop couchdb-2 again
is "stop twice is harmless" "$status $last" "0 couchdb-2: gone"
over "stop: as recorded"
plays kubernetes/stop-not-last stop couchdb-0
is "stop out of order is refused" "$status $(cat "$T/why")" "1 couchdb has 3 pods: those above couchdb-0 stop first"
over "stop out of order: nothing else was asked for"
plays kubernetes/clear clear couchdb-1
kept=persistentvolume/pvc-3f0c1a52-7d1e-4a8b-9d7e-0b7f3e6a1c11
is "clear: the volume is retained, then its claim goes; its name is printed" "$status $last" "0 $kept"
plays kubernetes/clear clear couchdb-1 again
is "clear twice is harmless, and names the same" "$status $last" "0 $kept"
over "clear: as recorded"
plays kubernetes/clear-not-retained clear couchdb-1
is "clear: a volume that is not retained is not given up" "$status" 1
over "... and its claim is not deleted"
plays kubernetes/clear-running clear couchdb-1
is "clear of a member that lives is refused" "$status" 1
plays kubernetes/first first couchdb-0
is "first: one pod" "$status" 0
plays kubernetes/first first couchdb-0 again
is "first twice is harmless" "$status" 0
over "first: as recorded"
plays kubernetes/join join couchdb-2
is "join: waits for those below it, never overwrites another number" "$status" 0
plays kubernetes/join join couchdb-2 again
is "join twice is harmless" "$status" 0
over "join: as recorded"
plays kubernetes/join-forbidden join couchdb-2
is "join: what the server refuses is not tried again" "$status" 1
over "join refused: as recorded"
size=2
plays kubernetes/first join couchdb-2
is "never more pods than there were" "$status $(cat "$T/why")" \
	"1 couchdb-2 would be one more than the 2 that there were"
size=3
for member in couchdb couchdb-x other-1 couchdb-01 '' '-n' 'couchdb-1;id'; do
	export member
	plays kubernetes/first stop
	is "no pod of the set: '$member'" "$status" 1
	ok "... and kubectl is not called" test ! -e "$tape_at" -a ! -e "$tape_at.bad"
done
plays kubernetes/health-up health couchdb-1
says "health: ready" '{"healthy":true,"note":"ready","role":"member","state":"up"}'
plays kubernetes/health-pending health couchdb-1
says "health: pending, with the reason" \
	'{"healthy":false,"note":"0/3 nodes are available: 3 node(s) had no available volume zone.",'\
'"role":"member","state":"starting"}'
plays kubernetes/health-crash health couchdb-1
says "health: one that comes and goes" \
	'{"healthy":false,"note":"restarted 7 times; CrashLoopBackOff","role":"member","state":"up"}'
plays kubernetes/health-gone health couchdb-1
says "health: no such pod" '{"healthy":false,"note":"no such pod","role":"member","state":"down"}'
plays kubernetes/health-unreachable health couchdb-1
says "health: no API server" \
	'{"healthy":false,"note":"Unable to connect to the server: dial tcp 203.0.113.7:443: i/o timeout",'\
'"role":"member","state":"unreachable"}'
plays kubernetes/quorum quorum
says "quorum: one that goes away and one that is not ready do not count" '{"healthy":1,"members":3,"needed":2}'
plays kubernetes/quorum-nobody quorum
says "quorum: nobody" '{"healthy":0,"members":3,"needed":2}'

# --- couchdb

lab_driver runbooks/drivers/cluster/couchdb.yaml
members='{"a":"http://10.0.0.1:5984","b":"http://10.0.0.2:5984","c":"http://10.0.0.3:5984"}' size=3 first=a
printf 'admin:p"w\n' >"$T/login"
login=$T/login data=$lab/{member} start=: stop=:
export members size first login data start stop

plays couchdb/health-up health c
says "health: one of three" '{"healthy":true,"note":"sees 3 of 3 nodes","role":"member","state":"up"}'
over "health: as recorded, the password on standard input"
plays couchdb/health-apart health c
says "health: a node that is not met" \
	'{"healthy":true,"note":"sees 2 of 3 nodes, not couchdb@10.0.0.3","role":"member","state":"up"}'
plays couchdb/health-maintenance health c
is "health: in maintenance" "$(printf '%s' "$said" | jq -c '[.state, .healthy]')" '["up",false]'
plays couchdb/health-down health c
is "health: down" "$(printf '%s' "$said" | jq -c '[.state, .healthy]')" '["down",false]'
plays couchdb/health-unreachable health c
is "health: unreachable" "$(printf '%s' "$said" | jq -c '[.state, .healthy]')" '["unreachable",false]'
plays couchdb/join join c
is "join: told, met, and the last one finishes the cluster" "$status $last" "0 c: it has met the others"
over "join: as recorded"
plays couchdb/remove remove c
is "remove: no shards there, forgotten" "$status $last" "0 c: the cluster does not know it any more"
plays couchdb/remove remove c again
is "remove twice is harmless" "$status $last" "0 c: the cluster does not know it"
over "remove: as recorded"
plays couchdb/remove-with-shards remove c
is "remove: refused while shards are there" "$status $(cat "$T/why")" \
	"1 c: the database gpii still has shards there: they must be moved first"
over "remove refused: as recorded"
done_testing
