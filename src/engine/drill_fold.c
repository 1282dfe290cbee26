/* The fold of a drill's own rows. */
#include "fold.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mem.h"
#include "str.h"

static const char *const by_words[DRILL_BY_MAX] = {
	[DRILL_BY_SCENARIO] = "scenario",
	[DRILL_BY_FACILITATOR] = "facilitator",
	[DRILL_BY_OPERATOR] = "operator",
};

const char *drill_by_word(enum drill_by by)
{
	return (unsigned)by < DRILL_BY_MAX ? by_words[by] : "?";
}

static int by_of(const char *word)
{
	for (int i = 0; i < DRILL_BY_MAX; i++)
		if (str_eq(by_words[i], word))
			return i;
	return -1;
}

/* --- questions -------------------------------------------------------------------------------- */

bool state_plays(const struct state *s)
{
	return s->mode == MODE_DRILL && s->drill.way != DRILL_LAB;
}

static struct drill_play *find_play(const struct drill *d, const char *token)
{
	for (size_t i = d->n_plays; token && i-- > 0;)
		if (!strcmp(d->plays[i].token, token))
			return &d->plays[i];
	return NULL;
}

const struct drill_play *state_play(const struct state *s, const char *token)
{
	return find_play(&s->drill, token);
}

const struct drill_play *state_play_asked(const struct state *s, enum drill_by of)
{
	for (size_t i = 0; i < s->drill.n_plays; i++) {
		const struct drill_play *p = &s->drill.plays[i];
		const struct cmd *c;

		if (p->answered || (of != DRILL_BY_MAX && p->of != of))
			continue;
		c = state_cmd(s, p->token);
		if (c && c->phase == CMD_INTENT)
			return p;
	}
	return NULL;
}

int64_t state_late_at(const struct state *s, const struct cmd *c)
{
	int64_t takes = c->inst && c->inst->step && c->purpose == PURPOSE_MAIN
		? c->inst->step->takes_ms : 0;
	const struct drill_play *p = state_plays(s) ? state_play(s, c->token) : NULL;

	if (!takes || (state_plays(s) && (!p || !p->answered || p->took_ms <= takes)))
		return -1;
	return (p ? p->at : c->began) + takes * CLOCK_MS;
}

bool drill_facilitates(const struct state *s, const char *client)
{
	for (size_t i = 0; i < s->drill.n_facilitators; i++)
		if (str_eq(s->drill.facilitators[i].client, client))
			return true;
	return false;
}

/* --- the run ---------------------------------------------------------------------------------- */

/* A record that does not say its way is of the time when a drill's commands were all run. */
void drill_opened(struct fold *f)
{
	struct drill *d = &f->s->drill;
	int way = word_from(WORDS_WAY, json_str(f->b, "way"));

	if (f->s->mode != MODE_DRILL)
		return;
	d->way = way < 0 ? DRILL_LAB : (enum drill_way)way;
	d->seed = json_int(f->b, "seed", 0);
	d->pace = json_int(f->b, "pace", 1);
	if (d->pace < 1)
		d->pace = 1;
	fold_text(&d->scenario, json_str(f->b, "scenario"));
}

void drill_forget(struct state *s)
{
	s->drill.n_facilitators = 0;
}

void drill_moved(struct fold *f, const struct inst *in)
{
	struct drill *d = &f->s->drill;

	if (f->s->mode != MODE_DRILL || !in->step || in->is_item ||
	    (in->state != STEP_EXECUTING && in->state != STEP_DEFERRED &&
	     in->state != STEP_FINISHED))
		return;
	if (d->n_stood == d->cap_stood) {
		d->cap_stood = d->cap_stood ? 2 * d->cap_stood : 32;
		d->stood = mem_grow(d->stood, d->cap_stood, sizeof *d->stood);
	}
	d->stood[d->n_stood++] = (struct drill_stood){ in, in->state, in->outcome, f->t };
}

void drill_free(struct drill *d)
{
	for (size_t i = 0; i < d->n_turns; i++)
		free(d->turns[i].inject);
	for (size_t i = 0; i < d->n_shown; i++) {
		free(d->shown[i].inject);
		free(d->shown[i].show);
	}
	for (size_t i = 0; i < d->n_plays; i++) {
		struct drill_play *p = &d->plays[i];

		free(p->inject);
		free(p->output);
		free(p->errors);
		free(p->says);
		free(p->expects);
	}
	free(d->turns);
	free(d->shown);
	free(d->plays);
	free(d->stood);
	free(d->facilitators);
	free(d->scenario);
	*d = (struct drill){ 0 };
}

/* --- rows ------------------------------------------------------------------------------------- */

static int facilitator(struct fold *f, enum drill_what what)
{
	struct drill *d = &f->s->drill;
	const char *client = json_str(f->b, "client");
	size_t i = 0;

	(void)what;
	if (!client || strlen(client) >= sizeof d->facilitators->client)
		return fold_bad(f, "no client");
	while (i < d->n_facilitators && strcmp(d->facilitators[i].client, client))
		i++;
	if (!json_bool(f->b, "on", false)) {
		if (i < d->n_facilitators)
			d->facilitators[i] = d->facilitators[--d->n_facilitators];
		return 0;
	}
	if (i == d->n_facilitators) {
		d->facilitators = mem_grow(d->facilitators, ++d->n_facilitators,
					   sizeof *d->facilitators);
		str_clip(d->facilitators[i].client, sizeof d->facilitators[i].client, client);
	}
	d->facilitators[i].who = f->ev->actor;
	return 0;
}

