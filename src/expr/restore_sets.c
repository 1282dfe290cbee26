/* Which points go together, and what a person reads of each set. */
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

struct set {
	const struct restore_point **of; /* by volume */
	const char *name;                /* NULL: by time */
	int64_t newest, oldest;
};

struct sets {
	const struct restore_volumes *volumes;
	struct restore_point **points; /* of the volumes asked for, newest first */
	size_t *volume_of;             /* of each of them */
	size_t n_points;
	struct set *v;
	size_t n, cap;
	size_t more;                   /* complete too, older, and not kept */
	size_t incomplete;
	const char *lacks_set, *lacks; /* of the first that is not complete */
};

enum { KEEP_MAX = 4 * RESTORE_SETS_MAX };

/* --- which volume ---------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int newest_first(const void *a, const void *b)
{
	const struct restore_point *x = *(struct restore_point *const *)a;
	const struct restore_point *y = *(struct restore_point *const *)b;
	if (x->at != y->at)
		return x->at < y->at ? 1 : -1;
	return (x->order > y->order) - (x->order < y->order);
}

/* Names sorted, so that a point finds its volume; the place in them is the volume's number. */
static const char **sorted_names(const struct restore_volumes *v)
{
	const char **names = mem_alloc(v->n * sizeof(*names));
	memcpy(names, v->names, v->n * sizeof(*names));
	qsort(names, v->n, sizeof(*names), by_name);
	return names;
}

static size_t number_of(const char *const *names, size_t n, const char *volume)
{
	const char *const *at = bsearch(&volume, names, n, sizeof(*names), by_name);
	return at ? (size_t)(at - names) : n;
}

static void take_points(struct sets *s, const struct restore_points *all, const char *const *names)
{
	size_t n = s->volumes->n;
	s->points = mem_alloc((all->n + 1) * sizeof(*s->points));
	s->volume_of = mem_alloc((all->n + 1) * sizeof(*s->volume_of));
	for (size_t i = 0; i < all->n; i++)
		if (number_of(names, n, all->v[i].volume) < n)
			s->points[s->n_points++] = &all->v[i];
	qsort(s->points, s->n_points, sizeof(*s->points), newest_first);
	for (size_t i = 0; i < s->n_points; i++)
		s->volume_of[i] = number_of(names, n, s->points[i]->volume);
}

/* A volume without any point cannot be restored, whatever the others have. */
static int check_all_have(const struct sets *s, const struct restore_points *all,
			  const char *const *names, struct err *err)
{
	enum { NEAR_MAX = 1000 };
	bool *has = mem_alloc(s->volumes->n * sizeof(*has));
	const char *lacking = NULL, *near_names[NEAR_MAX];
	size_t n_near = 0;
	for (size_t i = 0; i < s->n_points; i++)
		has[s->volume_of[i]] = true;
	for (size_t i = 0; i < s->volumes->n && !lacking; i++)
		if (!has[number_of(names, s->volumes->n, s->volumes->names[i])])
			lacking = s->volumes->names[i];
	free(has);
	if (!lacking)
		return 0;
	for (size_t i = 0; i < all->n && n_near < NEAR_MAX; i++)
		near_names[n_near++] = all->v[i].volume;
	const char *near = str_nearest(lacking, near_names, n_near);
	return err_set(err, ERR_NOTFOUND, "the volume %s has no restore point%s%s%s", lacking,
		       near ? "; there are points of " : "", near ? near : "",
		       near ? ", which is another" : "");
}

/* --- building -------------------------------------------------------------------------------- */

static struct set *add(struct sets *s, const char *name)
{
	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 32;
		s->v = mem_grow(s->v, s->cap, sizeof(*s->v));
	}
	struct set *one = &s->v[s->n++];
	*one = (struct set){ .name = name };
	one->of = mem_alloc(s->volumes->n * sizeof(*one->of));
	return one;
}

static void measure(struct set *one, size_t n)
{
	one->newest = one->oldest = one->of[0]->at;
	for (size_t i = 1; i < n; i++) {
		one->newest = one->of[i]->at > one->newest ? one->of[i]->at : one->newest;
		one->oldest = one->of[i]->at < one->oldest ? one->of[i]->at : one->oldest;
	}
}

/* The next point of this volume from place `from` on that belongs to no named set. */
static size_t next_of(const struct sets *s, size_t volume, size_t from)
{
	while (from < s->n_points && (s->volume_of[from] != volume || s->points[from]->set))
		from++;
	return from;
}

/* For every time T, newest first, the newest point of each volume that is not later than T. */
static void sets_by_time(struct sets *s)
{
	size_t n = s->volumes->n, *at = mem_alloc(n * sizeof(*at));
	bool complete = true;
	for (size_t v = 0; v < n; v++)
		complete = (at[v] = next_of(s, v, 0)) < s->n_points && complete;
	for (size_t i = 0; i < s->n_points && complete;) {
		int64_t t = s->points[i]->at;
		bool any = !s->points[i]->set;
		for (size_t v = 0; v < n && complete; v++) {
			while (at[v] < s->n_points && s->points[at[v]]->at > t)
				at[v] = next_of(s, v, at[v] + 1);
			complete = at[v] < s->n_points;
		}
		for (i++; i < s->n_points && s->points[i]->at == t; i++)
			any |= !s->points[i]->set;
		if (!complete || !any)
			continue;
		if (s->n == KEEP_MAX) {
			s->more++;
			continue;
		}
		struct set *one = add(s, NULL);
		for (size_t v = 0; v < n; v++)
			one->of[v] = s->points[at[v]];
		measure(one, n);
	}
	free(at);
}

