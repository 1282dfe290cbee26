/* A runbook and the environments it acts on. */
#include "guard_check.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "guardint.h"
#include "limits.h"
#include "mem.h"
#include "people.h"
#include "runbook.h"
#include "str.h"

/* What was said already: one book and one environment are told once, however many steps. */
struct told {
	const struct runbook *book;
	const struct environment *environment;
	enum grule rule;
};

struct look {
	struct guard_read r; /* to say things with */
	const struct runbook *rb;
	struct told *v;
	size_t n;
};

static bool is_told(struct look *l, const struct runbook *b, const struct environment *e,
		    enum grule rule)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].book == b && l->v[i].environment == e && l->v[i].rule == rule)
			return true;
	l->v = mem_grow(l->v, l->n + 1, sizeof(*l->v));
	l->v[l->n++] = (struct told){ b, e, rule };
	return false;
}

/* --- which environments ----------------------------------------------------------------------- */

/* The parameter that a text is, whole: "${name}". */
static const struct field *param_of(const struct runbook *b, const char *text)
{
	size_t n = strlen(text);

	if (n < 4 || strncmp(text, "${", 2) != 0 || strchr(text, '}') != text + n - 1)
		return NULL;
	for (size_t i = 0; i < b->n_params; i++)
		if (strlen(b->params[i].name) == n - 3 &&
		    memcmp(b->params[i].name, text + 2, n - 3) == 0)
			return &b->params[i];
	return NULL;
}

size_t guard_environments_of(const struct runbook *b, const struct environment ***ret)
{
	const struct runbook *home = runbook_in_environment(b);
	const struct environments *envs = runbook_environments(home);
	const struct environment *one;
	const struct environment **v;
	const struct field *param;
	size_t n = 0;

	*ret = NULL;
	if (!envs || !envs->n)
		return 0;
	v = *ret = mem_alloc(envs->n * sizeof(*v));
	param = param_of(home, home->environment);
	if (!strchr(home->environment, '$')) {
		if ((one = environ_find(envs, home->environment)))
			v[n++] = one;
		return n;
	}
	for (size_t i = 0; i < envs->n; i++) {
		bool may = !param || !param->n_one_of;

		for (size_t k = 0; param && k < param->n_one_of; k++)
			may |= environ_find(envs, param->one_of[k]) == &envs->v[i];
		if (may)
			v[n++] = &envs->v[i];
	}
	return n;
}

/* An answer that the parameter allows, and that no environment has for its name. */
static void check_answers(struct look *l, const struct runbook *home)
{
	const struct environments *envs = runbook_environments(home);
	const struct field *p = param_of(home, home->environment);
	const char *names[GUARD_MAX_ENVIRONMENTS];
	char near[LIMIT_TITLE_BYTES + 32];

	if (!p || !envs || envs->problem || is_told(l, home, NULL, GRULE_ENVIRONMENT))
		return;
	for (size_t i = 0; i < envs->n; i++)
		names[i] = envs->v[i].name;
	for (size_t k = 0; k < p->n_one_of; k++)
		if (!environ_find(envs, p->one_of[k]))
			guard_say(&l->r, GRULE_ENVIRONMENT, p->at,
				  "`%s` may be `%s`, and %s has no such environment%s", p->name,
				  p->one_of[k], envs->path,
				  findings_near(near, sizeof(near), p->one_of[k], names, envs->n));
	if (!p->n_one_of && p->otherwise && !environ_find(envs, p->otherwise))
		guard_say(&l->r, GRULE_ENVIRONMENT, p->at,
			  "`%s` is `%s` where nobody says otherwise, and %s has no such "
			  "environment%s", p->name, p->otherwise, envs->path,
			  findings_near(near, sizeof(near), p->otherwise, names, envs->n));
}

static void add_place(const char **v, size_t *n, const char *name)
{
	for (size_t i = 0; i < *n; i++)
		if (str_eq(v[i], name))
			return;
	v[(*n)++] = name;
}

size_t guard_places_of(const struct runbook *b, const char ***ret)
{
	const struct runbook *home = runbook_in_environment(b);
	const struct environments *envs = runbook_environments(home);
	const char *text = home ? home->environment : NULL;
	const struct field *param = text ? param_of(home, text) : NULL;
	bool plain = text && !strchr(text, '$');
	size_t n = 0, of = plain ? 1 : param ? param->n_one_of : 0;

	*ret = of ? mem_alloc(of * sizeof(**ret)) : NULL;
	for (int labs = 0; labs < 2 && !n; labs++) {
		for (size_t i = 0; i < of; i++) {
			const char *name = plain ? text : param->one_of[i];
			const struct environment *e = environ_find(envs, name);

			if (!e || !e->lab || labs)
				add_place(*ret, &n, e ? e->name : name);
		}
	}
	return n;
}

/* --- one step --------------------------------------------------------------------------------- */

bool guard_destroys(const struct step *s)
{
	return s->effect == EFFECT_DESTROY && !step_has_children(s);
}

static const struct step *restore_of(const struct step *s)
{
	while (s && s->kind != KIND_RESTORE && s->kind != KIND_REBUILD && s->kind != KIND_RELEASE)
		s = s->parent;
	return s;
}

