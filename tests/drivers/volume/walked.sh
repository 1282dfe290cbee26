# What every driver of volumes is walked through: $1 the driver, $2 the restore point that is kept (its line).
# Needs tests/lib/tap.sh.
. tests/drivers/volume/walk.sh
walk_scene "$1"
ok "$1: lint has nothing to say" "$BLACKSTART" lint "$W/book/book.yaml"
before=$(walk_states)
items=$(wc -l <"$W/names")

# --- restored, looked at, undone, kept

undos=$(while IFS= read -r v; do
	echo "  - {at: \"data/restore@$v\", do: undo, text: $(jq --arg v "$v" '.[$v]' "$W/volumes.json")}"
done <"$W/names")
walk "  - {at: data/pick, do: done, text: '1'}
  - {at: data/put, do: start, text: the volumes}
  - {at: look, do: done}
$undos
  - {at: old/old, do: done, text: Keep it}"
is "$1, undone: status" "$status" 0 || diag "$(printf '%s\n' "$out" | tail -n 20)" "$err"
is "$1, undone: each of its volumes" "$(walk_sql "select count(*) from ev where kind = 'undo'
	and payload ->> 'what' = 'done'")" "$items"
is "$1, undone: the old state, exactly" "$(walk_states)" "$before"

# --- restored, looked at, the old data thrown away

walk "  - {at: data/pick, do: done, text: '${2-2}'}
  - {at: data/put, do: start, text: the volumes}
  - {at: look, do: done}
  - {at: old/old, do: done, text: Throw it away}
  - {at: old/free, do: start, text: old/free}"
if [ "$items" -eq 1 ]; then
	# of one volume its copy's name is typed, which is known by now
	kept=$(walk_sql "select payload ->> 'text' from ev where kind = 'value' and payload ->> 'name' = 'data_kept'
		and step like '%@%'")
	sed -i "s,text: old/free,text: $kept," "$W/answers.yaml"
	run "$BLACKSTART" attach "$run" --answers "$W/answers.yaml"
fi
is "$1: status" "$status" 0 || diag "$(printf '%s\n' "$out" | tail -n 20)" "$err"
is "$1: each volume is what its restore point holds" "$(walk_states)" "$(walk_wanted)"
is "$1: each was verified by the driver" "$(walk_sql "select count(*) from ev where kind = 'looked'
	and step like 'data/restore@%' and payload ->> 'what' = 'verify' and payload ->> 'result' = 'true'")" "$items"
is "$1: and by the runbook" "$(walk_sql "select count(*) from ev where kind = 'looked'
	and step = 'data/verify' and payload ->> 'result' = 'true'")" 1
is "$1: after its safety copy, which came before the point of no return" "$(walk_sql "select count(*) from ev
	where kind = 'value' and payload ->> 'name' = 'data_kept' and step like '%@%' and seq <
	(select min(seq) from ev where kind = 'cmd_intent' and step like 'data/restore@%')")" "$items"
ok "$1: progress is on record" walk_progress
[ "$items" -eq 1 ] || is "$1: two side by side" "$(walk_sql "select count(*) > 0 from ev a join ev b on b.seq > a.seq
	where a.kind = 'cmd_intent' and b.kind = 'cmd_intent' and a.step <> b.step
	and a.step like 'data/restore@%' and b.step like 'data/restore@%' and not exists (select 1 from ev c
	where c.kind = 'cmd_ended' and c.step = a.step and c.seq between a.seq and b.seq)")" 1
is "$1: nothing is left beside" "$("$fixture" litter)" ""
"$fixture" teardown >/dev/null 2>&1
