/* Steps that stand for others in the same list: an announcement, a message that is a form. What
 * they stand for is written as YAML and read like any other step, so that it is walked, recorded,
 * resumed and printed as everything is. */
#include "driver.h"
#include "reader.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "err.h"
#include "limits.h"
#include "str.h"

/* --- the step's own keys ---------------------------------------------------------------------- */

static void put_node(struct plan *p, const char *key, const struct node *v)
{
	const char *items[LIMIT_FIELDS];
	size_t n = 0;

	plan_at(p, doc_place(p->d->doc, v));
	if (v->kind == NODE_SCALAR) {
		yaml_out_text(&p->y, key, v->s);
	} else if (v->kind == NODE_MAP) {
		yaml_out_open(&p->y, key);
		for (const struct node *e = v->first; e; e = e->next)
			put_node(p, e->key->s, e);
		yaml_out_close(&p->y);
	} else {
		for (const struct node *e = v->first; e && n < LIMIT_FIELDS; e = e->next)
			if (e->kind == NODE_SCALAR)
				items[n++] = e->s;
		yaml_out_texts(&p->y, key, items, n);
	}
}

static void put_rest(struct plan *p, const char *const *but)
{
	for (const struct node *v = p->d->node->first; v; v = v->next) {
		bool skip = str_eq(v->key->s, "id") || str_eq(v->key->s, "title");

		for (const char *const *k = but; !skip && *k; k++)
			skip = str_eq(*k, v->key->s);
		if (!skip)
			put_node(p, v->key->s, v);
	}
	plan_at(p, p->d->step.at);
}

/* A step in front has the condition of the one it is for. */
static void put_when(struct plan *p)
{
	const struct node *v = doc_get(p->d->node, "when");

	if (v)
		put_node(p, "when", v);
	plan_at(p, p->d->step.at);
}

/* --- forms ------------------------------------------------------------------------------------ */

struct form {
	struct plan *p;
	const char *name;
	const struct node *node;
	struct load_file *file;
};

/* The root of the contacts file, its findings told once; NULL where it cannot be used. */
static const struct node *contacts(struct load *l, struct load_file **ret)
{
	const struct node *path = doc_get(l->book->file->doc.root, "contacts");
	bool quiet = l->diag.quiet;
	struct err err = { 0 };
	const struct node *root;
	int code;

	if (!path || path->kind != NODE_SCALAR)
		return NULL;
	*ret = load_open(l, load_path(l, l->book, path->s), "contacts", &code, &err);
	if (!(*ret)->bytes)
		return NULL;
	l->diag.quiet = quiet || (*ret)->told;
	(*ret)->told = true;
	root = load_doc(l, *ret)->root;
	l->diag.quiet = quiet;
	return root && root->kind == NODE_MAP ? root : NULL;
}

static bool find_form(struct form *f)
{
	struct load *l = f->p->l;
	const struct node *root = contacts(l, &f->file), *forms = doc_get(root, "forms");
	const char *names[LIMIT_FIELDS];
	char near[160];
	size_t n = 0;

	f->node = doc_get(forms, f->name);
	if (f->node && f->node->kind == NODE_MAP && doc_get(f->node, "text") &&
	    doc_get(f->node, "text")->kind == NODE_SCALAR)
		return true;
	for (const struct node *v = forms ? forms->first : NULL; v && n < LIMIT_FIELDS; v = v->next)
		if (v->key && v->key->kind == NODE_SCALAR)
			names[n++] = v->key->s;
	findings_near(near, sizeof(near), f->name, names, n);
	diag_add(&l->diag, RULE_LADDER, f->p->d->step.at,
		 root ? "the contacts file has no form `%s` with a `text`%s"
		      : "`form: %s`: there is no contacts file to take it from%s", f->name, near);
	l->diag.bad = true;
	return false;
}

static const struct named *argument(const struct form *f, const char *name, size_t n)
{
	const struct step *s = &f->p->d->step;

	for (size_t i = 0; i < s->n_args; i++)
		if (strlen(s->args[i].name) == n && memcmp(s->args[i].name, name, n) == 0)
			return &s->args[i];
	return NULL;
}

