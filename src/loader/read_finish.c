/* What the keys of one step say together: contradictions, what follows from what, titles. */
#include "driver.h"
#include "reader.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "fill.h"
#include "limits.h"
#include "str.h"

static struct place place_of(const struct draft *d, const char *key)
{
	return doc_place(d->doc, read_node(d, key));
}

/* Reports a key that does not go with what else the step says. */
static void clash(struct load *l, const struct draft *d, const char *key, const char *text)
{
	if (read_seen(l, d, key))
		diag_add(&l->diag, RULE_CONTRADICTION, place_of(d, key), "`%s` %s", key, text);
}

/* --- by kind --------------------------------------------------------------------------------- */

static void finish_run(struct load *l, struct draft *d)
{
	struct step *s = &d->step;
	bool said = read_seen(l, d, "terminal");
	if (s->terminal && s->n_captures)
		diag_add(&l->diag, RULE_TERMINAL, place_of(d, "terminal"),
			 "what goes to a terminal cannot be captured; leave out `terminal` or "
			 "`capture`");
	if (s->terminal && s->host)
		clash(l, d, "terminal",
		      "does not go with `host`: the command's script and values use the "
		      "connection's input");
	if (!said)
		s->terminal = !s->n_captures && !s->host;
	if (s->record_input && !s->terminal)
		clash(l, d, "record_input", "needs a terminal, and this command has pipes");
	if (!read_seen(l, d, "effect") && s->text.s && !d->node->cut)
		diag_add(&l->diag, RULE_NO_EFFECT, s->at,
			 "`effect` is not said and counts as `change`; say read, change or "
			 "destroy");
	if (s->retry_times && s->effect != EFFECT_READ && !s->idempotent)
		diag_add(&l->diag, RULE_RETRY, place_of(d, "retry"),
			 "a %s must not be tried again by itself unless it is `idempotent: true`",
			 word_of(WORDS_EFFECT, s->effect));
	if (s->on_fail == FAIL_RETRY && !d->retry_given)
		diag_add(&l->diag, RULE_MISSING_KEY, place_of(d, "on_fail"),
			 "`on_fail: retry` needs `retry: {times: N}`");
}

static void finish_probe(struct load *l, struct draft *d)
{
	struct step *s = &d->step;
	struct probe *p = &d->probe;
	p->captures = s->captures;
	p->n_captures = s->n_captures;
	s->captures = NULL;
	s->n_captures = 0;
	p->timeout_ms = s->timeout_ms ? s->timeout_ms : DEFAULT_LOOK_MS;
	s->timeout_ms = 0;
	if (p->run.s) {
		s->probe = p;
		return;
	}
	clash(l, d, "capture", "needs a `probe` to capture from");
	clash(l, d, "timeout", "needs a `probe`");
	clash(l, d, "host", "needs a `probe`");
	if (!s->repair.s)
		clash(l, d, "env", "needs a `probe`");
}

static void finish_wait(struct load *l, struct draft *d)
{
	struct step *s = &d->step;
	int64_t ms;
	finish_probe(l, d);
	if (s->text.s && str_to_duration(s->text.s, &ms)) {
		static const char *const none[] = { "probe", "within", "every", "stays",
						    "uses" };
		for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
			clash(l, d, none[i], "does not go with a plain time to wait");
		if (ms < 1 || ms > LIMIT_DURATION_MS)
			diag_add(&l->diag, RULE_VALUE, s->text.at, "`wait` must be 1ms to 365d");
		s->timer_ms = ms;
		return;
	}
	if (!s->text.s)
		return;
	struct ref *ref =
		read_add_ref(l, REF_CONDITION, PHASE_AFTER, "wait", s->text.s, s->text.at);
	ref->has_exit = true;
	if (!d->probe.run.s)
		diag_add(&l->diag, RULE_MISSING_KEY, s->at,
			 "a `wait` for a condition must say `probe`: the command that looks again");
	if (!d->probe.within_ms && !read_seen(l, d, "within"))
		diag_add(&l->diag, RULE_MISSING_KEY, s->at,
			 "a `wait` for a condition must say `within`: how long at most");
	if (!d->probe.every_ms)
		d->probe.every_ms = DEFAULT_EVERY_MS;
	read_check_stays(l, &d->probe, place_of(d, "stays"));
}

