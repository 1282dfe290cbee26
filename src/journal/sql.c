/* Every statement that a journal is asked with. */
#include "journal_own.h"

#include "log_sql.h"
#include "schema.h"
#include "verify_own.h"

/* The entries of a key behind a time, and the first key from another on. IS: with `key = ?1` SQLite
 * would put ?1 in the place of what stands in the index. */
#define INDEX_OF(way, index, condition, key) \
	[SQL_INDEX_##way] = \
		"SELECT 1 FROM event INDEXED BY " index " WHERE " condition " AND " key " IS ?1" \
		" AND wall > ?2 AND check_row(" key ", wall, id) ORDER BY wall, id", \
	[SQL_INDEX_##way##_NEXT] = \
		"SELECT " key ", id FROM event INDEXED BY " index " WHERE " condition \
		" AND " key " >= ?1 ORDER BY " key ", wall, id LIMIT 1"

static const char *const sql[JOURNAL_SQL_MAX] = {
	DB_SQL_COMMON,
	[SQL_EVENT_ADD] =
		"INSERT INTO event (run, seq, wall, boot, boot_id, kind, step, attempt, actor,"
		" auth, payload, salt, payload_hash, prev, hash)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
	[SQL_EVENT_LAST] =
		"SELECT seq, hash, kind FROM event WHERE run = ?1 ORDER BY seq DESC LIMIT 1",
	[SQL_EVENT_EACH] =
		"SELECT seq, wall, boot, kind, step, attempt, actor, auth, payload FROM event"
		" WHERE run = ?1 AND seq > ?2 ORDER BY seq",
	/* The index gives the order, the columns come from the table itself, and check_row says
	 * when to stop: handing a million rows out one by one would cost more than their digests.
	 * It is told what the index holds, and finds the end of the run by it: `i.run = ?1` would
	 * let SQLite put ?1 in the place of what is there. */
	[SQL_EVENT_CHECK] =
		"SELECT 1 FROM event i CROSS JOIN event e ON e.id = i.id"
		" WHERE (i.run, i.seq) > (?1, ?2) AND check_row(i.run, i.seq, e.run, e.seq,"
		" e.wall, e.boot, e.boot_id, e.kind, e.step, e.attempt, e.actor, e.auth,"
		" e.payload, e.salt, e.payload_hash, e.prev, e.hash, i.id) ORDER BY i.run, i.seq",
	[SQL_EVENT_MAX_ID] =
		"SELECT ifnull(max(id), 0) FROM event",
	[SQL_EVENT_BESIDE] =
		"SELECT seq, wall, boot, boot_id FROM event"
		" WHERE run = ?1 AND seq IN (?2 - 1, ?2 + 1)",
	[SQL_EVENT_HEADER] =
		"SELECT run, seq, wall, boot, boot_id, kind, step, attempt, actor, auth,"
		" payload_hash, prev FROM event WHERE run = ?1 AND seq = ?2",
	/* Of ?2 rows before ?1 how many a search for each finds, and the least id. Backwards: a
	 * search begins at the root of the table, where the next row would be found without it. */
	[SQL_EVENT_SEARCHED] =
		"SELECT count(*), min(e.id) FROM (SELECT id FROM event NOT INDEXED WHERE id < ?1"
		" ORDER BY id DESC LIMIT ?2) i CROSS JOIN event e ON e.id = i.id",
	[SQL_INDEX_TIME] =
		"SELECT 1 FROM event INDEXED BY event_time WHERE ?1 = ''"
		" AND wall > ?2 AND check_row('', wall, id) ORDER BY wall, id",
	INDEX_OF(STEP, "event_step", LOG_STEP_IF, LOG_STEP_ID),
	INDEX_OF(PERSON, "event_person", LOG_PERSON_IF, "actor"),
	INDEX_OF(KIND, "event_kind", LOG_KIND_IF, "kind"),
	INDEX_OF(PLACE, "event_place", LOG_PLACE_IF, LOG_PLACE),
	[SQL_REMOVAL_MAX_ID] =
		"SELECT ifnull(max(id), 0) FROM removal",
	[SQL_SOUND_MACHINE] = "PRAGMA integrity_check('machine')",
	[SQL_SOUND_PIN] = "PRAGMA integrity_check('pin')",
	[SQL_SOUND_RUN_PIN] = "PRAGMA integrity_check('run_pin')",
	[SQL_SOUND_CHECKPOINT] = "PRAGMA integrity_check('checkpoint')",
	[SQL_SOUND_REMOVAL] = "PRAGMA integrity_check('removal')",
	[SQL_MACHINE_LAST] =
		"SELECT n, hash FROM machine ORDER BY n DESC LIMIT 1",
	[SQL_MACHINE_ADD] =
		"INSERT INTO machine (n, wall, what, run, seq, head, prev, hash)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[SQL_MACHINE_EACH] =
		"SELECT n, wall, what, run, seq, head, prev, hash FROM machine"
		" WHERE n > ?1 ORDER BY n",
	[SQL_MACHINE_OF_RUN] =
		"SELECT what, seq, head, prev FROM machine WHERE run = ?1 ORDER BY n",
	[SQL_MACHINE_TIED] =
		"SELECT 1 FROM machine WHERE run = ?1"
		" AND what IN ('opened', 'moved', 'closed', 'beat') AND seq = ?2 LIMIT 1",
	/* `+run`: by n, along the index of those that are signed */
	[SQL_MACHINE_NEXT_SIGNED] =
		"SELECT n, wall, run, seq, head FROM machine WHERE what = 'signed' AND n > ?1"
		" AND (?2 IS NULL OR +run = ?2) ORDER BY n LIMIT 1",
	[SQL_BEAT_NEXT] =
		"SELECT m.n, m.seq, m.head, e.hash, m.run, m.what = 'signed' FROM machine m"
		" LEFT JOIN event e ON e.run = m.run AND e.seq = m.seq"
		" WHERE m.run = ?1 AND m.what IN ('beat', 'signed') AND m.n > ?2"
		" ORDER BY m.n LIMIT 1",
	[SQL_CHECKPOINT_LAST] =
		"SELECT ifnull(max(id), 0) FROM checkpoint",
	[SQL_CHECKPOINT_ADD] =
		"INSERT INTO checkpoint (id, run, seq, what, head, wall, who, key, signature, why,"
		" hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
	[SQL_CHECKPOINT_NEXT] =
		"SELECT id, run, seq, what, head, wall, who, key, signature, why FROM checkpoint"
		" WHERE id > ?1 AND (?2 IS NULL OR run = ?2) ORDER BY id LIMIT 1",
	[SQL_CHECKPOINT_CHECK] =
		"SELECT c.id, c.run, c.seq, c.wall, c.hash, c.what, c.head, c.who, c.key,"
		" c.signature, c.why, e.hash FROM checkpoint c"
		" LEFT JOIN event e ON e.run = c.run AND e.seq = c.seq"
		" WHERE c.id > ?1 AND (?2 IS NULL OR c.run = ?2) ORDER BY c.id LIMIT 1",
	/* ?1's id, whether it is held (the last word on it), whether it is closed */
	[SQL_REMOVAL_LOOK] =
		"SELECT ifnull((SELECT max(id) FROM removal), 0), ifnull((SELECT what = 'hold'"
		" FROM removal WHERE run = ?1 AND what IN ('hold', 'released')"
		" ORDER BY id DESC LIMIT 1), 0),"
		" EXISTS (SELECT 1 FROM machine WHERE run = ?1 AND what = 'closed'),"
		" EXISTS (SELECT 1 FROM removal WHERE run = ?1 AND what = 'pruned')",
	[SQL_REMOVAL_ADD] =
		"INSERT INTO removal (id, run, what, wall, who, why, payloads, outputs, rest,"
		" rest_hash, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
	[SQL_REMOVAL_REST] =
		"SELECT rest FROM removal WHERE run = ?1 AND what = 'redacted'"
		" ORDER BY id DESC LIMIT 1",
	[SQL_REMOVAL_LEFT] =
		"SELECT rest -> ('$.\"' || ?2 || '\"') FROM removal WHERE run = ?1"
		" AND what = 'redacted' ORDER BY id DESC LIMIT 1",
	[SQL_REMOVAL_FORGET] =
		"UPDATE removal SET rest = NULL WHERE run = ?1 AND id < ?2 AND rest IS NOT NULL",
	[SQL_EVENT_TAKE_OUT] =
		"UPDATE event SET payload = NULL, salt = NULL WHERE run = ?1 AND seq = ?2",
	[SQL_REMOVAL_NEXT] =
		"SELECT id, run, what, wall, who, why, payloads, outputs, rest"
		" FROM removal WHERE id > ?1 AND (?2 IS NULL OR run = ?2) ORDER BY id LIMIT 1",
	[SQL_REMOVAL_STANDS] =
		"SELECT what, wall, who, why FROM removal"
		" WHERE run = ?1 AND what <> 'redacted' ORDER BY id",
	[SQL_REMOVAL_PRINTED] =
		"SELECT count(*), count(DISTINCT step) FROM event WHERE run = ?1"
		" AND kind = 'output'",
	[SQL_REMOVAL_CHECK] =
		"SELECT id, run, what, wall, hash, who, why, payloads, outputs, rest_hash,"
		" rest, EXISTS (SELECT 1 FROM removal b WHERE b.run = a.run AND b.id > a.id"
		" AND b.what = 'redacted') FROM removal a"
		" WHERE id > ?1 AND (?2 IS NULL OR run = ?2) ORDER BY id LIMIT 1",
	[SQL_REMOVAL_OF_PAYLOAD] =
		"SELECT 1 FROM removal WHERE run = ?1 AND what = 'redacted'"
		" AND instr(payloads, ',' || ?2 || ',') LIMIT 1",
	[SQL_REMOVAL_OF_OUTPUT] =
		"SELECT 1 FROM removal WHERE run = ?1 AND (what = 'pruned'"
		" OR what = 'redacted' AND instr(outputs, ',' || ?2 || ',')) LIMIT 1",
	[SQL_MACHINE_NEXT_REMOVAL] =
		"SELECT n, wall, run, what, head FROM machine"
		" WHERE what IN ('redacted', 'pruned', 'hold', 'released') AND n > ?1"
		" AND (?2 IS NULL OR +run = ?2) ORDER BY n LIMIT 1",
	[SQL_HEAD_AT] =
		"SELECT hash FROM event WHERE run = ?1 AND seq = ?2",
	[SQL_HEAD_ANY] =
		"SELECT run, seq FROM event WHERE hash BETWEEN ?1 AND ?2 LIMIT 1",
	[SQL_RUNS] =
		"SELECT o.n, o.run,"
		" iif(json_valid(f.payload), f.payload ->> '$.title', NULL),"
		" iif(json_valid(f.payload), f.payload ->> '$.mode', NULL),"
		" iif(c.n IS NULL, NULL, ifnull("
		"   iif(json_valid(e.payload), e.payload ->> '$.verdict', NULL), 'closed')),"
		" iif(json_valid(f.payload), f.payload ->> '$.runbook', NULL),"
		" o.wall, ifnull(c.wall, 0), ifnull(l.wall, 0), ifnull(l.seq, 0),"
		" iif(json_valid(f.payload), f.payload ->> '$.cwd', NULL),"
		" iif(json_valid(e.payload), ifnull(e.payload ->> '$.success', 0), 0),"
		" iif(json_valid(f.payload), f.payload ->> '$.environment', NULL),"
		" iif(json_valid(f.payload), f.payload ->> '$.way', NULL), f.actor,"
		" iif(json_valid(f.payload)"
		"   AND f.payload ->> '$.files[0].role' = 'runbook',"
		"   f.payload ->> '$.files[0].sha256', NULL),"
		" iif(json_valid(f.payload), f.payload ->> '$.scenario', NULL)"
		" FROM machine o"
		" LEFT JOIN event f ON f.run = o.run AND f.seq = 1"
		" LEFT JOIN event l ON l.run = o.run"
		"   AND l.seq = (SELECT max(seq) FROM event WHERE run = o.run)"
		" LEFT JOIN machine c ON c.run = o.run AND c.what = 'closed'"
		" LEFT JOIN event e ON e.run = c.run AND e.seq = c.seq"
		" WHERE o.n < ?1 AND o.what IN ('opened', 'moved')"
		" ORDER BY o.n DESC",
	[SQL_RUN_FIND] =
		"SELECT run FROM machine o WHERE what IN ('opened', 'moved')"
		" AND (substr(run, 1, length(?1)) = ?1 OR substr(run, -length(?1)) = ?1)"
		" ORDER BY run = ?1 DESC, n DESC LIMIT 4",
	[SQL_RUN_NEWEST] =
		"SELECT run FROM machine o WHERE what IN ('opened', 'moved')"
		" ORDER BY EXISTS (SELECT 1 FROM machine WHERE run = o.run AND what = 'closed'),"
		" n DESC LIMIT 1",
	[SQL_RUN_NEXT_KNOWN] =
		"SELECT n, run FROM machine WHERE n > ?1 AND what IN ('opened', 'moved')"
		" ORDER BY n LIMIT 1",
	[SQL_RUN_NEXT_SEEN] =
		"SELECT run FROM event WHERE run > ?1 ORDER BY run LIMIT 1",
	[SQL_PIN_HAS] =
		"SELECT 1 FROM pin WHERE sha256 = ?1",
	[SQL_PIN_ADD] =
		"INSERT INTO pin (sha256, n, packed, bytes) VALUES (?1, ?2, ?3, ?4)",
	[SQL_PIN_NEXT] =
		"SELECT id, sha256, n, packed, bytes FROM pin WHERE id > ?1 ORDER BY id LIMIT 1",
	[SQL_RUN_PIN_HAS] =
		"SELECT 1 FROM run_pin WHERE run = ?1 AND role = ?2 AND path = ?3 AND sha256 = ?4",
	[SQL_RUN_PIN_KEPT] =
		"SELECT run FROM run_pin WHERE run = ?1 AND ifnull(?2, role) = role"
		" AND ifnull(?3, path) = path AND sha256 = ?4"
		" AND EXISTS (SELECT 1 FROM pin WHERE pin.sha256 = ?4)",
	[SQL_RUN_PIN_LAST] =
		"SELECT ifnull(max(n), 0) FROM run_pin WHERE run = ?1",
	[SQL_RUN_PIN_ADD] =
		"INSERT INTO run_pin (run, n, role, path, sha256, hash)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[SQL_RUN_PIN_NEXT] =
		"SELECT run_pin.n, role, path, sha256, pin.n, packed, bytes, hash, run"
		" FROM run_pin LEFT JOIN pin USING (sha256) WHERE run = ?1 AND run_pin.n > ?2"
		" ORDER BY run_pin.n LIMIT 1",
	/* One moment: where the run stands, where the machine's chain has it and ends. */
	[SQL_EXTRACT_BOUNDS] =
		"SELECT e.seq, e.wall, e.hash, e.kind,"
		" ifnull((SELECT min(n) FROM machine WHERE run = ?1), 1), m.n,"
		" (SELECT ifnull(max(n), 0) FROM run_pin WHERE run = ?1), m.hash"
		" FROM event e LEFT JOIN machine m ON m.n = (SELECT max(n) FROM machine)"
		" WHERE e.run = ?1 ORDER BY e.seq DESC LIMIT 1",
	[SQL_EXTRACT_EVENT] =
		"SELECT seq, run, wall, boot, boot_id, kind, step, attempt, actor, auth, payload,"
		" salt, payload_hash, prev, hash FROM event"
		" WHERE run = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq LIMIT 256",
	[SQL_EXTRACT_MACHINE] =
		"SELECT n, wall, what, run, seq, head, prev, hash FROM machine"
		" WHERE ?1 IS NOT NULL AND n > ?2 AND n <= ?3 ORDER BY n LIMIT 256",
	/* ?3 is of the machine's chain, which ties them in order. */
	[SQL_EXTRACT_CHECKPOINT] =
		"SELECT id, run, seq, what, head, wall, who, key, signature, why, hash"
		" FROM checkpoint c WHERE run = ?1 AND id > ?2"
		" AND (SELECT count(*) FROM checkpoint WHERE run = ?1 AND id <= c.id) <="
		" (SELECT count(*) FROM machine WHERE run = ?1 AND what = 'signed' AND n <= ?3)"
		" ORDER BY id LIMIT 256",
	[SQL_EXTRACT_PIN] =
		"SELECT n, run, role, path, sha256, hash FROM run_pin"
		" WHERE run = ?1 AND n > ?2 AND n <= ?3 ORDER BY n LIMIT 256",
	/* ?3 as with checkpoints. */
	[SQL_EXTRACT_REMOVAL] =
		"SELECT id, run, what, wall, who, why, payloads, outputs, rest, rest_hash, hash"
		" FROM removal r WHERE run = ?1 AND id > ?2"
		" AND (SELECT count(*) FROM removal WHERE run = ?1 AND id <= r.id) <="
		" (SELECT count(*) FROM machine WHERE run = ?1 AND n <= ?3"
		" AND what IN ('redacted', 'pruned', 'hold', 'released'))"
		" ORDER BY id LIMIT 256",
	LOG_SQL,
};

const struct db_kind journal_kind = {
	.what = "journal",
	.app_id = SCHEMA_JOURNAL_APP,
	.steps = schema_journal,
	.n_steps = SCHEMA_JOURNAL_FORMAT,
	.sql = sql,
	.n_sql = JOURNAL_SQL_MAX,
	.function = "check_row",
	.call = verify_row,
};
