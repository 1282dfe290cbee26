#include "format_judge.h"

#include "buf.h"
#include "formatint.h"
#include "limits.h"
#include "str.h"

enum { WORDS_MOST = 32 };

void format_put_is(struct buf *why, const struct format *f, const struct format_key *k,
		   enum ytree_kind is)
{
	static const char *const kinds[] = { "text", "mapping", "list" };

	buf_addf(why, "`%s` is a %s; expected: ", k->key, kinds[is]);
	format_words(why, f, k);
}

bool format_is_bool(const struct format_key *k, const char *s, bool *ret, struct buf *why)
{
	bool yes = str_eq(s, "true");

	if (!yes && !str_eq(s, "false")) {
		buf_addf(why, "`%s` is `true` or `false`, not `%s`", k->key, s);
		return false;
	}
	*ret = yes;
	return true;
}

bool format_is_count(const struct format_key *k, const char *s, int64_t *ret, struct buf *why)
{
	bool any = !k->min && !k->max;
	int64_t n;

	if (str_to_i64(s, &n) && (any || (n >= k->min && n <= k->max))) {
		*ret = n;
		return true;
	}
	buf_addf(why, "`%s` is a whole number", k->key);
	if (!any)
		buf_addf(why, " from %lld to %lld", (long long)k->min, (long long)k->max);
	buf_addf(why, ", not `%s`", s);
	return false;
}

bool format_is_duration(const struct format_key *k, const char *s, int64_t *ret, struct buf *why)
{
	int64_t max = k->max ? k->max : LIMIT_DURATION_MS, ms;

	if (str_to_duration(s, &ms) && ms >= k->min && ms <= max) {
		*ret = ms;
		return true;
	}
	buf_addf(why, "`%s` is a duration ", k->key);
	if (k->min > 1) {
		buf_adds(why, "from ");
		str_duration(why, k->min);
		buf_adds(why, " to ");
	} else {
		buf_adds(why, "up to ");
	}
	str_duration(why, max);
	buf_addf(why, ", such as `90s` or `1h30m`, not `%s`", s);
	return false;
}

/* "`a`", "`a` or `b`", "one of `a`, `b`, `c`" */
static void put_choice(struct buf *out, const char *const *words, int n)
{
	int many = 0;

	for (int i = 0; i < n; i++)
		many += *words[i] != '\0';
	buf_adds(out, many > 2 ? "one of " : "");
	for (int i = 0, k = 0; i < n; i++)
		if (*words[i])
			buf_addf(out, "%s`%s`", !k++ ? "" : many == 2 ? " or " : ", ", words[i]);
}

int format_is_word(const struct format *f, const struct format_key *k, const char *s,
		   struct buf *why)
{
	const struct format_type *t = format_type(f, k->type);
	const char *words[WORDS_MOST];
	char near[LIMIT_TITLE_BYTES + 32];
	int n = 0;

	for (const char *w; n < WORDS_MOST && (w = format_type_word(t, n)); n++) {
		words[n] = w;
		if (*w && str_eq(w, s))
			return n;
	}
	buf_addf(why, "`%s` is ", k->key);
	put_choice(why, words, n);
	buf_addf(why, ", not `%s`%s", s, findings_near(near, sizeof(near), s, words, (size_t)n));
	return -1;
}
