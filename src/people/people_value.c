/* Simple values of a contacts file. */
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "limits.h"
#include "peopleint.h"
#include "str.h"

const char *people_scalar(struct people_read *r, const struct pkey *k, const struct ytree *v)
{
	int64_t max = k->max && k->type != PT_INT && k->type != PT_DURATION ? k->max
									     : LIMIT_NOTE_BYTES;

	if (v->kind != YTREE_SCALAR) {
		people_say(r, PRULE_SHAPE, v->at, "`%s` is %s", k->key,
			   people_types[k->type].words);
		return NULL;
	}
	if (!v->text[strspn(v->text, " \t\n")]) {
		people_say(r, PRULE_EMPTY, v->at, "`%s` says nothing; leave it out or say it",
			   k->key);
		return NULL;
	}
	if ((int64_t)strlen(v->text) > max) {
		people_say(r, PRULE_LIMIT, v->at, "`%s` is longer than %lld bytes", k->key,
			   (long long)max);
		return NULL;
	}
	return v->text;
}

void people_text(struct people_read *r, const struct pkey *k, const struct ytree *v, void *base)
{
	const char *s = people_scalar(r, k, v);

	if (s)
		*PEOPLE_AT(const char *, base, k->at) = s;
}

static const char *one_line(struct people_read *r, const struct pkey *k, const struct ytree *v)
{
	const char *s = people_scalar(r, k, v);
	size_t n = s ? strlen(s) : 0;

	if (n && s[n - 1] == '\n') /* a block scalar's own */
		s = arena_dupn(r->a, s, n - 1);
	if (s && strpbrk(s, "\n\r")) {
		people_say(r, PRULE_VALUE, v->at, "`%s` is one line", k->key);
		return NULL;
	}
	return s;
}

void people_line(struct people_read *r, const struct pkey *k, const struct ytree *v, void *base)
{
	const char *s = one_line(r, k, v);

	if (s)
		*PEOPLE_AT(const char *, base, k->at) = s;
}

void people_command(struct people_read *r, const struct pkey *k, const struct ytree *v, void *base)
{
	people_text(r, k, v, base);
}

void people_version(struct people_read *r, const struct pkey *k, const struct ytree *v, void *base)
{
	(void)base;
	if (v->kind != YTREE_SCALAR || !str_eq(v->text, "1"))
		people_say(r, PRULE_VERSION, v->at, "`%s` is the version of the format: 1", k->key);
}

void people_bool(struct people_read *r, const struct pkey *k, const struct ytree *v, void *base)
{
	const char *s = people_scalar(r, k, v);

	if (!s)
		return;
	if (!str_eq(s, "true") && !str_eq(s, "false"))
		people_say(r, PRULE_VALUE, v->at, "`%s` is `true` or `false`, not `%s`", k->key, s);
	else
		*PEOPLE_AT(bool, base, k->at) = str_eq(s, "true");
}

void people_int(struct people_read *r, const struct pkey *k, const struct ytree *v, void *base)
{
	const char *s = people_scalar(r, k, v);
	int64_t n;

	if (!s)
		return;
	if (!str_to_i64(s, &n) || n < k->min || n > k->max)
		people_say(r, PRULE_VALUE, v->at, "`%s` is a number from %lld to %lld, not `%s`",
			   k->key, (long long)k->min, (long long)k->max, s);
	else
		*PEOPLE_AT(int, base, k->at) = (int)n;
}

static bool duration(struct people_read *r, const struct pkey *k, const struct ytree *v,
		     int64_t *ret)
{
	const char *s = people_scalar(r, k, v);
	struct buf least = BUF_INIT, most = BUF_INIT;
	int64_t ms;
	bool ok;

	if (!s)
		return false;
	ok = str_to_duration(s, &ms) && ms >= k->min && ms <= k->max;
	if (ok) {
		*ret = ms;
		return true;
	}
	str_duration(&least, k->min);
	str_duration(&most, k->max);
	people_say(r, PRULE_VALUE, v->at,
		   "`%s` is a duration from %s to %s, such as `90s` or `1h30m`, not `%s`", k->key,
		   buf_str(&least), buf_str(&most), s);
	buf_release(&least);
	buf_release(&most);
	return false;
}

