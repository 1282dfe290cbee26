/* Writing. Every door here is one transaction: the rows, their numbers and the head move together
 * or not at all, and after an error the handle is where it was.
 *
 *      journal_run_open  ──► run, seq 1, head      machine row "opened"
 *      journal_run_continue ► run, seq n, head
 *      journal_append    ──► seq n + k, head       machine row "closed" with EV_RUN_CLOSED
 */
#include <stdlib.h>

#include "bind.h"
#include "err.h"
#include "journal_own.h"
#include "json.h"
#include "kind.h"
#include "limits.h"
#include "mem.h"
#include "runbook.h"
#include "str.h"

/* --- one row --------------------------------------------------------------------------------- */

static int check_event(const struct event *ev, struct err *err)
{
	if (ev->kind < 0 || ev->kind >= EV_KIND_MAX || !ev->body || !ev->body_len)
		return err_set(err, ERR_USAGE, "an event without kind or body");
	if (ev->body_len > LIMIT_EVENT_BYTES)
		return err_set(err, ERR_LIMIT, "an event of %zu bytes, at most %d are kept",
			       ev->body_len, LIMIT_EVENT_BYTES);
	if (ev->step && !ev->step[0])
		return err_set(err, ERR_USAGE, "an event of a step without a name");
	return 0;
}

/* Asking the kernel for each row would cost a tenth of it. */
static void next_salt(struct journal *j, uint8_t ret[CHAIN_SALT_LEN])
{
	if (j->n_salt == 0) {
		hash_random(j->salt, sizeof(j->salt));
		j->n_salt = SALTS_AT_ONCE;
	}
	memcpy(ret, j->salt[--j->n_salt], CHAIN_SALT_LEN);
}

int append_event(struct journal *j, const char *run, const struct event *ev, int64_t seq,
		 const uint8_t prev[HASH_LEN], uint8_t ret_hash[HASH_LEN], struct err *err)
{
	uint8_t salt[CHAIN_SALT_LEN], payload_hash[HASH_LEN];
	sqlite3_stmt *st = NULL;
	int rc = db_use(&j->db, SQL_EVENT_ADD, &st, err);
	if (rc)
		return rc;
	struct chain_event row = {
		.run = chain_str(run), .seq = seq, .wall = ev->at.wall, .boot = ev->at.boot,
		.boot_id = chain_str(clock_boot_id()),
		.kind = chain_str(word_of(WORDS_EVENT, (int)ev->kind)),
		.step = chain_str(ev->step), .attempt = ev->attempt,
		.actor = chain_str(ev->actor.id), .auth = chain_str(ev->actor.how),
		.drill = journal_run_is_drill(run),
	};
	next_salt(j, salt);
	chain_payload(&j->chain, salt, ev->body, ev->body_len, payload_hash);
	chain_event(&j->chain, prev, &row, payload_hash, ret_hash);
	struct binder b = { .st = st };
	bind_textn(&b, row.run.p, row.run.n);
	bind_int(&b, seq);
	bind_int(&b, row.wall);
	bind_int(&b, row.boot);
	bind_textn(&b, row.boot_id.p, row.boot_id.n);
	bind_textn(&b, row.kind.p, row.kind.n);
	bind_textn(&b, row.step.p, row.step.n);
	bind_int(&b, row.attempt);
	bind_textn(&b, row.actor.p, row.actor.n);
	bind_textn(&b, row.auth.p, row.auth.n);
	bind_textn(&b, ev->body, ev->body_len);
	bind_blob(&b, salt, sizeof(salt));
	bind_blob(&b, payload_hash, HASH_LEN);
	bind_blob(&b, prev, HASH_LEN);
	bind_blob(&b, ret_hash, HASH_LEN);
	return bind_step(&b, &j->db, err);
}

/* --- a run begins, or goes on ---------------------------------------------------------------- */

/* The body as it is kept: with the head of the machine's chain. */
static int complete_body(const struct event *opened, const uint8_t prev[HASH_LEN],
			 struct event *ret, struct err *err)
{
	char machine[HASH_HEX_LEN + 1];
	size_t n = opened->body_len;
	if (n < 2 || opened->body[0] != '{' || opened->body[n - 1] != '}')
		return err_set(err, ERR_USAGE, "the first event of a run needs an object");
	hash_hex(prev, machine);
	*ret = *opened;
	ret->body = mem_printf("%.*s%s\"machine_prev\":\"%s\"}", (int)(n - 1), opened->body,
			       n > 2 ? "," : "", machine);
	ret->body_len = strlen(ret->body);
	return 0;
}

/* An id says by itself whether it is a drill's; it must be what the first row says. */
static int check_mode(const char *run, const struct event *opened, struct err *err)
{
	struct json *body = NULL;
	int rc = json_parse(opened->body, opened->body_len, &body, err);
	if (rc)
		return rc;
	bool drill = str_eq(json_str(body, "mode"), word_of(WORDS_MODE, MODE_DRILL));
	json_free(body);
	if (drill == journal_run_is_drill(run))
		return 0;
	return err_set(err, ERR_USAGE, drill ? "a drill cannot be run %s" :
		       "run %s cannot be a real one", run);
}

