/* Values that are no mappings. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "format_judge.h"
#include "formatint.h"
#include "fsio.h"
#include "str.h"

/* Says what the judge wrote, if anything. */
static void say_why(struct format_read *r, struct place at, struct buf *why)
{
	if (why->len)
		format_say(r, FR_VALUE, at, "%s", buf_str(why));
	buf_release(why);
}

void format_say_is(struct format_read *r, const struct format_key *k, const struct ytree *v)
{
	struct buf why = BUF_INIT;

	format_put_is(&why, r->format, k, v->kind);
	format_say(r, FR_SHAPE, v->at, "%s", buf_str(&why));
	buf_release(&why);
}

const char *format_scalar(struct format_read *r, const struct format_key *k, const struct ytree *v)
{
	const struct format_type *t = format_type(r->format, k->type);
	bool number = t->flags & (FTYPE_NUMBER | FTYPE_INT | FTYPE_LONG);
	int64_t max = k->max && !number ? k->max : r->format->max;

	if (v->kind != YTREE_SCALAR) {
		format_say_is(r, k, v);
		return NULL;
	}
	if (!(t->flags & FTYPE_MAY_BE_EMPTY) && !v->text[strspn(v->text, " \t\n")]) {
		format_say(r, FR_EMPTY, v->at, FORMAT_SAYS_NOTHING, k->key,
			   t->empty ? t->empty : FORMAT_LEAVE_OUT);
		return NULL;
	}
	if ((int64_t)strlen(v->text) > max) {
		format_say(r, FR_LIMIT, v->at, FORMAT_TOO_LONG, k->key, (long long)max);
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
		format_say(r, FR_VALUE, v->at, FORMAT_ONE_LINE, k->key);
		return NULL;
	}
	return s;
}

void format_read_version(struct format_read *r, const struct format_key *k, const struct ytree *v,
			 void *base)
{
	(void)base;
	if (v->kind != YTREE_SCALAR || !str_eq(v->text, "1"))
		format_say(r, FR_VERSION, v->at, FORMAT_OUR_VERSION, k->key);
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
	struct buf why = BUF_INIT;

	if (s)
		(void)format_is_bool(k, s, FORMAT_INTO(bool, base, k->at), &why);
	say_why(r, v->at, &why);
}

bool format_count(struct format_read *r, const struct format_key *k, const struct ytree *v,
		  int64_t *ret)
{
	const char *s = format_scalar(r, k, v);
	struct buf why = BUF_INIT;
	bool ok = s && format_is_count(k, s, ret, &why);

	say_why(r, v->at, &why);
	return ok;
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
	struct buf why = BUF_INIT;
	bool ok = s && format_is_duration(k, s, ret, &why);

	say_why(r, v->at, &why);
	return ok;
}

void format_read_duration(struct format_read *r, const struct format_key *k,
			  const struct ytree *v, void *base)
{
	(void)format_duration(r, k, v, FORMAT_INTO(int64_t, base, k->at));
}

int format_word(struct format_read *r, const struct format_key *k, const struct ytree *v)
{
	const char *s = format_scalar(r, k, v);
	struct buf why = BUF_INIT;
	int i = s ? format_is_word(r->format, k, s, &why) : -1;

	say_why(r, v->at, &why);
	return i;
}

void format_read_word(struct format_read *r, const struct format_key *k, const struct ytree *v,
		      void *base)
{
	int i = format_word(r, k, v);

	if (i >= 0)
		*FORMAT_INTO(int, base, k->at) = i;
}
