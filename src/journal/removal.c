/* Taking out, on record. The row comes first: the trigger of `event` lets a payload go only where a
 * row names it. */
#include "removal.h"

#include <stdlib.h>

#include "bind.h"
#include "buf.h"
#include "err.h"
#include "journal_own.h"
#include "mem.h"
#include "removal_own.h"

enum { FORMAT_WITH_REMOVALS = 3 };

static const char *const words[REMOVAL_MAX] = {
	[REMOVAL_REDACTED] = "redacted", [REMOVAL_PRUNED] = "pruned",
	[REMOVAL_HOLD] = "hold", [REMOVAL_RELEASED] = "released",
};

const char *removal_word(enum removal_what what)
{
	return words[what];
}

void removal_list_add(struct buf *list, int64_t seq)
{
	buf_addf(list, "%s%lld,", list->len ? "" : ",", (long long)seq);
}

int removal_format(struct journal *j, bool *ret_has, struct err *err)
{
	int64_t format = 0;
	int rc = db_pragma_int(&j->db, "PRAGMA user_version", &format, err);

	if (rc == 0)
		*ret_has = format >= FORMAT_WITH_REMOVALS;
	return rc;
}

int removal_names(struct journal *j, enum removal_list list, const char *run, int64_t seq,
		  bool *ret, struct err *err)
{
	static const int sql[] = {
		[REMOVAL_OF_PAYLOAD] = SQL_REMOVAL_OF_PAYLOAD,
		[REMOVAL_OF_OUTPUT] = SQL_REMOVAL_OF_OUTPUT,
	};
	sqlite3_stmt *st = NULL;
	bool has = false;
	int rc = removal_format(j, &has, err);

	*ret = false;
	if (rc || !has)
		return rc;
	rc = db_use(&j->db, sql[list], &st, err);
	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_text(&b, run);
	bind_int(&b, seq);
	rc = bind_step(&b, &j->db, err);
	*ret = rc == 1;
	sqlite3_reset(st);
	return rc < 0 ? rc : 0;
}

/* The one text that `sql` answers with for this run, with its NUL; 1 where there is one. */
static int ask_text(struct journal *j, int sql, const char *run, int64_t seq, struct buf *out,
		    struct err *err)
{
	sqlite3_stmt *st = NULL;
	bool has = false;
	int rc = removal_format(j, &has, err);

	if (rc == 0 && has)
		rc = db_use(&j->db, sql, &st, err);
	if (rc || !has)
		return rc;
	struct binder b = { .st = st };
	bind_text(&b, run);
	if (sql == SQL_REMOVAL_LEFT)
		bind_int(&b, seq);
	rc = bind_step(&b, &j->db, err);
	const char *text = rc == 1 ? (const char *)sqlite3_column_text(st, 0) : NULL;
	if (text)
		buf_add(out, text, strlen(text) + 1);
	sqlite3_reset(st);
	return rc < 0 ? rc : text != NULL;
}

int removal_left(struct journal *j, const char *run, int64_t seq, struct buf *out, bool *ret,
		 struct err *err)
{
	int rc = removal_names(j, REMOVAL_OF_PAYLOAD, run, seq, ret, err);

	if (rc == 0 && *ret)
		rc = ask_text(j, SQL_REMOVAL_LEFT, run, seq, out, err);
	if (rc == 0 && *ret)
		buf_add(out, "{}", sizeof("{}"));
	return rc < 0 ? rc : 0;
}

int removal_rest(struct journal *j, const char *run, struct buf *out, struct err *err)
{
	int rc = ask_text(j, SQL_REMOVAL_REST, run, 0, out, err);

	if (rc == 0)
		return buf_adds(out, "{}");
	if (rc == 1)
		buf_cut(out, out->len - 1);
	return rc < 0 ? rc : 0;
}

/* --- writing ---------------------------------------------------------------------------------- */

