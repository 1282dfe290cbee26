/* The board of a restore: a row for each volume. */
#include "boardint.h"

#include <string.h>

#include "clock.h"
#include "json.h"
#include "progress.h"
#include "str.h"

static const char *const parts[] = { "put", "safety", NULL };

enum { VOLUME, PLACE, POINT, AGE, PHASE, AMOUNT, SPEED, WHEN };

struct maker {
	struct board_maker *m;
	const struct inst *safety, *put;
	struct json *chosen, *points;
};

static void columns(struct board *b)
{
	board_column(b, "volume", 0, 8, false);
	board_column(b, "where", 5, 10, false);
	board_column(b, "point", 3, 8, false);
	board_column(b, "age", 4, 0, true);
	board_column(b, "state", 0, 0, false);
	board_column(b, "restored", 0, 10, false);
	board_column(b, "rate", 2, 0, true);
	board_column(b, "time", 1, 0, true);
}

/* --- the restore points ---------------------------------------------------------------------- */

static const struct json *point_of(const struct maker *k, const char *volume, const char *id)
{
	for (size_t i = 0; id && i < json_len(k->points); i++) {
		const struct json *p = json_at(k->points, i);

		if (str_eq(json_str(p, "volume"), volume) && str_eq(json_str(p, "point"), id))
			return p;
	}
	return NULL;
}

static void add_point(const struct maker *k, struct board_row *r, const char *volume)
{
	struct board *b = k->m->b;
	const char *id = json_str(k->chosen, volume);
	const struct json *p = point_of(k, volume, id);
	const char *at = json_str(p, "at");
	struct buf age = BUF_INIT;
	int64_t wall;

	r->cell[POINT] = (struct board_cell){ id ? board_keep(b, id) : NULL, BOARD_PLAIN };
	if (at && clock_parse(at, &wall)) {
		board_age(&age, (k->m->now.wall - wall) / CLOCK_S);
		r->cell[AGE].text = board_take(b, &age);
	}
}

/* --- a volume -------------------------------------------------------------------------------- */

/* Of the attempt that goes on, or was the last; of one that waits to be started, nothing. */
static void add_progress(const struct maker *k, struct board_row *r, const struct inst *round)
{
	const struct cmd *c = board_work(k->m->s, round);
	const struct inst *in = c ? c->inst : NULL;
	const struct progress_meter *p = c ? progress_of(k->m->progress, c->token) : NULL;
	bool runs = c && (c->phase == CMD_INTENT || c->phase == CMD_STOPPING);
	int64_t now = k->m->now.boot;
	struct buf amount = BUF_INIT, speed = BUF_INIT, when = BUF_INIT;

	if (!c || c->attempt != in->attempt || in->state == STEP_WAITING ||
	    in->state == STEP_HOLD || in->state == STEP_BLOCKED)
		return;
	if (p) {
		progress_amount(&amount, &p->last);
		if (runs && progress_percent(p) >= 0)
			buf_addf(&amount, " %d%%", progress_percent(p));
	}
	if (p && runs) {
		progress_speed(&speed, p, now);
		progress_when(&when, p, now);
	}
	if (!when.len) {
		str_stopwatch(&when, ((c->ended >= 0 ? c->ended : k->m->t) - c->began) / CLOCK_MS);
		buf_adds(&when, runs ? " so far" : "");
	}
	r->cell[AMOUNT].text = board_take(k->m->b, &amount);
	r->cell[SPEED].text = board_take(k->m->b, &speed);
	r->cell[WHEN].text = board_take(k->m->b, &when);
}

static void add_kept(const struct maker *k, struct board_row *r, const char *volume)
{
	struct buf kept = BUF_INIT, note = BUF_INIT;

	if (board_of_item(k->m, k->safety, "kept", volume, &kept) && kept.len) {
		buf_adds(&note, "what was there is kept as ");
		buf_add(&note, kept.data, kept.len);
		r->note = (struct board_cell){ board_take(k->m->b, &note), BOARD_DIM };
	}
	buf_release(&kept);
}

