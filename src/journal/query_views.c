/* The views, as docs/query.md has them: names and columns stay as they are, new ones come last.
 * The conditions that look as if they said the same twice are those of the indexes (log_sql.h). */
#include "query_views.h"

#include <stddef.h>

#include "log_sql.h"

#define UTC(wall) \
	"strftime('%Y-%m-%dT%H:%M:%S', " wall " / 1000000000, 'unixepoch')" \
	" || printf('.%03dZ', " wall " / 1000000 % 1000)"
#define BODY(key) "iif(json_valid(payload), payload ->> '$." key "', NULL)"
#define BODY_OF(e, key) "iif(json_valid(" e ".payload), " e ".payload ->> '$." key "', NULL)"
#define ROW "run, seq, " UTC("wall") " AS at, "
#define RARE(kind) " FROM main.event WHERE kind = '" kind "' AND " LOG_KIND_IF
#define USUAL(kind) " FROM main.event WHERE kind = '" kind "'"
#define WHEN(kinds, key) "max(iif(kind = '" kinds "', " BODY(key) ", NULL)) AS "

const char query_removals[] = "SELECT id, run, what, " UTC("wall") " AS at, who, why, payloads,"
	" outputs, wall FROM main.removal";
const char query_no_removals[] = "SELECT NULL AS id, NULL AS run, NULL AS what, NULL AS at,"
	" NULL AS who, NULL AS why, NULL AS payloads, NULL AS outputs, NULL AS wall WHERE 0";

