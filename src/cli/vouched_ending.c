/* What is said of signatures when a run is closed. What is signed just then is not waited for. */
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "journal.h"
#include "mem.h"
#include "str.h"
#include "verbs.h"
#include "vouched.h"

struct ending {
	struct buf good, bad;
	char *why;       /* of the last that is not signed */
	bool closed, told;
};

static void add_word(struct buf *to, const struct checkpoint *c)
{
	buf_addf(to, "%s%s", to->len ? ", " : "", checkpoint_word(c->what));
}

static int add(void *ctx, const struct checkpoint *c)
{
	struct ending *e = ctx;

	add_word(c->signature ? &e->good : &e->bad, c);
	if (c->why) {
		free(e->why);
		e->why = mem_dup(c->why);
	}
	e->told |= c->what == CHECKPOINT_CLOSE;
	return 0;
}

static int look(void *ctx, const struct event *ev)
{
	struct ending *e = ctx;

	e->closed = ev->kind == EV_RUN_CLOSED;
	return 0;
}

static void say(struct buf *out, const struct ending *e)
{
	if (e->good.len)
		buf_addf(out, "signed: %s\n", buf_str(&e->good));
	if (e->bad.len) {
		buf_addf(out, "NOT SIGNED: %s (", buf_str(&e->bad));
		cli_safe(out, e->why);
		buf_adds(out, ")\n");
	}
	if (!e->told)
		buf_adds(out, "close: not signed yet; `blackstart verify` says what came of it\n");
}

void vouched_ending(const char *journal, const char *run)
{
	struct checkpoint head = { 0 };
	struct journal *j = NULL;
	struct ending e = { 0 };
	struct buf out = BUF_INIT;
	char hex[HASH_HEX_LEN + 1];
	struct err err = { 0 };
	int rc = journal_open(journal, JOURNAL_READ, &j, &err);

	if (rc == 0)
		rc = checkpoint_head(j, run, &head, &err);
	if (rc == 0)
		rc = journal_each(j, run, head.seq - 1, 1, look, &e, &err);
	if (rc == 0 && e.closed)
		rc = checkpoint_each(j, run, add, &e, &err);
	if (rc == 0 && e.closed) {
		hash_hex(head.head, hex);
		buf_addf(&out, "head: %s@%s:%lld\n", hex, run, (long long)head.seq);
		say(&out, &e);
	}
	journal_close(j);
	buf_release(&e.good);
	buf_release(&e.bad);
	free(e.why);
	cli_put(&out, CLI_OK);
}
