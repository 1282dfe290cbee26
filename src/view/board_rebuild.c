/* The board of a rebuild: a row for each member, and the quorum as it was read last. */
#include "boardint.h"

#include <string.h>

#include "clock.h"
#include "json.h"
#include "str.h"

enum { MEMBER, ADDRESS, PHASE, STATE, ROLE, HEALTH, READ };

static const char *const parts[] = { "look", NULL };

struct maker {
	struct board_maker *m;
	size_t n_healthy, n_read;
};

/* Who looks at a member, by which kind of command, and what that is captured as. */
static const struct look {
	const char *part, *value;
	enum purpose purpose;
} looks[] = {
	{ "well", "health", PURPOSE_PROBE },
	{ "join", "health", PURPOSE_VERIFY },
	{ "first", "first_health", PURPOSE_VERIFY },
	{ "look", "look", PURPOSE_MAIN },
};

static void columns(struct board *b)
{
	board_column(b, "member", 0, 6, false);
	board_column(b, "address", 3, 10, false);
	board_column(b, "step", 0, 8, false);
	board_column(b, "state", 2, 6, false);
	board_column(b, "role", 1, 6, false);
	board_column(b, "health", 0, 0, false);
	board_column(b, "age", 0, 0, true);
}

/* --- what was read --------------------------------------------------------------------------- */

/* The newest look that came to an end; NULL. */
static const struct cmd *newest(const struct maker *k, const struct inst *in, enum purpose purpose)
{
	const struct state *s = k->m->s;
	const struct cmd *best = NULL;

	for (size_t i = 0; in && i < s->n_cmds; i++) {
		const struct cmd *c = s->cmds[i];
		const struct inst *up = c->inst;

		while (up && up != in)
			up = up->parent;
		if (up && c->purpose == purpose && c->ended >= 0 &&
		    (!best || c->ended >= best->ended))
			best = c;
	}
	return best;
}

static bool said_something(const struct cmd *c)
{
	return c && c->phase == CMD_ENDED && !c->signaled && c->code == 0;
}

static void add_text(struct board *b, struct board_row *r, int cell, const char *text)
{
	r->cell[cell].text = text && *text ? board_keep(b, text) : "unknown";
	if (!text || !*text)
		r->cell[cell].style = BOARD_DIM;
}

static void add_read(struct maker *k, struct board_row *r, const struct json *h, int64_t at,
		     bool past)
{
	struct board *b = k->m->b;
	struct buf age = BUF_INIT;
	bool healthy;
	const char *note;

	add_text(b, r, STATE, json_str(h, "state"));
	add_text(b, r, ROLE, json_str(h, "role"));
	if (!json_as_bool(json_get(h, "healthy"), &healthy)) {
		add_text(b, r, HEALTH, NULL);
	} else {
		k->n_read++;
		k->n_healthy += healthy && !past;
		r->cell[HEALTH].text = past ? healthy ? "was healthy" : "was NOT"
				       : healthy ? "healthy" : "NOT healthy";
		r->cell[HEALTH].style = past ? BOARD_DIM : healthy ? BOARD_DONE : BOARD_FAIL;
	}
	if (past)
		r->cell[STATE].style = r->cell[ROLE].style = BOARD_DIM;
	if (at >= 0) {
		board_old_cell(&age, (k->m->t - at) / CLOCK_S);
		r->cell[READ] = (struct board_cell){ board_take(b, &age), BOARD_DIM };
	} else {
		r->cell[READ] = (struct board_cell){ "never", BOARD_DIM };
	}
	note = json_str(h, "note");
	if (note && *note && !r->note.text && !past)
		r->note = (struct board_cell){ board_keep(b, note), BOARD_DIM };
}

/* Whether something was begun with the member after that run time: what was read then is past. */
static bool changed_since(const struct maker *k, const char *member, int64_t at)
{
	static const char *const changes[] = { "stop", "clear", "first", "add", "join", "start",
					       "remove" };

	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		const struct inst *of = board_round(board_part(k->m->in, changes[i]), member);
		const struct cmd *c = board_work(k->m->s, of);

		if (c && c->began > at && c->phase != CMD_NEVER)
			return true;
	}
	return false;
}

/* The reading of the part that looked at the member last. One that said nothing leaves nothing
 * known, whatever was read before it. */
static void add_health(struct maker *k, struct board_row *r, const char *member)
{
	const struct look *best = NULL;
	const struct cmd *last = NULL;
	struct buf text = BUF_INIT;
	struct json *doc = NULL;

	for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
		const struct inst *of = board_round(board_part(k->m->in, looks[i].part), member);
		const struct cmd *c = newest(k, of, looks[i].purpose);

		if (c && (!last || c->ended > last->ended)) {
			last = c;
			best = &looks[i];
		}
	}
	if (said_something(last) &&
	    board_of_item(k->m, board_part(k->m->in, best->part), best->value, member, &text) &&
	    json_parse(buf_str(&text), text.len, &doc, NULL))
		doc = NULL;
	add_read(k, r, doc, last ? last->ended : -1,
		 last && changed_since(k, member, last->ended));
	json_free(doc);
	buf_release(&text);
}

/* --- where it stands ------------------------------------------------------------------------- */

