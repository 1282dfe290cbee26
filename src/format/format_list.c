/* Values that are one or a list. */
#include <string.h>

#include "arena.h"
#include "formatint.h"
#include "limits.h"
#include "str.h"

const struct ytree *format_item(const struct ytree *v, size_t i)
{
	return v->kind == YTREE_LIST ? v->pairs[i].v : v;
}

size_t format_items(struct format_read *r, const struct format_key *k, const struct ytree *v)
{
	size_t most = k->most ? (size_t)k->most : FORMAT_LIST;

	if (v->kind != YTREE_LIST)
		return 1;
	if (!v->n)
		format_say(r, FR_EMPTY, v->at, "`%s` is an empty list", k->key);
	if (v->n > most) {
		format_say(r, FR_LIMIT, v->at, "`%s` lists more than %zu", k->key, most);
		return 0;
	}
	return v->n;
}

bool format_name_ok(struct format_read *r, const char *name, struct place at)
{
	size_t n = strlen(name);
	bool ok = n > 0 && n <= LIMIT_ID_BYTES && name[0] != '-' && name[0] != '.';

	for (size_t i = 0; ok && i < n; i++)
		ok = (name[i] >= 'a' && name[i] <= 'z') || (name[i] >= 'A' && name[i] <= 'Z') ||
		     (name[i] >= '0' && name[i] <= '9') || strchr("_-.", name[i]);
	if (!ok)
		format_say(r, FR_NAME, at,
			   "`%s` cannot be a name here; letters, digits, `-`, `_` and `.` can, at "
			   "most %d of them",
			   name, LIMIT_ID_BYTES);
	return ok;
}

static bool stands(const char *const *v, size_t n, const char *s)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i], s))
			return true;
	return false;
}

void format_list(struct format_read *r, const struct format_key *k, const struct ytree *v,
		 void *base, bool (*ok)(struct format_read *r, const char *s, struct place at))
{
	size_t n = format_items(r, k, v), got = 0;
	const char **out = arena_alloc(r->a, (n + 1) * sizeof(*out));

	for (size_t i = 0; i < n; i++) {
		const struct ytree *it = format_item(v, i);
		const char *s = format_one_line(r, k, it);

		if (!s || (ok && !ok(r, s, it->at)))
			continue;
		if (stands(out, got, s))
			format_say(r, FR_TWICE, it->at, "`%s` names `%s` twice", k->key, s);
		else
			out[got++] = s;
	}
	*FORMAT_INTO(const char **, base, k->at) = out;
	*FORMAT_INTO(size_t, base, k->at_n) = got;
}

void format_read_names(struct format_read *r, const struct format_key *k, const struct ytree *v,
		       void *base)
{
	format_list(r, k, v, base, format_name_ok);
}

void format_read_lines(struct format_read *r, const struct format_key *k, const struct ytree *v,
		       void *base)
{
	format_list(r, k, v, base, NULL);
}
