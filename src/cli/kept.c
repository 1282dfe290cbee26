#include "kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "fsio.h"
#include "heads.h"
#include "mem.h"
#include "str.h"
#include "verbs.h"

enum { HEADS_MAX = 64 << 20 };

struct looking {
	struct journal *j;
	const char *run;       /* only heads of this one */
	char *place;           /* HOST:PATH of the record */
	struct kept *to;
};

static const char *place_of(const char *rest)
{
	for (int i = 0; rest && i < 2; i++) {
		rest = strchr(rest + strspn(rest, " "), ' ');
	}
	return rest ? rest + strspn(rest, " ") : "";
}

static void gone(struct looking *l, const struct head *h, enum head_found how)
{
	struct kept *k = l->to;

	if (k->gone)
		return;
	k->gone = true;
	k->seq = h->seq;
	memcpy(k->run, h->run, sizeof(k->run));
	if (how == HEAD_OTHER)
		snprintf(k->text, sizeof(k->text), "WRITTEN ANEW: event %lld is not the one whose "
			 "head %.12s was kept elsewhere", (long long)h->seq, h->hex);
	else if (how == HEAD_CUT)
		snprintf(k->text, sizeof(k->text), "ROLLED BACK: event %lld was there, its head "
			 "%.12s was kept elsewhere, and it is not", (long long)h->seq, h->hex);
	else if (how == HEAD_NO_RUN)
		snprintf(k->text, sizeof(k->text), "ROLLED BACK, or another record: there is no "
			 "such run, whose head %.12s at event %lld was kept elsewhere", h->hex,
			 (long long)h->seq);
	else
		snprintf(k->text, sizeof(k->text), "ROLLED BACK, WRITTEN ANEW, or another record: "
			 "no event has the head %.12s", h->hex);
}

/* place: HOST:PATH of the record that it is of; "": not known. */
static int look_at(struct looking *l, const char *word, const char *place, struct err *err)
{
	enum head_found how = HEAD_NOWHERE;
	struct head h;
	int rc = heads_parse(word, &h, err);

	if (rc)
		return rc;
	if (l->run && h.run[0] && !str_eq(h.run, l->run))
		return 0;
	rc = heads_find(l->j, &h, &how, err);
	if (rc)
		return rc;
	if (how == HEAD_HELD)
		l->to->held++;
	else if (how == HEAD_NO_RUN && *place && !str_eq(place, l->place))
		l->to->others++;
	else
		gone(l, &h, how);
	return 0;
}

static int look_at_line(struct looking *l, char *line, struct err *err)
{
	char *word = line + strspn(line, " \t\r"), *rest;

	if (!*word || *word == '#')
		return 0;
	word[strcspn(word, "\r")] = '\0';
	rest = strchr(word, ' ');
	if (rest)
		*rest++ = '\0';
	return look_at(l, word, place_of(rest), err);
}

static int look_at_file(struct looking *l, const char *path, struct err *err)
{
	struct buf text = { .max = HEADS_MAX };
	char *save = NULL, *line;
	int n = 0, rc = fsio_read(path, HEADS_MAX, &text, err);

	for (line = rc == 0 && text.len ? strtok_r(text.data, "\n", &save) : NULL; line && !rc;
	     line = strtok_r(NULL, "\n", &save)) {
		n++;
		rc = look_at_line(l, line, err);
		if (rc == ERR_USAGE)
			rc = err_context(err, rc, "%s, line %d", path, n);
	}
	buf_release(&text);
	return rc;
}

int kept_look(const struct opts *o, struct journal *j, const char *path, const char *run,
	      struct kept *ret, struct err *err)
{
	const char *set = getenv("BLACKSTART_HEADS");
	char host[256] = "", *real = realpath(path, NULL);
	struct looking l = { .j = j, .run = run, .to = ret };
	int rc = 0;

	gethostname(host, sizeof(host) - 1);
	l.place = mem_printf("%s:%s", host, real ? real : path);
	free(real);
	*ret = (struct kept){ 0 };
	for (size_t i = 0; rc == 0 && i < o->heads.n; i++)
		rc = look_at(&l, o->heads.v[i], "", err);
	if (rc == 0 && o->heads_file)
		rc = look_at_file(&l, o->heads_file, err);
	else if (rc == 0 && !o->heads.n && set && *set && access(set, R_OK) == 0)
		rc = look_at_file(&l, set, err);
	free(l.place);
	return rc;
}
