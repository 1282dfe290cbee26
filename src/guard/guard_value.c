/* Simple values of an environments file. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "fsio.h"
#include "guardint.h"
#include "limits.h"
#include "str.h"

const char *guard_scalar(struct guard_read *r, const struct gkey *k, const struct ytree *v)
{
	int64_t max = k->max && k->type != GT_DURATION ? k->max : LIMIT_COMMAND_BYTES / 2;

	if (v->kind != YTREE_SCALAR) {
		guard_say(r, GRULE_SHAPE, v->at, "`%s` is %s", k->key, guard_types[k->type].words);
		return NULL;
	}
	if (!v->text[strspn(v->text, " \t\n")]) {
		guard_say(r, GRULE_EMPTY, v->at, "`%s` says nothing%s", k->key,
			  k->type == GT_READING ? ": it would agree with a tool that failed to read"
						: "; leave it out or say it");
		return NULL;
	}
	if ((int64_t)strlen(v->text) > max) {
		guard_say(r, GRULE_LIMIT, v->at, "`%s` is longer than %lld bytes", k->key,
			  (long long)max);
		return NULL;
	}
	return v->text;
}

static const char *one_line(struct guard_read *r, const struct gkey *k, const struct ytree *v)
{
	const char *s = guard_scalar(r, k, v);
	size_t n = s ? strlen(s) : 0;

	if (n && s[n - 1] == '\n') /* a block scalar's own */
		s = arena_dupn(r->a, s, n - 1);
	if (s && strpbrk(s, "\n\r")) {
		guard_say(r, GRULE_VALUE, v->at, "`%s` is one line", k->key);
		return NULL;
	}
	return s;
}

void guard_version(struct guard_read *r, const struct gkey *k, const struct ytree *v, void *base)
{
	(void)base;
	if (v->kind != YTREE_SCALAR || !str_eq(v->text, "1"))
		guard_say(r, GRULE_VERSION, v->at, "`%s` is the version of the format: 1", k->key);
}

void guard_line(struct guard_read *r, const struct gkey *k, const struct ytree *v, void *base)
{
	const char *s = one_line(r, k, v);

	if (s)
		*GUARD_AT(const char *, base, k->at) = s;
}

void guard_reading(struct guard_read *r, const struct gkey *k, const struct ytree *v, void *base)
{
	guard_line(r, k, v, base);
}

void guard_path(struct guard_read *r, const struct gkey *k, const struct ytree *v, void *base)
{
	const char *s = one_line(r, k, v);
	char *whole;

	if (!s)
		return;
	whole = str_eq(r->folder, ".") ? NULL : fsio_join(r->folder, s);
	*GUARD_AT(const char *, base, k->at) = arena_dup(r->a, whole ? whole : s);
	free(whole);
}

void guard_bool(struct guard_read *r, const struct gkey *k, const struct ytree *v, void *base)
{
	const char *s = guard_scalar(r, k, v);

	if (!s)
		return;
	if (!str_eq(s, "true") && !str_eq(s, "false"))
		guard_say(r, GRULE_VALUE, v->at, "`%s` is `true` or `false`, not `%s`", k->key, s);
	else
		*GUARD_AT(bool, base, k->at) = str_eq(s, "true");
}

void guard_duration(struct guard_read *r, const struct gkey *k, const struct ytree *v, void *base)
{
	const char *s = guard_scalar(r, k, v);
	struct buf least = BUF_INIT, most = BUF_INIT;
	int64_t ms;

	if (!s)
		return;
	if (str_to_duration(s, &ms) && ms >= k->min && ms <= k->max) {
		*GUARD_AT(int64_t, base, k->at) = ms;
		return;
	}
	str_duration(&least, k->min);
	str_duration(&most, k->max);
	guard_say(r, GRULE_VALUE, v->at,
		  "`%s` is a duration from %s to %s, such as `90s` or `1h30m`, not `%s`", k->key,
		  buf_str(&least), buf_str(&most), s);
	buf_release(&least);
	buf_release(&most);
}