void people_duration(struct people_read *r, const struct pkey *k, const struct ytree *v,
		     void *base)
{
	(void)duration(r, k, v, PEOPLE_AT(int64_t, base, k->at));
}

/* --- one or a list ---------------------------------------------------------------------------- */

static const struct ytree *item(const struct ytree *v, size_t i)
{
	return v->kind == YTREE_LIST ? v->pairs[i].v : v;
}

static size_t items(struct people_read *r, const struct pkey *k, const struct ytree *v, size_t max)
{
	if (v->kind == YTREE_MAP) {
		people_say(r, PRULE_SHAPE, v->at, "`%s` is %s", k->key,
			   people_types[k->type].words);
		return 0;
	}
	if (v->kind == YTREE_LIST && !v->n)
		people_say(r, PRULE_EMPTY, v->at, "`%s` is an empty list", k->key);
	if (v->kind == YTREE_LIST && v->n > max) {
		people_say(r, PRULE_LIMIT, v->at, "`%s` lists more than %zu", k->key, max);
		return 0;
	}
	return v->kind == YTREE_LIST ? v->n : 1;
}

static bool has_already(struct people_read *r, const struct pkey *k, const char *const *v, size_t n,
			const char *s, struct place at)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i], s)) {
			people_say(r, PRULE_TWICE, at, "`%s` names `%s` twice", k->key, s);
			return true;
		}
	return false;
}

static void list(struct people_read *r, const struct pkey *k, const struct ytree *v, void *base,
		 bool ids)
{
	size_t n = items(r, k, v, PEOPLE_MAX_NAMES), got = 0;
	const char **out = arena_alloc(r->a, (n + 1) * sizeof(*out));

	for (size_t i = 0; i < n; i++) {
		const struct ytree *it = item(v, i);
		const char *s = one_line(r, k, it);

		if (s && (!ids || people_id_ok(r, s, it->at)) &&
		    !has_already(r, k, out, got, s, it->at))
			out[got++] = s;
	}
	*PEOPLE_AT(const char **, base, k->at) = out;
	*PEOPLE_AT(size_t, base, k->at_n) = got;
}

void people_names(struct people_read *r, const struct pkey *k, const struct ytree *v, void *base)
{
	list(r, k, v, base, true);
}

void people_lines(struct people_read *r, const struct pkey *k, const struct ytree *v, void *base)
{
	list(r, k, v, base, false);
}

/* --- words ------------------------------------------------------------------------------------ */

static const char *const ways[] = { "phone", "sms", "mail", "chat", "pager", "in-person" };
static const char *const hooks[] = { "json", "slack", "mattermost", "pagerduty" };
static const char *const kinds[] = { "smtp", "webhook", "command", "by_hand" };
static const char *const orders[] = { "awake-first", "as-written" };
static const char *const tlses[] = { "required", "wrapped", "none" };

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const char *name(const char *const *words, size_t n, int i)
{
	return i >= 0 && (size_t)i < n ? words[i] : "?";
}

const char *people_way_name(enum people_way w)
{
	return name(ways, N(ways), (int)w);
}

const char *people_kind_name(enum people_kind k)
{
	return name(kinds, N(kinds), (int)k);
}

const char *people_hook_name(enum people_hook h)
{
	return name(hooks, N(hooks), (int)h);
}

static int word(struct people_read *r, const struct pkey *k, const struct ytree *v,
		const char *const *words, size_t n)
{
	const char *s = people_scalar(r, k, v);
	char near[LIMIT_TITLE_BYTES + 32];
	struct buf all = BUF_INIT;

	for (size_t i = 0; s && i < n; i++)
		if (str_eq(words[i], s))
			return (int)i;
	if (!s)
		return -1;
	for (size_t i = 0; i < n; i++)
		buf_addf(&all, "%s`%s`", i ? ", " : "", words[i]);
	people_say(r, PRULE_VALUE, v->at, "`%s` is one of %s, not `%s`%s", k->key, buf_str(&all), s,
		   people_near(near, sizeof(near), s, words, n));
	buf_release(&all);
	return -1;
}

