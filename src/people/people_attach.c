/* What a contact step needs, in the plain words of the model. */
#include "people_attach.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "climb.h"
#include "contact.h"
#include "environ.h"
#include "err.h"
#include "fsio.h"
#include "ladder.h"
#include "mem.h"
#include "people.h"
#include "peopleint.h"
#include "presence.h"
#include "runbook.h"
#include "send.h"
#include "str.h"

/* One contacts file, and each of its ladders that a step names. */
struct file {
	struct file *next;
	const char *path, *problem;
	char *folder;          /* as seen from the folder that commands run in */
	struct people *people; /* NULL: cannot be read; `problem` says why */
	const struct contact_party *parties; /* of which none is marked as on a ladder */
	struct made *made;
};

struct made {
	struct made *next;
	struct climb_plan climb;
	struct contact contact; /* but for message and subject */
};

struct attach {
	struct arena *a;
	const struct runbook *rb;
	struct file *files;
};

static void attach_release(void *ctx)
{
	struct attach *x = ctx;

	for (struct file *f = x->files; f; f = f->next) {
		for (struct made *m = f->made; m; m = m->next)
			climb_release(&m->climb);
		people_free(f->people);
		free(f->folder);
	}
	arena_free(x->a);
	free(x);
}

static char *text_of(struct attach *x, struct buf *b)
{
	char *kept = b->len ? arena_dupn(x->a, buf_str(b), b->len) : NULL;

	buf_release(b);
	return kept;
}

/* --- the file --------------------------------------------------------------------------------- */

static char *folder_from_book(const char *book, const char *path)
{
	char *whole = runbook_from_folder(book, path);
	char *dir = fsio_dirname(whole);

	free(whole);
	return dir;
}

static const char *join(struct attach *x, const char *const *v, size_t n)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s%s", i ? ", " : "", v[i]);
	return text_of(x, &b);
}

static int carrier_of(const struct people *p, int way)
{
	for (size_t i = 0; i < p->n_channels; i++)
		if ((int)p->channels[i].carries == way)
			return (int)(p->n_persons + i);
	return CONTACT_BY_HAND;
}

static void put_person(struct attach *x, const struct people *p, const struct people_person *who,
		       struct contact_party *to)
{
	struct contact_way *ways = arena_alloc(x->a, PEOPLE_WAYS * sizeof(*ways));

	for (int w = 0; w < PEOPLE_WAYS; w++)
		if (who->ways[w])
			ways[w] = (struct contact_way){ people_way_name((enum people_way)w),
							who->ways[w], carrier_of(p, w) };
	*to = (struct contact_party){ .id = who->id, .name = who->name, .note = who->note,
				      .ways = ways, .n_ways = PEOPLE_WAYS, .zone = who->zone,
				      .groups = join(x, who->groups, who->n_groups),
				      .roles = join(x, who->roles, who->n_roles) };
}

static const char *kind_words(struct attach *x, const struct people_channel *c)
{
	struct buf b = BUF_INIT;

	if (c->kind == PEOPLE_SMTP)
		buf_adds(&b, "mail");
	else if (c->kind == PEOPLE_WEBHOOK)
		buf_addf(&b, "webhook (%s)", people_hook_name(c->webhook.kind));
	else
		buf_adds(&b, c->kind == PEOPLE_BY_HAND ? "by hand" : people_kind_name(c->kind));
	return text_of(x, &b);
}

static void put_channel(struct attach *x, const struct file *f, const struct people_channel *c,
			int party, struct contact_party *to)
{
	struct contact_way *way = arena_alloc(x->a, sizeof(*way));
	struct buf json = BUF_INIT;

	*to = (struct contact_party){ .id = c->id, .name = c->id, .note = c->note,
				      .is_channel = true, .is_public = c->is_public, .ways = way,
				      .n_ways = 1, .kind = people_kind_name(c->kind),
				      .timeout_ms = c->timeout_ms };
	*way = (struct contact_way){ kind_words(x, c), c->by_hand,
				     c->kind == PEOPLE_BY_HAND ? CONTACT_BY_HAND : party };
	if (c->kind == PEOPLE_SMTP)
		way->address = join(x, c->smtp.to, c->smtp.n_to);
	if (c->kind == PEOPLE_COMMAND)
		to->command = c->command;
	if (c->kind != PEOPLE_SMTP && c->kind != PEOPLE_WEBHOOK)
		return;
	to->command = CONTACT_SEND;
	send_channel_encode(&json, c, f->folder);
	to->json = text_of(x, &json);
}

