/* When an environment is frozen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "clock.h"
#include "guardint.h"
#include "mem.h"
#include "str.h"
#include "week.h"
#include "zone.h"

enum { WEEK = 7 * WEEK_DAY };

/* --- written by the week ---------------------------------------------------------------------- */

/* "fri 16:00-mon 06:00", or days and hours: "mon-fri 09:00-17:30" */
static bool parse_weekly(const char *s, struct freeze_window *w)
{
	int first = 0, last, to;

	if (!week_take_days(&s, &w->days) || *s++ != ' ')
		return false;
	s += strspn(s, " ");
	if (!week_take_minute(&s, &w->from_minute) || w->from_minute == WEEK_DAY || *s++ != '-')
		return false;
	while (!(w->days >> first & 1))
		first++;
	if (week_take_day(&s, &last)) {
		if (w->days != 1u << first || *s++ != ' ')
			return false;
		s += strspn(s, " ");
		if (!week_take_minute(&s, &to))
			return false;
		w->minutes = (last - first + 7) % 7 * WEEK_DAY + to - w->from_minute;
		w->minutes += w->minutes < 0 ? WEEK : 0;
	} else {
		if (!week_take_minute(&s, &to))
			return false;
		w->minutes = to - w->from_minute + (to < w->from_minute ? WEEK_DAY : 0);
	}
	return !*s && w->minutes > 0 && w->minutes < WEEK;
}

/* --- written as two times --------------------------------------------------------------------- */

static bool local_to_wall(const char *zone, int64_t as_utc, int64_t *ret)
{
	struct zone_time at;
	int64_t t = as_utc;

	/* the second look is for a change of the clock between the two */
	for (int i = 0; i < 2; i++) {
		if (!zone_local(zone, t, &at))
			return false;
		t = as_utc - at.offset_s * CLOCK_S;
	}
	*ret = t;
	return true;
}

static bool read_time(struct guard_read *r, const char *key, const struct ytree *v,
		      const char *zone, int64_t *ret)
{
	char with_z[64];
	int64_t t;
	int n;

	if (v->kind != YTREE_SCALAR || !strchr(v->text, ':') || !clock_parse(v->text, &t)) {
		guard_say(r, FR_VALUE, v->at,
			  "`%s` is a time such as `2026-12-20T00:00Z`, with the hour", key);
		return false;
	}
	n = snprintf(with_z, sizeof(with_z), "%sZ", v->text);
	if (n < (int)sizeof(with_z) && clock_parse(with_z, &t)) { /* it says no zone itself */
		if (zone)
			return local_to_wall(zone, t, ret);
		guard_say(r, FR_VALUE, v->at,
			  "`%s: %s` by which clock? write `%sZ` for UTC, or `zone` beside it", key,
			  v->text, v->text);
		return false;
	}
	*ret = t;
	return true;
}

/* --- the key ---------------------------------------------------------------------------------- */

void guard_zone(struct format_read *in, const struct format_key *k, const struct ytree *v,
		void *base)
{
	struct guard_read *r = guard_of(in);
	const char *s = format_scalar(&r->in, k, v);
	char near[ZONE_NAME_MAX + 1];

	if (!s)
		return;
	*FORMAT_INTO(const char *, base, k->at) = s;
	switch (zone_find(s)) {
	case ZONE_UNKNOWN:
		zone_near(near, sizeof(near), s);
		guard_say(r, GRULE_ZONE, v->at, "there is no time zone `%s`%s%s%s", s,
			  near[0] ? "; did you mean `" : "", near, near[0] ? "`?" : "");
		break;
	case ZONE_NO_DATABASE:
		if (!r->zones_missing_told)
			guard_say(r, GRULE_ZONE_NONE, v->at,
				  "this machine has no database of time zones; install `tzdata`");
		r->zones_missing_told = true;
		break;
	case ZONE_KNOWN:
		break;
	}
}

static bool read_weekly(struct guard_read *r, const struct guard_draft_freeze *d,
			struct freeze_window *w)
{
	w->weekly = true;
	w->zone = d->zone;
	if (!d->zone) {
		guard_say(r, FR_MISSING_KEY, d->weekly->at,
			  "`weekly` needs `zone`: by which clock");
		return false;
	}
	if (d->weekly->kind != YTREE_SCALAR || !parse_weekly(d->weekly->text, w)) {
		guard_say(r, FR_VALUE, d->weekly->at,
			  "`weekly` is such as `fri 16:00-mon 06:00`, `mon-fri 09:00-17:30` or "
			  "`daily 22:00-06:00`");
		return false;
	}
	w->words = arena_printf(r->in.a, "%s %s", d->weekly->text, d->zone);
	return true;
}

