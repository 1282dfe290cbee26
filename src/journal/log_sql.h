/* The statements that go along the ways, and the indexes that they go by.
 *
 * The conditions of an index stand in its statements to the letter: that is how SQLite sees that
 * the index will do. ?1 run, step, …; ?2 ?3 ?4 wall, id, seq of the row before; ?5 the other bound
 * of time; ?6 of arrival; ?7 how many.
 */
#ifndef JOURNAL_LOG_SQL_H
#define JOURNAL_LOG_SQL_H

/* Only the id of the step: what stands before the items around it. */
#define LOG_STEP_ID "substr(step, 1, instr(step || '@', '@') - 1)"
#define LOG_STEP_IF "step IS NOT NULL"
/* What a program does is most of what there is. */
#define LOG_PERSON_IF "auth <> 'program'"
/* A list (NOT IN) would be built anew for each row that is added. */
#define LOG_KIND_IF_OF(kind) \
	kind " <> 'step' AND " kind " <> 'cmd_intent' AND " kind " <> 'cmd_ended' AND " \
	kind " <> 'output' AND " kind " <> 'looked' AND " kind " <> 'value'"
#define LOG_KIND_IF LOG_KIND_IF_OF("kind")
/* The name as it is written, up to its first quote; SQLite lets no index call its JSON functions
 * where the schema is not trusted. */
#define LOG_PLACE_MEMBER "\"environment\":\""
#define LOG_PLACE_IF "instr(payload, '\"environment\":\"')"
#define LOG_PLACE_REST "substr(payload, " LOG_PLACE_IF " + 15)"
#define LOG_PLACE "substr(" LOG_PLACE_REST ", 1, instr(" LOG_PLACE_REST ", '\"') - 1)"

#define LOG_SCHEMA \
	"CREATE INDEX event_time ON event (wall);\n" \
	"CREATE INDEX event_step ON event (" LOG_STEP_ID ", wall) WHERE " LOG_STEP_IF ";\n" \
	"CREATE INDEX event_person ON event (actor, wall) WHERE " LOG_PERSON_IF ";\n" \
	"CREATE INDEX event_kind ON event (kind, wall) WHERE " LOG_KIND_IF ";\n" \
	"CREATE INDEX event_place ON event (" LOG_PLACE ", wall) WHERE " LOG_PLACE_IF ";\n"
enum { LOG_INDEXES = 5 };

#define LOG_ALONG(index, condition) \
	"SELECT wall, id, seq FROM event INDEXED BY " index " WHERE " condition \
	" (wall, id) > (?2, ?3) AND wall < ?5 AND id <= ?6 ORDER BY wall, id LIMIT ?7"
#define LOG_BACK(index, condition) \
	"SELECT wall, id, seq FROM event INDEXED BY " index " WHERE " condition \
	" (wall, id) < (?2, ?3) AND wall >= ?5 AND id <= ?6 ORDER BY wall DESC, id DESC LIMIT ?7"

#define LOG_SQL_WAY(way, index, condition) \
	[SQL_LOG_##way] = LOG_ALONG(index, condition), \
	[SQL_LOG_##way##_BACK] = LOG_BACK(index, condition)

#define LOG_SQL \
	LOG_SQL_WAY(STEP, "event_step", LOG_STEP_IF " AND " LOG_STEP_ID " = ?1 AND"), \
	LOG_SQL_WAY(PERSON, "event_person", LOG_PERSON_IF " AND actor = ?1 AND"), \
	LOG_SQL_WAY(KIND, "event_kind", LOG_KIND_IF " AND kind = ?1 AND"), \
	LOG_SQL_WAY(PLACE, "event_place", LOG_PLACE_IF " AND " LOG_PLACE " = ?1 AND"), \
	LOG_SQL_WAY(TIME, "event_time", ""), \
	[SQL_LOG_RUN] = \
		"SELECT wall, id, seq FROM event WHERE run = ?1 AND seq > ?4 AND id <= ?6" \
		" ORDER BY seq LIMIT ?7", \
	[SQL_LOG_RUN_BACK] = \
		"SELECT wall, id, seq FROM event WHERE run = ?1 AND seq < ?4 AND id <= ?6" \
		" ORDER BY seq DESC LIMIT ?7", \
	[SQL_LOG_ARRIVAL] = \
		"SELECT wall, id, seq FROM event WHERE id > ?3 AND id <= ?6 ORDER BY id LIMIT ?7", \
	[SQL_LOG_ARRIVAL_BACK] = \
		"SELECT wall, id, seq FROM event WHERE id < ?3 AND id <= ?6" \
		" ORDER BY id DESC LIMIT ?7", \
	[SQL_LOG_BEGIN] = "BEGIN", \
	[SQL_LOG_INDEXES] = \
		"SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name IN" \
		" ('event_time', 'event_step', 'event_person', 'event_kind', 'event_place')", \
	[SQL_LOG_FIRST] = \
		"SELECT min(id) FROM event INDEXED BY event_time WHERE wall >= ?1", \
	[SQL_LOG_LAST] = \
		"SELECT id, hash FROM event ORDER BY id DESC LIMIT 1", \
	[SQL_LOG_ROW] = \
		"SELECT id, run, seq, wall, boot, kind, step, attempt, actor, auth, payload, hash" \
		" FROM event WHERE id = ?1", \
	[SQL_LOG_DRILL] = \
		"SELECT ifnull(iif(json_valid(payload), payload ->> '$.mode' = 'drill', 0), 0)" \
		" FROM event WHERE run = ?1 AND seq = 1"

#endif
