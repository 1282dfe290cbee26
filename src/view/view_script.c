/* The script of a drill, as it came and as it will come. */
#include "view_script.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "drill_state.h"
#include "mem.h"
#include "scenario_text.h"
#include "str.h"
#include "viewint.h"

/* --- from the record -------------------------------------------------------------------------- */

static const int event_of[DRILL_WHAT_MAX] = {
	[DRILL_FACILITATOR] = -1, [DRILL_DUE] = SCENARIO_EV_DUE,
	[DRILL_DELIVERED] = SCENARIO_EV_DELIVERED, [DRILL_HELD] = SCENARIO_EV_HELD,
	[DRILL_RELEASED] = SCENARIO_EV_RELEASED, [DRILL_LEFT_OUT] = SCENARIO_EV_LEFT_OUT,
	[DRILL_INVENTED] = -1, [DRILL_ASKED] = -1, [DRILL_ANSWER] = SCENARIO_EV_USED,
	[DRILL_OBSERVED] = -1, [DRILL_HELP] = -1,
};

void view_script_fold(const struct drill *d, const struct scenario *sc, int64_t before,
		      struct scenario_fold *ret)
{
	scenario_fold_init(ret, sc);
	for (size_t i = 0; i < d->n_turns && (!before || d->turns[i].seq < before); i++) {
		const struct drill_turn *t = &d->turns[i];
		int at = scenario_inject_at(sc, t->inject), kind = event_of[t->what];

		if (at == SCENARIO_NO_INJECT || kind < 0)
			continue;
		/* what does not fit was refused then */
		(void)scenario_fold_apply(ret, &(struct scenario_event){
			.kind = (enum scenario_event_kind)kind, .inject = (size_t)at,
			.now_ms = t->at / CLOCK_MS }, NULL);
	}
}

struct scenario_stood *view_script_stood(const struct drill *d)
{
	struct scenario_stood *v = mem_alloc((d->n_stood + 1) * sizeof *v);

	for (size_t i = 0; i < d->n_stood; i++) {
		const struct drill_stood *s = &d->stood[i];

		v[i] = (struct scenario_stood){
			.key = s->inst->key, .at_ms = s->at / CLOCK_MS,
			.is = s->to == STEP_EXECUTING ? SCENARIO_STARTED :
			      s->to == STEP_DEFERRED ? SCENARIO_DEFERRED :
			      scenario_is_of(s->outcome) };
	}
	return v;
}

/* --- in order --------------------------------------------------------------------------------- */

static int rank(const struct script_entry *e)
{
	if (e->past)
		return 0;
	if (e->standing == SCENARIO_DUE)
		return 1;
	if (e->standing == SCENARIO_HELD)
		return 4;
	if (e->at_ms >= 0)
		return 2;
	return e->in->after || e->in->when ? 3 : 5;
}

static int by_rank(const void *pa, const void *pb)
{
	const struct script_entry *a = pa, *b = pb;
	int ra = rank(a), rb = rank(b);

	if (ra != rb)
		return ra - rb;
	if (a->at_ms != b->at_ms)
		return a->at_ms < b->at_ms ? -1 : 1;
	if (a->in && b->in) /* as the scenario has them */
		return a->in < b->in ? -1 : a->in > b->in;
	return strcmp(a->id, b->id);
}

static struct script_entry scripted(const struct scenario *sc, size_t i,
				    const struct scenario_stand *st, int64_t seed,
				    const struct scenario_now *now)
{
	const struct scenario_inject *in = &sc->injects[i];
	bool past = st->standing == SCENARIO_DELIVERED || st->standing == SCENARIO_LEFT_OUT;

	return (struct script_entry){
		.id = in->id, .show = in->show, .in = in, .standing = st->standing, .past = past,
		.at_ms = st->standing == SCENARIO_SCHEDULED ? scenario_due_at(in, seed, now)
							    : st->since_ms };
}

size_t view_script(const struct view *v, const struct scenario *sc, struct script_entry *ret,
		   size_t max)
{
	const struct drill *d = &view_state(v)->drill;
	size_t n = sc ? sc->n_injects : 0, of = n + d->n_shown;
	struct script_entry *all = mem_alloc((of + 1) * sizeof *all);
	struct scenario_stood *s = view_script_stood(d);
	struct scenario_now now = { .stood = s, .n_stood = d->n_stood };
	struct scenario_fold f = { 0 };

	if (sc)
		view_script_fold(d, sc, 0, &f);
	for (size_t i = 0; i < n; i++)
		all[i] = scripted(sc, i, &f.v[i], d->seed, &now);
	for (size_t i = 0; i < d->n_shown; i++)
		if (d->shown[i].invented)
			all[n++] = (struct script_entry){
				.id = d->shown[i].inject, .show = d->shown[i].show, .past = true,
				.standing = SCENARIO_DELIVERED,
				.at_ms = d->shown[i].at / CLOCK_MS };
	qsort(all, n, sizeof *all, by_rank);
	memcpy(ret, all, (n < max ? n : max) * sizeof *all);
	scenario_fold_release(&f);
	free(s);
	free(all);
	return n;
}

