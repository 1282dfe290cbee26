/* The open questions, from the state as it stands. Made anew after every row, when asked for. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "contact_state.h"
#include "mem.h"
#include "str.h"
#include "viewint.h"

struct maker {
	struct view *v;
	const struct state *s;
	struct arena *a;
	struct buf b; /* of the text that is being made */
};

static const char *keep(struct maker *m)
{
	const char *s = arena_dupn(m->a, buf_str(&m->b), m->b.len);

	buf_clear(&m->b);
	return s;
}

/* --- what kind of question -------------------------------------------------------------------- */

static enum ask_kind ask_of_open(const struct inst *in)
{
	const struct step *st = in->step;

	switch (st->kind) {
	case KIND_CHOOSE:
	case KIND_BRANCH:
		return ASK_OPTION;
	case KIND_ASK:
		return in->lines ? ASK_LINE : ASK_FIELDS;
	case KIND_CONTACT:
		if (in->climb)
			return in->climb->question == LADDER_NONE ? ASK_CONTACT : ASK_YES;
		return ASK_DONE;
	default:
		return st->n_fields ? ASK_FIELDS : ASK_DONE;
	}
}

static enum ask_kind ask_of(const struct inst *in, uint64_t verbs)
{
	switch (in->state) {
	case STEP_WAITING:
		return ASK_ENTER;
	case STEP_HOLD:
		if (inst_awaits_approval(in))
			return ASK_SECOND;
		return in->target ? ASK_NAME : ASK_ENTER;
	case STEP_EXECUTING:
		return ask_of_open(in);
	case STEP_BLOCKED:
		return ASK_BLOCKED;
	case STEP_DECIDING:
		if (in->step->kind == KIND_BRANCH && verbs & 1ULL << VERB_DONE)
			return ASK_OPTION;
		return ASK_DECIDE;
	default:
		return ASK_DECIDE;
	}
}

/* --- its sentence ----------------------------------------------------------------------------- */

static void say_problem(struct maker *m, const struct inst *in, const char *otherwise)
{
	if (in->problem && *in->problem)
		view_safe(&m->b, in->problem);
	else
		buf_adds(&m->b, otherwise);
}

static void say_manual(struct maker *m, const struct inst *in)
{
	static const char *const what[KIND_MAX] = {
		[KIND_DO] = "do it, then say that it is done",
		[KIND_HOLD] = "read it, then say that it is done",
		[KIND_CAUTION] = "take note",
		[KIND_BROKEN] = "the runbook has a mistake here: do by hand what it means",
		[KIND_END] = "the runbook ends here",
		[KIND_CONTACT] = "its ladder cannot be climbed: reach them by hand",
	};
	const char *text = what[in->step->kind];

	buf_adds(&m->b, text ? text : "say that it is done");
}

static void say(struct maker *m, struct prompt *p)
{
	const struct inst *in = p->in;
	char ends;

	view_step_name(&m->b, m->v, in);
	ends = m->b.len ? m->b.data[m->b.len - 1] : ' ';
	buf_adds(&m->b, ends == '?' || ends == '!' || ends == '.' ? " " : ": ");
	switch (p->kind) {
	case ASK_ENTER:
		if (!view_each_asks(&m->b, in))
			buf_adds(&m->b, in->state == STEP_HOLD ? "go on past this hold point?"
							       : "start?");
		break;
	case ASK_NAME:
		if (!view_each_asks(&m->b, in))
			view_guard_asks(&m->b, in);
		view_safe(&m->b, p->typed);
		break;
	case ASK_SECOND:
		buf_adds(&m->b, "a second person must agree before it starts");
		break;
	case ASK_DONE:
		say_manual(m, in);
		break;
	case ASK_FIELDS:
		buf_adds(&m->b, in->step->kind == KIND_ASK ? "answer it"
							  : "do it, then give its values");
		break;
	case ASK_LINE:
		buf_adds(&m->b, in->step->probe ? "which line?" : "which of these?");
		break;
	case ASK_OPTION:
		if (in->state == STEP_DECIDING)
			say_problem(m, in, "no condition holds");
		buf_adds(&m->b, in->state == STEP_DECIDING ? "; which way?" : "which way?");
		break;
	case ASK_BLOCKED:
		buf_adds(&m->b, "it cannot start: ");
		say_problem(m, in, "a condition is not known");
		break;
	case ASK_UNDO:
		buf_adds(&m->b, "run its undo?");
		break;
	case ASK_CONTACT:
	case ASK_YES:
		view_contact_asks(&m->b, in);
		break;
	default:
		if (in->state == STEP_SUSPENDED)
			buf_adds(&m->b, "laid aside");
		else if (in->state == STEP_DEFERRED)
			buf_adds(&m->b, "deferred");
		else
			say_problem(m, in, "it did not come out as expected");
	}
	p->sentence = keep(m);
}

