/* The tables, as docs/journal-format.md describes them. The comments are part of the text on
 * purpose: SQLite keeps it, so that `.schema` explains the file.
 *
 * Append-only. A trigger BEFORE INSERT looks at every unique key, because INSERT OR REPLACE
 * through one removes the row that had it, and the triggers against DELETE fire for that only on
 * connections with recursive_triggers on. The integer key is looked at for the same reason: where
 * none is given it reads -1 there, which no row has.
 *
 * A step that has been released is never edited; a change is a new step.
 */
#include "schema.h"

#include "log_sql.h"
#include "schema_part.h"

static const char journal_1[] =
	"CREATE TABLE event (\n"
	"  id           INTEGER PRIMARY KEY CHECK (id > 0), -- order of arrival, in no hash\n"
	"  run          " RUN_ID ",\n"
	"  seq          INTEGER NOT NULL CHECK (seq > 0),   -- 1, 2, 3 ... within the run\n"
	"  wall         INTEGER NOT NULL,                   -- ns since 1970 UTC\n"
	"  boot         INTEGER NOT NULL,                   -- ns since boot_id began\n"
	"  boot_id      TEXT    NOT NULL,\n"
	"  kind         TEXT    NOT NULL CHECK (kind <> ''),\n"
	"  step         TEXT             CHECK (step <> ''), -- NULL: of the run itself\n"
	"  attempt      INTEGER NOT NULL CHECK (attempt >= 0), -- 0: none applies\n"
	"  actor        TEXT    NOT NULL,                   -- who\n"
	"  auth         TEXT    NOT NULL,                   -- how we know\n"
	"  payload      TEXT,                               -- a JSON object; NULL: taken out\n"
	"  salt         BLOB             CHECK (length(salt) = 16),\n"
	"  payload_hash " DIGEST("payload_hash") ",\n"
	"  prev         " DIGEST("prev") ",\n"
	"  hash         " DIGEST("hash") ",\n"
	"  UNIQUE (run, seq),\n"
	"  CHECK ((payload IS NULL) = (salt IS NULL))\n"
	") STRICT;\n"
	NO_CHANGE("event")
	ONLY_APPEND("event", "a row may only follow the last one of an open run",
		"new.id IS NOT -1\n"
		"  OR (new.seq - 1, new.prev, 1) IS NOT (SELECT seq, hash, kind <> 'run_closed'\n"
		"       FROM event WHERE run = new.run ORDER BY seq DESC LIMIT 1)\n"
		"     AND (new.seq <> 1 OR EXISTS (SELECT 1 FROM event WHERE run = new.run))")

	"CREATE TABLE machine (\n"
	"  n    INTEGER PRIMARY KEY CHECK (n > 0),\n"
	"  wall INTEGER NOT NULL,\n"
	"  what TEXT    NOT NULL CHECK (what IN ('opened', 'moved', 'closed', 'pruned')),\n"
	"  run  " RUN_ID ",\n"
	"  seq  INTEGER NOT NULL CHECK (seq > 0), -- the event of the run that is tied here\n"
	"  head " DIGEST("head") ", -- and its hash\n"
	"  prev " DIGEST("prev") ",\n"
	"  hash " DIGEST("hash") ",\n"
	"  UNIQUE (run, what)\n"
	") STRICT;\n"
	NO_CHANGE("machine")
	ONLY_APPEND("machine", "a row may only follow the last one",
		"new.n IS NOT (SELECT ifnull(max(n), 0) + 1 FROM machine)\n"
		"  OR new.prev IS NOT ifnull((SELECT hash FROM machine ORDER BY n DESC LIMIT 1),\n"
		"       zeroblob(32))\n"
		"  OR EXISTS (SELECT 1 FROM machine WHERE run = new.run AND what = new.what)")

	"CREATE TABLE pin (\n"
	"  id     INTEGER PRIMARY KEY CHECK (id > 0),\n"
	"  sha256 BLOB    NOT NULL UNIQUE CHECK (length(sha256) = 32), -- of the file's bytes\n"
	"  n      INTEGER NOT NULL CHECK (n >= 0), -- their number\n"
	"  packed INTEGER NOT NULL CHECK (packed IN (0, 1)), -- 1: bytes are a zstd frame\n"
	"  bytes  BLOB    NOT NULL\n"
	") STRICT;\n"
	NO_CHANGE("pin")
	ONLY_APPEND("pin", "this file is kept already",
		"EXISTS (SELECT 1 FROM pin WHERE id = new.id)\n"
		"  OR EXISTS (SELECT 1 FROM pin WHERE sha256 = new.sha256)")

	"CREATE TABLE run_pin (\n"
	"  run    " RUN_ID ",\n"
	"  n      INTEGER NOT NULL CHECK (n > 0), -- 1, 2, 3 ... within the run\n"
	"  role   TEXT    NOT NULL,\n"
	"  path   TEXT    NOT NULL,\n"
	"  sha256 BLOB    NOT NULL REFERENCES pin (sha256),\n"
	"  hash   " DIGEST("hash") ", -- of this row\n"
	"  PRIMARY KEY (run, n)\n"
	") STRICT, WITHOUT ROWID;\n"
	NO_CHANGE("run_pin")
	ONLY_APPEND("run_pin", "a row may only follow the last one of its run",
		"new.n IS NOT (SELECT ifnull(max(n), 0) + 1 FROM run_pin WHERE run = new.run)")

	"CREATE VIEW timeline AS -- every event with its time as people read it\n"
	"SELECT run, seq,\n"
	"  strftime('%Y-%m-%dT%H:%M:%S', wall / 1000000000, 'unixepoch') ||\n"
	"    printf('.%03dZ', wall / 1000000 % 1000) AS at,\n"
	"  kind, step, attempt, actor, payload, lower(hex(hash)) AS hash\n"
	"FROM event;\n"
	"CREATE VIEW runs AS -- every run, newest first\n"
	"SELECT o.run, datetime(o.wall / 1000000000, 'unixepoch') AS opened,\n"
	"  datetime(c.wall / 1000000000, 'unixepoch') AS closed,\n"
	"  iif(json_valid(f.payload), f.payload ->> '$.title', NULL) AS title,\n"
	"  iif(json_valid(f.payload), f.payload ->> '$.mode', NULL) AS mode,\n"
	"  iif(json_valid(l.payload), l.payload ->> '$.verdict', NULL) AS verdict,\n"
	"  (SELECT max(seq) FROM event WHERE run = o.run) AS events\n"
	"FROM machine o\n"
	"LEFT JOIN event f ON f.run = o.run AND f.seq = 1\n"
	"LEFT JOIN machine c ON c.run = o.run AND c.what = 'closed'\n"
	"LEFT JOIN event l ON l.run = c.run AND l.seq = c.seq\n"
	"WHERE o.what IN ('opened', 'moved') ORDER BY o.n DESC;\n"
	"CREATE VIEW files AS -- what each run stood on\n"
	"SELECT run, run_pin.n AS n, role, path, pin.n AS size, lower(hex(sha256)) AS sha256\n"
	"FROM run_pin JOIN pin USING (sha256);\n";

