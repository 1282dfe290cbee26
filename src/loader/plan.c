/* Steps as YAML text, every line of which knows where it comes from. */
#include "driver.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "fill.h"
#include "limits.h"
#include "mem.h"
#include "reader.h"
#include "str.h"

struct origin {
	int line; /* of the text, from this one on */
	struct place at;
};

void plan_at(struct plan *p, struct place at)
{
	const char *s = buf_str(p->text);
	for (; p->counted < p->text->len; p->counted++)
		p->lines += s[p->counted] == '\n';
	if (p->n_origins == p->cap_origins) {
		p->cap_origins = p->cap_origins ? 2 * p->cap_origins : 64;
		p->origins = mem_grow(p->origins, p->cap_origins, sizeof(*p->origins));
	}
	p->origins[p->n_origins++] = (struct origin){ p->lines + 1, at };
}

void plan_places(const struct plan *p, struct node *n)
{
	size_t low = 0, high = p->n_origins;
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;
		if (p->origins[mid].line <= n->line)
			low = mid;
		else
			high = mid;
	}
	struct place at = p->n_origins ? p->origins[low].at : p->d->step.at;
	n->file = at.file;
	n->line = at.line;
	n->col = at.col;
	for (struct node *v = n->first; v; v = v->next) {
		if (v->key)
			plan_places(p, (struct node *)(uintptr_t)v->key);
		plan_places(p, v);
	}
}

const char *plan_f(struct plan *p, const char *fmt, ...)
{
	struct buf out = BUF_INIT;
	va_list ap;
	char small[512];
	va_start(ap, fmt);
	int n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof(small))
		return arena_dup(p->l->scratch, small);
	char *large = mem_alloc((size_t)(n < 0 ? 0 : n) + 1);
	va_start(ap, fmt);
	vsnprintf(large, (size_t)(n < 0 ? 0 : n) + 1, fmt, ap);
	va_end(ap);
	buf_adds(&out, large);
	const char *kept = arena_dup(p->l->scratch, buf_str(&out));
	buf_release(&out);
	free(large);
	return kept;
}

const char *plan_literal(struct plan *p, const char *s)
{
	struct buf out = BUF_INIT;
	for (; *s; s++) {
		if (s[0] == '$' && (s[1] == '{' || s[1] == '$'))
			buf_addc(&out, '$');
		buf_addc(&out, *s);
	}
	const char *kept = arena_dup(p->l->scratch, buf_str(&out));
	buf_release(&out);
	return kept;
}

/* --- steps ----------------------------------------------------------------------------------- */

void plan_open(struct plan *p, const char *id, const char *title)
{
	p->open = id;
	plan_at(p, p->d->step.at);
	yaml_out_item(&p->y);
	p->y.indent += 2;
	yaml_out_text(&p->y, "id", id);
	yaml_out_text(&p->y, "title", title);
}

void plan_close(struct plan *p)
{
	p->y.indent -= 2;
}

static void open_each(struct plan *p, const char *id, const char *title, const char *list,
		      int at_once, const struct text *target)
{
	plan_open(p, id, title);
	yaml_out_open(&p->y, "each");
	yaml_out_word(&p->y, p->item, list);
	yaml_out_close(&p->y);
	yaml_out_int(&p->y, "at_once", at_once > 1 ? at_once : 1);
	if (target && target->s) {
		plan_at(p, target->at);
		yaml_out_text(&p->y, "target", target->s);
		plan_at(p, p->d->step.at);
	}
	yaml_out_text(&p->y, "warn", p->caution);
	yaml_out_open(&p->y, "steps");
}

void plan_each(struct plan *p, const char *id, const char *title, const char *list, int at_once)
{
	open_each(p, id, title, list, at_once, NULL);
}

void plan_each_target(struct plan *p, const char *id, const char *title, const char *list)
{
	const struct step *s = &p->d->step;
	open_each(p, id, title, list, s->at_once, &s->target);
}

/* A group is passed without a stop: its parts say it again where somebody is asked. */
void plan_caution(struct plan *p, const char *text)
{
	struct step *s = &p->d->step;
	p->caution = p->caution ? plan_f(p, "%s\n%s", text, p->caution) : text;
	s->warn = arena_printf(p->l->arena, "%s%s%s", text, s->warn ? "\n" : "",
			       s->warn ? s->warn : "");
}

void plan_untrue(struct plan *p, const char *text)
{
	assert(p->n_untrue < sizeof(p->untrue) / sizeof(p->untrue[0]));
	p->untrue[p->n_untrue++] = (struct untrue){ p->open, text };
}

void plan_close_each(struct plan *p)
{
	yaml_out_close(&p->y);
	plan_close(p);
}

void plan_set(struct plan *p, const char *id, const char *title, const char *name,
	      const char *expression, const char *type, struct place at)
{
	plan_open(p, id, title);
	plan_at(p, at);
	yaml_out_open(&p->y, "set");
	yaml_out_open(&p->y, name);
	yaml_out_text(&p->y, "to", expression);
	yaml_out_word(&p->y, "as", type);
	yaml_out_close(&p->y);
	yaml_out_close(&p->y);
	plan_close(p);
}

void plan_capture(struct plan *p, const char *name, const char *type)
{
	yaml_out_open(&p->y, "capture");
	yaml_out_word(&p->y, name, type);
	yaml_out_close(&p->y);
}

/* \' is the end of the whole text. A name is the last line with something in it. */
void plan_capture_last_line(struct plan *p, const char *name, bool may_be_empty)
{
	yaml_out_open(&p->y, "capture");
	yaml_out_open(&p->y, name);
	yaml_out_text(&p->y, "match", may_be_empty ? "(.*)\n?\\'" :
						     "(.*[^[:space:]])[[:space:]]*\\'");
	yaml_out_word(&p->y, "as", "text");
	yaml_out_close(&p->y);
	yaml_out_close(&p->y);
}

