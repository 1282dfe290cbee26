/* People and ladders for a person at a terminal. */
#include <stdio.h>

#include "buf.h"
#include "clock.h"
#include "contacts.h"
#include "err.h"
#include "ladder.h"
#include "str.h"
#include "utf8.h"
#include "verbs.h"

enum { TIME_COLUMN = 9, WHO_COLUMN = 22 };

static const char *const weekdays[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };

static void pad(struct buf *out, size_t from, size_t columns)
{
	size_t w = utf8_width(buf_str(out) + from, out->len - from);

	do
		buf_addc(out, ' ');
	while (++w < columns);
}

/* "at work, Sun 15:58 CET" */
static void put_presence(struct buf *out, const struct presence *p)
{
	if (!p->known) {
		buf_adds(out, "local time unknown");
		return;
	}
	buf_addf(out, "%s, %s %02d:%02d ", ladder_presence_name(p->is), weekdays[p->local.weekday],
		 p->local.minute / 60, p->local.minute % 60);
	cli_safe(out, p->local.name);
}

static void put_names(struct buf *out, const char *what, const char *const *v, size_t n)
{
	if (n)
		buf_addf(out, "      %s ", what);
	for (size_t i = 0; i < n; i++) {
		buf_adds(out, i ? ", " : "");
		cli_safe(out, v[i]);
	}
	if (n)
		buf_addc(out, '\n');
}

static const struct people_channel *carrier(const struct people *p, int way)
{
	for (size_t i = 0; i < p->n_channels; i++)
		if ((int)p->channels[i].carries == way)
			return &p->channels[i];
	return NULL;
}

static void put_ways(struct buf *out, const struct people *p, const struct people_person *who)
{
	for (int w = 0; w < PEOPLE_WAYS; w++) {
		const struct people_channel *by = carrier(p, w);

		if (!who->ways[w])
			continue;
		buf_addf(out, "      %-9s ", people_way_name((enum people_way)w));
		cli_safe(out, who->ways[w]);
		if (by) {
			buf_adds(out, "  (by ");
			cli_safe(out, by->id);
			buf_addc(out, ')');
		}
		buf_addc(out, '\n');
	}
}

static void put_person(struct buf *out, const struct contacts_view *v,
		       const struct people_person *who, const struct presence *now)
{
	size_t from = out->len;

	buf_adds(out, "  ");
	cli_safe(out, who->name);
	if (!str_eq(who->name, who->id)) {
		buf_adds(out, " (");
		cli_safe(out, who->id);
		buf_addc(out, ')');
	}
	pad(out, from, TIME_COLUMN + WHO_COLUMN + 2);
	put_presence(out, now);
	buf_addc(out, '\n');
	if (who->note) {
		buf_adds(out, "      ");
		cli_safe(out, who->note);
		buf_addc(out, '\n');
	}
	put_names(out, "groups", who->groups, who->n_groups);
	put_names(out, "roles", who->roles, who->n_roles);
	if (who->n_hours) {
		buf_adds(out, "      works ");
		people_hours_text(out, who->hours, who->n_hours);
		buf_addc(out, '\n');
	}
	put_ways(out, v->people, who);
}

/* Those first who are awake. */
static void put_people(struct buf *out, const struct contacts_view *v)
{
	struct presence_cache cache = { 0 };

	buf_adds(out, "\nPEOPLE\n");
	for (int is = LADDER_AT_WORK; is <= LADDER_ASLEEP; is++)
		for (size_t i = 0; i < v->people->n_persons; i++) {
			const struct people_person *who = &v->people->persons[i];
			struct presence now = presence_cached(&cache, who, v->wall_ns);

			if ((int)now.is == is)
				put_person(out, v, who, &now);
		}
	presence_cache_release(&cache);
}

/* --- ladders ---------------------------------------------------------------------------------- */