/* Signatures, and what ties an open run: rows of the machine's chain that come more than once. */
static const char journal_2[] =
	"CREATE TEMP TABLE machine_1 AS SELECT * FROM machine;\n"
	"DROP TABLE machine;\n"
	"CREATE TABLE machine (\n"
	"  n    INTEGER PRIMARY KEY CHECK (n > 0),\n"
	"  wall INTEGER NOT NULL,\n"
	"  what TEXT    NOT NULL CHECK (what IN ('opened', 'moved', 'closed', 'pruned',\n"
	"                 'beat', 'signed')),\n"
	"  run  " RUN_ID ",\n"
	"  seq  INTEGER NOT NULL CHECK (seq > 0), -- the event of the run that is tied here\n"
	"  head " DIGEST("head") ", -- and its hash; 'signed': the hash of a checkpoint\n"
	"  prev " DIGEST("prev") ",\n"
	"  hash " DIGEST("hash") "\n"
	") STRICT;\n"
	"INSERT INTO machine SELECT n, wall, what, run, seq, head, prev, hash FROM machine_1\n"
	"  ORDER BY n;\n"
	"DROP TABLE temp.machine_1;\n"
	"CREATE INDEX machine_of_run ON machine (run, what);\n"
	"CREATE INDEX machine_signed ON machine (n) WHERE what = 'signed';\n"
	NO_CHANGE("machine")
	ONLY_APPEND("machine", "a row may only follow the last one",
		"new.n IS NOT (SELECT ifnull(max(n), 0) + 1 FROM machine)\n"
		"  OR new.prev IS NOT ifnull((SELECT hash FROM machine ORDER BY n DESC LIMIT 1),\n"
		"       zeroblob(32))\n"
		"  OR (new.what NOT IN ('beat', 'signed')\n"
		"      AND EXISTS (SELECT 1 FROM machine WHERE run = new.run AND what = new.what))")

	"CREATE TABLE checkpoint ( -- who vouched for a run, up to which event\n"
	"  id        INTEGER PRIMARY KEY CHECK (id > 0), -- 1, 2, 3 ...\n"
	"  run       " RUN_ID ",\n"
	"  seq       INTEGER NOT NULL CHECK (seq > 0), -- the last event that is vouched for\n"
	"  what      TEXT    NOT NULL CHECK (what IN ('start', 'hand-over', 'approval', 'close',\n"
	"                      'counter')),\n"
	"  head      " DIGEST("head") ", -- the hash of that event\n"
	"  wall      INTEGER NOT NULL,       -- when it was to be signed, ns since 1970 UTC\n"
	"  who       TEXT    NOT NULL,       -- who operated, as the run has it\n"
	"  key       TEXT,                   -- fingerprint that the signature names\n"
	"  signature TEXT,                   -- armoured, by ssh-keygen -Y sign; NULL: not signed\n"
	"  why       TEXT,                   -- why it is not\n"
	"  hash      " DIGEST("hash") ", -- of this row\n"
	"  CHECK ((signature IS NULL) = (key IS NULL) AND (signature IS NULL) <> (why IS NULL))\n"
	") STRICT;\n"
	"CREATE INDEX checkpoint_of_run ON checkpoint (run);\n"
	NO_CHANGE("checkpoint")
	ONLY_APPEND("checkpoint", "a row may only follow the last one, and be of an event",
		"new.id IS NOT (SELECT ifnull(max(id), 0) + 1 FROM checkpoint)\n"
		"  OR new.head IS NOT (SELECT hash FROM event\n"
		"       WHERE run = new.run AND seq = new.seq)")

	LOG_SCHEMA;