static void now_appends_to(struct journal *j, const char *run, int64_t seq,
			   const uint8_t head[HASH_LEN], bool closed)
{
	if (run != j->run) {
		memset(j->run, 0, sizeof(j->run));
		memcpy(j->run, run, strlen(run));
	}
	j->seq = seq;
	memcpy(j->head, head, HASH_LEN);
	j->closed = closed;
}

/* The rows of a new run, inside a transaction. *ret_kept is the first event with its full body. */
static int write_opening(struct journal *j, const char *run, const struct event *opened,
			 const struct source_file *files, size_t n_files, struct event *ret_kept,
			 uint8_t ret_head[HASH_LEN], struct err *err)
{
	uint8_t prev[HASH_LEN];
	struct last_event last;
	int64_t n = 0;
	int rc = runs_last_event(j, run, &last, err);
	if (rc == 0)
		return err_set(err, ERR_EXISTS, "journal %s has a run %s already", j->db.path, run);
	if (rc != ERR_NOTFOUND)
		return rc;
	rc = machine_last(j, &n, prev, err);
	for (size_t i = 0; rc == 0 && i < n_files; i++)
		rc = pins_put(j, run, &files[i], err);
	if (rc == 0)
		rc = complete_body(opened, prev, ret_kept, err);
	if (rc == 0)
		rc = append_event(j, run, ret_kept, 1, prev, ret_head, err);
	if (rc == 0)
		rc = machine_add(j, "opened", run, opened->at.wall, 1, ret_head, err);
	return rc;
}

int journal_run_open(struct journal *j, const char *run, struct event *opened,
		     const struct source_file *files, size_t n_files, struct err *err)
{
	struct event kept = { 0 };
	uint8_t head[HASH_LEN];
	int rc = journal_need_write(j, err);
	if (rc == 0)
		rc = journal_run_id_check(run, err);
	if (rc == 0)
		rc = check_event(opened, err);
	if (rc == 0 && opened->kind != EV_RUN_OPENED)
		rc = err_set(err, ERR_USAGE, "a run begins with %s",
			     word_of(WORDS_EVENT, EV_RUN_OPENED));
	if (rc == 0)
		rc = check_mode(run, opened, err);
	if (rc == 0)
		rc = db_begin(&j->db, true, err);
	if (rc)
		return rc;
	rc = write_opening(j, run, opened, files, n_files, &kept, head, err);
	if (rc == 0)
		rc = db_commit(&j->db, err);
	if (rc) {
		db_rollback(&j->db);
		free(kept.body);
		return rc;
	}
	free(opened->body);
	opened->body = kept.body;
	opened->body_len = kept.body_len;
	opened->seq = 1;
	now_appends_to(j, run, 1, head, false);
	return 0;
}

int journal_run_continue(struct journal *j, const char *run, struct err *err)
{
	struct last_event last;
	int rc = journal_need_write(j, err);
	if (rc == 0)
		rc = journal_run_id_check(run, err);
	if (rc == 0)
		rc = runs_last_event(j, run, &last, err);
	if (rc == 0)
		now_appends_to(j, run, last.seq, last.hash, last.closed);
	return rc;
}

/* --- events ---------------------------------------------------------------------------------- */

static int check_batch(const struct journal *j, const struct event *evs, size_t n,
		       struct err *err)
{
	int rc = journal_need_write(j, err);
	if (rc == 0 && !j->run[0])
		rc = err_set(err, ERR_USAGE, "no run to append to");
	if (rc == 0 && j->closed)
		rc = err_set(err, ERR_DENIED, "run %s is closed", j->run);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = check_event(&evs[i], err);
		if (rc == 0 && evs[i].kind == EV_RUN_OPENED)
			rc = err_set(err, ERR_USAGE, "run %s is open already", j->run);
		else if (rc == 0 && evs[i].kind == EV_RUN_CLOSED && i + 1 < n)
			rc = err_set(err, ERR_USAGE, "nothing comes after the end of a run");
	}
	return rc;
}

int journal_append(struct journal *j, struct event *evs, size_t n, bool sync, struct err *err)
{
	uint8_t prev[HASH_LEN], head[HASH_LEN];
	int rc = check_batch(j, evs, n, err);
	if (rc || n == 0)
		return rc;
	rc = db_begin(&j->db, sync, err);
	if (rc)
		return rc;
	memcpy(head, j->head, HASH_LEN);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		memcpy(prev, head, HASH_LEN);
		rc = append_event(j, j->run, &evs[i], j->seq + 1 + (int64_t)i, prev, head, err);
	}
	bool closes = evs[n - 1].kind == EV_RUN_CLOSED;
	if (rc == 0 && closes)
		rc = machine_add(j, "closed", j->run, evs[n - 1].at.wall, j->seq + (int64_t)n, head,
				 err);
	if (rc == 0)
		rc = db_commit(&j->db, err);
	if (rc) {
		db_rollback(&j->db);
		return rc;
	}
	for (size_t i = 0; i < n; i++)
		evs[i].seq = j->seq + 1 + (int64_t)i;
	now_appends_to(j, j->run, j->seq + (int64_t)n, head, closes);
	return 0;
}

int64_t journal_head(const struct journal *j, uint8_t ret_hash[HASH_LEN])
{
	memcpy(ret_hash, j->head, HASH_LEN);
	return j->seq;
}

void journal_checkpoint(struct journal *j, bool idle)
{
	db_checkpoint(&j->db, idle);
}