/* --- what may be done ------------------------------------------------------------------------- */

static const struct {
	const char *word;
	enum drill_what what;
} acts[SCRIPT_ACTS] = {
	[SCRIPT_DELIVER] = { "deliver", DRILL_DELIVERED },
	[SCRIPT_HOLD] = { "hold", DRILL_HELD },
	[SCRIPT_RELEASE] = { "release", DRILL_RELEASED },
	[SCRIPT_LEAVE_OUT] = { "leave-out", DRILL_LEFT_OUT },
};

const char *view_script_act(enum script_act a)
{
	return acts[a].word;
}

enum script_act view_script_act_from(const char *word)
{
	int a = 0;

	while (a < SCRIPT_ACTS && !str_eq(acts[a].word, word))
		a++;
	return (enum script_act)a;
}

enum drill_what view_script_what(enum script_act a)
{
	return acts[a].what;
}

bool view_script_moves(enum scenario_standing from, enum script_act a)
{
	return scenario_may(from, (enum scenario_event_kind)event_of[acts[a].what]);
}

bool view_script_may(const struct script_entry *e, enum script_act a)
{
	return e->in && view_script_moves(e->standing, a);
}

/* --- in words --------------------------------------------------------------------------------- */

static const char *const marks[SCENARIO_STANDINGS] = {
	[SCENARIO_SCHEDULED] = "[ ]", [SCENARIO_DUE] = "[!] DUE", [SCENARIO_DELIVERED] = "[x]",
	[SCENARIO_HELD] = "[=] HELD", [SCENARIO_LEFT_OUT] = "[-] left out",
};

static void add_when(struct buf *out, const struct script_entry *e, int64_t now_ms)
{
	if (e->standing == SCENARIO_SCHEDULED && e->at_ms >= 0) {
		buf_adds(out, " in ");
		view_span(out, (e->at_ms > now_ms ? e->at_ms - now_ms : 0) * CLOCK_MS);
	} else if (e->standing == SCENARIO_SCHEDULED && (e->in->after || e->in->when)) {
		buf_adds(out, " after ");
		view_safe(out, e->in->after ? e->in->after : e->in->when->step);
	} else if (e->past) {
		buf_adds(out, " ");
		view_span(out, (now_ms > e->at_ms ? now_ms - e->at_ms : 0) * CLOCK_MS);
		buf_adds(out, " ago");
	}
}

/* Without the line end that a block has. */
static void safe_line(struct buf *out, const char *s)
{
	size_t n = strlen(s);

	while (n && s[n - 1] == '\n')
		n--;
	str_printable(out, s, n, false);
}

void view_script_line(struct buf *out, const struct view *v, const struct script_entry *e,
		      struct moment now)
{
	buf_adds(out, marks[e->standing]);
	add_when(out, e, view_time(v, now) / CLOCK_MS);
	buf_adds(out, "  ");
	view_safe(out, e->id);
	if (e->show || (e->in && e->in->expect)) {
		buf_adds(out, ": ");
		safe_line(out, e->show ? e->show : e->in->expect);
	}
}

void view_script_text(struct buf *out, const struct script_entry *e)
{
	if (e->in)
		scenario_print_inject(out, e->in);
	else
		view_label_raw(out, "shows", e->show);
}

const char *view_script_asked(struct buf *out, const struct view *v)
{
	const struct state *s = view_state(v);
	const struct drill_play *p = state_play_asked(s, DRILL_BY_FACILITATOR);
	const struct cmd *c = p ? state_cmd(s, p->token) : NULL;

	if (!c)
		return NULL;
	if (c->inst)
		view_step_name(out, v, c->inst);
	buf_addf(out, " (%s): ", word_of(WORDS_PURPOSE, c->purpose));
	view_safe(out, c->text);
	return p->token;
}

void view_script_people(struct buf *out, const struct view *v)
{
	const struct drill *d = &view_state(v)->drill;

	for (size_t i = 0; i < d->n_facilitators; i++) {
		buf_adds(out, i ? ", " : "");
		view_safe(out, d->facilitators[i].who.id);
	}
}
