/* How a run stands: what may not be taken out of it, and what was, whole. */
#include <stdlib.h>
#include <string.h>

#include "bind.h"
#include "buf.h"
#include "clock.h"
#include "err.h"
#include "journal_own.h"
#include "mem.h"
#include "removal.h"
#include "removal_own.h"
#include "str.h"

static void forget(struct removal_act *act)
{
	free(act->who);
	free(act->why);
	*act = (struct removal_act){ 0 };
}

void removal_standing_release(struct removal_standing *s)
{
	forget(&s->hold);
	forget(&s->prune);
}

static void say(struct buf *out, const char *s)
{
	str_printable(out, s ? s : "?", s ? strlen(s) : 1, false);
}

void removal_say(struct buf *out, const struct removal_act *act)
{
	clock_utc(out, act->wall, 0);
	buf_adds(out, ", by ");
	say(out, act->who);
	buf_adds(out, ": ");
	say(out, act->why);
}

/* Columns: what, wall, who, why. Of several the last counts. */
static void take(struct removal_standing *s, sqlite3_stmt *st)
{
	const char *what = (const char *)sqlite3_column_text(st, 0);
	bool pruned = strcmp(what ? what : "", removal_word(REMOVAL_PRUNED)) == 0;
	struct removal_act *act = pruned ? &s->prune : &s->hold;

	forget(act);
	if (pruned)
		s->pruned = true;
	else
		s->held = strcmp(what ? what : "", removal_word(REMOVAL_HOLD)) == 0;
	if (!pruned && !s->held)
		return;
	act->wall = sqlite3_column_int64(st, 1);
	act->who = mem_dup((const char *)sqlite3_column_text(st, 2));
	act->why = mem_dup((const char *)sqlite3_column_text(st, 3));
}

/* One statement that asks of a run, and answers. */
static int ask(struct journal *j, int sql, const char *run, sqlite3_stmt **ret, struct err *err)
{
	int rc = db_use(&j->db, sql, ret, err);

	if (rc)
		return rc;
	struct binder b = { .st = *ret };
	bind_text(&b, run);
	return bind_end(&b, &j->db, err);
}

int removal_stands(struct journal *j, const char *run, struct removal_standing *ret,
		   struct err *err)
{
	sqlite3_stmt *st = NULL;
	bool has = false;
	int rc;

	*ret = (struct removal_standing){ 0 };
	rc = removal_format(j, &has, err);
	if (rc || !has)
		return rc;
	rc = ask(j, SQL_REMOVAL_STANDS, run, &st, err);
	while (rc == 0 && (rc = db_step(&j->db, st, err)) == 1) {
		take(ret, st);
		rc = 0;
	}
	sqlite3_reset(st);
	return rc;
}

int removal_pruned(struct journal *j, const char *run, bool *ret, struct err *err)
{
	struct removal_standing s;
	int rc = removal_stands(j, run, &s, err);

	*ret = s.pruned;
	removal_standing_release(&s);
	return rc;
}

int removal_printed(struct journal *j, const char *run, int64_t *ret_outputs, int64_t *ret_steps,
		    struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = ask(j, SQL_REMOVAL_PRINTED, run, &st, err);

	if (rc == 0)
		rc = db_step(&j->db, st, err);
	if (rc == 1) {
		*ret_outputs = sqlite3_column_int64(st, 0);
		*ret_steps = sqlite3_column_int64(st, 1);
	}
	sqlite3_reset(st);
	return rc < 0 ? rc : 0;
}

int removal_took_output(struct journal *j, const char *run, int64_t seq, bool *ret,
			struct err *err)
{
	return removal_names(j, REMOVAL_OF_OUTPUT, run, seq, ret, err);
}
