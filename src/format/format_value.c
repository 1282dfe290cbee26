/* Values that are no mappings. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "formatint.h"
#include "fsio.h"
#include "limits.h"
#include "str.h"

enum { WORDS_MOST = 32 };

void format_say_is(struct format_read *r, int rule, struct place at, const struct format_key *k)
{
	struct buf words = BUF_INIT;

	format_words(&words, r->format, k);
	format_say(r, rule, at, "`%s` is %s", k->key, buf_str(&words));
	buf_release(&words);
}

const char *format_scalar(struct format_read *r, const struct format_key *k, const struct ytree *v)
{
	const struct format_type *t = format_type(r->format, k->type);
	bool number = t->flags & (FTYPE_NUMBER | FTYPE_INT | FTYPE_LONG);
	int64_t max = k->max && !number ? k->max : r->format->max;

	if (v->kind != YTREE_SCALAR) {
		format_say_is(r, FR_SHAPE, v->at, k);
		return NULL;
	}
	if (!(t->flags & FTYPE_MAY_BE_EMPTY) && !v->text[strspn(v->text, " \t\n")]) {
		format_say(r, FR_EMPTY, v->at, "`%s` says nothing%s", k->key,
			   t->empty ? t->empty : "; leave it out or say it");
		return NULL;
	}
	if ((int64_t)strlen(v->text) > max) {
		format_say(r, FR_LIMIT, v->at, "`%s` is longer than %lld bytes", k->key,
			   (long long)max);
		return NULL;
	}
	return v->text;
}

const char *format_one_line(struct format_read *r, const struct format_key *k,
			    const struct ytree *v)
{
	const char *s = format_scalar(r, k, v);
	size_t n = s ? strlen(s) : 0;

	if (n && s[n - 1] == '\n') /* a block scalar's own */
		s = arena_dupn(r->a, s, n - 1);
	if (s && strpbrk(s, "\n\r")) {
		format_say(r, FR_VALUE, v->at, "`%s` is one line", k->key);
		return NULL;
	}
	return s;
}

void format_read_version(struct format_read *r, const struct format_key *k, const struct ytree *v,
			 void *base)
{
	(void)base;
	if (v->kind != YTREE_SCALAR || !str_eq(v->text, "1"))
		format_say(r, FR_VERSION, v->at, "`%s` is the version of the format: 1", k->key);
}

void format_read_line(struct format_read *r, const struct format_key *k, const struct ytree *v,
		      void *base)
{
	const char *s = format_one_line(r, k, v);

	if (s)
		*FORMAT_INTO(const char *, base, k->at) = s;
}

void format_read_text(struct format_read *r, const struct format_key *k, const struct ytree *v,
		      void *base)
{
	const char *s = format_scalar(r, k, v);

	if (s)
		*FORMAT_INTO(const char *, base, k->at) = s;
}

void format_read_path(struct format_read *r, const struct format_key *k, const struct ytree *v,
		      void *base)
{
	const char *s = format_one_line(r, k, v);
	char *whole;

	if (!s)
		return;
	whole = str_eq(r->folder, ".") ? NULL : fsio_join(r->folder, s);
	*FORMAT_INTO(const char *, base, k->at) = arena_dup(r->a, whole ? whole : s);
	free(whole);
}

void format_read_placed(struct format_read *r, const struct format_key *k, const struct ytree *v,
			void *base)
{
	const char *s = format_scalar(r, k, v);

	if (s)
		*FORMAT_INTO(struct text, base, k->at) = (struct text){ s, v->at };
}

void format_read_node(struct format_read *r, const struct format_key *k, const struct ytree *v,
		      void *base)
{
	(void)r;
	*FORMAT_INTO(const struct ytree *, base, k->at) = v;
}

/* --- numbers and words ------------------------------------------------------------------------ */

