/* Simple values of a scenario. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "fsio.h"
#include "limits.h"
#include "scenarioint.h"
#include "str.h"

enum { WORDS_MOST = 16, SIGNALS = 65 };

static const char *scalar(struct scenario_read *r, const struct skey *k, const struct ytree *v)
{
	bool text = k->type == ST_TEXT || k->type == ST_LINE || k->type == ST_PATH;

	if (v->kind != YTREE_SCALAR) {
		scenario_say(r->f, r->s, SRULE_SHAPE, v->at, "`%s` is a single value", k->key);
		return NULL;
	}
	if (k->type != ST_TEXT && !v->text[strspn(v->text, " \t\n")]) {
		scenario_say(r->f, r->s, SRULE_EMPTY, v->at,
			     "`%s` says nothing; leave it out or say it", k->key);
		return NULL;
	}
	if (text && strlen(v->text) > (size_t)k->max) {
		scenario_say(r->f, r->s, SRULE_LIMIT, v->at, "`%s` is longer than %lld bytes",
			     k->key, (long long)k->max);
		return NULL;
	}
	return v->text;
}

static const char *one_line(struct scenario_read *r, const struct skey *k, const struct ytree *v)
{
	const char *s = scalar(r, k, v);
	size_t n = s ? strlen(s) : 0;

	if (n && s[n - 1] == '\n') /* a block scalar's own */
		s = arena_dupn(r->a, s, n - 1);
	if (s && strpbrk(s, "\n\r")) {
		scenario_say(r->f, r->s, SRULE_VALUE, v->at, "`%s` is one line", k->key);
		return NULL;
	}
	return s;
}

static const char *path(struct scenario_read *r, const char *s)
{
	char *whole = s && !str_eq(r->folder, ".") ? fsio_join(r->folder, s) : NULL;
	const char *p = s ? arena_dup(r->a, whole ? whole : s) : NULL;

	free(whole);
	return p;
}

static void whole_number(struct scenario_read *r, const struct skey *k, const struct ytree *v,
			 const char *s, int64_t *ret)
{
	int64_t n;

	if (str_to_i64(s, &n) && n >= k->min && n <= k->max)
		*ret = n;
	else
		scenario_say(r->f, r->s, SRULE_VALUE, v->at,
			     "`%s` is a whole number from %lld to %lld, not `%s`", k->key,
			     (long long)k->min, (long long)k->max, s);
}

static void duration(struct scenario_read *r, const struct skey *k, const struct ytree *v,
		     const char *s, int64_t *ret)
{
	struct buf most = BUF_INIT;
	int64_t ms;

	if (str_to_duration(s, &ms) && ms >= k->min && ms <= k->max) {
		*ret = ms;
		return;
	}
	str_duration(&most, k->max);
	scenario_say(r->f, r->s, SRULE_VALUE, v->at,
		     "`%s` is a duration up to %s, such as `90s` or `1h30m`, not `%s`", k->key,
		     buf_str(&most), s);
	buf_release(&most);
}

static void share(struct scenario_read *r, const struct skey *k, const struct ytree *v,
		  const char *s, int64_t *ret)
{
	size_t n = strlen(s);
	char *digits = arena_dupn(r->a, s, n && s[n - 1] == '%' ? n - 1 : n);
	int64_t p;

	if (str_to_i64(digits, &p) && p >= 0 && p <= 100)
		*ret = p;
	else
		scenario_say(r->f, r->s, SRULE_VALUE, v->at,
			     "`%s` is a percentage from 0%% to 100%%, not `%s`", k->key, s);
}

static void signal_of(struct scenario_read *r, const struct skey *k, const struct ytree *v,
		      const char *s, int *ret)
{
	const char *bare = str_starts(s, "SIG") ? s + 3 : s;
	int64_t n = 0;

	for (int i = 1; i < SIGNALS && !n; i++)
		if (str_eq(sigabbrev_np(i), bare))
			n = i;
	if (!n && (!str_to_i64(s, &n) || n < 1 || n >= SIGNALS)) {
		scenario_say(r->f, r->s, SRULE_VALUE, v->at,
			     "`%s` is a signal, such as `TERM`, not `%s`", k->key, s);
		return;
	}
	*ret = (int)n;
}

static void word(struct scenario_read *r, const struct skey *k, const struct ytree *v,
		 const char *s, int *ret)
{
	const char *words[WORDS_MOST];
	char near[LIMIT_TITLE_BYTES + 32];
	struct buf all = BUF_INIT;
	int n = 0;

	for (const char *w; n < WORDS_MOST && (w = scenario_type_word(k->type, n)); n++) {
		words[n] = w;
		if (*w && str_eq(w, s)) {
			*ret = n;
			buf_release(&all);
			return;
		}
		if (*w)
			buf_addf(&all, "%s`%s`", all.len ? ", " : "", w);
	}
	scenario_say(r->f, r->s, SRULE_VALUE, v->at, "`%s` is one of %s, not `%s`%s", k->key,
		     buf_str(&all), s,
		     scenario_near(near, sizeof(near), s, words, (size_t)n));
	buf_release(&all);
}

static void names(struct scenario_read *r, const struct skey *k, const struct ytree *v, void *base)
{
	size_t n = scenario_items(r, k, v), got = 0;
	const char **out = arena_alloc(r->a, (n + 1) * sizeof(*out));
	struct skey one = *k;

	one.max = LIMIT_ITEM_BYTES;
	one.type = ST_LINE;
	for (size_t i = 0; i < n; i++)
		if ((out[got] = one_line(r, &one, scenario_item(v, i))))
			got++;
	*SCENARIO_AT(const char *const *, base, k->at) = out;
	*SCENARIO_AT(size_t, base, k->at_n) = got;
}

static void text(struct scenario_read *r, const struct skey *k, const struct ytree *v, void *base)
{
	const char *s = k->type == ST_TEXT ? scalar(r, k, v) : one_line(r, k, v);

	if (s)
		*SCENARIO_AT(const char *, base, k->at) = k->type == ST_PATH ? path(r, s) : s;
}

void scenario_read_value(struct scenario_read *r, const struct skey *k, const struct ytree *v,
			 void *base)
{
	const char *s;

	if (k->type == ST_NAMES) {
		names(r, k, v, base);
		return;
	}
	if (k->type == ST_TEXT || k->type == ST_LINE || k->type == ST_PATH) {
		text(r, k, v, base);
		return;
	}
	if (!(s = scalar(r, k, v)))
		return;
	if (k->type == ST_VERSION) {
		if (!str_eq(s, "1"))
			scenario_say(r->f, r->s, SRULE_VERSION, v->at,
				     "`%s` is the version of the format: 1", k->key);
	} else if (k->type == ST_DURATION) {
		duration(r, k, v, s, SCENARIO_AT(int64_t, base, k->at));
	} else if (k->type == ST_SHARE) {
		share(r, k, v, s, SCENARIO_AT(int64_t, base, k->at));
	} else if (k->type == ST_PACE && str_eq(s, "true")) {
		*SCENARIO_AT(int64_t, base, k->at) = SCENARIO_REAL_PACE;
	} else if (k->type == ST_INT || k->type == ST_PACE) {
		whole_number(r, k, v, s, SCENARIO_AT(int64_t, base, k->at));
	} else if (k->type == ST_SIGNAL) {
		signal_of(r, k, v, s, SCENARIO_AT(int, base, k->at));
	} else {
		word(r, k, v, s, SCENARIO_AT(int, base, k->at));
	}
}
