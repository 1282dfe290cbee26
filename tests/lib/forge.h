/* A journal changed as somebody would who may write the file and knows the format: triggers off,
 * change, triggers back; and every digest made anew, where there is no key to be had. */
#ifndef TESTS_FORGE_H
#define TESTS_FORGE_H

#include "journal_help.h"

#include "../../src/journal/chain.h"

struct forger {
	sqlite3 *h;
	char *make; /* the triggers */
	struct chain chain;
};

static inline void fg_do(struct forger *f, const char *sql)
{
	char *why = NULL;
	if (sqlite3_exec(f->h, sql, NULL, NULL, &why) != SQLITE_OK)
		print_error("%s: %s\n", sql, why);
	assert_null(why);
}

static inline void fg_open(struct forger *f, const char *path)
{
	char *drop = raw_get(path, "SELECT group_concat('DROP TRIGGER ' || name, ';') FROM "
			     "sqlite_schema WHERE type = 'trigger'");
	*f = (struct forger){ .make = raw_get(path, "SELECT group_concat(sql, ';') FROM sqlite_schema "
					      "WHERE type = 'trigger'") };
	f->h = raw_open(path);
	chain_init(&f->chain);
	fg_do(f, "PRAGMA ignore_check_constraints=ON; PRAGMA synchronous=OFF; BEGIN");
	fg_do(f, drop);
	free(drop);
}

static inline void fg_close(struct forger *f)
{
	fg_do(f, f->make);
	fg_do(f, "COMMIT");
	chain_release(&f->chain);
	assert_int_equal(sqlite3_close(f->h), SQLITE_OK);
	free(f->make);
}

/* One change. */
static inline void fg_change(const char *path, const char *sql)
{
	struct forger f;
	fg_open(&f, path);
	fg_do(&f, sql);
	fg_close(&f);
}

/* --- digests made anew ------------------------------------------------------------------------ */