void format_read_bool(struct format_read *r, const struct format_key *k, const struct ytree *v,
		      void *base)
{
	const char *s = format_scalar(r, k, v);

	if (!s)
		return;
	if (!str_eq(s, "true") && !str_eq(s, "false"))
		format_say(r, FR_VALUE, v->at, "`%s` is `true` or `false`, not `%s`", k->key, s);
	else
		*FORMAT_INTO(bool, base, k->at) = str_eq(s, "true");
}

bool format_count(struct format_read *r, const struct format_key *k, const struct ytree *v,
		  int64_t *ret)
{
	const char *s = format_scalar(r, k, v);
	int64_t n;

	if (!s)
		return false;
	if (str_to_i64(s, &n) && n >= k->min && n <= k->max) {
		*ret = n;
		return true;
	}
	format_say(r, FR_VALUE, v->at, "`%s` is a whole number from %lld to %lld, not `%s`",
		   k->key, (long long)k->min, (long long)k->max, s);
	return false;
}

void format_read_int(struct format_read *r, const struct format_key *k, const struct ytree *v,
		     void *base)
{
	int64_t n;

	if (format_count(r, k, v, &n))
		*FORMAT_INTO(int, base, k->at) = (int)n;
}

void format_read_count(struct format_read *r, const struct format_key *k, const struct ytree *v,
		       void *base)
{
	(void)format_count(r, k, v, FORMAT_INTO(int64_t, base, k->at));
}

bool format_duration(struct format_read *r, const struct format_key *k, const struct ytree *v,
		     int64_t *ret)
{
	const char *s = format_scalar(r, k, v);
	struct buf range = BUF_INIT;
	int64_t ms;

	if (!s)
		return false;
	if (str_to_duration(s, &ms) && ms >= k->min && ms <= k->max) {
		*ret = ms;
		return true;
	}
	if (k->min > 1) {
		buf_adds(&range, "from ");
		str_duration(&range, k->min);
		buf_adds(&range, " to ");
	} else {
		buf_adds(&range, "up to ");
	}
	str_duration(&range, k->max);
	format_say(r, FR_VALUE, v->at, "`%s` is a duration %s, such as `90s` or `1h30m`, not `%s`",
		   k->key, buf_str(&range), s);
	buf_release(&range);
	return false;
}

void format_read_duration(struct format_read *r, const struct format_key *k,
			  const struct ytree *v, void *base)
{
	(void)format_duration(r, k, v, FORMAT_INTO(int64_t, base, k->at));
}

/* "`a`", "`a` or `b`", "one of `a`, `b`, `c`" */
static void put_choice(struct buf *out, const char *const *words, int n)
{
	struct buf all = BUF_INIT;
	int many = 0;

	for (int i = 0; i < n; i++)
		many += *words[i] != '\0';
	for (int i = 0, k = 0; i < n; i++)
		if (*words[i])
			buf_addf(&all, "%s`%s`", !k++ ? "" : many == 2 ? " or " : ", ", words[i]);
	buf_addf(out, "%s%s", many > 2 ? "one of " : "", buf_str(&all));
	buf_release(&all);
}

int format_word(struct format_read *r, const struct format_key *k, const struct ytree *v)
{
	const struct format_type *t = format_type(r->format, k->type);
	const char *s = format_scalar(r, k, v), *words[WORDS_MOST];
	char near[LIMIT_TITLE_BYTES + 32];
	struct buf all = BUF_INIT;
	int n = 0;

	if (!s)
		return -1;
	for (const char *w; n < WORDS_MOST && (w = t->word(n)); n++) {
		words[n] = w;
		if (*w && str_eq(w, s))
			return n;
	}
	put_choice(&all, words, n);
	format_say(r, FR_VALUE, v->at, "`%s` is %s, not `%s`%s", k->key, buf_str(&all), s,
		   findings_near(near, sizeof(near), s, words, (size_t)n));
	buf_release(&all);
	return -1;
}

void format_read_word(struct format_read *r, const struct format_key *k, const struct ytree *v,
		      void *base)
{
	int i = format_word(r, k, v);

	if (i >= 0)
		*FORMAT_INTO(int, base, k->at) = i;
}