static void turn(struct fold *f, enum drill_what what, const char *inject)
{
	struct drill *d = &f->s->drill;

	if (d->n_turns == d->cap_turns) {
		d->cap_turns = d->cap_turns ? 2 * d->cap_turns : 16;
		d->turns = mem_grow(d->turns, d->cap_turns, sizeof *d->turns);
	}
	d->turns[d->n_turns++] = (struct drill_turn){ what, mem_dup(inject), f->t, f->ev->seq };
}

static void show(struct fold *f, bool invented)
{
	struct drill *d = &f->s->drill;

	if (!json_str(f->b, "show"))
		return;
	if (d->n_shown == d->cap_shown) {
		d->cap_shown = d->cap_shown ? 2 * d->cap_shown : 8;
		d->shown = mem_grow(d->shown, d->cap_shown, sizeof *d->shown);
	}
	d->shown[d->n_shown++] = (struct drill_shown){
		mem_dup(json_str(f->b, "inject")), mem_dup(json_str(f->b, "show")), f->t,
		f->ev->seq, invented };
}

static int inject(struct fold *f, enum drill_what what)
{
	const char *id = json_str(f->b, "inject");

	if (!id)
		return fold_bad(f, "no inject");
	if (what == DRILL_INVENTED)
		f->s->drill.n_invented++;
	else
		turn(f, what, id);
	if (what == DRILL_INVENTED || what == DRILL_DELIVERED)
		show(f, what == DRILL_INVENTED);
	return 0;
}

static struct drill_play *play_add(struct drill *d, const char *token)
{
	struct drill_play *p;

	if (d->n_plays == d->cap_plays) {
		d->cap_plays = d->cap_plays ? 2 * d->cap_plays : 16;
		d->plays = mem_grow(d->plays, d->cap_plays, sizeof *d->plays);
	}
	p = &d->plays[d->n_plays++];
	*p = (struct drill_play){ .asked_at = -1 };
	str_clip(p->token, sizeof p->token, token);
	return p;
}

/* What ends in its time has no timeout, however long the machine takes to say so; time passes for
 * nobody while words are waited for. */
static void set_deadline(const struct fold *f, const struct drill_play *p)
{
	struct cmd *c = state_cmd(f->s, p->token);

	if (p->covered && c->timeout_ms > 0 && p->took_ms >= c->timeout_ms)
		c->deadline = f->t + c->timeout_ms * CLOCK_MS;
}

static int play(struct fold *f, enum drill_what what)
{
	const char *token = json_str(f->b, "token");
	bool answer = what == DRILL_ANSWER;
	int by = by_of(json_str(f->b, answer ? "by" : "of"));
	struct drill_play *p = find_play(&f->s->drill, token);

	if (!token || strlen(token) >= sizeof p->token || by < 0 || !state_cmd(f->s, token))
		return fold_bad(f, "no such command, or nobody's word");
	if (p && p->answered)
		return fold_bad(f, "what it comes to was said already");
	if (!p)
		p = play_add(&f->s->drill, token);
	p->seq = f->ev->seq;
	if (!answer) {
		p->asked = true;
		p->of = (enum drill_by)by;
		p->asked_at = f->t;
		return 0;
	}
	p->answered = true;
	p->by = (enum drill_by)by;
	p->who = f->ev->actor;
	p->at = f->t;
	p->covered = json_bool(f->b, "covered", false);
	p->exit = (int)json_int(f->b, "exit", 0);
	p->signal = (int)json_int(f->b, "signal", 0);
	p->took_ms = json_int(f->b, "took_ms", 0);
	fold_text(&p->inject, json_str(f->b, "inject"));
	fold_text(&p->output, json_str(f->b, "output"));
	fold_text(&p->errors, json_str(f->b, "stderr"));
	fold_text(&p->says, json_str(f->b, "says"));
	fold_text(&p->expects, json_str(f->b, "expects"));
	set_deadline(f, p);
	if (p->inject)
		turn(f, DRILL_ANSWER, p->inject);
	return 0;
}

static int observed(struct fold *f, enum drill_what what)
{
	if (what == DRILL_OBSERVED)
		f->s->drill.n_observed++;
	else
		f->s->drill.n_helped++;
	return 0;
}

int drill_fold(struct fold *f)
{
	static int (*const rows[DRILL_WHAT_MAX])(struct fold *, enum drill_what) = {
		[DRILL_FACILITATOR] = facilitator, [DRILL_DUE] = inject,
		[DRILL_DELIVERED] = inject, [DRILL_HELD] = inject, [DRILL_RELEASED] = inject,
		[DRILL_LEFT_OUT] = inject, [DRILL_INVENTED] = inject, [DRILL_ASKED] = play,
		[DRILL_ANSWER] = play, [DRILL_OBSERVED] = observed, [DRILL_HELP] = observed,
	};
	int what = word_from(WORDS_DRILL, json_str(f->b, "what"));

	if (what < 0 || f->s->mode != MODE_DRILL)
		return fold_bad(f, "this run is no drill, or the row says nothing");
	return rows[what](f, (enum drill_what)what);
}