static void finish_ask(struct load *l, struct draft *d)
{
	struct step *s = &d->step;
	static const char *const none[] = { "one_of", "min", "max", "match", "default" };
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		if (d->lines_of.s)
			clash(l, d, none[i],
			      "does not go with `lines_of`: the answer is one of its lines");
		else if (s->from.s)
			clash(l, d, none[i], "does not go with `from`: the answer is one of its "
			      "items");
	if (s->from.s) {
		clash(l, d, "lines_of", "does not go with `from`: the answer comes from one place");
		clash(l, d, "secret", "does not go with `from`: what can be answered is shown");
	}
	if (d->lines_of.s) {
		d->probe.run = d->lines_of;
		d->probe.timeout_ms = s->timeout_ms ? s->timeout_ms : DEFAULT_LOOK_MS;
		s->timeout_ms = 0;
		s->probe = &d->probe;
	} else {
		clash(l, d, "timeout", "needs `lines_of`: a question waits for its answer");
		clash(l, d, "host", "needs `lines_of`");
		clash(l, d, "env", "needs `lines_of`");
	}
	if (!d->into.s)
		return;
	d->ask.name = d->into.s;
	d->ask.at = d->into.at;
	read_finish_field(l, &d->ask, d->node);
	s->fields = &d->ask;
	s->n_fields = 1;
}

static void finish_group(struct load *l, struct draft *d)
{
	if (d->step.each_name) {
		clash(l, d, "order", "does not go with `each`; items go one after the other, or "
		      "`at_once`");
		return;
	}
	clash(l, d, "at_once", "needs `each`");
	clash(l, d, "target", "needs `each`, whose items it is typed for; a step has its own");
	clash(l, d, "shows_state", "needs `each`; a step has its own");
}

/* A text that can be filled in: where its ${...} are not all ours, none is. */
static const char *fillable(struct load *l, const char *s)
{
	struct buf out = BUF_INIT;
	if (!fill_names(s, NULL, NULL, NULL))
		return s;
	for (; *s; s++) {
		if (s[0] == '$' && (s[1] == '{' || s[1] == '$'))
			buf_addc(&out, '$');
		buf_addc(&out, *s);
	}
	const char *kept = arena_dupn(l->arena, buf_str(&out), out.len);
	buf_release(&out);
	return kept;
}

/* Where its contacts file has no such ladder it is an instruction, and shows its source. */
static void finish_contact(struct load *l, struct draft *d)
{
	struct step *s = &d->step;
	s->source = doc_source(d->doc, d->node, l->arena);
	s->text = (struct text){ fillable(l, s->source), s->at };
}

/* What a step does to the world where it does not say. */
static enum effect effect_of(enum step_kind k)
{
	switch ((int)k) {
	case KIND_RUN:
	case KIND_SETTLE:
	case KIND_CONTACT:
		return EFFECT_CHANGE;
	default:
		return EFFECT_READ;
	}
}

/* --- every step ------------------------------------------------------------------------------ */

static void check_target(struct load *l, struct draft *d)
{
	struct step *s = &d->step;
	if (s->effect == EFFECT_DESTROY && s->effect_given && !s->target.s &&
	    !doc_get(d->doc->root, "environment"))
		diag_add(&l->diag, RULE_NO_TARGET, s->at,
			 "it destroys: say `target`, the name to be typed before it starts, or "
			 "`environment` at the top");
}

/* `exit` is the status of a command, and only some conditions have one. */
static void fix_exit(struct draft *d)
{
	bool own = d->step.kind == KIND_RUN || d->step.probe;
	for (struct ref *r = d->refs; r; r = r->next)
		r->has_exit = r->has_exit && (r->phase == PHASE_VERIFIED || own);
}