const struct query_view query_views[] = {
	{ "runs",
	  "SELECT f.run, " UTC("f.wall") " AS opened, " UTC("c.wall") " AS closed, "
	  BODY_OF("f", "mode") " AS mode, " BODY_OF("f", "title") " AS title, "
	  BODY_OF("f", "runbook") " AS runbook, " BODY_OF("f", "environment") " AS environment, "
	  "f.actor AS opened_by, f.auth AS how, " BODY_OF("c", "verdict") " AS verdict, "
	  BODY_OF("c", "outcome") " AS outcome, " BODY_OF("c", "success") " AS success, "
	  BODY_OF("c", "reason") " AS reason, " BODY_OF("c", "elapsed_ms") " AS elapsed_ms, "
	  BODY_OF("c", "rto_ms") " AS rto_ms, l.seq AS events, " UTC("l.wall") " AS last, "
	  "f.wall AS opened_wall, c.wall AS closed_wall, "
	  "ifnull((SELECT what = 'hold' FROM removals WHERE run = f.run"
	  "  AND what IN ('hold', 'released') ORDER BY id DESC LIMIT 1), 0) AS held, "
	  "EXISTS (SELECT 1 FROM removals WHERE run = f.run AND what = 'pruned') AS pruned"
	  " FROM main.event f"
	  " JOIN main.event l ON l.run = f.run"
	  "   AND l.seq = (SELECT max(seq) FROM main.event WHERE run = f.run)"
	  " LEFT JOIN main.event c ON c.id = l.id AND c.kind = 'run_closed'"
	  " WHERE f.kind = 'run_opened' AND " LOG_KIND_IF_OF("f.kind") },
	{ "events",
	  "SELECT " ROW "kind, step, attempt, actor, auth, auth <> 'program' AS person,"
	  " payload AS body, id, wall, boot, boot_id, lower(hex(hash)) AS hash FROM main.event" },
	{ "step_changes",
	  "SELECT " ROW "step, attempt, " BODY("from") " AS from_state, "
	  BODY("to") " AS to_state, " BODY("outcome") " AS outcome, "
	  BODY("failure") " AS failure, "
	  BODY("problem") " AS problem, " BODY("reason") " AS reason, "
	  BODY("environment") " AS environment, " BODY("target") " AS target, actor, auth, wall"
	  USUAL("step") },
	{ "steps",
	  "SELECT l.run, l.step, " BODY_OF("l", "to") " AS state, "
	  BODY_OF("l", "outcome") " AS outcome, " BODY_OF("l", "failure") " AS failure, "
	  BODY_OF("l", "reason") " AS reason, g.attempts, " UTC("g.began") " AS began, "
	  UTC("g.ended") " AS ended, (g.ended - g.began) / 1000000 AS took_ms, l.actor, l.seq,"
	  " g.began AS began_wall, g.ended AS ended_wall"
	  " FROM (SELECT run, step, max(seq) AS seq, max(attempt) AS attempts,"
	  "   min(iif(" BODY("to") " = 'executing', wall, NULL)) AS began,"
	  "   max(iif(" BODY("to") " = 'finished', wall, NULL)) AS ended"
	  "   FROM main.event WHERE kind = 'step' AND step IS NOT NULL GROUP BY run, step) g"
	  " JOIN main.event l ON l.run = g.run AND l.seq = g.seq" },
	{ "commands",
	  "SELECT run, min(seq) AS seq, " BODY("token") " AS token, step, attempt, "
	  WHEN("cmd_intent", "purpose") "purpose, " WHEN("cmd_intent", "text") "text, "
	  WHEN("cmd_intent", "host") "host, "
	  UTC("max(iif(kind = 'cmd_intent', wall, NULL))") " AS started, "
	  UTC("max(iif(kind <> 'cmd_intent', wall, NULL))") " AS ended, "
	  WHEN("cmd_ended", "elapsed_ms") "elapsed_ms, " WHEN("cmd_ended", "exit") "exit, "
	  WHEN("cmd_ended", "signal") "signal, " WHEN("cmd_lost", "what") "lost, "
	  WHEN("cmd_ended", "out") "out_bytes, " WHEN("cmd_ended", "err") "err_bytes, "
	  WHEN("cmd_ended", "tty") "tty_bytes, " WHEN("cmd_ended", "survivors") "survivors"
	  " FROM main.event WHERE kind IN ('cmd_intent', 'cmd_ended', 'cmd_lost')"
	  " GROUP BY run, " BODY("token") },
	{ "outputs",
	  "SELECT " ROW "step, " BODY("token") " AS token, " BODY("stream") " AS stream, "
	  BODY("from") " AS from_byte, " BODY("n") " AS n, " BODY("sha256") " AS sha256, "
	  "(SELECT what FROM removals r WHERE r.run = event.run AND (what = 'pruned'"
	  "  OR what = 'redacted' AND instr(outputs, ',' || seq || ','))"
	  "  ORDER BY id DESC LIMIT 1) AS gone"
	  USUAL("output") },
	{ "looks",
	  "SELECT " ROW "step, attempt, " BODY("what") " AS what, " BODY("text") " AS text, "
	  BODY("result") " AS result, " BODY("reading") " AS reading, " BODY("why") " AS why, "
	  BODY("inputs") " AS inputs" USUAL("looked") },
	{ "run_values",
	  "SELECT " ROW "step, " BODY("name") " AS name, " BODY("type") " AS type, "
	  "ifnull(" BODY("known") ", 1) AS known, " BODY("text") " AS text, "
	  "ifnull(" BODY("secret") ", 0) AS secret, " BODY("from") " AS origin, "
	  BODY("old") " AS old, " BODY("reason") " AS reason, actor" USUAL("value") },
	{ "contacts",
	  "SELECT " ROW "step, " BODY("what") " AS what, " BODY("try") " AS try, "
	  BODY("rung") " AS rung, " BODY("who") " AS who, " BODY("by") " AS way, "
	  BODY("to") " AS address, " BODY("channel") " AS channel, " BODY("result") " AS result, "
	  BODY("standing") " AS standing, " BODY("text") " AS text, " BODY("why") " AS why, actor"
	  RARE("contact") },
	{ "guards",
	  "SELECT " ROW "step, " BODY("what") " AS what, " BODY("environment") " AS environment, "
	  BODY("principal") " AS principal, " BODY("key") " AS key, " BODY("how") " AS how, "
	  BODY("request") " AS request, " BODY("read") " AS reading, " BODY("is") " AS must_be, "
	  BODY("agrees") " AS agrees, " BODY("over") " AS over, " BODY("why") " AS why, "
	  BODY("reason") " AS reason, actor" RARE("guard") },
	{ "notes",
	  "SELECT " ROW "step, actor, " BODY("what") " AS what, " BODY("text") " AS text, "
	  BODY("reason") " AS reason" RARE("note") },
	{ "shell_lines",
	  "SELECT l.run, l.seq, " UTC("l.wall") " AS at, " BODY_OF("l", "token") " AS token, "
	  BODY_OF("l", "n") " AS n, " BODY_OF("l", "in") " AS folder, "
	  BODY_OF("l", "text") " AS text, " BODY_OF("e", "exit") " AS exit, "
	  UTC("e.wall") " AS ended, ifnull(" BODY_OF("l", "late") ", 0) AS late, "
	  BODY_OF("l", "at") " AS from_byte, " BODY_OF("e", "at") " AS to_byte, l.actor"
	  " FROM main.event l LEFT JOIN main.event e ON e.run = l.run AND e.seq ="
	  " (SELECT min(x.seq) FROM main.event x WHERE x.run = l.run AND x.seq > l.seq"
	  "   AND x.kind = 'shell' AND " BODY_OF("x", "what") " = 'ended'"
	  "   AND " BODY_OF("x", "token") " = " BODY_OF("l", "token")
	  "   AND " BODY_OF("x", "n") " = " BODY_OF("l", "n") ")"
	  " WHERE l.kind = 'shell' AND " BODY_OF("l", "what") " = 'line'"
	  " AND " LOG_KIND_IF_OF("l.kind") },
	{ "attached",
	  "SELECT " ROW "step, " BODY("token") " AS token, " BODY("name") " AS name, "
	  BODY("size") " AS size, " BODY("sha256") " AS sha256, " BODY("text") " AS text, actor"
	  RARE("file") },
	{ "refusals",
	  "SELECT " ROW "step, actor, " BODY("what") " AS what, " BODY("why") " AS why"
	  RARE("refused") },
	{ "seats",
	  "SELECT " ROW "actor, auth, " BODY("what") " AS what, " BODY("reason") " AS reason"
	  RARE("seat") },
	{ "debts",
	  "SELECT o.run, o.seq, " UTC("o.wall") " AS at, o.step, " BODY_OF("o", "key") " AS key, "
	  BODY_OF("o", "command") " AS command, " UTC("p.wall") " AS paid, "
	  BODY_OF("p", "how") " AS how, " BODY_OF("p", "reason") " AS reason"
	  " FROM main.event o LEFT JOIN main.event p ON p.run = o.run AND p.seq ="
	  " (SELECT max(x.seq) FROM main.event x WHERE x.run = o.run AND x.seq > o.seq"
	  "   AND x.kind = 'paid' AND " BODY_OF("x", "key") " = " BODY_OF("o", "key") ")"
	  " WHERE o.kind = 'owed' AND " LOG_KIND_IF_OF("o.kind") },
	{ "drill_events",
	  "SELECT " ROW "step, " BODY("what") " AS what, " BODY("inject") " AS inject, "
	  BODY("by") " AS by_whom, " BODY("show") " AS show, " BODY("effect") " AS effect, "
	  BODY("text") " AS text, " BODY("objective") " AS objective, "
	  BODY("token") " AS token, " BODY("covered") " AS covered, "
	  BODY("says") " AS says, " BODY("expects") " AS expects, "
	  BODY("took_ms") " AS took_ms, actor" RARE("drill") },
	{ "files",
	  "SELECT r.run, r.n, r.role, r.path, p.n AS size, lower(hex(r.sha256)) AS sha256"
	  " FROM main.run_pin r JOIN main.pin p ON p.sha256 = r.sha256" },
	{ "removals",
	  NULL },
	{ NULL, NULL },
};