static void put_parties(struct attach *x, struct file *f)
{
	const struct people *p = f->people;
	size_t n = p->n_persons + p->n_channels;
	struct contact_party *v = arena_alloc(x->a, (n + 1) * sizeof(*v));

	for (size_t i = 0; i < p->n_persons; i++)
		put_person(x, p, &p->persons[i], &v[i]);
	for (size_t i = 0; i < p->n_channels; i++)
		put_channel(x, f, &p->channels[i], (int)(p->n_persons + i), &v[p->n_persons + i]);
	f->parties = v;
}

static struct file *file_of(struct attach *x, const char *path)
{
	const struct loader_source src = loader_kept(x->rb);
	struct findings found = { 0 };
	struct err err = { 0 };
	struct buf why = BUF_INIT;
	struct file *f;

	for (f = x->files; f; f = f->next)
		if (str_eq(f->path, path))
			return f;
	f = arena_alloc(x->a, sizeof(*f));
	*f = (struct file){ .next = x->files, .path = path,
			    .folder = folder_from_book(x->rb->path, path) };
	x->files = f;
	if (people_load(path, &src, &f->people, &found, &err))
		buf_addf(&why, "%s", err.text);
	else if (found.errors)
		buf_addf(&why, "%s has %zu mistake%s (blackstart lint names them); what could be "
			 "read of it is used", path, found.errors, found.errors == 1 ? "" : "s");
	f->problem = text_of(x, &why);
	if (f->people)
		put_parties(x, f);
	findings_release(&found);
	return f;
}

/* --- a ladder of it --------------------------------------------------------------------------- */

static void local_of(const struct contact *c, int party, int64_t wall_ns, struct contact_local *ret)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	const struct people_person *who = climb_person(c->climb, party);
	struct presence now = { .is = LADDER_PRESENCE_UNKNOWN };

	if (who)
		now = presence_at(who, wall_ns);
	*ret = (struct contact_local){ .known = now.known,
				       .presence = ladder_presence_name(now.is) };
	if (now.known)
		snprintf(ret->text, sizeof(ret->text), "%s %02d:%02d %s",
			 days[now.local.weekday], now.local.minute / 60, now.local.minute % 60,
			 now.local.name);
}

static const struct contact_party *mark(struct attach *x, const struct file *f,
					const struct ladder_plan *p)
{
	struct contact_party *v = arena_alloc(x->a, (p->n_parties + 1) * sizeof(*v));

	memcpy(v, f->parties, p->n_parties * sizeof(*v));
	for (size_t k = 0; k < p->n_rungs; k++)
		for (size_t i = 0; i < p->rungs[k].n; i++)
			v[p->rungs[k].targets[i].party].on_ladder = true;
	return v;
}

static void put_rungs(struct attach *x, const struct people_ladder *l, struct contact *c)
{
	const char **texts = arena_alloc(x->a, (l->n_rungs + 1) * sizeof(*texts));
	const char **conditions = arena_alloc(x->a, (l->n_rungs + 1) * sizeof(*conditions));

	for (size_t i = 0; i < l->n_rungs; i++) {
		texts[i] = l->rungs[i].text;
		conditions[i] = l->rungs[i].when.s;
	}
	c->rung_texts = texts;
	c->conditions = conditions;
	c->n_rungs = l->n_rungs;
}

/* Found out now: the record that begins it cannot be taken back. */
static bool can_be_climbed(const struct ladder_plan *p, struct err *err)
{
	struct ladder *l = NULL;
	int rc = ladder_new(p, LADDER_ANSWERED, LADDER_NONE, 0, &l, err);

	ladder_free(l);
	return !rc;
}

static const struct made *made_of(struct attach *x, struct file *f, const char *ladder,
				  struct err *err)
{
	struct made *m;

