# Walks the real program through a restore of a fixture's volumes. Needs tests/lib/tap.sh.

# walk_scene DRIVER: its fixture is set up, all volumes are damaged, and a runbook is laid.
walk_scene() {
	driver=$1
	fixture=$ROOT/tests/drivers/volume/$driver
	W=$T/$driver
	BLACKSTART_JOURNAL=$T/$driver.db
	# a condition looks up no key with a double quote
	ODD_NAME='it'\''s odd $(touch pwned) *'
	export W BLACKSTART_JOURNAL ODD_NAME
	mkdir "$W"
	"$fixture" setup >"$T/setup" 2>&1 || { diag "$(tail -n 20 "$T/setup")"; bail "$driver: the fixture sets up"; }
	"$fixture" volumes >"$W/volumes.json"
	jq -r 'keys[]' "$W/volumes.json" >"$W/names"
	walk_damage
	mkdir -p "$W/book/drivers"
	ln -s "$ROOT/runbooks/drivers/volume" "$W/book/drivers/volume"
	cat >"$W/book/book.yaml" <<-EOF
	blackstart: 1
	title: Put the volumes back
	owner: ops
	reviewed: 2026-11-22
	objectives: {rpo: 365d}
	params: {lab: {ask: Where is the lab?}}
	steps:
	  - run: cat "\$lab/volumes.json"
	    effect: read
	    capture: {places: map}
	  - id: data
	    restore: $driver
	    volumes: \${places}
	    point: ask
	    at_once: 2
	    target: the volumes
	    verify: {run: touch "\$lab/looked"}
	    with: $("$fixture" params | jq -R -s -c 'split("\n") | map(select(test("^[a-z].*=."))) |
		map(capture("^(?<key>[a-z_]+)=(?<value>.*)$")) | from_entries')
	  - id: look
	    do: Look at the data.
	  - id: old
	    release: data
	EOF
}
walk_damage() {
	while IFS= read -r v; do "$fixture" damage "$v"; done <"$W/names"
}
walk_states() {
	while IFS= read -r v; do echo "$v: $("$fixture" state "$v")"; done <"$W/names"
}
# What the points that the run chose hold.
walk_wanted() {
	walk_sql "select payload ->> 'text' from ev where kind = 'value' and payload ->> 'name' = 'data_chosen'
		order by seq desc limit 1" >"$W/chosen"
	while IFS= read -r v; do
		echo "$v: $("$fixture" want "$v" "$(jq -r --arg v "$v" '.[$v]' "$W/chosen")")"
	done <"$W/names"
}
walk_sql() {
	sql "
		with ev as (select * from event where run = '$run') $1"
}
# walk ANSWERS: sets $status, $out, and $run, the id of the run.
walk() {
	printf '%s\n' 'answers: 1' 'run: {within: 5m}' 'default: {start: change, close: over}' 'steps:' "$1" \
		>"$W/answers.yaml"
	run "$BLACKSTART" run "$W/book/book.yaml" --answers "$W/answers.yaml" -p "lab=$W" --id-file "$W/id"
	run=$(cat "$W/id")
}
# walk_read STEP STREAM: what the run's commands of a step printed.
walk_read() {
	rm -f "$W"/chunk.*
	walk_sql "select payload ->> 'token' from ev where kind = 'cmd_intent' and step = '$1'" |
		while IFS= read -r token; do
			sqlite3 "$(dirname "$BLACKSTART_JOURNAL")/output/$run.db" "
				select writefile('$W/chunk.$token.' || printf('%012d', from_byte), bytes)
				from chunk where token = '$token' and stream = '$2'" >/dev/null
		done
	# zstd gives what is not packed as it is
	for chunk in "$W"/chunk.*; do zstd -dcf "$chunk"; done
}
# Each restore of the run printed progress, and it is on record.
walk_progress() {
	walk_sql "select distinct replace(step, char(39), char(39) || char(39)) from ev
		where kind = 'cmd_intent' and step like 'data/restore@%'" >"$W/steps"
	[ -s "$W/steps" ] || return 1
	while IFS= read -r step; do
		walk_read "$step" out | grep -q '^@progress [0-9]* [0-9]* ' || { echo "$step: none"; return 1; }
	done <"$W/steps"
}