static int by_set(const void *a, const void *b)
{
	const struct restore_point *x = *(const struct restore_point *const *)a;
	const struct restore_point *y = *(const struct restore_point *const *)b;
	int c = strcmp(x->set, y->set);
	return c ? c : newest_first(a, b);
}

/* Closes a named set: with a point of every volume it is kept, else left out. */
static void close_named(struct sets *s, const char *const *names)
{
	struct set *one = &s->v[s->n - 1];
	for (size_t v = 0; v < s->volumes->n; v++) {
		if (one->of[v])
			continue;
		s->lacks = s->lacks ? s->lacks : names[v];
		s->lacks_set = s->lacks_set ? s->lacks_set : one->name;
		s->incomplete++;
		free(one->of);
		s->n--;
		return;
	}
	measure(one, s->volumes->n);
}

static int sets_by_name(struct sets *s, const char *const *names, struct err *err)
{
	struct restore_point **named = mem_alloc((s->n_points + 1) * sizeof(*named));
	size_t n = 0;
	int rc = 0;
	for (size_t i = 0; i < s->n_points; i++)
		if (s->points[i]->set)
			named[n++] = s->points[i];
	qsort(named, n, sizeof(*named), by_set);
	for (size_t i = 0; i < n && !rc; i++) {
		if (!i || strcmp(named[i - 1]->set, named[i]->set))
			add(s, named[i]->set);
		size_t v = number_of(names, s->volumes->n, named[i]->volume);
		if (s->v[s->n - 1].of[v])
			rc = err_set(err, ERR_PARSE, "the set %s has two points of the volume %s",
				     named[i]->set, named[i]->volume);
		s->v[s->n - 1].of[v] = named[i];
		if (i + 1 == n || strcmp(named[i]->set, named[i + 1]->set))
			close_named(s, names);
	}
	free(named);
	return rc;
}

/* --- what a person reads --------------------------------------------------------------------- */

static int sets_newest_first(const void *a, const void *b)
{
	const struct set *x = a, *y = b;
	if (x->newest != y->newest)
		return x->newest < y->newest ? 1 : -1;
	return x->name && y->name ? strcmp(x->name, y->name) : !x->name - !y->name;
}

/* Two units at most: nobody chooses by the second what is days old. */
static void put_span(struct buf *out, int64_t ns)
{
	int64_t ms = ns / CLOCK_MS, unit = 1000;
	if (ms >= 24 * 3600000LL)
		unit = 3600000;
	else if (ms >= 3600000)
		unit = 60000;
	str_duration(out, ms / unit * unit);
}

static void put_size(struct buf *out, const struct set *one, size_t n)
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB", "PB" };
	double total = 0;
	size_t known = 0, unit = 0;
	for (size_t i = 0; i < n; i++) {
		known += one->of[i]->size >= 0;
		total += one->of[i]->size > 0 ? (double)one->of[i]->size : 0;
	}
	if (!known)
		return;
	for (; total >= 1000 && unit < 5; unit++)
		total /= 1000;
	buf_addf(out, known < n ? ", at least %.*f %s" : ", %.*f %s", unit && total < 100 ? 1 : 0,
		 total, units[unit]);
}

static void put_holds(struct buf *out, const struct set *one, size_t n)
{
	const char *last = NULL;
	for (size_t i = 0; i < n && out->len < LIMIT_ITEM_BYTES; i++) {
		const char *h = one->of[i]->holds;
		if (h && !str_eq(h, last))
			buf_addf(out, ", %s", h);
		last = h ? h : last;
	}
}

static void put_label(struct buf *out, const struct set *one, size_t n, int64_t rpo_ms,
		      int64_t now_ns)
{
	int64_t age = now_ns - one->oldest;
	clock_utc(out, one->newest, 0);
	if (one->name)
		buf_addf(out, " %s", one->name);
	buf_adds(out, ", ");
	if (age < 0) {
		buf_adds(out, "from the FUTURE by ");
		put_span(out, -age);
	} else {
		put_span(out, age);
		buf_adds(out, " old");
	}
	if (rpo_ms) {
		buf_adds(out, age / CLOCK_MS <= rpo_ms ? ", within the RPO (" : ", OVER the RPO (");
		str_duration(out, rpo_ms);
		buf_adds(out, ")");
	}
	if (n > 1) {
		buf_addf(out, ", %zu volumes", n);
		if (one->newest != one->oldest) {
			buf_adds(out, " within ");
			put_span(out, one->newest - one->oldest);
		}
	}
	put_size(out, one, n);
	put_holds(out, one, n);
}