	for (m = f->made; m; m = m->next)
		if (str_eq(m->contact.ladder, ladder))
			return m;
	m = arena_alloc(x->a, sizeof(*m));
	if (climb_plan(f->people, ladder, &m->climb, err))
		return NULL;
	if (!can_be_climbed(&m->climb.plan, err)) {
		climb_release(&m->climb);
		return NULL;
	}
	m->contact = (struct contact){
		.path = f->path, .ladder = ladder, .note = m->climb.ladder->note,
		.parties = mark(x, f, &m->climb.plan), .n_parties = m->climb.plan.n_parties,
		.questions = m->climb.questions, .n_questions = m->climb.plan.n_questions,
		.severities = f->people->severities, .n_severities = f->people->n_severities,
		.drill = f->people->drill_channel < 0 ? NULL
			 : &f->parties[f->people->n_persons + (size_t)f->people->drill_channel],
		.problem = f->problem, .plan = &m->climb.plan, .climb = &m->climb,
		.local = local_of,
	};
	put_rungs(x, m->climb.ladder, &m->contact);
	m->contact.paper = people_paper(x->a, &m->contact, m->climb.ladder);
	m->next = f->made;
	f->made = m;
	return m;
}

/* --- the steps -------------------------------------------------------------------------------- */

static void attach_step(struct attach *x, struct step *s)
{
	const char *path = s->book ? s->book->contacts_file : NULL;
	struct file *f = path ? file_of(x, path) : NULL;
	const struct made *m = NULL;
	struct err err = { 0 };
	struct contact *c;

	if (!f)
		err_set(&err, ERR_NOTFOUND, s->book && s->book->contacts
			? "the contacts file is not there" : "the runbook names no contacts file");
	else if (!f->people)
		err_set(&err, ERR_PARSE, "the contacts file cannot be used: %s", f->problem);
	else if (!s->message.s)
		err_set(&err, ERR_USAGE, "there is no message");
	else
		m = made_of(x, f, s->ladder ? s->ladder : "", &err);
	if (!m) {
		s->contact_why = arena_printf(x->a, "%s%s", err.text, f && f->people && f->problem
					      ? "; the file has mistakes, blackstart lint names "
						"them" : "");
		return;
	}
	c = arena_alloc(x->a, sizeof(*c));
	*c = m->contact;
	c->message = s->message.s;
	c->subject = s->subject.s;
	s->contact = c;
}

void people_attach(struct runbook *rb)
{
	struct attach *x = NULL;

	for (size_t i = 0; i < rb->n_all; i++) {
		if (rb->all[i]->kind != KIND_CONTACT)
			continue;
		if (!x) {
			x = mem_alloc(sizeof(*x));
			*x = (struct attach){ .a = arena_new(), .rb = rb };
			runbook_attach(rb, x, attach_release);
		}
		attach_step(x, rb->all[i]);
	}
}

/* --- whom environments tell ------------------------------------------------------------------- */

struct tells {
	struct attach *x;
	struct told_ladder *v;
	size_t n;
};

static void tell(struct tells *t, const struct runbook *book, const char *ladder)
{
	struct file *f = book->contacts_file ? file_of(t->x, book->contacts_file) : NULL;
	const struct made *m = f && f->people ? made_of(t->x, f, ladder, NULL) : NULL;

	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->v[i].ladder, ladder))
			return;
	if (!m)
		return;
	t->v = mem_grow(t->v, t->n + 1, sizeof(*t->v));
	t->v[t->n++] = (struct told_ladder){ ladder, &m->contact };
}

static void tells_of(struct tells *t, const struct runbook *book)
{
	const struct environments *envs = book->environments;

	for (size_t i = 0; envs && i < envs->n; i++)
		if (envs->v[i].tell)
			tell(t, book, envs->v[i].tell);
}

void people_attach_tells(struct runbook *rb)
{
	struct attach *x = mem_alloc(sizeof(*x));
	struct tells t = { .x = x };
	struct told_ladder *kept;

	*x = (struct attach){ .a = arena_new(), .rb = rb };
	runbook_attach(rb, x, attach_release);
	tells_of(&t, rb);
	for (size_t i = 0; i < rb->n_all; i++)
		if (rb->all[i]->book && rb->all[i]->book != rb)
			tells_of(&t, rb->all[i]->book);
	kept = arena_alloc(x->a, (t.n + 1) * sizeof(*kept));
	if (t.n)
		memcpy(kept, t.v, t.n * sizeof(*kept));
	free(t.v);
	rb->tells = kept;
	rb->n_tells = t.n;
}