static inline sqlite3_stmt *fg_ask(struct forger *f, const char *sql)
{
	sqlite3_stmt *st = NULL;
	if (sqlite3_prepare_v2(f->h, sql, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(f->h));
	return st;
}

static inline struct chain_text fg_text(sqlite3_stmt *st, int column)
{
	const char *p = (const char *)sqlite3_column_text(st, column);
	return (struct chain_text){ p, p ? (size_t)sqlite3_column_bytes(st, column) : 0 };
}

static inline void fg_put(struct forger *f, const char *sql, int64_t id, const uint8_t *a,
			  const uint8_t *b, const uint8_t *c)
{
	sqlite3_stmt *st = fg_ask(f, sql);
	sqlite3_bind_int64(st, 1, id);
	sqlite3_bind_blob(st, 2, a, HASH_LEN, SQLITE_STATIC);
	sqlite3_bind_blob(st, 3, b, HASH_LEN, SQLITE_STATIC);
	if (c)
		sqlite3_bind_blob(st, 4, c, HASH_LEN, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(st), SQLITE_DONE);
	sqlite3_finalize(st);
}

static inline void fg_run(struct forger *f, const char *run, const uint8_t first[HASH_LEN])
{
	uint8_t prev[HASH_LEN], hash[HASH_LEN], payload[HASH_LEN];
	sqlite3_stmt *st = fg_ask(f, "SELECT id, seq, wall, boot, boot_id, kind, step, attempt, actor, "
				  "auth, payload, salt FROM event WHERE run = ?1 ORDER BY seq");
	sqlite3_bind_text(st, 1, run, -1, SQLITE_STATIC);
	memcpy(prev, first, HASH_LEN);
	while (sqlite3_step(st) == SQLITE_ROW) {
		struct chain_event ev = {
			.run = chain_str(run), .seq = sqlite3_column_int64(st, 1),
			.wall = sqlite3_column_int64(st, 2), .boot = sqlite3_column_int64(st, 3),
			.boot_id = fg_text(st, 4), .kind = fg_text(st, 5), .step = fg_text(st, 6),
			.attempt = sqlite3_column_int64(st, 7), .actor = fg_text(st, 8),
			.auth = fg_text(st, 9),
		};
		struct chain_text text = fg_text(st, 10);
		chain_payload(&f->chain, sqlite3_column_blob(st, 11), text.p, text.n, payload);
		chain_event(&f->chain, prev, &ev, payload, hash);
		fg_put(f, "UPDATE event SET payload_hash = ?2, prev = ?3, hash = ?4 WHERE id = ?1",
		       sqlite3_column_int64(st, 0), payload, prev, hash);
		memcpy(prev, hash, HASH_LEN);
	}
	sqlite3_finalize(st);
}

static inline bool fg_hash_of(struct forger *f, struct chain_text run, int64_t seq,
			      uint8_t ret[HASH_LEN])
{
	sqlite3_stmt *st = fg_ask(f, "SELECT hash FROM event WHERE run = ?1 AND seq = ?2");
	sqlite3_bind_text(st, 1, run.p, (int)run.n, SQLITE_STATIC);
	sqlite3_bind_int64(st, 2, seq);
	bool there = sqlite3_step(st) == SQLITE_ROW;
	if (there)
		memcpy(ret, sqlite3_column_blob(st, 0), HASH_LEN);
	sqlite3_finalize(st);
	return there;
}

/* The checkpoint with this id, of the event as it is now; its signature stays. */
static inline void fg_checkpoint(struct forger *f, int64_t id, uint8_t ret[HASH_LEN])
{
	uint8_t head[HASH_LEN];
	sqlite3_stmt *st = fg_ask(f, "SELECT run, seq, what, wall, who, key, signature, why "
				  "FROM checkpoint WHERE id = ?1");
	sqlite3_bind_int64(st, 1, id);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	struct chain_checkpoint c = {
		.id = id, .run = fg_text(st, 0), .seq = sqlite3_column_int64(st, 1),
		.what = fg_text(st, 2), .wall = sqlite3_column_int64(st, 3), .who = fg_text(st, 4),
		.key = fg_text(st, 5), .signature = fg_text(st, 6), .why = fg_text(st, 7), .head = head,
	};
	assert_true(fg_hash_of(f, c.run, c.seq, head));
	chain_checkpoint(&f->chain, &c, ret);
	fg_put(f, "UPDATE checkpoint SET head = ?2, hash = ?3 WHERE id = ?1", id, head, ret, NULL);
	sqlite3_finalize(st);
}

/* All digests of the file fit each other again. What the machine's chain ties must be there. */
static inline void fg_rechain(struct forger *f)
{
	uint8_t prev[HASH_LEN] = { 0 }, head[HASH_LEN], hash[HASH_LEN];
	int64_t checkpoints = 0;
	sqlite3_stmt *st = fg_ask(f, "SELECT n, wall, what, run, seq FROM machine ORDER BY n");
	while (sqlite3_step(st) == SQLITE_ROW) {
		struct chain_link link = {
			.n = sqlite3_column_int64(st, 0), .wall = sqlite3_column_int64(st, 1),
			.what = fg_text(st, 2), .run = fg_text(st, 3),
			.seq = sqlite3_column_int64(st, 4), .head = head,
		};
		if (strcmp(link.what.p, "opened") == 0)
			fg_run(f, link.run.p, prev);
		if (strcmp(link.what.p, "signed") == 0)
			fg_checkpoint(f, ++checkpoints, head);
		else
			assert_true(fg_hash_of(f, link.run, link.seq, head));
		chain_machine(&f->chain, prev, &link, hash);
		fg_put(f, "UPDATE machine SET head = ?2, prev = ?3, hash = ?4 WHERE n = ?1", link.n, head,
		       prev, hash);
		memcpy(prev, hash, HASH_LEN);
	}
	sqlite3_finalize(st);
}

#endif