/* In the order of the walk. */
static const struct {
	const char *part;
	struct board_phase phase;
} steps[] = {
	{ "look", { "waiting", "being looked at", "being looked at", "looked at" } },
	{ "stop", { "to be stopped", "stopping", "stopping", "stopped" } },
	{ "clear", { "to be cleared", "clearing", "clearing", "cleared" } },
	{ "first", { "to start first", "starting first", "first: is it up?", "FIRST, is up" } },
	{ "add", { "to be added", "being added", "being added", "added" } },
	{ "join", { "to join", "joining", "joined: well?", "JOINED" } },
	{ "start", { "to be started", "starting", "starting", "started" } },
	{ "well", { "started", "started: well?", "started: well?", "UP" } },
	{ "remove", { "to be removed", "being removed", "being removed", "REMOVED" } },
};

/* "well for 4s of 10s": a condition that must hold for a time, and has so far. */
static const char *holding(struct maker *k, const struct inst *in)
{
	const struct probe *p = in->step->verify ? in->step->verify : in->step->probe;
	struct buf b = BUF_INIT;

	if (!p || !p->stays_ms || in->holds_since < 0 ||
	    (in->state != STEP_CONFIRMING && in->state != STEP_EXECUTING))
		return NULL;
	buf_addf(&b, "well for %llds of ", (long long)((k->m->t - in->holds_since) / CLOCK_S));
	str_duration(&b, p->stays_ms);
	return board_take(k->m->b, &b);
}

static void add_phase(struct maker *k, struct board_row *r, const char *member)
{
	struct board *b = k->m->b;

	r->cell[PHASE] = (struct board_cell){ "waiting", BOARD_DIM };
	for (size_t i = sizeof steps / sizeof steps[0]; i > 0; i--) {
		const struct inst *part = board_part(k->m->in, steps[i - 1].part);
		const struct inst *at = board_leaf(board_round(part, member));
		enum board_style style = BOARD_PLAIN;
		const char *word = board_phase(at, &steps[i - 1].phase, &style), *more;

		if (!word || (at->state == STEP_FINISHED &&
			      at->outcome == OUTCOME_NOT_APPLICABLE))
			continue;
		if (i == 1 && at->state == STEP_FINISHED && at->outcome != OUTCOME_CONFIRMED) {
			r->cell[PHASE] = (struct board_cell){ "says nothing", BOARD_OPEN };
			return; /* that a look may fail is what looks are for */
		}
		more = holding(k, at);
		r->cell[PHASE] = (struct board_cell){ more ? more : word, style };
		more = board_trouble(b, at);
		if (more)
			r->note = (struct board_cell){ more, BOARD_FAIL };
		return;
	}
}

static void add_member(void *ctx, const char *member)
{
	struct maker *k = ctx;
	struct board *b = k->m->b;
	struct board_row *r = board_row(b, member);
	struct buf address = BUF_INIT;

	r->cell[MEMBER] = (struct board_cell){ board_keep(b, member), BOARD_STRONG };
	board_entry(k->m, "members", member, &address);
	r->cell[ADDRESS].text = board_take(b, &address);
	add_phase(k, r, member);
	add_health(k, r, member);
}

/* --- as a whole ------------------------------------------------------------------------------ */

static void say_quorum(struct maker *k, const struct json *q, const struct inst *part, int64_t at)
{
	int64_t healthy = json_int(q, "healthy", -1), needed = json_int(q, "needed", -1);
	int64_t members = json_int(q, "members", -1);
	const char *held = part ? holding(k, part) : NULL;
	struct buf s = BUF_INIT;

	buf_addf(&s, "quorum: %lld of %lld healthy", (long long)healthy, (long long)members);
	if (needed >= 0)
		buf_addf(&s, healthy < needed ? ", %lld needed: NO QUORUM" : ", %lld needed",
			 (long long)needed);
	buf_adds(&s, ", read ");
	board_ago(&s, (k->m->t - at) / CLOCK_S);
	if (held)
		buf_addf(&s, ", %s", held);
	board_head(k->m->b, board_take(k->m->b, &s), healthy < needed ? BOARD_FAIL
		   : healthy < members ? BOARD_OPEN : BOARD_DONE);
}

/* As it was read last, before a change or after all of them. */
static void add_quorum(struct maker *k)
{
	static const struct { const char *part, *value; } reads[] = {
		{ "quorum", "quorum" }, { "before", "quorum_before" },
	};

	for (size_t i = 0; i < sizeof reads / sizeof reads[0]; i++) {
		const struct inst *part = board_part(k->m->in, reads[i].part);
		const struct cmd *c = newest(k, part, PURPOSE_PROBE);
		struct json *q = said_something(c) ? board_json(k->m, reads[i].value) : NULL;
		bool known = json_int(q, "healthy", -1) >= 0 && json_int(q, "members", -1) >= 0;

		if (known)
			say_quorum(k, q, part, c->ended);
		else if (c)
			board_head(k->m->b, "quorum: UNKNOWN, it could not be read", BOARD_OPEN);
		json_free(q);
		if (c)
			return;
	}
	board_head(k->m->b, "quorum: unknown, not read yet", BOARD_OPEN);
}

void board_rebuild(struct board_maker *m)
{
	struct maker k = { .m = m };
	struct board *b = m->b;

	columns(b);
	board_items(m, parts, "members", add_member, &k);
	board_find_at(b, PHASE);
	add_quorum(&k);
	board_head(b, k.n_read ? board_say(b, "members: %zu of %zu known to be healthy",
					   k.n_healthy, b->n_rows)
			       : "members: not looked at yet", BOARD_PLAIN);
}