void read_finish_step(struct load *l, struct draft *d)
{
	struct step *s = &d->step;
	s->title_given = s->title;
	s->id_given = s->id;
	d->sub_id = s->id;
	if (!s->effect_given)
		s->effect = effect_of(s->kind);
	if (s->effect != EFFECT_DESTROY && s->kind != KIND_GROUP)
		clash(l, d, "shows_state", "goes with `effect: destroy`");
	switch ((int)s->kind) {
	case KIND_RUN:
		finish_run(l, d);
		break;
	case KIND_CHECK:
		finish_probe(l, d);
		break;
	case KIND_WAIT:
		finish_wait(l, d);
		break;
	case KIND_ASK:
		finish_ask(l, d);
		break;
	case KIND_GROUP:
		finish_group(l, d);
		break;
	case KIND_CALL:
		s->text = d->call;
		break;
	case KIND_CONTACT:
		finish_contact(l, d);
		break;
	case KIND_RESTORE:
	case KIND_REBUILD:
	case KIND_RELEASE:
		driver_expand(l, d);
		break;
	default:
		break;
	}
	if (s->kind != KIND_RUN && s->on_fail == FAIL_RETRY)
		diag_add(&l->diag, RULE_CONTRADICTION, place_of(d, "on_fail"),
			 "`on_fail: retry` is for `run`; a `wait` looks again by itself");
	check_target(l, d);
	fix_exit(d);
}

/* --- titles ---------------------------------------------------------------------------------- */

/* The first line of s, shown whole or with dots behind. In a command `${` and `$$` belong to the
 * shell, so they are doubled: titles are filled in. */
static const char *first_line(struct load *l, const char *before, const char *s, bool command)
{
	char line[LIMIT_TITLE_BYTES - 40];
	size_t n = strcspn(s, "\n");
	bool more = s[n] || n >= sizeof(line);
	struct buf out = BUF_INIT;
	char *one = arena_dupn(l->scratch, s, n);
	buf_adds(&out, before);
	str_clip(line, sizeof(line), one);
	for (const char *c = line; *c; c++) {
		if (command && c[0] == '$' && (c[1] == '{' || c[1] == '$')) {
			buf_adds(&out, c[1] == '$' ? "$$$$" : "$$");
			c += c[1] == '$';
			continue;
		}
		buf_addc(&out, *c);
	}
	/* a name cut in half would be no name */
	if (!command && n >= sizeof(line) && strrchr(line, '{') && !strchr(strrchr(line, '{'), '}'))
		buf_cut(&out, (size_t)(strrchr(buf_str(&out), '{') - buf_str(&out)) - 1);
	if (more)
		buf_adds(&out, " …");
	const char *kept = arena_dupn(l->arena, buf_str(&out), out.len);
	buf_release(&out);
	return kept;
}

static const char *title_of(struct load *l, const struct draft *d)
{
	const struct step *s = &d->step;
	const char *text = s->text.s ? s->text.s : "";
	switch ((int)s->kind) {
	case KIND_RUN:
		return first_line(l, "", text, true);
	case KIND_CHECK:
		return first_line(l, "Check: ", text, true);
	case KIND_WAIT:
		return first_line(l, s->timer_ms ? "Wait " : "Wait until ", text, true);
	case KIND_BRANCH:
		return "Branch";
	case KIND_CALL:
		return first_line(l, "Call ", d->call.s ? d->call.s : "", true);
	case KIND_SETTLE:
		return first_line(l, "Settle ", s->settles ? s->settles : "", true);
	case KIND_SET:
		return s->n_sets ? first_line(l, "Set ", s->sets[0].name, true) : "Set";
	case KIND_GROUP:
		return s->each_name ? first_line(l, "For each ", s->each_name, true) : "Steps";
	case KIND_PARALLEL:
		return "Side by side";
	case KIND_OPTION:
		return s->otherwise ? "Otherwise"
				    : first_line(l, "When ", s->when.s ? s->when.s : "", true);
	case KIND_CONTACT:
		return first_line(l, "Contact ", s->ladder ? s->ladder : "", true);
	case KIND_RESTORE:
		return first_line(l, "Restore with ", d->form ? d->form : "", true);
	case KIND_REBUILD:
		return first_line(l, "Rebuild with ", d->form ? d->form : "", true);
	case KIND_RELEASE:
		return first_line(l, "The old data of ", d->form ? d->form : "", true);
	case KIND_BROKEN:
	case KIND_INVALID:
		return "A step that cannot be read";
	default:
		return first_line(l, "", text, false);
	}
}

void read_finish_title(struct load *l, struct draft *d)
{
	if (!d->step.title)
		d->step.title = title_of(l, d);
}
