/* Removals: journal format 3, output format 2. The triggers let go what a row of `removal` names,
 * in the way it is named, and nothing else. */
#include "schema_part.h"

#define SAME(column) "new." column " IS NOT old." column

const char schema_journal_3[] =
	"CREATE TABLE removal ( -- what was taken out of a closed run, by whom and why\n"
	"  id       INTEGER PRIMARY KEY CHECK (id > 0), -- 1, 2, 3 ...\n"
	"  run      " RUN_ID ",\n"
	"  what     TEXT    NOT NULL CHECK (what IN ('redacted', 'pruned', 'hold', 'released')),\n"
	"  wall     INTEGER NOT NULL, -- when, ns since 1970 UTC\n"
	"  who      TEXT    NOT NULL,\n"
	"  why      TEXT    NOT NULL,\n"
	"  payloads TEXT    NOT NULL, -- ',3,17,': of these events the payload was taken out\n"
	"  outputs  TEXT    NOT NULL, -- ',4,5,': of these output events the bytes\n"
	"  rest     TEXT,             -- JSON: what stays of these payloads; NULL: in a later row\n"
	"  rest_hash " DIGEST("rest_hash") ", -- SHA-256 of it\n"
	"  hash     " DIGEST("hash") " -- of this row\n"
	") STRICT;\n"
	"CREATE INDEX removal_of_run ON removal (run);\n"
	NO_CHANGE("removal")
	"DROP TRIGGER removal_no_update;\n"
	"CREATE TRIGGER removal_no_update BEFORE UPDATE ON removal\n"
	"WHEN new.rest IS NOT NULL OR " SAME("id") " OR " SAME("run") " OR " SAME("what") "\n"
	"  OR " SAME("wall") " OR " SAME("who") " OR " SAME("why") " OR " SAME("payloads") "\n"
	"  OR " SAME("outputs") " OR " SAME("rest_hash") " OR " SAME("hash") "\n"
	"  OR NOT EXISTS (SELECT 1 FROM removal WHERE run = old.run AND what = 'redacted'\n"
	"       AND id > old.id)\n"
	"BEGIN SELECT RAISE(ABORT, 'removal is append-only: no row is ever changed'); END;\n"
	ONLY_APPEND("removal", "a row may only follow the last one, and be of a run",
		"new.id IS NOT (SELECT ifnull(max(id), 0) + 1 FROM removal)\n"
		"  OR NOT EXISTS (SELECT 1 FROM event WHERE run = new.run)")

	"DROP TRIGGER event_no_update;\n"
	"CREATE TRIGGER event_no_update BEFORE UPDATE ON event\n"
	"WHEN new.payload IS NOT NULL OR new.salt IS NOT NULL\n"
	"  OR " SAME("id") " OR " SAME("run") " OR " SAME("seq") " OR " SAME("wall") "\n"
	"  OR " SAME("boot") " OR " SAME("boot_id") " OR " SAME("kind") " OR " SAME("step") "\n"
	"  OR " SAME("attempt") " OR " SAME("actor") " OR " SAME("auth") "\n"
	"  OR " SAME("payload_hash") " OR " SAME("prev") " OR " SAME("hash") "\n"
	"  OR NOT EXISTS (SELECT 1 FROM removal r WHERE r.run = old.run AND what = 'redacted'\n"
	"       AND instr(payloads, ',' || old.seq || ','))\n"
	"BEGIN SELECT RAISE(ABORT, 'event is append-only: no row is ever changed'); END;\n"

	"CREATE TEMP TABLE machine_2 AS SELECT * FROM machine;\n"
	"DROP TABLE machine;\n"
	"CREATE TABLE machine (\n"
	"  n    INTEGER PRIMARY KEY CHECK (n > 0),\n"
	"  wall INTEGER NOT NULL,\n"
	"  what TEXT    NOT NULL CHECK (what IN ('opened', 'moved', 'closed', 'beat', 'signed',\n"
	"                 'redacted', 'pruned', 'hold', 'released')),\n"
	"  run  " RUN_ID ",\n"
	"  seq  INTEGER NOT NULL CHECK (seq > 0), -- the event of the run that is tied here\n"
	"  head " DIGEST("head") ", -- and its hash; 'signed': the hash of a checkpoint;\n"
	"                       -- 'redacted', 'pruned', 'hold', 'released': of a removal\n"
	"  prev " DIGEST("prev") ",\n"
	"  hash " DIGEST("hash") "\n"
	") STRICT;\n"
	"INSERT INTO machine SELECT n, wall, what, run, seq, head, prev, hash FROM machine_2\n"
	"  ORDER BY n;\n"
	"DROP TABLE temp.machine_2;\n"
	"CREATE INDEX machine_of_run ON machine (run, what);\n"
	"CREATE INDEX machine_signed ON machine (n) WHERE what = 'signed';\n"
	"CREATE INDEX machine_removal ON machine (n)\n"
	"  WHERE what IN ('redacted', 'pruned', 'hold', 'released');\n"
	NO_CHANGE("machine")
	ONLY_APPEND("machine", "a row may only follow the last one",
		"new.n IS NOT (SELECT ifnull(max(n), 0) + 1 FROM machine)\n"
		"  OR new.prev IS NOT ifnull((SELECT hash FROM machine ORDER BY n DESC LIMIT 1),\n"
		"       zeroblob(32))\n"
		"  OR (new.what IN ('opened', 'moved', 'closed')\n"
		"      AND EXISTS (SELECT 1 FROM machine\n"
		"        WHERE run = new.run AND what = new.what))");

/* That it was allowed is said in the other file, where whoever verifies looks. */
const char schema_output_2[] =
	"CREATE TABLE emptied ( -- chunks whose bytes were taken out, or are about to be\n"
	"  chunk INTEGER PRIMARY KEY REFERENCES chunk (id)\n"
	") STRICT;\n"
	NO_CHANGE("emptied")
	"DROP TRIGGER chunk_no_update;\n"
	"CREATE TRIGGER chunk_no_update BEFORE UPDATE ON chunk\n"
	"WHEN length(new.bytes) > 0 OR new.packed <> 0\n"
	"  OR " SAME("id") " OR " SAME("token") " OR " SAME("stream") " OR " SAME("from_byte") "\n"
	"  OR " SAME("n") " OR " SAME("plain") " OR " SAME("sha256") "\n"
	"  OR NOT EXISTS (SELECT 1 FROM emptied WHERE chunk = old.id)\n"
	"BEGIN SELECT RAISE(ABORT, 'chunk is append-only: no row is ever changed, only emptied');"
	" END;\n";