void guard_shell(struct guard_read *r, const struct gkey *k, const struct ytree *v, void *base)
{
	const char *s = guard_scalar(r, k, v);

	if (s)
		*GUARD_AT(struct text, base, k->at) = (struct text){ s, v->at };
}

void guard_node(struct guard_read *r, const struct gkey *k, const struct ytree *v, void *base)
{
	(void)r;
	*GUARD_AT(const struct ytree *, base, k->at) = v;
}

/* --- words ------------------------------------------------------------------------------------ */

void guard_effect(struct guard_read *r, const struct gkey *k, const struct ytree *v, void *base)
{
	const char *s = guard_scalar(r, k, v);

	if (!s)
		return;
	if (str_eq(s, "change"))
		*GUARD_AT(enum effect, base, k->at) = EFFECT_CHANGE;
	else if (!str_eq(s, "destroy"))
		guard_say(r, GRULE_VALUE, v->at, "`%s` is `destroy` or `change`, not `%s`", k->key,
			  s);
}

void guard_safety(struct guard_read *r, const struct gkey *k, const struct ytree *v, void *base)
{
	const char *s = guard_scalar(r, k, v);

	if (!s)
		return;
	if (!str_eq(s, "required"))
		guard_say(r, GRULE_VALUE, v->at, "`%s` is `required`, not `%s`", k->key, s);
	*GUARD_AT(bool, base, k->at) = true;
}

/* --- one or a list ---------------------------------------------------------------------------- */

const struct ytree *guard_item(const struct ytree *v, size_t i)
{
	return v->kind == YTREE_LIST ? v->pairs[i].v : v;
}

size_t guard_items(struct guard_read *r, const struct gkey *k, const struct ytree *v, size_t max)
{
	if (v->kind == YTREE_LIST && !v->n)
		guard_say(r, GRULE_EMPTY, v->at, "`%s` is an empty list", k->key);
	if (v->kind == YTREE_LIST && v->n > max) {
		guard_say(r, GRULE_LIMIT, v->at, "`%s` lists more than %zu", k->key, max);
		return 0;
	}
	return v->kind == YTREE_LIST ? v->n : 1;
}

/* A principal of OpenSSH's: patterns and lists of them are the signers file's own. */
static bool is_person(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] <= ' ' || strchr("\",*?!#", s[i]))
			return false;
	return n > 0 && n <= LIMIT_ID_BYTES * 4;
}

static bool person_ok(struct guard_read *r, const char *s, struct place at)
{
	if (!is_person(s))
		guard_say(r, GRULE_NAME, at,
			  "`%s` cannot be a person's name here; blanks, commas, quotes and "
			  "patterns cannot stand in it", s);
	return is_person(s);
}

static void list(struct guard_read *r, const struct gkey *k, const struct ytree *v, void *base,
		 bool (*ok)(struct guard_read *r, const char *s, struct place at))
{
	size_t n = guard_items(r, k, v, GUARD_MAX_PERSONS), got = 0;
	const char **out = arena_alloc(r->a, (n + 1) * sizeof(*out));

	for (size_t i = 0; i < n; i++) {
		const struct ytree *it = guard_item(v, i);
		const char *s = one_line(r, k, it);
		bool twice = false;

		if (!s || !ok(r, s, it->at))
			continue;
		for (size_t j = 0; j < got; j++)
			twice |= str_eq(out[j], s);
		if (twice)
			guard_say(r, GRULE_TWICE, it->at, "`%s` names `%s` twice", k->key, s);
		else
			out[got++] = s;
	}
	*GUARD_AT(const char *const *, base, k->at) = out;
	*GUARD_AT(size_t, base, k->at_n) = got;
}

void guard_persons(struct guard_read *r, const struct gkey *k, const struct ytree *v, void *base)
{
	list(r, k, v, base, person_ok);
}

void guard_names(struct guard_read *r, const struct gkey *k, const struct ytree *v, void *base)
{
	list(r, k, v, base, guard_name_ok);
}