/* --- what it takes ---------------------------------------------------------------------------- */

static void add_lines(struct maker *m, struct prompt *p)
{
	const char *at = p->in->lines;
	size_t n = 1;
	const char **lines;

	for (const char *c = at; *c; c++)
		n += *c == '\n';
	lines = arena_alloc(m->a, n * sizeof *lines);
	while (*at) {
		size_t len = strcspn(at, "\n");

		if (len)
			lines[p->n_lines++] = arena_dupn(m->a, at, len);
		at += len + (at[len] == '\n');
	}
	p->lines = lines;
}

static void add_options(struct maker *m, struct prompt *p)
{
	const struct inst *in = p->in;
	struct option *o = arena_alloc(m->a, (in->n_main + 1) * sizeof *o);

	for (size_t i = 0; i < in->n_main; i++) {
		const struct inst *kid = in->kids[i];
		const struct step *st = kid->step;

		if (st->kind != KIND_OPTION)
			continue;
		o[p->n_options].id = st->id;
		view_fill(&m->b, m->v, kid, st->title, false);
		o[p->n_options].title = keep(m);
		if (st->consequence) {
			view_fill(&m->b, m->v, kid, st->consequence, false);
			o[p->n_options].consequence = keep(m);
		}
		p->n_options++;
	}
	p->options = o;
}

static void add_choice(struct prompt *p, enum verb v)
{
	struct choice *c = &p->choices[p->n_choices];

	if (p->n_choices == PROMPT_CHOICES_MAX)
		return;
	view_choice(c, p->kind, v);
	if (v == VERB_DONE && p->in && p->in->step->kind == KIND_BRANCH)
		c->reason = true; /* its conditions did not choose it */
	if (v == VERB_OVERRIDE && p->glass)
		c->does = "break the glass: start it all the same, and have all be told";
	if (v == VERB_RETRY && p->in && p->in->climb)
		c->does = p->in->failure == FAILURE_TIMEOUT ? "climb the ladder one round more"
							    : "go on with the climb";
	p->n_choices++;
}

/* Answers in the order of offer: what goes on, what tries again, what leaves the script. */
static const enum verb offer[] = {
	VERB_START, VERB_DONE, VERB_UNDO, VERB_CLOSE, VERB_RETRY, VERB_REPAIR, VERB_RESUME,
	VERB_RECALL, VERB_ACCEPT, VERB_OVERRIDE, VERB_FAIL, VERB_SKIP, VERB_DEFER, VERB_SUSPEND,
	VERB_ABORT, VERB_EDIT, VERB_REOPEN,
};

static void add_choices(struct prompt *p, uint64_t verbs)
{
	for (size_t i = 0; i < sizeof offer / sizeof offer[0]; i++)
		if (verbs & 1ULL << offer[i])
			add_choice(p, offer[i]);
}

/* --- the list --------------------------------------------------------------------------------- */

static struct prompt *add_prompt(struct view *v)
{
	struct prompt *p;

	if (v->n_prompts == v->cap_prompts) {
		v->cap_prompts = v->cap_prompts ? 2 * v->cap_prompts : 8;
		v->prompts = mem_grow(v->prompts, v->cap_prompts, sizeof *v->prompts);
	}
	p = &v->prompts[v->n_prompts++];
	memset(p, 0, sizeof *p);
	return p;
}

/* What holds it back is not its target: somebody may take it upon himself. */
static const char *glass_of(const struct inst *in)
{
	const struct guard *g = in->guard;

	return g && (inst_awaits_approval(in) || (in->state == STEP_BLOCKED &&
						  g->stop == GUARD_FROZEN)) ? g->environment : NULL;
}

static void make_step(struct maker *m, const struct inst *in)
{
	uint64_t verbs = state_verbs(m->s, in);
	struct prompt *p = add_prompt(m->v);

	p->seq = in->prompt;
	p->in = in;
	p->key = in->key;
	p->kind = ask_of(in, verbs);
	if (p->kind == ASK_NAME) {
		p->typed = in->target;
		p->wrong = in->wrong_names;
		p->destructive = true;
	}
	if (p->kind == ASK_FIELDS || p->kind == ASK_LINE) {
		p->fields = in->step->fields;
		p->n_fields = in->step->n_fields;
	}
	if (p->kind == ASK_LINE)
		add_lines(m, p);
	if (p->kind == ASK_OPTION)
		add_options(m, p);
	p->glass = glass_of(in);
	p->destructive |= p->glass != NULL;
	if (p->kind == ASK_SECOND)
		add_choice(p, VERB_APPROVE);
	say(m, p);
	add_choices(p, verbs);
}