/* The value that an answer goes into. */
static const char *value_of(const struct form *f, const char *field)
{
	char *v = arena_printf(f->p->l->arena, "%s_%s", f->name, field);

	for (char *c = v; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
		else if (*c == '-' || *c == '.')
			*c = '_';
	return v;
}

static bool is_field(const struct form *f, const char *name)
{
	return doc_get(doc_get(f->node, "fields"), name) != NULL;
}

/* ${field}: what the step says for it, else the value that is asked for. */
static const char *filled(const struct form *f, const char *text)
{
	struct buf out = BUF_INIT;
	const char *kept;

	for (const char *end; *text; text = end) {
		const struct named *arg;
		char *name;
		size_t n;

		end = text + 1;
		if (text[0] != '$' || (text[1] != '{' && text[1] != '$')) {
			buf_addc(&out, text[0]);
			continue;
		}
		end = text + 2;
		n = text[1] == '{' ? strcspn(end, "}[]") : 0;
		name = arena_dupn(f->p->l->scratch, end, n);
		arg = n && end[n] == '}' ? argument(f, end, n) : NULL;
		if (arg && is_field(f, name))
			buf_adds(&out, arg->value.s);
		else if (n && end[n] == '}' && is_field(f, name))
			buf_addf(&out, "${%s}", value_of(f, name));
		else
			buf_add(&out, text, n + 2 + (n && end[n] == '}'));
		end += n + (n && end[n] == '}');
	}
	kept = arena_dup(f->p->l->arena, buf_str(&out));
	buf_release(&out);
	return kept;
}

static void check_arguments(const struct form *f)
{
	const struct step *s = &f->p->d->step;
	const char *names[LIMIT_FIELDS];
	char near[160];

	for (size_t i = 0; i < s->n_args; i++) {
		const struct node *v = doc_get(f->node, "fields");
		size_t n = 0;

		if (is_field(f, s->args[i].name))
			continue;
		for (v = v ? v->first : NULL; v && n < LIMIT_FIELDS; v = v->next)
			if (v->key->kind == NODE_SCALAR)
				names[n++] = v->key->s;
		findings_near(near, sizeof(near), s->args[i].name, names, n);
		diag_add(&f->p->l->diag, RULE_ARGUMENT, s->args[i].value.at,
			 "the form `%s` has no field `%s`%s", f->name, s->args[i].name, near);
	}
}

static void put_field(struct form *f, const struct node *v)
{
	struct plan *p = f->p;

	plan_at(p, doc_place(&f->file->doc, v->key));
	yaml_out_open(&p->y, value_of(f, v->key->s));
	if (!doc_get(v, "prompt"))
		yaml_out_text(&p->y, "prompt", v->key->s);
	for (const struct node *e = v->kind == NODE_MAP ? v->first : NULL; e; e = e->next)
		put_node(p, e->key->s, e);
	yaml_out_close(&p->y);
}

/* What the step does not say is asked for in front of it. */
static void put_questions(struct form *f)
{
	const struct node *fields = doc_get(f->node, "fields");
	struct plan *p = f->p;
	bool any = false;

	for (const struct node *v = fields && fields->kind == NODE_MAP ? fields->first : NULL; v;
	     v = v->next) {
		if (argument(f, v->key->s, strlen(v->key->s)))
			continue;
		if (!any) {
			plan_open(p, NULL, "What the message says");
			put_when(p);
			yaml_out_text(&p->y, "do",
				      "Answer for the message. Nothing is sent yet: it is shown "
				      "whole first.");
			yaml_out_open(&p->y, "returns");
		}
		any = true;
		put_field(f, v);
	}
	if (any) {
		yaml_out_close(&p->y);
		plan_close(p);
	}
}

/* As of every text, line ends at the end are left out. */
static void put_template(struct form *f, const char *key, const struct node *v)
{
	const char *text = filled(f, v->s);
	size_t n = strlen(text);

	while (n && text[n - 1] == '\n')
		n--;
	plan_at(f->p, doc_place(&f->file->doc, v));
	yaml_out_text(&f->p->y, key, arena_dupn(f->p->l->arena, text, n));
	plan_at(f->p, f->p->d->step.at);
}

static void expand_form(struct plan *p)
{
	static const char *const own[] = { "message", NULL };
	const struct step *s = &p->d->step;
	struct form f = { .p = p, .name = s->form };
	const struct node *subject;

	if (!find_form(&f))
		return;
	check_arguments(&f);
	put_questions(&f);
	plan_open(p, s->id, s->title_given ? s->title : NULL);
	put_rest(p, own);
	subject = doc_get(f.node, "subject");
	if (!s->subject.s && subject && subject->kind == NODE_SCALAR)
		put_template(&f, "subject", subject);
	put_template(&f, "message", doc_get(f.node, "text"));
	plan_close(p);
}

/* --- announcements ---------------------------------------------------------------------------- */

/* A moment as people write it; in UTC, as all of them. */
#define UTC(moment) "date(" moment ") || ' ' || substr(time(" moment "), 1, 5) || ' UTC'"

static void put_moment(struct plan *p, const char *name, const char *after)
{
	yaml_out_text(&p->y, name, after ? plan_f(p, UTC("now + %s"), after, after) : UTC("now"));
}

/* Twice the time that is expected: as an expression, and as it stands in a text. */
struct twice {
	const char *expression, *text; /* NULL: not said */
};

static bool twice_of(struct plan *p, struct twice *ret)
{
	const struct text *t = &p->d->lasts;
	struct buf twice = BUF_INIT;
	size_t n = t->s ? strlen(t->s) : 0;
	const char *name = NULL;
	int64_t ms;

	*ret = (struct twice){ 0 };
	if (!t->s)
		return true;
	if (str_to_duration(t->s, &ms) && ms > 0 && ms <= LIMIT_DURATION_MS / 2) {
		str_duration(&twice, 2 * ms);
		ret->text = arena_dup(p->l->arena, buf_str(&twice));
		ret->expression = plan_f(p, "'%s'", ret->text);
		buf_release(&twice);
		return true;
	}
	if (n > 3 && str_starts(t->s, "${") && t->s[n - 1] == '}')
		name = arena_dupn(p->l->arena, t->s + 2, n - 3);
	if (name && value_name_ok(name, NULL)) {
		ret->text = "${announced_most}";
		ret->expression = plan_f(p, "%s * 2", name);
		return true;
	}
	diag_add(&p->l->diag, RULE_VALUE, t->at,
		 "`for: %s` is no duration such as 30m, and no `${name}` of one", t->s);
	p->l->diag.bad = true;
	return false;
}

static void put_moments(struct plan *p, const struct twice *twice, const char *cadence)
{
	bool until = twice->text && str_eq(p->d->step.announces, "in progress");
	bool at = !str_eq(p->d->step.announces, "scheduled");
	bool most = twice->text && twice->text[0] == '$';

	if (!at && !most && !cadence)
		return; /* it names no time but its own */
	plan_open(p, NULL, "The times that are announced");
	put_when(p);
	yaml_out_open(&p->y, "set");
	if (at)
		put_moment(p, "announced_at", NULL);
	if (most)
		yaml_out_text(&p->y, "announced_most", twice->expression);
	if (until)
		put_moment(p, "announced_until", twice->expression);
	if (cadence)
		put_moment(p, "announced_next", cadence);
	yaml_out_close(&p->y);
	plan_close(p);
}

static const char *announcement(struct plan *p, const struct twice *twice, bool next)
{
	const struct draft *d = p->d;
	const char *is = d->step.announces;
	struct buf out = BUF_INIT;
	const char *kept;

	buf_addf(&out, "[%s] %s\n", is, d->what.s);
	if (str_eq(is, "scheduled"))
		buf_addf(&out, "Begins: %s.", d->begins.s);
	else if (str_eq(is, "completed"))
		buf_adds(&out, "Completed at ${announced_at}.");
	else
		buf_adds(&out, "In progress at ${announced_at}.");
	if (twice->text)
		buf_addf(&out, " It may take up to %s", twice->text);
	if (twice->text && str_eq(is, "in progress"))
		buf_adds(&out, ", until ${announced_until}");
	buf_adds(&out, twice->text ? "." : "");
	if (d->details.s)
		buf_addf(&out, "\n%s", d->details.s);
	if (next)
		buf_adds(&out, "\nThe next word comes by ${announced_next}.");
	kept = arena_dup(p->l->arena, buf_str(&out));
	buf_release(&out);
	return kept;
}

static bool announcement_ok(struct plan *p)
{
	const struct draft *d = p->d;
	const char *is = d->step.announces;
	const char *missing = !is ? "status"
			      : !d->what.s ? "what"
			      : str_eq(is, "scheduled") && !d->begins.s ? "begins"
			      : !str_eq(is, "completed") && !d->lasts.s ? "for" : NULL;

	if (missing)
		diag_add(&p->l->diag, RULE_MISSING_KEY, d->step.at,
			 "an announcement%s%s needs `%s`", is ? " that is " : "", is ? is : "",
			 missing);
	p->l->diag.bad |= missing != NULL;
	return !missing;
}

static int64_t cadence_of(const struct plan *p)
{
	const struct node *v = doc_get(p->l->book->file->doc.root, "cadence");
	int64_t ms = 0;

	if (p->d->step.cadence_ms)
		return p->d->step.cadence_ms;
	return v && v->kind == NODE_SCALAR && str_to_duration(v->s, &ms) ? ms : 0;
}

static void expand_announcement(struct plan *p)
{
	static const char *const own[] = { "announce", "what", "for", "begins", "details", "status",
					   "cadence", "until", NULL };
	const struct step *s = &p->d->step;
	struct buf cadence = BUF_INIT;
	struct twice twice;
	const char *next = NULL;
	int64_t ms;

	if (!announcement_ok(p) || !twice_of(p, &twice))
		return;
	ms = str_eq(s->announces, "completed") ? 0 : cadence_of(p);
	str_duration(&cadence, ms);
	if (ms)
		next = plan_f(p, "'%s'", buf_str(&cadence));
	put_moments(p, &twice, next);
	plan_open(p, s->id, s->title_given ? s->title
					   : plan_f(p, "Announce: %s", s->announces));
	yaml_out_text(&p->y, "contact", p->d->form);
	put_rest(p, own);
	yaml_out_text(&p->y, "until", "told");
	yaml_out_text(&p->y, "status", s->announces);
	yaml_out_ms(&p->y, "cadence", ms);
	plan_at(p, p->d->what.at);
	yaml_out_text(&p->y, "subject", plan_f(p, "[%s] %s", s->announces, p->d->what.s));
	yaml_out_text(&p->y, "message", announcement(p, &twice, next != NULL));
	plan_close(p);
	buf_release(&cadence);
}

/* --- both ------------------------------------------------------------------------------------- */

bool announce_is(const struct draft *d)
{
	return !d->bad && (d->step.kind == KIND_ANNOUNCE ||
			   (d->step.kind == KIND_CONTACT && d->step.form));
}

static void read_made(struct plan *p, struct step *parent, struct step **list, size_t *n)
{
	struct load *l = p->l;
	struct load_file *made = driver_parse(p), *file = l->book->file;
	struct step **steps;
	size_t count = 0;

	if (!made)
		return;
	l->book->file = made;
	read_list(l, made->doc.root, parent, &steps, &count);
	l->book->file = file;
	for (size_t i = 0; i < count && i < ANNOUNCE_STEPS_MAX; i++)
		list[(*n)++] = steps[i];
}

bool announce_expand(struct load *l, struct draft *d, struct step *parent, struct step **list,
		     size_t *n)
{
	struct buf text = BUF_INIT;
	struct plan p = { .l = l, .d = d, .y = { .out = &text }, .text = &text };
	bool bad = l->diag.bad, good;
	size_t before = *n;

	l->diag.bad = false;
	if (d->step.kind == KIND_ANNOUNCE)
		expand_announcement(&p);
	else
		expand_form(&p);
	if (!l->diag.bad && text.len)
		read_made(&p, parent, list, n);
	good = *n > before;
	l->diag.bad = bad;
	free(p.origins);
	buf_release(&text);
	return good;
}
