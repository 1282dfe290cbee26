/* People, channels, ladders: what has a name of its own. */
#include <stdlib.h>

#include "arena.h"
#include "err.h"
#include "limits.h"
#include "peopleint.h"
#include "send.h"
#include "str.h"

size_t people_named_n(struct people_read *r, const struct format_key *k, const struct ytree *v,
		      size_t max)
{
	if (v->kind != YTREE_MAP) {
		if (v->kind == YTREE_SCALAR && !v->text[0])
			people_say(r, FR_EMPTY, v->at, "`%s` is empty", k->key);
		else
			format_say_is(&r->in, k, v);
		return 0;
	}
	if (!v->n)
		people_say(r, FR_EMPTY, v->at, "`%s` is empty", k->key);
	if (v->n > max) {
		people_say(r, FR_LIMIT, v->at, "`%s` has more than %zu entries", k->key, max);
		return 0;
	}
	return v->n;
}

bool people_is_first(const struct ytree *v, size_t i)
{
	for (size_t k = 0; v->pairs[i].key && k < i; k++)
		if (str_eq(v->pairs[k].key, v->pairs[i].key))
			return false;
	return v->pairs[i].key != NULL;
}

bool people_entry_ok(struct people_read *r, const struct ytree *v, size_t i)
{
	return people_is_first(v, i) && format_name_ok(&r->in, v->pairs[i].key, v->pairs[i].at);
}

/* --- people ----------------------------------------------------------------------------------- */

void people_persons(struct format_read *in, const struct format_key *k,
		    const struct ytree *v, void *base)
{
	struct people_read *r = people_of(in);
	size_t n = people_named_n(r, k, v, PEOPLE_MAX_PERSONS);
	struct people_person *out = arena_alloc(r->in.a, (n + 1) * sizeof(*out));

	(void)base;
	for (size_t i = 0; i < n; i++) {
		const struct ytree_pair *e = &v->pairs[i];
		struct people_person *p = &out[r->p->n_persons];

		if (!people_entry_ok(r, v, i))
			continue;
		*p = (struct people_person){ .id = e->key, .name = e->key, .at = e->at,
					     .awake = { PEOPLE_ALL_DAYS, 7 * 60, 23 * 60, e->at } };
		if (format_map(&r->in, PTABLE_PERSON, e->key, e->v, p))
			r->p->n_persons++;
	}
	r->p->persons = out;
	people_make_index(r);
}

/* --- channels --------------------------------------------------------------------------------- */

void people_check_address(struct people_read *r, const char *s, struct place at)
{
	struct err err = { 0 };
	char *address = NULL;

	if (send_mail_address(s, &address, &err))
		people_say(r, PRULE_ADDRESS, at, "%s", err.text);
	free(address);
}

void people_smtp(struct format_read *in, const struct format_key *k,
		 const struct ytree *v, void *base)
{
	struct people_read *r = people_of(in);
	struct people_smtp *s = FORMAT_INTO(struct people_smtp, base, k->at);

	if (!format_map(&r->in, PTABLE_SMTP, k->key, v, s))
		return;
	for (size_t i = 0; i < s->n_to; i++)
		people_check_address(r, s->to[i], v->at);
	if (s->from)
		people_check_address(r, s->from, v->at);
	if (s->user && !s->password.env && !s->password.file)
		people_say(r, FR_MISSING_KEY, v->at,
			   "`user` logs in with a password; `password_from` says where it is");
	if (s->tls == PEOPLE_TLS_NONE && s->server && !str_starts(s->server, "localhost") &&
	    !str_starts(s->server, "127."))
		people_say(r, PRULE_CLEAR, v->at,
			   "mail to %s goes over the network for all to read; leave `tls` out",
			   s->server);
}

void people_webhook(struct format_read *in, const struct format_key *k,
		    const struct ytree *v, void *base)
{
	struct people_read *r = people_of(in);
	struct people_webhook *h = FORMAT_INTO(struct people_webhook, base, k->at);
	bool from, key;

	if (!format_map(&r->in, PTABLE_WEBHOOK, k->key, v, h))
		return;
	from = ytree_get(v, "url_from") != NULL;
	key = ytree_get(v, "key_from") != NULL;
	if (from && ytree_get(v, "url"))
		people_say(r, FR_CONTRADICTION, v->at, "one of `url` and `url_from`");
	else if (!from && !ytree_get(v, "url") && h->kind != PEOPLE_HOOK_PAGERDUTY)
		people_say(r, FR_MISSING_KEY, v->at, "a webhook needs `url` or `url_from`");
	if (h->url && (h->kind == PEOPLE_HOOK_SLACK || h->kind == PEOPLE_HOOK_MATTERMOST))
		people_say(r, PRULE_SECRET, v->at,
			   "whoever knows this address can post; `url_from` says where it is");
	if (h->kind == PEOPLE_HOOK_PAGERDUTY && !key)
		people_say(r, FR_MISSING_KEY, v->at,
			   "PagerDuty wants a routing key; `key_from` says where it is");
	else if (h->kind != PEOPLE_HOOK_PAGERDUTY && key)
		people_say(r, FR_CONTRADICTION, v->at, "`key_from` goes with `kind: pagerduty`");
}