static const char output_1[] =
	"CREATE TABLE chunk (\n"
	"  id        INTEGER PRIMARY KEY CHECK (id > 0),\n"
	"  token     TEXT    NOT NULL CHECK (token <> ''), -- the command\n"
	"  stream    TEXT    NOT NULL CHECK (stream IN ('out', 'err', 'tty')),\n"
	"  from_byte INTEGER NOT NULL CHECK (from_byte >= 0), -- where in the stream it begins\n"
	"  n         INTEGER NOT NULL CHECK (n BETWEEN 1 AND 1048576), -- bytes as they came\n"
	"  plain     INTEGER NOT NULL CHECK (plain IN (0, 1)), -- 1: text without escapes\n"
	"  sha256    " DIGEST(
		"sha256") ", -- of the bytes as they came\n"
			  "  packed    INTEGER NOT NULL CHECK (packed IN (0, 1)), -- 1: bytes are "
			  "a zstd frame\n"
			  "  bytes     BLOB    NOT NULL,\n"
			  "  UNIQUE (token, stream, from_byte)\n"
			  ") STRICT;\n" NO_CHANGE("chunk") ONLY_APPEND(
				  "chunk", "a row may only follow the last one of its stream",
				  "EXISTS (SELECT 1 FROM chunk WHERE id = new.id)\n"
				  "  OR new.from_byte < ifnull((SELECT from_byte + n FROM chunk "
				  "WHERE token = new.token\n"
				  "       AND stream = new.stream ORDER BY from_byte DESC LIMIT "
				  "1), 0)") "CREATE VIEW streams AS\n"
					    "SELECT token, stream, count(*) AS chunks, sum(n) AS "
					    "size, sum(length(bytes)) AS stored\n"
					    "FROM chunk GROUP BY token, stream;\n";

const char *const schema_journal[SCHEMA_JOURNAL_FORMAT] = {
	journal_1, journal_2, schema_journal_3,
};
const char *const schema_output[SCHEMA_OUTPUT_FORMAT] = { output_1, schema_output_2 };