static void add_state(const struct maker *k, struct board_row *r, const char *volume)
{
	static const struct board_phase copy = { "waiting", "safety copy", "safety copy",
						 "copy is kept" };
	static const struct board_phase put = { "waiting", "restoring", "verifying", "DONE" };
	const struct inst *s = board_round(k->safety, volume), *p = board_round(k->put, volume);
	enum board_style style = BOARD_DIM;
	const char *word = board_phase(board_leaf(p), &put, &style);
	const char *trouble;

	if (word) {
		add_progress(k, r, p);
	} else {
		word = board_phase(board_leaf(s), &copy, &style);
		if (s && s->state != STEP_FINISHED)
			add_progress(k, r, s);
	}
	r->cell[PHASE] = (struct board_cell){ word ? word : "waiting", style };
	trouble = board_trouble(k->m->b, board_leaf(p));
	if (!trouble)
		trouble = board_trouble(k->m->b, board_leaf(s));
	if (trouble)
		r->note = (struct board_cell){ trouble, BOARD_FAIL };
}

static void add_volume(void *ctx, const char *volume)
{
	const struct maker *k = ctx;
	struct board *b = k->m->b;
	struct board_row *r = board_row(b, volume);
	struct buf place = BUF_INIT;

	r->cell[VOLUME] = (struct board_cell){ board_keep(b, volume), BOARD_STRONG };
	board_entry(k->m, "volumes", volume, &place);
	r->cell[PLACE].text = board_take(b, &place);
	add_point(k, r, volume);
	add_kept(k, r, volume);
	add_state(k, r, volume);
}

/* --- as a whole ------------------------------------------------------------------------------ */

static const char *where_it_is(const struct maker *k)
{
	static const struct { const char *part, *says; } places[] = {
		{ "volumes", "nothing is touched yet" },
		{ "points", "looking which restore points there are; nothing is touched yet" },
		{ "sets", "pairing restore points with volumes, by name" },
		{ "pick", "which restore point? Nothing is touched yet" },
		{ "chosen", "pairing restore points with volumes, by name" },
		{ "safety", "what is there now is kept first; nothing is overwritten yet" },
		{ "again", "are the chosen points still there? Nothing is overwritten yet" },
		{ "put", "restoring" },
	};

	for (size_t i = sizeof places / sizeof places[0]; i > 0; i--) {
		const struct inst *p = board_part(k->m->in, places[i - 1].part);

		if (p && p->state != STEP_PENDING && p->state != STEP_FINISHED)
			return places[i - 1].says;
	}
	return NULL;
}

static void add_count(const struct maker *k)
{
	size_t done = 0, failed = 0;
	struct board *b = k->m->b;

	for (size_t i = 0; i < b->n_rows; i++) {
		enum board_style st = b->row[i].cell[PHASE].style;

		done += st == BOARD_DONE && str_eq(b->row[i].cell[PHASE].text, "DONE");
		failed += st == BOARD_FAIL;
	}
	if (b->n_rows)
		board_head(b, failed ? board_say(b, "%zu of %zu restored and verified, %zu FAILED",
						 done, b->n_rows, failed)
				     : board_say(b, "%zu of %zu restored and verified", done,
						 b->n_rows),
			   failed ? BOARD_FAIL : done == b->n_rows ? BOARD_DONE : BOARD_PLAIN);
}

void board_restore(struct board_maker *m)
{
	struct maker k = { .m = m, .safety = board_part(m->in, "safety"),
			   .put = board_part(m->in, "put"), .chosen = board_json(m, "chosen"),
			   .points = board_json(m, "points") };

	columns(m->b);
	board_items(m, parts, "volumes", add_volume, &k);
	board_find_at(m->b, PHASE);
	add_count(&k);
	if (board_value(m, "waived"))
		board_head(m->b, board_say(m->b, "NO copy of the present state is kept: %.300s",
					   board_value(m, "waived")), BOARD_WARNING);
	board_head(m->b, where_it_is(&k), BOARD_DIM);
	if (board_value(m, "point"))
		board_head(m->b, board_say(m->b, "restore point: %.300s", board_value(m, "point")),
			   BOARD_DIM);
	json_free(k.chosen);
	json_free(k.points);
}
