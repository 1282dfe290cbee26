/* Checkpoints: rows beside the events, that a closed run takes too. */
#include "checkpoint.h"

#include <stdlib.h>

#include "bind.h"
#include "buf.h"
#include "column.h"
#include "err.h"
#include "journal_own.h"
#include "mem.h"

/* Of the table, and of the machine's chain. */
enum { FORMAT_WITH_CHECKPOINTS = 2, WHO_MAX = 1024, KEY_MAX = 256, WHY_MAX = 4096 };

static const char *const words[CHECKPOINT_MAX] = {
	[CHECKPOINT_START] = "start", [CHECKPOINT_HAND_OVER] = "hand-over",
	[CHECKPOINT_APPROVAL] = "approval", [CHECKPOINT_CLOSE] = "close",
	[CHECKPOINT_COUNTER] = "counter",
};

const char *checkpoint_word(enum checkpoint_what what)
{
	return words[what];
}

void checkpoint_text(const struct checkpoint *c, struct buf *ret)
{
	char head[HASH_HEX_LEN + 1];

	hash_hex(c->head, head);
	buf_addf(ret, "blackstart checkpoint 1\nrun: %s\nseq: %lld\nwhat: %s\nhead: %s\n"
		 "wall: %lld\n", c->run, (long long)c->seq, words[c->what], head,
		 (long long)c->wall);
}

int checkpoint_format(struct journal *j, bool *ret_has, struct err *err)
{
	int64_t format = 0;
	int rc = db_pragma_int(&j->db, "PRAGMA user_version", &format, err);

	if (rc == 0)
		*ret_has = format >= FORMAT_WITH_CHECKPOINTS;
	return rc;
}

/* --- writing ---------------------------------------------------------------------------------- */

static int check(const struct checkpoint *c, struct err *err)
{
	bool is_signed = c->signature && c->key && !c->why;
	bool is_unsigned = !c->signature && !c->key && c->why;

	if (!is_signed && !is_unsigned)
		return err_set(err, ERR_USAGE, "a checkpoint is signed, or says why it is not");
	if ((c->signature && strlen(c->signature) > CHECKPOINT_SIGNATURE_MAX) ||
	    (c->key && strlen(c->key) > KEY_MAX) || (c->why && strlen(c->why) > WHY_MAX) ||
	    !c->who || strlen(c->who) > WHO_MAX)
		return err_set(err, ERR_USAGE, "a checkpoint with a field that is too long");
	return journal_run_id_check(c->run, err);
}

static int write_row(struct journal *j, const struct checkpoint *c, int64_t id,
		     uint8_t ret_hash[HASH_LEN], struct err *err)
{
	struct chain_checkpoint row = {
		.id = id, .seq = c->seq, .wall = c->wall, .run = chain_str(c->run),
		.what = chain_str(words[c->what]), .who = chain_str(c->who),
		.key = chain_str(c->key), .signature = chain_str(c->signature),
		.why = chain_str(c->why), .head = c->head,
	};
	sqlite3_stmt *st = NULL;
	int rc = db_use(&j->db, SQL_CHECKPOINT_ADD, &st, err);

	if (rc)
		return rc;
	chain_checkpoint(&j->chain, &row, ret_hash);
	struct binder b = { .st = st };
	bind_int(&b, id);
	bind_text(&b, c->run);
	bind_int(&b, c->seq);
	bind_text(&b, words[c->what]);
	bind_blob(&b, c->head, HASH_LEN);
	bind_int(&b, c->wall);
	bind_text(&b, c->who);
	bind_text(&b, c->key);
	bind_text(&b, c->signature);
	bind_text(&b, c->why);
	bind_blob(&b, ret_hash, HASH_LEN);
	return bind_step(&b, &j->db, err);
}

int checkpoint_add(struct journal *j, struct checkpoint *c, struct err *err)
{
	uint8_t hash[HASH_LEN];
	int64_t id = 0;
	int rc = journal_need_write(j, err);

	if (rc == 0)
		rc = check(c, err);
	if (rc == 0)
		rc = db_begin(&j->db, true, err);
	if (rc)
		return rc;
	rc = db_number(&j->db, SQL_CHECKPOINT_LAST, NULL, &id, err);
	if (rc == 0)
		rc = write_row(j, c, id + 1, hash, err);
	if (rc == 0)
		rc = machine_add(j, "signed", c->run, c->wall, c->seq, hash, err);
	if (rc == 0)
		rc = db_commit(&j->db, err);
	if (rc)
		db_rollback(&j->db);
	else
		c->id = id + 1;
	return rc;
}

