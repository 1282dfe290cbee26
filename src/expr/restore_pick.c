/* One set by its name; and whether what was chosen is still there. */
#include "restore.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "json.h"
#include "limits.h"
#include "str.h"

/* --- one set --------------------------------------------------------------------------------- */

struct pick {
	const char *name;
	int64_t at;
	bool dated;
	const char *newest, *exact, *found;
	size_t n;
};

static int has_point(void *ctx, const char *volume, const struct json *v)
{
	(void)volume;
	return str_eq(json_text(v), ctx) ? 1 : 0;
}

/* A label is "TIME, ..." or "TIME NAME, ...". */
static bool is_meant(const struct pick *p, const char *label, const struct json *set)
{
	char head[LIMIT_ITEM_BYTES + 1];
	size_t n = strcspn(label, ",");
	int64_t at;
	if (n >= sizeof(head))
		return false;
	memcpy(head, label, n);
	head[n] = '\0';
	char *name = strchr(head, ' ');
	if (name)
		*name++ = '\0';
	return (p->dated && clock_parse(head, &at) && at == p->at) || str_eq(name, p->name) ||
	       json_each(set, has_point, (void *)(uintptr_t)p->name);
}

static int look_at(void *ctx, const char *label, const struct json *set)
{
	struct pick *p = ctx;
	p->newest = p->newest ? p->newest : label;
	if (str_eq(label, p->name))
		p->exact = label;
	if (is_meant(p, label, set)) {
		p->found = p->found ? p->found : label;
		p->n++;
	}
	return 0;
}

int restore_pick(const char *sets, const char *name, struct buf *out, struct err *err)
{
	struct pick p = { .name = name };
	struct json *doc = NULL;
	int rc = json_parse(sets, strlen(sets), &doc, err);
	if (rc)
		return rc;
	p.dated = clock_parse(name, &p.at);
	json_each(doc, look_at, &p);
	if (p.exact || p.n == 1)
		buf_adds(out, p.exact ? p.exact : p.found);
	else if (p.n)
		rc = err_set(err, ERR_NOTFOUND, "%s could be %zu sets; say more of one, such as %s",
			     name, p.n, p.found);
	else
		rc = err_set(err, ERR_NOTFOUND, "no set is called or dated %s, or has a point of "
			     "that name; the newest is %s", name, p.newest ? p.newest : "none");
	json_free(doc);
	return rc;
}

/* --- still there ----------------------------------------------------------------------------- */

struct there {
	const struct restore_points *points;
	const struct json *chosen;
	size_t n_gone, n_chosen;
	struct buf gone;
};

static bool is_listed(const struct there *t, const char *volume, const char *point)
{
	for (size_t i = 0; i < t->points->n; i++)
		if (str_eq(t->points->v[i].volume, volume) && str_eq(t->points->v[i].point, point))
			return true;
	return false;
}

static int look_for(void *ctx, const char *volume, const struct json *v)
{
	enum { NAMED_MAX = 3 };
	struct there *t = ctx;
	const char *point = json_text(v);
	t->n_chosen++;
	if (point && is_listed(t, volume, point))
		return 0;
	if (t->n_gone++ < NAMED_MAX)
		buf_addf(&t->gone, "%s%s of %s", t->n_gone > 1 ? ", " : "", point ? point : "?",
			 volume);
	return 0;
}

static int check_volumes(const struct there *t, const struct restore_volumes *v, struct err *err)
{
	for (size_t i = 0; i < v->n; i++)
		if (!json_get(t->chosen, v->names[i]))
			return err_set(err, ERR_NOTFOUND, "no restore point was chosen for the "
				       "volume %s", v->names[i]);
	if (v->n != t->n_chosen)
		return err_set(err, ERR_PARSE, "%zu restore points were chosen for %zu volumes",
			       t->n_chosen, v->n);
	return 0;
}

int restore_there(const char *chosen, const char *points, const char *volumes, struct err *err)
{
	struct restore_points all = { 0 };
	struct restore_volumes asked = { 0 };
	struct json *doc = NULL;
	struct there t = { .points = &all };
	int rc = json_parse(chosen, strlen(chosen), &doc, err);
	if (rc || (rc = restore_points_read(points, &all, err)) ||
	    (rc = restore_volumes_read(volumes, &asked, err)))
		goto out;
	t.chosen = doc;
	json_each(doc, look_for, &t);
	rc = check_volumes(&t, &asked, err);
	if (!rc && t.n_gone)
		rc = err_set(err, ERR_NOTFOUND, "not there any more: %s%s", buf_str(&t.gone),
			     t.n_gone > 3 ? " and others" : "");
out:
	buf_release(&t.gone);
	json_free(doc);
	restore_points_release(&all);
	restore_volumes_release(&asked);
	return rc;
}