static bool is_list(const char *list)
{
	size_t n = strlen(list);

	return n == 0 || (n > 2 && list[0] == ',' && list[n - 1] == ',' &&
			  strspn(list, "0123456789,") == n && !strstr(list, ",,"));
}

static int check(const struct removal *r, struct err *err)
{
	if (!is_list(r->payloads) || !is_list(r->outputs))
		return err_set(err, ERR_USAGE, "not a list of events");
	if (strlen(r->payloads) > REMOVAL_LIST_MAX || strlen(r->outputs) > REMOVAL_LIST_MAX ||
	    strlen(r->rest) > REMOVAL_REST_MAX)
		return err_set(err, ERR_LIMIT, "more rows than are taken out at once");
	if (strlen(r->who) > REMOVAL_WHO_MAX || strlen(r->why) > REMOVAL_WHY_MAX)
		return err_set(err, ERR_LIMIT, "a name or reason that is too long");
	return journal_run_id_check(r->run, err);
}

/* Columns: id, whether the run is held, closed, pruned. */
static int look(struct journal *j, struct removal *r, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = db_use(&j->db, SQL_REMOVAL_LOOK, &st, err);

	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_text(&b, r->run);
	rc = bind_step(&b, &j->db, err);
	if (rc != 1)
		return rc < 0 ? rc : err_set(err, ERR_IO, "no answer");
	bool held = sqlite3_column_int(st, 1), closed = sqlite3_column_int(st, 2);
	bool takes = r->what == REMOVAL_REDACTED || r->what == REMOVAL_PRUNED;
	bool pruned = sqlite3_column_int(st, 3);

	r->id = sqlite3_column_int64(st, 0) + 1;
	sqlite3_reset(st);
	if (r->what == REMOVAL_RELEASED && !held)
		return err_set(err, ERR_DENIED, "run %s is not under hold", r->run);
	if (r->what == REMOVAL_HOLD && held)
		return err_set(err, ERR_EXISTS, "run %s is under hold already", r->run);
	if (takes && !closed)
		return err_set(err, ERR_DENIED, "run %s is open: close it first", r->run);
	if (takes && held)
		return err_set(err, ERR_DENIED, "run %s is under hold: release it first", r->run);
	if (r->what == REMOVAL_PRUNED && pruned)
		return err_set(err, ERR_EXISTS, "run %s was pruned already", r->run);
	return 0;
}

static int write_row(struct journal *j, const struct removal *r, uint8_t ret_hash[HASH_LEN],
		     struct err *err)
{
	struct chain_removal row = {
		.id = r->id, .wall = r->wall, .run = chain_str(r->run),
		.what = chain_str(words[r->what]), .who = chain_str(r->who),
		.why = chain_str(r->why), .payloads = chain_str(r->payloads),
		.outputs = chain_str(r->outputs),
	};
	uint8_t rest[HASH_LEN];
	sqlite3_stmt *st = NULL;
	int rc = db_use(&j->db, SQL_REMOVAL_ADD, &st, err);

	if (rc)
		return rc;
	hash_bytes(r->rest, strlen(r->rest), rest);
	row.rest_hash = rest;
	chain_removal(&j->chain, &row, ret_hash);
	struct binder b = { .st = st };
	bind_int(&b, r->id);
	bind_text(&b, r->run);
	bind_text(&b, words[r->what]);
	bind_int(&b, r->wall);
	bind_text(&b, r->who);
	bind_text(&b, r->why);
	bind_text(&b, r->payloads);
	bind_text(&b, r->outputs);
	bind_text(&b, r->rest);
	bind_blob(&b, rest, HASH_LEN);
	bind_blob(&b, ret_hash, HASH_LEN);
	return bind_step(&b, &j->db, err);
}

/* The rest of an earlier one is in this one. */
static int forget(struct journal *j, const struct removal *r, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = db_use(&j->db, SQL_REMOVAL_FORGET, &st, err);

	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_text(&b, r->run);
	bind_int(&b, r->id);
	return bind_step(&b, &j->db, err);
}