/* --- commands -------------------------------------------------------------------------------- */

static const struct named *argument(const struct draft *d, const char *name)
{
	for (size_t i = 0; i < d->step.n_args; i++)
		if (str_eq(d->step.args[i].name, name))
			return &d->step.args[i];
	return NULL;
}

static void put_params(struct plan *p)
{
	for (size_t i = 0; i < p->driver->n_params; i++) {
		const struct field *f = &p->driver->params[i];
		const struct named *arg = argument(p->self->d, f->name);
		if (f->secret)
			continue;
		plan_at(p, arg ? arg->value.at : f->at);
		yaml_out_text(&p->y, f->name,
			      arg ? arg->value.s :
				    plan_literal(p, f->otherwise ? f->otherwise : ""));
	}
}

static void put_functions(struct plan *p)
{
	const struct text *f = &p->driver->functions;
	if (f->s)
		plan_at(p, f->at);
	yaml_out_text(&p->y, "functions", f->s ? plan_literal(p, f->s) : "");
	plan_at(p, p->d->step.at);
}

static void put_secrets(struct plan *p)
{
	const char *secrets[LIMIT_FIELDS];
	size_t n = 0;
	for (size_t i = 0; i < p->driver->n_params; i++)
		if (p->driver->params[i].secret)
			secrets[n++] = p->driver->params[i].name;
	yaml_out_texts(&p->y, "secret", secrets, n);
}

void plan_vars(struct plan *p, const struct plan_var *vars, size_t n)
{
	yaml_out_open(&p->y, "env");
	for (const char *const *v = driver_all_variables(p->driver); *v; v++) {
		const char *text = "";
		for (size_t i = 0; i < n; i++)
			text = str_eq(vars[i].name, *v) ? vars[i].text : text;
		if (str_eq(*v, "functions"))
			put_functions(p);
		else
			yaml_out_text(&p->y, *v, text);
	}
	put_params(p);
	plan_at(p, p->d->step.at);
	yaml_out_close(&p->y);
	put_secrets(p);
}

void plan_run(struct plan *p, enum driver_command_id id, enum effect effect,
	      const struct plan_var *vars, size_t n)
{
	const struct driver_command *c = &p->driver->commands[id];
	plan_at(p, c->run.at);
	yaml_out_text(&p->y, "run", c->run.s);
	plan_at(p, p->d->step.at);
	yaml_out_word(&p->y, "effect", word_of(WORDS_EFFECT, effect));
	yaml_out_ms(&p->y, "timeout", c->timeout_ms);
	yaml_out_ms(&p->y, "takes", c->takes_ms);
	if (c->leaves)
		yaml_out_word(&p->y, "leaves", "processes");
	yaml_out_word(&p->y, "terminal", "false");
	plan_vars(p, vars, n);
}

void plan_verify(struct plan *p, enum driver_command_id id, int64_t usual_timeout_ms)
{
	const struct driver_command *c = &p->driver->commands[id];
	yaml_out_open(&p->y, "verify");
	plan_at(p, c->run.at);
	yaml_out_text(&p->y, "run", c->run.s);
	plan_at(p, p->d->step.at);
	yaml_out_ms(&p->y, "timeout", c->timeout_ms ? c->timeout_ms : usual_timeout_ms);
	yaml_out_ms(&p->y, "within", c->within_ms);
	yaml_out_ms(&p->y, "every", c->every_ms);
	yaml_out_close(&p->y);
}

static void put_captures(struct plan *p, const struct capture *v, size_t n)
{
	static const char *const how[] = { NULL, "jq", "match" };
	if (!n)
		return;
	yaml_out_open(&p->y, "capture");
	for (size_t i = 0; i < n; i++) {
		plan_at(p, v[i].at);
		yaml_out_open(&p->y, v[i].name);
		if (v[i].how != CAPTURE_WHOLE)
			yaml_out_text(&p->y, how[v[i].how], v[i].pattern);
		yaml_out_word(&p->y, "as", value_type_name(v[i].type));
		if (v[i].secret)
			yaml_out_word(&p->y, "secret", "true");
		yaml_out_close(&p->y);
	}
	yaml_out_close(&p->y);
}

/* What the author says to do comes first; it is meant for whatever part of it does not come. */
void plan_advice(struct plan *p, const char *text)
{
	const char *own = p->d->step.if_not;
	yaml_out_text(&p->y, "if_not", own && text ? plan_f(p, "%s\n%s", own, text) :
		      own ? own : text);
}

void plan_own_verify(struct plan *p)
{
	const struct probe *v = &p->d->verify;
	bool waits = v->within_ms || v->stays_ms;
	if (!v->run.s)
		return;
	plan_open(p, "verify", "The runbook's own look");
	plan_at(p, v->expect.s ? v->expect.at : v->run.at);
	yaml_out_text(&p->y, waits ? "wait" : "check", v->expect.s ? v->expect.s : "exit = 0");
	plan_at(p, v->run.at);
	yaml_out_text(&p->y, "probe", v->run.s);
	put_captures(p, v->captures, v->n_captures);
	plan_at(p, p->d->step.at);
	plan_advice(p, NULL);
	yaml_out_ms(&p->y, "timeout", v->timeout_ms);
	if (waits) {
		yaml_out_ms(&p->y, "within", v->within_ms ? v->within_ms : v->stays_ms);
		yaml_out_ms(&p->y, "stays", v->stays_ms);
		yaml_out_ms(&p->y, "every", v->every_ms);
	}
	yaml_out_texts(&p->y, "secret", p->d->step.secrets, p->d->step.n_secrets);
	plan_close(p);
}
