# Walks of a rebuild through the program, on a lab that a fixture has laid. Sourced after the fixture.
#
#   walk_lay BOOK        folder $T/book: the drivers, and the runbook on standard input as BOOK
#   walk NAME ANSWERS [OPTION...]   runs it; status in $status, output in $T/NAME.out; the run's id in $run
#   facts SQL            looks into the journal

walk_lay() {
	mkdir -p "$T/book" && cp -R runbooks/drivers "$T/book/" && cat >"$T/book/$1"
}
BLACKSTART_JOURNAL=$T/journal.db
export BLACKSTART_JOURNAL
walk() {
	walk_name=$1 walk_answers=$2
	shift 2
	(cd "$T/book" && exec "$BLACKSTART" run runbook.yaml --id-file "$T/$walk_name.id" \
		--answers "$walk_answers" -p lab="$lab" "$@") >"$T/$walk_name.out" 2>&1 && status=0 || status=$?
	run=$(cat "$T/$walk_name.id" 2>/dev/null)
}
facts() { sqlite3 -readonly -cmd '.timeout 60000' "$T/journal.db" "$1"; }
# outcome STEP: how it ended, the last time it did.
outcome() {
	facts "select payload ->> 'outcome' from event where run = '$run' and kind = 'step' and step = '$1'
		and payload ->> 'to' = 'finished' order by seq desc limit 1"
}
# value NAME: as it was last set.
value() {
	facts "select coalesce(payload ->> 'text', payload ->> 'value') from event where run = '$run' and kind = 'value'
		and payload ->> 'name' = '$1' order by seq desc limit 1"
}
