/* Numbers as a scenario has them. */
#include <string.h>

#include "arena.h"
#include "clock.h"
#include "scenarioint.h"
#include "str.h"

enum { SIGNALS = 65 };

void scenario_share(struct format_read *in, const struct format_key *k, const struct ytree *v,
		    void *base)
{
	const char *s = format_scalar(in, k, v);
	size_t n = s ? strlen(s) : 0;
	int64_t p;

	if (!s)
		return;
	if (str_to_i64(arena_dupn(in->a, s, n && s[n - 1] == '%' ? n - 1 : n), &p) && p >= 0 &&
	    p <= 100)
		*FORMAT_INTO(int64_t, base, k->at) = p;
	else
		format_say(in, FR_VALUE, v->at, "`%s` is a percentage from 0%% to 100%%, not `%s`",
			   k->key, s);
}

void scenario_pace(struct format_read *in, const struct format_key *k, const struct ytree *v,
		   void *base)
{
	if (v->kind == YTREE_SCALAR && str_eq(v->text, "true"))
		*FORMAT_INTO(int64_t, base, k->at) = SCENARIO_REAL_PACE;
	else
		(void)format_count(in, k, v, FORMAT_INTO(int64_t, base, k->at));
}

void scenario_signal(struct format_read *in, const struct format_key *k, const struct ytree *v,
		     void *base)
{
	const char *s = format_scalar(in, k, v);
	const char *bare = s && str_starts(s, "SIG") ? s + 3 : s;
	int64_t n = 0;

	for (int i = 1; s && i < SIGNALS && !n; i++)
		if (str_eq(sigabbrev_np(i), bare))
			n = i;
	if (s && !n && (!str_to_i64(s, &n) || n < 1 || n >= SIGNALS)) {
		format_say(in, FR_VALUE, v->at, "`%s` is a signal, such as `TERM`, not `%s`",
			   k->key, s);
		return;
	}
	if (s)
		*FORMAT_INTO(int, base, k->at) = (int)n;
}

void scenario_moment(struct format_read *in, const struct format_key *k, const struct ytree *v,
		     void *base)
{
	const char *s = format_scalar(in, k, v);
	int64_t wall;

	if (!s)
		return;
	if (strlen(s) == SCENARIO_TIME_Z && str_ends(s, "Z") && clock_parse(s, &wall))
		*FORMAT_INTO(int64_t, base, k->at) = wall;
	else
		format_say(in, FR_VALUE, v->at, "`%s` is a time in UTC, such as "
			   "`2026-11-22T02:14:07Z`, not `%s`", k->key, s);
}

void scenario_given(struct format_read *in, const struct format_key *k, const struct ytree *v,
		    void *base)
{
	struct scenario_param *p;
	size_t n = 0;

	if (v->kind != YTREE_MAP) {
		format_say_is(in, k, v);
		return;
	}
	if (v->n > (size_t)k->most) {
		format_say(in, FR_LIMIT, v->at, "`%s` has %zu entries, and at most %lld are read",
			   k->key, v->n, (long long)k->most);
		return;
	}
	p = arena_alloc(in->a, (v->n + 1) * sizeof(*p));
	for (size_t i = 0; i < v->n; i++) {
		const char *text = format_scalar(in, k, v->pairs[i].v);

		if (v->pairs[i].key && text)
			p[n++] = (struct scenario_param){ v->pairs[i].key, text, v->pairs[i].at };
	}
	*FORMAT_INTO(const struct scenario_param *, base, k->at) = p;
	*FORMAT_INTO(size_t, base, k->at_n) = n;
}
