/* What a step of several parts has: its parts, their rounds, their values. */
#include "boardint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "json.h"
#include "mem.h"
#include "str.h"

/* --- begin and end --------------------------------------------------------------------------- */

/* "calls/data" and "data" both set data_…: the name is that of where it is written. */
static void make_prefix(char prefix[72], const char *id)
{
	const char *last = strrchr(id, '/');

	snprintf(prefix, 72, "%.64s_", last ? last + 1 : id);
	for (char *c = prefix; *c; c++)
		*c = *c == '-' ? '_' : *c;
}

void board_begin(struct board_maker *m, struct board *b, const struct state *s,
		 const struct inst *in, struct moment now, const struct progress_set *progress)
{
	*m = (struct board_maker){ .b = b, .s = s, .in = in, .progress = progress, .now = now };
	m->t = state_time(s, now);
	if (s->phase == RUN_CLOSED || m->t < state_time(s, s->last))
		m->t = state_time(s, s->last);
	m->n_bind = state_bindings(s, in, &m->bind);
	make_prefix(m->prefix, in->step->id);
}

void board_end(struct board_maker *m)
{
	free(m->bind);
}

/* --- parts ----------------------------------------------------------------------------------- */

static bool is_part(const struct inst *in, const char *id, const char *name)
{
	size_t n = strlen(id);
	const char *own = in->step ? in->step->id : "";

	return strncmp(own, id, n) == 0 && own[n] == '/' && strcmp(own + n + 1, name) == 0;
}

const struct inst *board_part(const struct inst *in, const char *name)
{
	for (size_t i = 0; in && i < in->n_kids; i++)
		if (is_part(in->kids[i], in->step->id, name))
			return in->kids[i];
	return NULL;
}

const struct inst *board_round(const struct inst *loop, const char *item)
{
	for (size_t i = 0; loop && i < loop->n_kids; i++)
		if (loop->kids[i]->is_item && str_eq(loop->kids[i]->item, item))
			return loop->kids[i];
	return NULL;
}

/* Ended otherwise than done and looked at: what a round says of itself does not say that. */
static bool is_short(const struct inst *in)
{
	return in->state == STEP_FINISHED && in->outcome != OUTCOME_CONFIRMED &&
	       in->outcome != OUTCOME_NOT_APPLICABLE;
}

const struct inst *board_leaf(const struct inst *round)
{
	const struct inst *last = NULL, *fell = NULL;

	if (!round || round->state == STEP_PENDING)
		return round;
	for (size_t i = 0; i < round->n_kids; i++) {
		const struct inst *k = round->kids[i];

		if (k->state != STEP_PENDING && k->state != STEP_FINISHED)
			return step_has_children(k->step) ? board_leaf(k) : k;
		if (k->state == STEP_FINISHED)
			last = k;
		if (is_short(k))
			fell = k;
	}
	if (fell)
		return fell;
	return round->state == STEP_FINISHED || !last ? round : last;
}

static bool is_below(const struct inst *in, const struct inst *top)
{
	while (in && in != top)
		in = in->parent;
	return in != NULL;
}

const struct cmd *board_work(const struct state *s, const struct inst *in)
{
	for (size_t i = in ? s->n_cmds : 0; i > 0; i--)
		if (s->cmds[i - 1]->purpose == PURPOSE_MAIN && is_below(s->cmds[i - 1]->inst, in))
			return s->cmds[i - 1];
	return NULL;
}

/* --- values ---------------------------------------------------------------------------------- */

const char *board_value(const struct board_maker *m, const char *name)
{
	char full[140];
	const struct value *v;

	snprintf(full, sizeof full, "%s%.64s", m->prefix, name);
	v = binding_find(m->bind, m->n_bind, full);
	return v && v->known && !v->secret ? v->text : NULL;
}

static struct json *parse(const char *text)
{
	struct json *doc = NULL;

	if (text && json_parse(text, strlen(text), &doc, NULL))
		return NULL;
	return doc;
}

struct json *board_json(const struct board_maker *m, const char *name)
{
	return parse(board_value(m, name));
}

static bool add_json(struct buf *out, const struct json *v)
{
	const char *text = json_text(v);

	if (!v || json_is_null(v))
		return false;
	if (text)
		buf_adds(out, text);
	else
		json_dump(out, v);
	return true;
}

/* The round's own comes first: while the loop goes on the map is of the time before. */
bool board_of_item(const struct board_maker *m, const struct inst *loop, const char *name,
		   const char *item, struct buf *out)
{
	const struct inst *round = board_round(loop, item);
	struct json *map;
	char full[140];
	bool any;

	snprintf(full, sizeof full, "%s%.64s", m->prefix, name);
	for (size_t i = 0; round && round->scope && i < round->scope->n; i++) {
		const struct value *v = &round->scope->v[i].value;

		if (str_eq(round->scope->v[i].name, full) && v->known && !v->secret) {
			buf_adds(out, v->text);
			return true;
		}
	}
	map = board_json(m, name);
	any = add_json(out, json_get(map, item));
	json_free(map);
	return any;
}

/* --- items ----------------------------------------------------------------------------------- */

bool board_entry(const struct board_maker *m, const char *list, const char *item, struct buf *out)
{
	struct json *doc = board_json(m, list);
	bool any = json_is_obj(doc) && add_json(out, json_get(doc, item));

	json_free(doc);
	return any;
}

struct giver {
	void (*fn)(void *ctx, const char *item);
	void *ctx;
};

static int give_key(void *ctx, const char *key, const struct json *v)
{
	struct giver *g = ctx;

	(void)v;
	g->fn(g->ctx, key);
	return 0;
}