const char *guard_way_back(const struct step *s)
{
	const struct step *up = restore_of(s);

	if (s->undo.s)
		return "undo";
	for (size_t i = 0; up && up->kind == KIND_RESTORE && i < up->n_children; i++)
		if (str_ends(up->children[i]->id, "/safety"))
			return "safety copy";
	return NULL;
}

static void check_step_in(struct look *l, const struct step *s, const struct environment *e)
{
	const struct runbook *home = runbook_in_environment(s->book);

	if (!e->n_probes && !e->guarded && !is_told(l, home, e, GRULE_UNPROBED))
		guard_say(&l->r, GRULE_UNPROBED, s->at,
			  "it destroys in `%s`, and nothing reads whether that is what its command "
			  "acts on; %s can say `target` of it", e->name,
			  runbook_environments(home)->path);
	if (e->wants_safety && !restore_of(s) && !guard_way_back(s) && !s->no_way_back &&
	    !is_told(l, (const void *)s, e, GRULE_UNSAFE))
		guard_say(&l->r, GRULE_UNSAFE, s->at,
			  "it destroys, and `%s` wants a way back: `undo`, or the reason to do "
			  "without as `no_way_back`", e->name);
}

static void check_step(struct look *l, const struct step *s)
{
	const struct runbook *home = runbook_in_environment(s->book);
	const struct environment **v = NULL;
	bool file = s->book->environments_file || l->rb->environments_file;
	size_t n;

	if (!home) {
		if (file && !is_told(l, s->book, NULL, GRULE_NO_ENVIRONMENT))
			guard_say(&l->r, GRULE_NO_ENVIRONMENT, s->at,
				  "it destroys, and no environment guards it: the runbook says no "
				  "`environment`, though there is %s",
				  s->book->environments_file ? s->book->environments_file
							     : l->rb->environments_file);
		return;
	}
	check_answers(l, home);
	n = guard_environments_of(s->book, &v);
	for (size_t i = 0; i < n; i++)
		check_step_in(l, s, v[i]);
	free(v);
}

/* --- who is told ------------------------------------------------------------------------------ */

/* True also where the contacts cannot be read: that is another finding. */
static bool has_ladder(const struct runbook *rb, const char *file, const char *ladder)
{
	const struct loader_source src = loader_kept(rb);
	struct findings own = { 0 };
	struct people *p = NULL;
	bool has = people_load(file, &src, &p, &own, NULL) != 0 ||
		   people_find_ladder(p, ladder) >= 0;

	people_free(p);
	findings_release(&own);
	return has;
}

static void check_tell(struct look *l, const struct step *s)
{
	const struct environment **v = NULL;
	size_t n = guard_environments_of(s->book, &v);

	for (size_t i = 0; i < n; i++) {
		const struct environment *e = v[i];

		if (!e->guarded || !e->tell || is_told(l, NULL, e, GRULE_TELL))
			continue;
		if (!l->rb->contacts_file)
			guard_say(&l->r, GRULE_TELL, s->at,
				  "who breaks the glass of `%s` is told on to `%s`, and this "
				  "runbook names no `contacts`", e->name, e->tell);
		else if (!has_ladder(l->rb, l->rb->contacts_file, e->tell))
			guard_say(&l->r, GRULE_TELL, s->at,
				  "who breaks the glass of `%s` is told on to `%s`, and %s has no "
				  "such ladder", e->name, e->tell, l->rb->contacts_file);
	}
	free(v);
}

/* --- the files -------------------------------------------------------------------------------- */

static bool has(const struct findings *f, const struct finding *g)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].at.line == g->at.line && f->v[i].at.col == g->at.col &&
		    str_eq(f->v[i].at.file, g->at.file) && str_eq(f->v[i].text, g->text))
			return true;
	return false;
}

void guard_check_files(const struct runbook *rb, struct findings *f)
{
	const struct loader_source src = loader_kept(rb);

	f->first = f->n;
	for (size_t i = 0; i < rb->n_files; i++) {
		struct findings own = { 0 };
		struct guard_file *g = NULL;

		if (!str_eq(rb->files[i].role, "environments"))
			continue;
		(void)guard_load(rb->files[i].path, &src, &g, &own, NULL);
		for (size_t k = 0; k < own.n; k++)
			if (!has(f, &own.v[k]))
				findings_add(f, own.v[k].severity, own.v[k].at, own.v[k].rule,
					     own.v[k].text);
		guard_free(g);
		findings_release(&own);
	}
	findings_sort(f);
}

/* --- the book --------------------------------------------------------------------------------- */

void guard_check_book(const struct runbook *rb, struct findings *f)
{
	struct look l = { .r.in = { .format = &guard_format, .f = f }, .rb = rb };

	f->first = f->n;
	for (size_t i = 0; i < rb->n_all; i++)
		if (guard_destroys(rb->all[i])) {
			check_step(&l, rb->all[i]);
			check_tell(&l, rb->all[i]);
		}
	free(l.v);
	findings_sort(f);
}