static void make_play(struct maker *m, const struct drill_play *play, const struct cmd *c)
{
	struct prompt *p = add_prompt(m->v);

	p->seq = play->seq;
	p->in = c->inst;
	p->key = c->inst ? c->inst->key : NULL;
	p->kind = ASK_PLAY;
	p->token = play->token;
	p->n_fields = view_play_fields(&p->fields);
	if (c->inst) {
		view_step_name(&m->b, m->v, c->inst);
		buf_adds(&m->b, ": ");
	}
	view_play_asks(&m->b, c);
	p->sentence = keep(m);
	add_choice(p, VERB_PLAY);
}

/* Whom the run still waits for. */
static void say_climbs(struct maker *m)
{
	const char *between = "; STILL CONTACTING, closing ends it: ";

	for (size_t i = 0; i < m->s->n_active; i++) {
		const struct inst *in = m->s->active[i];

		if (!inst_goes_on(in) || in->state == STEP_DEFERRED)
			continue;
		buf_adds(&m->b, between);
		view_step_name(&m->b, m->v, in);
		between = ", ";
	}
}

static void make_closing(struct maker *m)
{
	struct prompt *p = add_prompt(m->v);
	size_t before;

	p->seq = m->s->prompt;
	p->kind = ASK_CLOSE;
	buf_adds(&m->b, "The walk is at its end");
	before = m->b.len;
	if (m->s->deferred)
		buf_addf(&m->b, "; %zu deferred", m->s->deferred);
	if (m->s->failed)
		buf_addf(&m->b, "; %zu failed", m->s->failed);
	say_climbs(m);
	if (m->b.len == before && m->s->end_text) {
		buf_adds(&m->b, ": ");
		view_safe(&m->b, m->s->end_text);
	}
	before = m->b.len;
	buf_adds(&m->b, "; ");
	view_owed(&m->b, m->v);
	if (m->b.len == before + 2)
		buf_cut(&m->b, before);
	buf_adds(&m->b, ". Close the run?");
	p->sentence = keep(m);
	add_choice(p, VERB_CLOSE);
}

/* What goes on beside the walk never comes before what the walk asks. */
static bool is_beside(const struct prompt *p)
{
	return p->in && inst_goes_on(p->in) && p->in->climb &&
	       p->in->state != STEP_WAITING && p->in->state != STEP_BLOCKED;
}

static int by_seq(const void *a, const void *b)
{
	const struct prompt *x = a, *y = b;

	if (is_beside(x) != is_beside(y))
		return is_beside(x) ? 1 : -1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static void make_all(struct view *v)
{
	struct maker m = { .v = v, .s = view_state(v) };

	arena_free(v->texts);
	m.a = v->texts = arena_new();
	v->n_prompts = 0;
	v->built = true;
	for (size_t i = 0; m.s->phase != RUN_CLOSED && i < m.s->n_active; i++)
		if (m.s->active[i]->prompt && m.s->active[i]->step)
			make_step(&m, m.s->active[i]);
	for (size_t i = 0; m.s->phase != RUN_CLOSED && i < m.s->drill.n_plays; i++) {
		const struct drill_play *play = &m.s->drill.plays[i];
		const struct cmd *c = state_cmd(m.s, play->token);

		if (!play->answered && play->of == DRILL_BY_OPERATOR && c->phase == CMD_INTENT)
			make_play(&m, play, c);
	}
	if (m.s->phase == RUN_CLOSING && m.s->prompt)
		make_closing(&m);
	if (v->n_prompts)
		qsort(v->prompts, v->n_prompts, sizeof *v->prompts, by_seq);
	buf_release(&m.b);
}

size_t view_prompts(struct view *v, const struct prompt **ret)
{
	if (!v->built)
		make_all(v);
	*ret = v->prompts;
	return v->n_prompts;
}

const struct prompt *view_prompt(struct view *v, int64_t seq)
{
	const struct prompt *p;
	size_t n = view_prompts(v, &p);

	for (size_t i = 0; i < n; i++)
		if (p[i].seq == seq)
			return &p[i];
	return NULL;
}

size_t view_run_choices(const struct view *v, struct choice *ret, size_t max)
{
	uint64_t verbs = state_run_verbs(view_state(v));
	size_t n = 0;

	for (int verb = 0; verb < VERB_MAX && n < max; verb++)
		if (verbs & 1ULL << verb)
			view_choice(&ret[n++], ASK_KIND_MAX, verb);
	return n;
}