static int take_out(struct journal *j, const struct removal *r, struct err *err)
{
	const char *at = r->payloads;
	int rc = r->what == REMOVAL_REDACTED ? forget(j, r, err) : 0;

	while (rc == 0 && *at && at[1]) {
		char *end;
		int64_t seq = strtoll(at + 1, &end, 10);
		sqlite3_stmt *st = NULL;

		rc = db_use(&j->db, SQL_EVENT_TAKE_OUT, &st, err);
		if (rc)
			break;
		struct binder b = { .st = st };
		bind_text(&b, r->run);
		bind_int(&b, seq);
		rc = bind_step(&b, &j->db, err);
		at = end;
	}
	return rc;
}

int removal_add(struct journal *j, struct removal *r, struct err *err)
{
	uint8_t hash[HASH_LEN];
	struct last_event last;
	int rc = journal_need_write(j, err);

	if (rc == 0)
		rc = check(r, err);
	if (rc == 0)
		rc = db_begin(&j->db, true, err);
	if (rc)
		return rc;
	rc = runs_last_event(j, r->run, &last, err);
	if (rc == 0)
		rc = look(j, r, err);
	if (rc == 0)
		rc = write_row(j, r, hash, err);
	if (rc == 0)
		rc = machine_add(j, words[r->what], r->run, r->wall, last.seq, hash, err);
	j->db.takes_out = true;
	if (rc == 0)
		rc = take_out(j, r, err);
	if (rc == 0)
		rc = db_commit(&j->db, err);
	j->db.takes_out = false;
	if (rc)
		db_rollback(&j->db);
	return rc;
}

int journal_wipe(struct journal *j, struct err *err)
{
	int rc = journal_need_write(j, err);

	return rc ? rc : db_wipe(&j->db, err);
}

/* --- reading ---------------------------------------------------------------------------------- */

/* Columns: id, run, what, wall, who, why, payloads, outputs, rest. text: room for five. */
static bool take(sqlite3_stmt *st, struct removal *r, char *text[5])
{
	const char *run = (const char *)sqlite3_column_text(st, 1);
	const char *what = (const char *)sqlite3_column_text(st, 2);
	int w = 0;

	*r = (struct removal){ .id = sqlite3_column_int64(st, 0) };
	while (what && w < REMOVAL_MAX && strcmp(what, words[w]) != 0)
		w++;
	if (journal_run_id_check(run, NULL) || !what || w == REMOVAL_MAX)
		return false;
	memcpy(r->run, run, strlen(run) + 1);
	r->what = (enum removal_what)w;
	r->wall = sqlite3_column_int64(st, 3);
	for (int i = 0; i < 5; i++)
		text[i] = mem_dup((const char *)sqlite3_column_text(st, 4 + i));
	r->who = text[0];
	r->why = text[1];
	r->payloads = text[2];
	r->outputs = text[3];
	r->rest = text[4];
	return r->who && r->why && r->payloads && r->outputs;
}

static int next(struct journal *j, const char *run, int64_t after, struct removal *r,
		char *text[5], struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = db_use(&j->db, SQL_REMOVAL_NEXT, &st, err);

	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_int(&b, after);
	bind_text(&b, run);
	rc = bind_step(&b, &j->db, err);
	if (rc == 1 && !take(st, r, text))
		rc = err_set(err, ERR_CORRUPT, "removal %lld cannot be told", (long long)r->id);
	sqlite3_reset(st);
	return rc;
}

int removal_each(struct journal *j, const char *run,
		 int (*fn)(void *ctx, const struct removal *r), void *ctx, struct err *err)
{
	struct removal r = { 0 };
	bool has = false;
	int rc = removal_format(j, &has, err);

	while (rc == 0 && has) {
		char *text[5] = { NULL };

		rc = next(j, run, r.id, &r, text, err);
		has = rc == 1;
		if (rc == 1)
			rc = fn(ctx, &r);
		for (int i = 0; i < 5; i++)
			free(text[i]);
	}
	return rc;
}