static int is_tied(struct journal *j, bool *ret, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = db_use(&j->db, SQL_MACHINE_TIED, &st, err);

	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_text(&b, j->run);
	bind_int(&b, j->seq);
	rc = bind_step(&b, &j->db, err);
	if (rc < 0)
		return rc;
	*ret = rc == 1;
	sqlite3_reset(st);
	return 0;
}

int checkpoint_beat(struct journal *j, int64_t wall, bool *ret_new, struct err *err)
{
	bool tied = false;
	int rc = journal_need_write(j, err);

	if (rc == 0 && !j->run[0])
		rc = err_set(err, ERR_USAGE, "no run to vouch for");
	if (rc == 0)
		rc = is_tied(j, &tied, err);
	if (rc == 0 && ret_new)
		*ret_new = !tied;
	if (rc || tied)
		return rc;
	rc = db_begin(&j->db, true, err);
	if (rc)
		return rc;
	rc = machine_add(j, "beat", j->run, wall, j->seq, j->head, err);
	if (rc == 0)
		rc = db_commit(&j->db, err);
	if (rc)
		db_rollback(&j->db);
	if (rc && ret_new)
		*ret_new = false;
	return rc;
}

/* --- reading ---------------------------------------------------------------------------------- */

int checkpoint_head(struct journal *j, const char *run, struct checkpoint *ret, struct err *err)
{
	struct last_event last;
	int rc = journal_run_id_check(run, err);

	if (rc == 0)
		rc = runs_last_event(j, run, &last, err);
	if (rc)
		return rc;
	memcpy(ret->run, run, strlen(run) + 1);
	ret->seq = last.seq;
	memcpy(ret->head, last.hash, HASH_LEN);
	return 0;
}

/* What one row holds, its texts the reader's own. */
struct kept {
	struct checkpoint c;
	char *text[4];
};

static char *text_at(sqlite3_stmt *st, int column)
{
	return mem_dup((const char *)sqlite3_column_text(st, column));
}

static void kept_release(struct kept *k)
{
	for (size_t i = 0; i < sizeof(k->text) / sizeof(k->text[0]); i++)
		free(k->text[i]);
	*k = (struct kept){ 0 };
}

/* Columns: id, run, seq, what, head, wall, who, key, signature, why. */
static bool take(sqlite3_stmt *st, struct kept *k)
{
	const char *run = (const char *)sqlite3_column_text(st, 1);
	const char *what = (const char *)sqlite3_column_text(st, 3);
	const uint8_t *head = column_digest(st, 4);
	int w = 0;

	k->c.id = sqlite3_column_int64(st, 0);
	while (what && w < CHECKPOINT_MAX && strcmp(what, words[w]) != 0)
		w++;
	if (journal_run_id_check(run, NULL) || !what || w == CHECKPOINT_MAX || !head)
		return false;
	memcpy(k->c.run, run, strlen(run) + 1);
	memcpy(k->c.head, head, HASH_LEN);
	k->c.what = (enum checkpoint_what)w;
	k->c.seq = sqlite3_column_int64(st, 2);
	k->c.wall = sqlite3_column_int64(st, 5);
	for (int i = 0; i < 4; i++)
		k->text[i] = text_at(st, 6 + i);
	k->c.who = k->text[0];
	k->c.key = k->text[1];
	k->c.signature = k->text[2];
	k->c.why = k->text[3];
	return k->c.who && !k->c.key == !k->c.signature && !k->c.why != !k->c.signature;
}

static int next(struct journal *j, const char *run, int64_t after, struct kept *k,
		struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = db_use(&j->db, SQL_CHECKPOINT_NEXT, &st, err);

	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_int(&b, after);
	bind_text(&b, run);
	rc = bind_step(&b, &j->db, err);
	if (rc == 1 && !take(st, k))
		rc = err_set(err, ERR_CORRUPT, "checkpoint %lld cannot be told",
			     (long long)k->c.id);
	sqlite3_reset(st);
	return rc;
}

int checkpoint_each(struct journal *j, const char *run,
		    int (*fn)(void *ctx, const struct checkpoint *c), void *ctx, struct err *err)
{
	struct kept k = { 0 };
	int64_t id = 0;
	bool has = false;
	int rc = checkpoint_format(j, &has, err);

	if (rc || !has)
		return rc;
	while ((rc = next(j, run, id, &k, err)) == 1) {
		id = k.c.id;
		rc = fn(ctx, &k.c);
		kept_release(&k);
		if (rc)
			return rc;
	}
	kept_release(&k);
	return rc;
}
