/* Time zones and hours; addresses, secrets, conditions. */
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "peopleint.h"
#include "str.h"
#include "week.h"
#include "zone.h"

/* --- zones ------------------------------------------------------------------------------------ */

static void say_no_zone(struct people_read *r, const char *s, struct place at)
{
	char near[ZONE_NAME_MAX + 1];

	zone_near(near, sizeof(near), s);
	if (near[0])
		people_say(r, PRULE_ZONE, at, "there is no time zone `%s`; did you mean `%s`?", s,
			   near);
	else
		people_say(r, PRULE_ZONE, at,
			   "there is no time zone `%s`; it is named by a place, such as "
			   "`Europe/Madrid`, so that summer time is known",
			   s);
}

void people_zone(struct format_read *in, const struct format_key *k,
		 const struct ytree *v, void *base)
{
	struct people_read *r = people_of(in);
	const char *s = format_scalar(&r->in, k, v);

	if (!s)
		return;
	switch (zone_find(s)) {
	case ZONE_UNKNOWN:
		say_no_zone(r, s, v->at);
		return;
	case ZONE_NO_DATABASE:
		if (!r->zones_missing_told)
			people_say(r, PRULE_ZONE_NONE, v->at,
				   "this machine has no database of time zones; install `tzdata`");
		r->zones_missing_told = true;
		break;
	case ZONE_KNOWN:
		if (str_starts(s, "Etc/GMT") && strpbrk(s, "+-"))
			people_say(r, PRULE_ZONE_PLACE, v->at,
				   "`%s` counts the other way than most expect, and has no summer "
				   "time; name a place",
				   s);
		else if (!strchr(s, '/') && !str_eq(s, "UTC"))
			people_say(r, PRULE_ZONE_PLACE, v->at,
				   "`%s` is no place: whether it has summer time is not what "
				   "people there may expect; name one, such as `Europe/Madrid`",
				   s);
		break;
	}
	*FORMAT_INTO(const char *, base, k->at) = s;
}

/* --- hours ------------------------------------------------------------------------------------ */

static bool parse_hours(const char *s, bool with_days, struct people_hours *ret)
{
	struct people_hours h = { .days = with_days ? 0x1f : PEOPLE_ALL_DAYS };

	if (with_days && s[0] >= 'a' && s[0] <= 'z') {
		if (!week_take_days(&s, &h.days) || *s != ' ')
			return false;
		s += strspn(s, " ");
	}
	if (!week_take_minute(&s, &h.from) || *s++ != '-' || !week_take_minute(&s, &h.to) || *s)
		return false;
	if (h.from == h.to || h.from == PEOPLE_DAY)
		return false;
	if (h.to < h.from)
		h.to += PEOPLE_DAY;
	*ret = h;
	return true;
}

static bool read_hours(struct people_read *r, const struct format_key *k, const struct ytree *v,
		       bool with_days, struct people_hours *ret)
{
	const char *s = format_scalar(&r->in, k, v);

	if (!s)
		return false;
	if (!parse_hours(s, with_days, ret)) {
		people_say(r, FR_VALUE, v->at,
			   with_days ? "`%s` is hours such as `09:00-18:00`, `sat,sun 10:00-14:00` "
				       "or `daily 22:00-06:00`, not `%s`"
				     : "`%s` is hours such as `07:00-23:00`, not `%s`",
			   k->key, s);
		return false;
	}
	ret->at = v->at;
	return true;
}

void people_awake(struct format_read *in, const struct format_key *k,
		  const struct ytree *v, void *base)
{
	struct people_read *r = people_of(in);
	(void)read_hours(r, k, v, false, FORMAT_INTO(struct people_hours, base, k->at));
}

/* Whether the two share a minute of the week. */
static bool overlap(const struct people_hours *a, const struct people_hours *b)
{
	enum { WEEK = 7 * PEOPLE_DAY };

	for (int i = 0; i < 7; i++)
		for (int j = 0; j < 7; j++) {
			int from = j * PEOPLE_DAY + b->from - (i * PEOPLE_DAY + a->from);

			if (!(a->days >> i & 1) || !(b->days >> j & 1))
				continue;
			from = ((from % WEEK) + WEEK) % WEEK; /* b begins that long after a */
			if (from < a->to - a->from || WEEK - from < b->to - b->from)
				return true;
		}
	return false;
}