void people_way(struct people_read *r, const struct pkey *k, const struct ytree *v, void *base)
{
	int i = word(r, k, v, ways, N(ways));

	*PEOPLE_AT(enum people_way, base, k->at) = i < 0 ? PEOPLE_NO_WAY : (enum people_way)i;
}

void people_order(struct people_read *r, const struct pkey *k, const struct ytree *v, void *base)
{
	*PEOPLE_AT(bool, base, k->at) = word(r, k, v, orders, N(orders)) == 1;
}

void people_hook(struct people_read *r, const struct pkey *k, const struct ytree *v, void *base)
{
	int i = word(r, k, v, hooks, N(hooks));

	if (i >= 0)
		*PEOPLE_AT(enum people_hook, base, k->at) = (enum people_hook)i;
}

void people_tls(struct people_read *r, const struct pkey *k, const struct ytree *v, void *base)
{
	int i = word(r, k, v, tlses, N(tlses));

	if (i >= 0)
		*PEOPLE_AT(enum people_tls, base, k->at) = (enum people_tls)i;
}

void people_ways(struct people_read *r, const struct pkey *k, const struct ytree *v, void *base)
{
	size_t n = items(r, k, v, PEOPLE_WAYS), got = 0;
	enum people_way *out = arena_alloc(r->a, (n + 1) * sizeof(*out));

	for (size_t i = 0; i < n; i++) {
		int w = word(r, k, item(v, i), ways, N(ways));
		bool twice = false;

		for (size_t j = 0; j < got; j++)
			twice |= (int)out[j] == w;
		if (twice)
			people_say(r, PRULE_TWICE, item(v, i)->at, "`%s` names `%s` twice", k->key,
				   ways[w]);
		else if (w >= 0)
			out[got++] = (enum people_way)w;
	}
	*PEOPLE_AT(const enum people_way *, base, k->at) = out;
	*PEOPLE_AT(size_t, base, k->at_n) = got;
}

/* --- waits ------------------------------------------------------------------------------------ */

enum { WAIT_BAD = -1 }; /* a finding says so: it is not missing as well */

static void wait_of(struct people_read *r, const struct pkey *k, const struct ytree_pair *p,
		    int64_t *ms, int64_t *rest)
{
	char near[LIMIT_TITLE_BYTES + 32];
	int64_t one = WAIT_BAD;

	if (!p->key)
		return;
	(void)duration(r, k, p->v, &one);
	if (str_eq(p->key, "otherwise")) {
		*rest = one;
		return;
	}
	for (size_t i = 0; i < r->n_severities; i++)
		if (str_eq(r->severities[i], p->key)) {
			ms[i] = one;
			return;
		}
	people_say(r, PRULE_SEVERITY, p->at, "`severities` has no `%s`%s", p->key,
		   people_near(near, sizeof(near), p->key, r->severities, r->n_severities));
}

void people_wait(struct people_read *r, const struct pkey *k, const struct ytree *v, void *base)
{
	struct people_waits *out = PEOPLE_AT(struct people_waits, base, k->at);
	int64_t *ms = arena_alloc(r->a, (r->n_severities + 1) * sizeof(*ms)), rest = 0;

	if (v->kind == YTREE_MAP)
		for (size_t i = 0; i < v->n; i++)
			wait_of(r, k, &v->pairs[i], ms, &rest);
	else
		rest = duration(r, k, v, &rest) ? rest : WAIT_BAD;
	for (size_t i = 0; i < r->n_severities; i++)
		if (!ms[i])
			ms[i] = rest;
	*out = (struct people_waits){ ms, v->at };
}
