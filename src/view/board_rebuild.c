/* The board of a rebuild: a row for each member, and the quorum as it was read last. */
#include "boardint.h"

#include <string.h>

#include "json.h"
#include "str.h"

enum { MEMBER, ADDRESS, PHASE, STATE, ROLE, HEALTH, READ };

static const char *const parts[] = { "look", "stop", "clear", "join", NULL };

struct maker {
	struct board_maker *m;
	struct json *health;         /* member -> what was read at the first look */
	const char *first;
	size_t n_healthy, n_read;
};

static void columns(struct board *b)
{
	board_column(b, "member", 0, 6, false);
	board_column(b, "address", 3, 10, false);
	board_column(b, "step", 0, 12, false);
	board_column(b, "state", 2, 6, false);
	board_column(b, "role", 1, 6, false);
	board_column(b, "health", 0, 0, false);
	board_column(b, "read", 0, 0, true);
}

/* --- what was read --------------------------------------------------------------------------- */

/* The newest look at a member that came to an end: its run time, -1 for none. */
static int64_t read_at(const struct maker *k, const struct inst *in)
{
	int64_t at = -1;

	for (size_t i = 0; in && i < k->m->s->n_cmds; i++) {
		const struct cmd *c = k->m->s->cmds[i];
		const struct inst *up = c->inst;

		while (up && up != in)
			up = up->parent;
		if (up && c->phase == CMD_ENDED && c->ended > at)
			at = c->ended;
	}
	return at;
}

static void add_text(struct board *b, struct board_row *r, int cell, const char *text)
{
	r->cell[cell].text = text && *text ? board_keep(b, text) : "unknown";
	if (!text || !*text)
		r->cell[cell].style = BOARD_DIM;
}

static void add_read(struct maker *k, struct board_row *r, const struct json *h, int64_t at)
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
		k->n_healthy += healthy;
		r->cell[HEALTH].text = healthy ? "healthy" : "NOT healthy";
		r->cell[HEALTH].style = healthy ? BOARD_DONE : BOARD_FAIL;
	}
	if (at >= 0) {
		board_ago(&age, (k->m->t - at) / 1000000000);
		r->cell[READ] = (struct board_cell){ board_take(b, &age), BOARD_DIM };
	} else {
		r->cell[READ] = (struct board_cell){ "never", BOARD_DIM };
	}
	note = json_str(h, "note");
	if (note && *note && !r->note.text)
		r->note = (struct board_cell){ board_keep(b, note), BOARD_DIM };
}

/* The reading of the part that looked at the member last. */
static void add_health(struct maker *k, struct board_row *r, const char *member)
{
	static const char *const looks[] = { "join", "first", "look" };
	const struct inst *best = NULL;
	int64_t at = -1;
	struct buf text = BUF_INIT;
	struct json *doc = NULL;

	for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
		const struct inst *part = board_part(k->m->in, looks[i]);
		const struct inst *of = part && !part->step->each_name
					? (str_eq(member, k->first) ? part : NULL)
					: board_round(part, member);
		int64_t t = read_at(k, of);

		if (t > at) {
			at = t;
			best = part;
		}
	}
	if (best && board_of_item(k->m, best, "health", member, &text) &&
	    json_parse(buf_str(&text), text.len, &doc, NULL))
		doc = NULL;
	add_read(k, r, doc, at);
	json_free(doc);
	buf_release(&text);
}

/* --- where it stands ------------------------------------------------------------------------- */

static const struct {
	const char *part;
	struct board_phase phase;
} steps[] = {
	{ "look", { "waiting", "being looked at", "being looked at", "looked at" } },
	{ "stop", { "to be stopped", "stopping", "stopping", "stopped" } },
	{ "clear", { "to be cleared", "clearing", "clearing", "cleared" } },
	{ "first", { "to be first", "starting first", "starting first", "started first" } },
	{ "join", { "to join", "joining", "joining", "JOINED" } },
};

static void add_phase(struct maker *k, struct board_row *r, const char *member)
{
	struct board *b = k->m->b;

	r->cell[PHASE] = (struct board_cell){ "waiting", BOARD_DIM };
	for (size_t i = sizeof steps / sizeof steps[0]; i > 0; i--) {
		const struct inst *part = board_part(k->m->in, steps[i - 1].part), *at;
		enum board_style style = BOARD_PLAIN;
		const char *word, *trouble;

		if (!part)
			continue;
		at = part->step->each_name ? board_leaf(board_round(part, member))
		     : str_eq(member, k->first) ? board_leaf(part) : NULL;
		word = board_phase(at, &steps[i - 1].phase, &style);
		if (!word || (at->state == STEP_FINISHED &&
			      at->outcome == OUTCOME_NOT_APPLICABLE))
			continue;
		r->cell[PHASE] = (struct board_cell){ word, style };
		trouble = board_trouble(b, at);
		if (trouble)
			r->note = (struct board_cell){ trouble, BOARD_FAIL };
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

static void add_quorum(const struct maker *k)
{
	struct board *b = k->m->b;
	const struct inst *part = board_part(k->m->in, "quorum");
	struct json *q = board_json(k->m, "quorum");
	int64_t healthy = json_int(q, "healthy", -1), needed = json_int(q, "needed", -1);
	int64_t members = json_int(q, "members", -1), at = read_at(k, part);
	struct buf s = BUF_INIT;

	if (healthy < 0 || members < 0) {
		board_head(b, part && part->state != STEP_PENDING
			   ? "quorum: UNKNOWN, it could not be read"
			   : "quorum: unknown, not read yet", BOARD_OPEN);
	} else {
		buf_addf(&s, "quorum: %lld of %lld healthy", (long long)healthy,
			 (long long)members);
		if (needed >= 0)
			buf_addf(&s, healthy < needed ? ", %lld needed: NO QUORUM"
						      : ", %lld needed: quorum",
				 (long long)needed);
		if (at >= 0) {
			buf_adds(&s, ", read ");
			board_ago(&s, (k->m->t - at) / 1000000000);
		}
		board_head(b, board_take(b, &s), healthy < needed ? BOARD_FAIL
			   : healthy < members ? BOARD_OPEN : BOARD_DONE);
	}
	json_free(q);
}

void board_rebuild(struct board_maker *m)
{
	struct maker k = { .m = m };
	struct board *b = m->b;

	columns(b);
	k.first = board_value(m, "first");
	board_items(m, parts, "members", add_member, &k);
	board_find_at(b, PHASE);
	add_quorum(&k);
	board_head(b, k.n_read ? board_say(b, "members: %zu of %zu were healthy when they were "
						  "looked at last", k.n_healthy, b->n_rows)
				  : "members: not looked at yet", BOARD_PLAIN);
}
