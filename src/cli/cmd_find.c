/* find: from an alert or a pasted error to the runbook that treats it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "card.h"
#include "json.h"
#include "limits.h"
#include "mem.h"
#include "shelf.h"
#include "str.h"
#include "text_in.h"
#include "verbs.h"

struct hit {
	const char *path;
	char *title, *why;
	int score;
	size_t order;
};

static int better(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static size_t look(const struct shelf *shelf, const struct find_for *q, struct hit *hits)
{
	size_t n = 0;

	for (size_t i = 0; i < shelf->n; i++) {
		struct card *c = card_read(shelf->v[i]);
		struct buf why = BUF_INIT;
		int score = c && !c->bad ? find_score(&c->find, q, &why) : 0;

		if (score)
			hits[n++] = (struct hit){ shelf->v[i], mem_dup(c->title),
						  mem_dup(buf_str(&why)), score, i };
		buf_release(&why);
		card_free(c);
	}
	qsort(hits, n, sizeof(*hits), better);
	return n;
}

static void print(struct buf *out, const struct hit *hits, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		cli_safe(out, hits[i].path);
		buf_adds(out, "\n    ");
		cli_safe(out, hits[i].title);
		buf_addf(out, "\n    by %s\n", hits[i].why);
	}
}

static void print_json(struct buf *out, const struct hit *hits, size_t n)
{
	struct jsonw w = { .out = out };

	jw_arr(&w, NULL);
	for (size_t i = 0; i < n; i++) {
		jw_obj(&w, NULL);
		jw_str(&w, "path", hits[i].path);
		jw_str(&w, "title", hits[i].title);
		jw_str(&w, "by", hits[i].why);
		jw_int(&w, "score", hits[i].score);
		jw_end_obj(&w);
	}
	jw_end_arr(&w);
	buf_addc(out, '\n');
}

int cmd_find(const struct opts *o, char **args, int n)
{
	struct buf text = { .max = LIMIT_NOTE_BYTES }, out = BUF_INIT;
	struct find_for q;
	struct shelf shelf = { 0 };
	struct hit *hits;
	size_t found;
	int status = text_in(args, n, &text);

	if (status)
		return status;
	find_for_make(&q, buf_str(&text), text.len);
	shelf_all(&shelf);
	hits = mem_alloc(shelf.n * sizeof(*hits));
	found = look(&shelf, &q, hits);
	if (o->json)
		print_json(&out, hits, found);
	else
		print(&out, hits, found);
	if (!found)
		cli_say("none of %zu runbooks fits; `blackstart run --blank TEXT` starts without",
			shelf.n);
	status = cli_put(&out, found ? CLI_OK : CLI_ENDED);
	for (size_t i = 0; i < found; i++) {
		free(hits[i].title);
		free(hits[i].why);
	}
	free(hits);
	shelf_release(&shelf);
	buf_release(&text);
	find_for_release(&q);
	return status;
}
