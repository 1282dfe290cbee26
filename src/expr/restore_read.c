/* What a driver lists, read strictly: half a list would be taken for the whole. */
#include "restore.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "json.h"
#include "limits.h"
#include "mem.h"
#include "str.h"

void restore_points_release(struct restore_points *p)
{
	free(p->v);
	json_free(p->doc);
	*p = (struct restore_points){ 0 };
}

void restore_volumes_release(struct restore_volumes *v)
{
	free(v->names);
	json_free(v->doc);
	*v = (struct restore_volumes){ 0 };
}

/* --- one point ------------------------------------------------------------------------------- */

struct reading {
	struct restore_point *p;
	size_t n; /* of the item, from 1 */
	struct err *err;
};

static int bad(const struct reading *r, const char *key, const char *what)
{
	struct buf b = BUF_INIT;
	const char *volume = r->p->volume;
	if (volume)
		str_printable(&b, volume, strlen(volume), false);
	err_set(r->err, ERR_PARSE, "restore point %zu of the list%s%s%s: `%s` %s", r->n,
		b.len ? " (volume " : "", buf_str(&b), b.len ? ")" : "", key, what);
	buf_release(&b);
	return ERR_PARSE;
}

static bool one_line(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || (unsigned char)*s == 0x7f)
			return false;
	return true;
}

static int take_text(struct reading *r, const char *key, const struct json *v, const char **ret)
{
	const char *s = json_text(v);
	if (!s)
		return bad(r, key, "is no text");
	if (!*s || strlen(s) > LIMIT_ITEM_BYTES || !one_line(s))
		return bad(r, key, "must be one line of 1 to 200 bytes");
	*ret = s;
	return 0;
}

static int take_at(struct reading *r, const struct json *v)
{
	const char *s = json_text(v);
	if (!s || !clock_parse(s, &r->p->at))
		return bad(r, "at", "is no time like 2026-11-22T03:21:07Z");
	return 0;
}

static int take_size(struct reading *r, const struct json *v)
{
	if (json_is_null(v))
		return 0;
	if (!json_as_int(v, &r->p->size) || r->p->size < 0)
		return bad(r, "size", "is no number of bytes");
	return 0;
}

static int take_member(void *ctx, const char *key, const struct json *v)
{
	struct reading *r = ctx;
	if (str_eq(key, "volume"))
		return take_text(r, key, v, &r->p->volume);
	if (str_eq(key, "point"))
		return take_text(r, key, v, &r->p->point);
	if (str_eq(key, "at"))
		return take_at(r, v);
	if (str_eq(key, "size"))
		return take_size(r, v);
	if (str_eq(key, "holds"))
		return json_is_null(v) ? 0 : take_text(r, key, v, &r->p->holds);
	if (str_eq(key, "set"))
		return json_is_null(v) ? 0 : take_text(r, key, v, &r->p->set);
	return bad(r, key, "is no key of a restore point: volume, point, at, size, holds, set");
}

static int take_point(const struct json *item, struct reading *r)
{
	const char *missing;
	int rc;
	if (!json_is_obj(item))
		return err_set(r->err, ERR_PARSE, "restore point %zu of the list is no object",
			       r->n);
	r->p->size = -1;
	rc = json_each(item, take_member, r);
	if (rc)
		return rc;
	missing = !r->p->volume ? "volume" : !r->p->point ? "point" :
		  !json_get(item, "at") ? "at" : NULL;
	return missing ? bad(r, missing, "is missing") : 0;
}

/* --- the list -------------------------------------------------------------------------------- */

static int by_identity(const void *a, const void *b)
{
	const struct restore_point *x = *(const struct restore_point *const *)a;
	const struct restore_point *y = *(const struct restore_point *const *)b;
	int c = strcmp(x->volume, y->volume);
	return c ? c : strcmp(x->point, y->point);
}

static int check_twice(const struct restore_points *p, struct err *err)
{
	const struct restore_point **all = mem_alloc((p->n + 1) * sizeof(*all));
	int rc = 0;
	for (size_t i = 0; i < p->n; i++)
		all[i] = &p->v[i];
	qsort(all, p->n, sizeof(*all), by_identity);
	for (size_t i = 1; !rc && i < p->n; i++)
		if (!by_identity(&all[i - 1], &all[i]))
			rc = err_set(err, ERR_PARSE, "the restore point %s of %s stands in the "
				     "list twice", all[i]->point, all[i]->volume);
	free(all);
	return rc;
}

int restore_points_read(const char *text, struct restore_points *ret, struct err *err)
{
	int rc = json_parse(text, strlen(text), &ret->doc, err);
	if (rc)
		return err_context(err, ERR_PARSE, "the list of restore points");
	if (!json_is_arr(ret->doc))
		return err_set(err, ERR_PARSE, "the restore points are no list");
	size_t n = json_len(ret->doc);
	if (n > RESTORE_POINTS_MAX)
		return err_set(err, ERR_LIMIT, "%zu restore points; the limit is %d", n,
			       RESTORE_POINTS_MAX);
	ret->v = mem_alloc((n + 1) * sizeof(*ret->v));
	for (size_t i = 0; !rc && i < n; i++) {
		struct reading r = { &ret->v[i], i + 1, err };
		rc = take_point(json_at(ret->doc, i), &r);
		ret->v[i].order = i;
	}
	ret->n = n;
	return rc ? rc : check_twice(ret, err);
}

/* --- volumes --------------------------------------------------------------------------------- */

struct taking {
	struct restore_volumes *v;
	struct err *err;
};

static int count_name(void *ctx, const char *key, const struct json *v)
{
	size_t *n = ctx;
	(void)key;
	(void)v;
	++*n;
	return 0;
}

static int take_name(void *ctx, const char *key, const struct json *v)
{
	struct taking *t = ctx;
	const char *place = json_text(v);
	if (!*key || strlen(key) > LIMIT_ITEM_BYTES || !one_line(key))
		return err_set(t->err, ERR_PARSE, "the name of a volume must be one line of 1 to "
			       "%d bytes", LIMIT_ITEM_BYTES);
	/* what is known of it is looked up under its name: it would stop when it is put in place */
	if (strpbrk(key, "\"\\"))
		return err_set(t->err, ERR_PARSE, "the volume %s cannot be restored under that "
			       "name: it has a quote or a backslash", key);
	if (!place || !*place || !one_line(place))
		return err_set(t->err, ERR_PARSE, "the place of the volume %s must be one line of "
			       "text", key);
	t->v->names[t->v->n++] = key;
	return 0;
}

int restore_volumes_read(const char *text, struct restore_volumes *ret, struct err *err)
{
	struct taking t = { ret, err };
	size_t n = 0;
	if (json_parse(text, strlen(text), &ret->doc, err))
		return err_context(err, ERR_PARSE, "the volumes");
	if (!json_is_obj(ret->doc))
		return err_set(err, ERR_PARSE, "the volumes are no map");
	json_each(ret->doc, count_name, &n);
	if (!n)
		return err_set(err, ERR_PARSE, "there are no volumes");
	if (n > RESTORE_VOLUMES_MAX)
		return err_set(err, ERR_LIMIT, "%zu volumes; the limit is %d", n,
			       RESTORE_VOLUMES_MAX);
	ret->names = mem_alloc(n * sizeof(*ret->names));
	return json_each(ret->doc, take_name, &t);
}