static void check_overlap(struct people_read *r, const struct people_hours *v, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t j = 0; j < i; j++)
			if (overlap(&v[j], &v[i])) {
				people_say(r, PRULE_OVERLAP, v[i].at,
					   "these hours overlap those of line %d", v[j].at.line);
				break;
			}
}

void people_hours(struct format_read *in, const struct format_key *k,
		  const struct ytree *v, void *base)
{
	struct people_read *r = people_of(in);
	size_t n = v->kind == YTREE_LIST ? v->n : 1, got = 0;
	struct people_hours *out;

	if (v->kind == YTREE_LIST && (!n || n > PEOPLE_MAX_HOURS)) {
		people_say(r, n ? FR_LIMIT : FR_EMPTY, v->at, "`%s` lists 1 to %d", k->key,
			   PEOPLE_MAX_HOURS);
		return;
	}
	out = arena_alloc(r->in.a, n * sizeof(*out));
	for (size_t i = 0; i < n; i++)
		got += read_hours(r, k, v->kind == YTREE_LIST ? v->pairs[i].v : v, true, &out[got]);
	check_overlap(r, out, got);
	*FORMAT_INTO(const struct people_hours *, base, k->at) = out;
	*FORMAT_INTO(size_t, base, k->at_n) = got;
}

static void put_days(struct buf *out, unsigned set)
{
	const char *sep = "";

	if (set == PEOPLE_ALL_DAYS) {
		buf_adds(out, "daily");
		return;
	}
	for (int d = 0; d < 7; d++) {
		int to = d;

		if (!(set >> d & 1))
			continue;
		while (to < 6 && set >> (to + 1) & 1)
			to++;
		buf_addf(out, "%s%s", sep, week_day_names[d]);
		if (to > d)
			buf_addf(out, "%s%s", to > d + 1 ? "-" : ",", week_day_names[to]);
		sep = ",";
		d = to;
	}
}

void people_hours_text(struct buf *out, const struct people_hours *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int to = v[i].to > PEOPLE_DAY ? v[i].to - PEOPLE_DAY : v[i].to;

		buf_adds(out, i ? ", " : "");
		put_days(out, v[i].days);
		buf_addf(out, " %02d:%02d-%02d:%02d", v[i].from / 60, v[i].from % 60, to / 60,
			 to % 60);
	}
}

/* --- addresses and secrets -------------------------------------------------------------------- */

void people_url(struct format_read *in, const struct format_key *k,
		const struct ytree *v, void *base)
{
	struct people_read *r = people_of(in);
	const char *s = format_scalar(&r->in, k, v);

	if (!s)
		return;
	if ((!str_starts(s, "https://") && !str_starts(s, "http://")) || strpbrk(s, " \t\n\r")) {
		people_say(r, FR_VALUE, v->at, "`%s` is an address that starts with https://",
			   k->key);
		return;
	}
	if (str_starts(s, "http://") && !str_starts(s, "http://localhost") &&
	    !str_starts(s, "http://127."))
		people_say(r, PRULE_CLEAR, v->at,
			   "the message goes over the network for all to read; use https://");
	*FORMAT_INTO(const char *, base, k->at) = s;
}

void people_secret(struct format_read *in, const struct format_key *k,
		   const struct ytree *v, void *base)
{
	struct people_read *r = people_of(in);
	struct people_secret *s = FORMAT_INTO(struct people_secret, base, k->at);

	if (v->kind == YTREE_SCALAR) {
		people_say(r, FR_SHAPE, v->at,
			   "`%s` says where it is, never what it is: `{env: NAME}` or "
			   "`{file: PATH}`",
			   k->key);
		return;
	}
	if (!format_map(&r->in, PTABLE_SECRET, k->key, v, s))
		return;
	if (!s->env == !s->file)
		people_say(r, s->env ? FR_CONTRADICTION : FR_MISSING_KEY, v->at,
			   "`%s` is one of `{env: NAME}` and `{file: PATH}`", k->key);
}

void people_skip(struct format_read *in, const struct format_key *k,
		 const struct ytree *v, void *base)
{
	struct people_read *r = people_of(in);
	(void)format_map(&r->in, PTABLE_SKIP, k->key, v, FORMAT_INTO(const char *, base, k->at));
}