/* A list of many readers, by the look of its address. */
static bool looks_like_list(const char *to)
{
	static const char *const signs[] = { "@lists.", "@groups.", "@googlegroups.", "-list@",
					     "-users@", "-announce@", "-all@" };

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		for (const char *s = to; *s; s++)
			if (str_starts(s, signs[i]))
				return true;
	return str_starts(to, "all@");
}

static void check_channel(struct people_read *r, struct people_channel *c, const struct ytree *v)
{
	int n = 0;

	for (int i = 0; i < PEOPLE_KINDS; i++)
		if (ytree_get(v, people_kind_name((enum people_kind)i))) {
			c->kind = (enum people_kind)i;
			n++;
		}
	c->public_said = ytree_get(v, "public") != NULL;
	if (n > 1)
		people_say(r, FR_CONTRADICTION, v->at,
			   "`%s` says twice how it sends; one of `smtp`, `webhook`, `command`, "
			   "`by_hand`",
			   c->id);
	else if (!n && !r->in.cut)
		people_say(r, FR_MISSING_KEY, v->at,
			   "`%s` does not say how it sends; one of `smtp`, `webhook`, `command`, "
			   "`by_hand`",
			   c->id);
	if (c->carries != PEOPLE_NO_WAY && c->is_public)
		people_say(r, FR_CONTRADICTION, v->at,
			   "`%s` goes to one person, and is said to be public", c->id);
	if (c->carries != PEOPLE_NO_WAY &&
	    (c->kind == PEOPLE_WEBHOOK || c->kind == PEOPLE_BY_HAND))
		people_say(r, FR_CONTRADICTION, v->at,
			   "a person's address goes to `smtp` or `command`; `carries` does not go "
			   "with `%s`",
			   people_kind_name(c->kind));
	if (c->kind == PEOPLE_SMTP && !c->smtp.n_to && c->carries != PEOPLE_MAIL && !r->in.cut)
		people_say(r, FR_MISSING_KEY, v->at,
			   "`smtp` of `%s` needs `to`, or the channel `carries: mail`", c->id);
	if (c->kind == PEOPLE_SMTP && c->smtp.n_to && c->carries == PEOPLE_MAIL)
		people_say(r, FR_CONTRADICTION, v->at,
			   "`%s` carries mail to a person: leave `to` out", c->id);
	for (size_t i = 0; i < c->smtp.n_to && !c->public_said; i++)
		if (looks_like_list(c->smtp.to[i])) {
			people_say(r, PRULE_PUBLIC, v->at,
				   "%s looks like a mailing list; say `public: true`, so that no "
				   "details go there, or `public: false`",
				   c->smtp.to[i]);
			break;
		}
}

void people_channels(struct format_read *in, const struct format_key *k,
		     const struct ytree *v, void *base)
{
	struct people_read *r = people_of(in);
	size_t n = people_named_n(r, k, v, PEOPLE_MAX_CHANNELS);
	struct people_channel *out = arena_alloc(r->in.a, (n + 1) * sizeof(*out));

	(void)base;
	for (size_t i = 0; i < n; i++) {
		const struct ytree_pair *e = &v->pairs[i];
		struct people_channel *c = &out[r->p->n_channels];

		if (!people_entry_ok(r, v, i))
			continue;
		*c = (struct people_channel){ .id = e->key, .at = e->at, .kind = PEOPLE_NO_KIND,
					      .carries = PEOPLE_NO_WAY, .timeout_ms = 30000 };
		if (!format_map(&r->in, PTABLE_CHANNEL, e->key, e->v, c))
			continue;
		check_channel(r, c, e->v);
		if (c->kind != PEOPLE_NO_KIND)
			r->p->n_channels++;
	}
	r->p->channels = out;
}

/* --- severities ------------------------------------------------------------------------------- */

static void add_severity(struct people_read *r, const char *s, struct place at)
{
	for (size_t i = 0; i < r->n_severities; i++)
		if (str_eq(r->severities[i], s)) {
			if (r->severities_listed)
				people_say(r, FR_TWICE, at, "`severities` has `%s` twice", s);
			return;
		}
	if (r->n_severities == PEOPLE_MAX_SEVERITIES) {
		people_say(r, FR_LIMIT, at, "more than %d severities", PEOPLE_MAX_SEVERITIES);
		return;
	}
	if (format_name_ok(&r->in, s, at))
		r->severities[r->n_severities++] = s;
}