static void put_how(struct buf *out, const struct climb_plan *c, const struct contacts_try *t)
{
	const struct people_channel *by = climb_carrier(c, t->party, t->way);
	const struct people_person *who = climb_person(c, t->party);

	if (who) {
		buf_addf(out, "%s ", people_way_name((enum people_way)t->way));
		cli_safe(out, who->ways[t->way]);
		return;
	}
	if (!by) {
		buf_adds(out, "by hand: ");
		cli_safe(out, climb_channel(c, t->party)->by_hand);
		return;
	}
	buf_adds(out, by->kind == PEOPLE_SMTP	   ? "mail"
		      : by->kind == PEOPLE_WEBHOOK ? "webhook"
						   : "command");
	if (by->kind == PEOPLE_WEBHOOK)
		buf_addf(out, " (%s)", people_hook_name(by->webhook.kind));
	if (by->is_public)
		buf_adds(out, ", PUBLIC: no details there");
}

/* A line below a try. */
static void put_more(struct buf *out, const char *what, const char *text)
{
	if (!text)
		return;
	buf_addf(out, "%*s%s ", TIME_COLUMN + WHO_COLUMN + 2, "", what);
	cli_safe(out, text);
	buf_addc(out, '\n');
}

static void put_try(struct buf *out, const struct climb_plan *c, const struct contacts_try *t)
{
	const struct people_rung *g = &c->ladder->rungs[t->rung];
	const struct people_person *who = climb_person(c, t->party);
	const struct people_channel *by = who ? climb_carrier(c, t->party, t->way) : NULL;
	struct buf time = BUF_INIT;
	size_t from;

	str_stopwatch(&time, t->at_ms);
	buf_addf(out, "  %*s  ", TIME_COLUMN - 2, buf_str(&time));
	buf_release(&time);
	from = out->len;
	cli_safe(out, who ? who->name : climb_channel(c, t->party)->id);
	pad(out, from, WHO_COLUMN);
	put_how(out, c, t);
	if (who) {
		buf_adds(out, "; ");
		put_presence(out, &t->presence);
	}
	buf_addc(out, '\n');
	put_more(out, "sent by", by ? by->id : NULL);
	put_more(out, "says", g->text);
	put_more(out, "passed over if:", g->skip_if);
}

static void put_ladder_head(struct buf *out, const struct people_ladder *l)
{
	struct buf time = BUF_INIT;

	str_duration(&time, l->ack_expires_ms);
	buf_adds(out, "\nLADDER ");
	cli_safe(out, l->id);
	if (l->note) {
		buf_adds(out, ": ");
		cli_safe(out, l->note);
	}
	buf_adds(out, "\n  climbed ");
	if (l->rounds == 1)
		buf_adds(out, "once");
	else
		buf_addf(out, "%d times", l->rounds);
	buf_addf(out, "; who answers has %s to join\n", buf_str(&time));
	buf_release(&time);
}

static void put_ladder(struct buf *out, const struct contacts_view *v,
		       const struct people_ladder *l)
{
	struct climb_plan plan = { 0 };
	struct contacts_climb climb = { 0 };
	struct buf time = BUF_INIT;
	struct err err = { 0 };
	int rc;

	put_ladder_head(out, l);
	rc = climb_plan(v->people, l->id, &plan, &err);
	if (!rc)
		rc = contacts_climb(&plan, v->severity, v->wall_ns, &climb, &err);
	if (rc) {
		buf_adds(out, "  cannot be climbed: ");
		cli_safe(out, err.text);
		buf_addc(out, '\n');
	}
	for (size_t i = 0; i < climb.n; i++) {
		if (l->rounds > 1 && (!i || climb.v[i].round != climb.v[i - 1].round))
			buf_addf(out, "  round %d\n", climb.v[i].round);
		put_try(out, &plan, &climb.v[i]);
	}
	if (!rc) {
		str_stopwatch(&time, climb.ends_ms);
		buf_addf(out, "  %*s  nobody is left: the operator decides\n", TIME_COLUMN - 2,
			 buf_str(&time));
	}
	buf_release(&time);
	contacts_climb_release(&climb);
	climb_release(&plan);
}

void contacts_print(struct buf *out, const struct contacts_view *v)
{
	cli_safe(out, v->file->path);
	buf_adds(out, ", ");
	cli_safe(out, v->file->how);
	buf_adds(out, "\n");
	clock_utc(out, v->wall_ns, 0);
	buf_adds(out, ", as it goes when it is `");
	cli_safe(out, v->severity);
	buf_adds(out, "` and nobody replies\n");
	if (v->people->n_persons)
		put_people(out, v);
	for (size_t i = 0; i < v->people->n_ladders; i++)
		put_ladder(out, v, &v->people->ladders[i]);
}