static bool read_once(struct guard_read *r, const struct guard_draft_freeze *d,
		      struct freeze_window *w)
{
	bool known = !d->zone || zone_find(d->zone) == ZONE_KNOWN;

	if (!known) {
		if (r->now && !r->now->problem)
			r->now->problem = "a freeze is written by a time zone that this machine "
					  "does not know";
		return false;
	}
	if (!read_time(r, "from", d->from, d->zone, &w->from_ns) ||
	    !read_time(r, "to", d->to, d->zone, &w->to_ns))
		return false;
	if (w->from_ns >= w->to_ns) {
		guard_say(r, FR_VALUE, d->to->at, "`to` is not after `from`");
		return false;
	}
	w->words = arena_printf(r->in.a, "%s to %s%s%s", d->from->text, d->to->text,
				d->zone ? " " : "", d->zone ? d->zone : "");
	return true;
}

static bool read_freeze(struct guard_read *r, const struct format_key *k, const struct ytree *v,
			struct freeze_window *w)
{
	struct guard_draft_freeze d = { 0 };

	*w = (struct freeze_window){ .at = v->at };
	if (!format_map(&r->in, GTABLE_FREEZE, k->key, v, &d))
		return false;
	w->why = d.why;
	if (d.weekly && !d.from && !d.to)
		return read_weekly(r, &d, w);
	if (!d.weekly && d.from && d.to)
		return read_once(r, &d, w);
	guard_say(r, d.weekly ? FR_CONTRADICTION : FR_MISSING_KEY, v->at,
		  "`%s` is `from` and `to`, or `weekly`", k->key);
	return false;
}

void guard_freezes(struct format_read *in, const struct format_key *k, const struct ytree *v,
		   void *base)
{
	struct guard_read *r = guard_of(in);
	size_t n = format_items(in, k, v), got = 0;
	struct freeze_window *out = arena_alloc(r->in.a, (n + 1) * sizeof(*out));

	for (size_t i = 0; i < n; i++)
		got += read_freeze(r, k, format_item(v, i), &out[got]);
	*FORMAT_INTO(const struct freeze_window *, base, k->at) = out;
	*FORMAT_INTO(size_t, base, k->at_n) = got;
}

/* --- now -------------------------------------------------------------------------------------- */

static bool in_week(const struct freeze_window *w, const struct zone_time *now)
{
	int minute = now->weekday * WEEK_DAY + now->minute;

	for (int d = 0; d < 7; d++) {
		int since = (minute - d * WEEK_DAY - w->from_minute + 2 * WEEK) % WEEK;

		if (w->days >> d & 1 && since < w->minutes)
			return true;
	}
	return false;
}

static bool is_open(const struct freeze_window *w, int64_t wall_ns, struct buf *why)
{
	struct zone_time now;

	if (!w->weekly) {
		if (wall_ns < w->from_ns || wall_ns >= w->to_ns)
			return false;
		buf_adds(why, "until ");
		clock_utc(why, w->to_ns, 0);
		return true;
	}
	if (!zone_local(w->zone, wall_ns, &now)) {
		buf_addf(why, "%s, a time zone that this machine does not know", w->words);
		return true;
	}
	if (!in_week(w, &now))
		return false;
	buf_addf(why, "%s; there it is %s %02d:%02d %s", w->words, week_day_names[now.weekday],
		 now.minute / 60, now.minute % 60, now.name);
	return true;
}

bool guard_frozen(const struct environment *e, int64_t wall_ns, struct buf *why)
{
	struct buf text = BUF_INIT;
	bool frozen = false;

	for (size_t i = 0; !frozen && i < e->n_freezes; i++) {
		const struct freeze_window *w = &e->freezes[i];

		frozen = is_open(w, wall_ns, &text);
		if (frozen && why)
			buf_addf(why, "%s%s%s", w->why ? w->why : "", w->why ? "; " : "",
				 buf_str(&text));
	}
	buf_release(&text);
	return frozen;
}