/* The channels may stand further down: it is looked up when all was read. */
void people_drill(struct format_read *in, const struct format_key *k, const struct ytree *v,
		  void *base)
{
	struct people *p = base;

	p->drill = format_one_line(in, k, v);
	p->drill_at = v->at;
}

void people_severities(struct format_read *in, const struct format_key *k,
		       const struct ytree *v, void *base)
{
	struct people_read *r = people_of(in);
	(void)base;
	if (v->kind != YTREE_LIST || !v->n) {
		if (v->kind == YTREE_LIST)
			people_say(r, FR_EMPTY, v->at, "`%s` is an empty list", k->key);
		else
			format_say_is(&r->in, k, v);
		return;
	}
	r->severities_listed = true;
	for (size_t i = 0; i < v->n; i++) {
		const char *s = format_scalar(&r->in, k, v->pairs[i].v);

		if (s)
			add_severity(r, s, v->pairs[i].v->at);
	}
}

static void collect(struct people_read *r, const struct ytree *wait)
{
	for (size_t i = 0; wait && wait->kind == YTREE_MAP && i < wait->n; i++)
		if (wait->pairs[i].key && !str_eq(wait->pairs[i].key, "otherwise"))
			add_severity(r, wait->pairs[i].key, wait->pairs[i].at);
}

/* Where they are not listed: the words that the waits use. */
static void collect_all(struct people_read *r, const struct ytree *ladders)
{
	for (size_t i = 0; ladders->kind == YTREE_MAP && i < ladders->n; i++) {
		const struct ytree *rungs = ytree_get(ladders->pairs[i].v, "rungs");

		collect(r, ytree_get(ladders->pairs[i].v, "wait"));
		for (size_t k = 0; rungs && rungs->kind == YTREE_LIST && k < rungs->n; k++)
			collect(r, ytree_get(rungs->pairs[k].v, "wait"));
	}
}

/* --- ladders ---------------------------------------------------------------------------------- */

/* A ladder, and the rungs that wait for everything to be read. */
struct building {
	struct people_ladder ladder; /* first: the tables know its offsets */
	struct people_rung_draft *drafts;
};

void people_rungs(struct format_read *in, const struct format_key *k,
		  const struct ytree *v, void *base)
{
	struct people_read *r = people_of(in);
	struct building *b = base;
	size_t n = v->kind == YTREE_LIST ? v->n : 0, got = 0;

	if (v->kind == YTREE_MAP || (v->kind == YTREE_SCALAR && v->text[0])) {
		format_say_is(&r->in, k, v);
		return;
	}
	if (n > PEOPLE_MAX_RUNGS) {
		people_say(r, FR_LIMIT, v->at, "more than %d rungs", PEOPLE_MAX_RUNGS);
		return;
	}
	b->drafts = arena_alloc(r->in.a, (n + 1) * sizeof(*b->drafts));
	for (size_t i = 0; i < n; i++) {
		struct people_rung_draft *d = &b->drafts[got];

		*d = (struct people_rung_draft){ .at = v->pairs[i].v,
						 .rung = { .channel = -1,
							   .at = v->pairs[i].v->at } };
		got += format_map(&r->in, PTABLE_RUNG, "rung", v->pairs[i].v, d);
	}
	b->ladder.n_rungs = got;
}

void people_ladders(struct format_read *in, const struct format_key *k,
		    const struct ytree *v, void *base)
{
	struct people_read *r = people_of(in);
	size_t n = people_named_n(r, k, v, PEOPLE_MAX_LADDERS);
	struct people_ladder *out = arena_alloc(r->in.a, (n + 1) * sizeof(*out));

	(void)base;
	if (!r->severities_listed)
		collect_all(r, v);
	if (!r->n_severities)
		r->severities[r->n_severities++] = "ordinary";
	for (size_t i = 0; i < n; i++) {
		const struct ytree_pair *e = &v->pairs[i];
		struct building b = { .ladder = { .id = e->key, .at = e->at, .rounds = 1,
						  .ack_expires_ms = 30 * 60 * 1000 } };

		if (!people_entry_ok(r, v, i) ||
		    !format_map(&r->in, PTABLE_LADDER, e->key, e->v, &b))
			continue;
		if (b.drafts) /* else it was said what is wrong with them */
			people_finish_rungs(r, &b.ladder, b.drafts, b.ladder.n_rungs);
		out[r->p->n_ladders++] = b.ladder;
	}
	r->p->ladders = out;
}