/* Before a list is frozen: what it would be now. */
static void give_list(const struct board_maker *m, const char *list, struct giver *g)
{
	struct json *doc = board_json(m, list);

	if (json_is_obj(doc))
		json_each(doc, give_key, g);
	for (size_t i = 0; i < json_len(doc); i++) {
		struct buf b = BUF_INIT;

		if (add_json(&b, json_at(doc, i)))
			g->fn(g->ctx, buf_str(&b));
		buf_release(&b);
	}
	json_free(doc);
}

void board_items(const struct board_maker *m, const char *const *parts, const char *list,
		 void (*fn)(void *ctx, const char *item), void *ctx)
{
	struct giver g = { fn, ctx };
	size_t n = 0;

	for (; *parts && !n; parts++) {
		const struct inst *part = board_part(m->in, *parts);

		for (size_t i = 0; part && i < part->n_main; i++)
			if (part->kids[i]->is_item) {
				fn(ctx, part->kids[i]->item);
				n++;
			}
	}
	if (!n)
		give_list(m, list, &g);
}

void board_age(struct buf *out, int64_t seconds)
{
	static const struct { int64_t s; const char *unit; } units[] = {
		{ 86400, "d" }, { 3600, "h" }, { 60, "m" }, { 1, "s" },
	};
	int64_t s = seconds < 0 ? 0 : seconds;
	size_t i = 0;

	while (i < 3 && s < units[i].s)
		i++;
	buf_addf(out, "%lld%s", (long long)(s / units[i].s), units[i].unit);
	if (i < 2 && s < 10 * units[0].s && s % units[i].s / units[i + 1].s)
		buf_addf(out, "%lld%s", (long long)(s % units[i].s / units[i + 1].s),
			 units[i + 1].unit);
}

/* A row that changes each second is read by nobody, and sent all the same. */
static void add_old(struct buf *out, int64_t seconds)
{
	int64_t s = seconds < 0 ? 0 : seconds;

	if (s < 10)
		buf_addf(out, "%llds", (long long)s);
	else if (s < 60)
		buf_addf(out, "%lld0s", (long long)(s / 10));
	else if (s < 3600)
		buf_addf(out, "%lldmin", (long long)(s / 60));
	else
		buf_addf(out, "%lldh", (long long)(s / 3600));
}

void board_ago(struct buf *out, int64_t seconds)
{
	add_old(out, seconds);
	buf_adds(out, " ago");
}

void board_old_cell(struct buf *out, int64_t seconds)
{
	struct buf b = BUF_INIT;

	add_old(&b, seconds);
	buf_addf(out, "%4s", buf_str(&b));
	buf_release(&b);
}

void board_ago_cell(struct buf *out, int64_t seconds)
{
	board_old_cell(out, seconds);
	buf_adds(out, " ago");
}

/* --- how it stands --------------------------------------------------------------------------- */

static const char *ended(const struct inst *in, const struct board_phase *p, enum board_style *ret)
{
	static const struct {
		const char *word;
		enum board_style style;
	} ends[OUTCOME_MAX] = {
		[OUTCOME_NONE] = { "over", BOARD_DIM },
		[OUTCOME_CONFIRMED] = { NULL, BOARD_DONE },
		[OUTCOME_ACCEPTED] = { "ACCEPTED", BOARD_OPEN },
		[OUTCOME_OVERRIDDEN] = { "OVERRIDDEN", BOARD_OPEN },
		[OUTCOME_SKIPPED] = { "SKIPPED", BOARD_OPEN },
		[OUTCOME_NOT_APPLICABLE] = { "not needed", BOARD_DIM },
		[OUTCOME_FAILED] = { "FAILED", BOARD_FAIL },
		[OUTCOME_ABORTED] = { "ABORTED", BOARD_FAIL },
		[OUTCOME_INTERRUPTED] = { "left", BOARD_DIM },
	};

	*ret = ends[in->outcome].style;
	return ends[in->outcome].word ? ends[in->outcome].word : p->done;
}

const char *board_phase(const struct inst *in, const struct board_phase *p, enum board_style *ret)
{
	static const struct {
		const char *word;
		enum board_style style;
	} states[STEP_STATE_MAX] = {
		[STEP_BLOCKED] = { "BLOCKED", BOARD_FAIL },
		[STEP_HOLD] = { "HELD", BOARD_OPEN },
		[STEP_DECIDING] = { "FAILED: decide", BOARD_FAIL },
		[STEP_FAILING] = { "STOPPING", BOARD_FAIL },
		[STEP_SUSPENDED] = { "aside", BOARD_OPEN },
		[STEP_DEFERRED] = { "DEFERRED", BOARD_OPEN },
	};

	if (!in || in->state == STEP_PENDING)
		return NULL;
	*ret = BOARD_NOW;
	switch (in->state) {
	case STEP_FINISHED:
		return ended(in, p, ret);
	case STEP_WAITING:
		*ret = BOARD_DIM;
		return p->waits;
	case STEP_EXECUTING:
		return p->works;
	case STEP_CONFIRMING:
		return p->checks;
	default:
		*ret = states[in->state].style;
		return states[in->state].word;
	}
}

const char *board_trouble(struct board *b, const struct inst *in)
{
	if (!in)
		return NULL;
	if ((in->state == STEP_DECIDING || in->state == STEP_BLOCKED) && in->problem)
		return board_keep(b, in->problem);
	if (in->state == STEP_FINISHED && in->reason && *in->reason &&
	    in->outcome != OUTCOME_CONFIRMED && in->outcome != OUTCOME_NOT_APPLICABLE)
		return board_keep(b, in->reason);
	return NULL;
}