/* One line, short enough to be chosen from, without what cannot be a key in a condition. */
static void tidy(struct buf *label, size_t room)
{
	char line[LIMIT_ITEM_BYTES + 1];
	struct buf out = BUF_INIT;
	str_printable(&out, buf_str(label), label->len, false);
	str_clip(line, room + 1 < sizeof(line) ? room + 1 : sizeof(line), buf_str(&out));
	for (char *c = line; *c; c++)
		*c = *c == '"' ? '\'' : *c == '\\' ? '/' : *c;
	buf_clear(label);
	buf_adds(label, line);
	buf_release(&out);
}

static void put_left_out(struct buf *out, const struct sets *s, size_t cut)
{
	if (cut)
		buf_addf(out, "; %zu older sets are not offered", cut);
	if (s->incomplete)
		buf_addf(out, "; %zu incomplete not offered", s->incomplete);
}

/* --- writing --------------------------------------------------------------------------------- */

static size_t how_many(const struct sets *s)
{
	size_t each = LIMIT_ITEM_BYTES + 16;
	for (size_t v = 0; v < s->volumes->n; v++)
		each += 2 * strlen(s->volumes->names[v]) + 2 * LIMIT_ITEM_BYTES + 8;
	size_t fit = LIMIT_VALUE_BYTES / each;
	fit = fit ? fit : 1;
	return fit < RESTORE_SETS_MAX ? fit : RESTORE_SETS_MAX;
}

static bool is_taken(char *const *labels, size_t n, const char *label)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(labels[i], label) == 0)
			return true;
	return false;
}

static char *label_of(const struct sets *s, size_t i, size_t n, char *const *before, int64_t rpo_ms,
		      int64_t now_ns)
{
	struct buf label = BUF_INIT, tail = BUF_INIT;
	if (i + 1 == n)
		put_left_out(&tail, s, s->n - n + s->more);
	put_label(&label, &s->v[i], s->volumes->n, rpo_ms, now_ns);
	tidy(&label, LIMIT_ITEM_BYTES - 8 - tail.len);
	buf_adds(&label, buf_str(&tail));
	size_t len = label.len;
	for (size_t k = 2; is_taken(before, i, buf_str(&label)); k++) {
		buf_cut(&label, len);
		buf_addf(&label, " (%zu)", k);
	}
	buf_release(&tail);
	return buf_take(&label);
}

static int write_sets(const struct sets *s, int64_t rpo_ms, int64_t now_ns, struct buf *out,
		      struct err *err)
{
	size_t most = how_many(s), n = s->n < most ? s->n : most;
	char *labels[RESTORE_SETS_MAX];
	struct buf text = { .max = LIMIT_VALUE_BYTES };
	struct jsonw w = { .out = &text };
	jw_obj(&w, NULL);
	for (size_t i = 0; i < n; i++) {
		labels[i] = label_of(s, i, n, labels, rpo_ms, now_ns);
		jw_obj(&w, labels[i]);
		for (size_t v = 0; v < s->volumes->n; v++)
			jw_str(&w, s->v[i].of[v]->volume, s->v[i].of[v]->point);
		jw_end_obj(&w);
	}
	jw_end_obj(&w);
	for (size_t i = 0; i < n; i++)
		free(labels[i]);
	int rc = text.over ? err_set(err, ERR_LIMIT, "the sets of %zu volumes are too large for a "
				     "value", s->volumes->n) : 0;
	if (!rc)
		buf_add(out, buf_str(&text), text.len);
	buf_release(&text);
	return rc;
}

static int none_complete(const struct sets *s, struct err *err)
{
	if (s->lacks)
		return err_set(err, ERR_NOTFOUND, "no set is complete: %s has no point of the "
			       "volume %s", s->lacks_set, s->lacks);
	return err_set(err, ERR_NOTFOUND, "no set is complete: there is no time at which every "
		       "volume has a point");
}

int restore_sets(const char *points, const char *volumes, int64_t rpo_ms, int64_t now_ns,
		 struct buf *out, struct err *err)
{
	struct restore_points all = { 0 };
	struct restore_volumes asked = { 0 };
	struct sets s = { .volumes = &asked };
	const char **names = NULL;
	int rc = restore_volumes_read(volumes, &asked, err);
	if (rc || (rc = restore_points_read(points, &all, err)))
		goto out;
	names = sorted_names(&asked);
	take_points(&s, &all, names);
	rc = check_all_have(&s, &all, names, err);
	if (rc || (rc = sets_by_name(&s, names, err)))
		goto out;
	sets_by_time(&s);
	qsort(s.v, s.n, sizeof(*s.v), sets_newest_first);
	rc = s.n ? write_sets(&s, rpo_ms, now_ns, out, err) : none_complete(&s, err);
out:
	for (size_t i = 0; i < s.n; i++)
		free(s.v[i].of);
	free(s.v);
	free(s.points);
	free(s.volume_of);
	free(names);
	restore_points_release(&all);
	restore_volumes_release(&asked);
	return rc;
}
