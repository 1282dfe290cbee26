/* The record itself: journal.db and a run's output file. */
#include "mutate.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../src/journal/zip.h"
#include "checkpoint.h"
#include "err.h"
#include "fsio.h"
#include "journal.h"
#include "mem.h"
#include "sign.h"

static char *beside(const struct mutate *m, const char *journal, const char *what)
{
	char *folder = fsio_dirname(journal), *path;

	path = what ? mem_printf("%s/output/%s.db", folder, m->run) : mem_printf("%s/output", folder);
	free(folder);
	return path;
}

bool mutate_has_head(const char *path, const char *head)
{
	sqlite3_stmt *st = NULL;
	sqlite3 *h = NULL;
	char *sql = mem_printf("SELECT 1 FROM machine WHERE hash = X'%s' UNION ALL"
			       " SELECT 1 FROM event WHERE hash = X'%s'", head, head);
	bool has = sqlite3_open_v2(path, &h, SQLITE_OPEN_READONLY, NULL) == 0 &&
		sqlite3_prepare_v2(h, sql, -1, &st, NULL) == 0 && sqlite3_step(st) == SQLITE_ROW;

	sqlite3_finalize(st);
	sqlite3_close(h);
	free(sql);
	return has;
}

static void read_head(const char *path, const char *sql, char ret[65])
{
	sqlite3_stmt *st = NULL;
	sqlite3 *h = NULL;

	if (sqlite3_open_v2(path, &h, SQLITE_OPEN_READONLY, NULL) == 0 &&
	    sqlite3_prepare_v2(h, sql, -1, &st, NULL) == 0 && sqlite3_step(st) == SQLITE_ROW)
		snprintf(ret, 65, "%s", sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	sqlite3_close(h);
}

/* Of a checkpoint that is signed: what `verify` says of its signature. */
static int look_at(void *ctx, const struct checkpoint *c)
{
	struct mutate *m = ctx;
	struct buf text = BUF_INIT;
	struct sign_who who = { 0 };
	struct err err = { 0 };

	if (c->signature) {
		checkpoint_text(c, &text);
		if (sign_check(SIGN_CHECKPOINT, buf_str(&text), text.len, c->signature, &who, &err))
			snprintf(m->program, sizeof(m->program), "FALSE SIGNATURE: checkpoint %lld: %s",
				 (long long)c->id, err.text);
	}
	buf_release(&text);
	return m->program[0] != '\0';
}

static bool verify(struct mutate *m, const char *path)
{
	struct verify_result v = { 0 };
	struct journal *j = NULL;
	struct err err = { 0 };
	int rc = journal_open(path, JOURNAL_READ, &j, &err);

	if (rc == 0)
		rc = journal_verify(j, NULL, true, &v, &err);
	m->program[0] = '\0';
	if (rc == 0 && v.whole && checkpoint_each(j, NULL, look_at, m, &err) < 0)
		mutate_die("%s: %s", m->what, err.text);
	journal_close(j);
	if (m->program[0])
		return false;
	snprintf(m->program, sizeof(m->program), "%s%s", rc ? "error: " : v.whole ? "whole" : "NOT WHOLE: ",
		 rc ? err.text : v.whole ? "" : v.text);
	return rc == 0 && v.whole;
}

/* Whether an event of the honest record names bytes of this chunk: what none names, of a command that was
 * killed with all of ours, is vouched for by nobody. */
static bool is_named(sqlite3 *honest, sqlite3_stmt *chunk)
{
	static const char sql[] = "SELECT 1 FROM event WHERE kind = 'output' AND payload ->> '$.token' = ?1"
		" AND payload ->> '$.stream' = ?2 AND payload ->> '$.from' < ?3 + ?4"
		" AND payload ->> '$.from' + (payload ->> '$.n') > ?3";
	sqlite3_stmt *st = NULL;
	bool named = false;

	if (sqlite3_prepare_v2(honest, sql, -1, &st, NULL) == 0) {
		for (int i = 0; i < 4; i++)
			sqlite3_bind_value(st, i + 1, sqlite3_column_value(chunk, i));
		named = sqlite3_step(st) == SQLITE_ROW;
	}
	sqlite3_finalize(st);
	return named;
}

/* Its bytes as they came, however they are packed; as they lie there, where that cannot be undone. */
static void hash_bytes_of(sqlite3_stmt *chunk, struct zip *zip, struct hash_ctx *ctx)
{
	const void *p = sqlite3_column_blob(chunk, 6);
	size_t n = (size_t)sqlite3_column_bytes(chunk, 6);
	int64_t size = sqlite3_column_int64(chunk, 3);
	struct buf out = BUF_INIT;

	if (sqlite3_column_int(chunk, 5) && size > 0 && size <= 1 << 20 && p &&
	    zip_unpack(zip, p, n, (size_t)size, &out, NULL) == 0) {
		p = out.data;
		n = out.len;
	}
	hash_add(ctx, &n, sizeof(n));
	hash_add(ctx, p ? p : "", n);
	buf_release(&out);
}

static void hash_output(const struct mutate *m, const char *path, struct hash_ctx *ctx)
{
	static const char sql[] = "SELECT token, stream, from_byte, n, sha256, packed, bytes FROM chunk"
		" NOT INDEXED ORDER BY id";
	struct zip *zip = zip_new();
	sqlite3_stmt *st = NULL;
	sqlite3 *h = NULL, *honest = NULL;
	int rc = sqlite3_open_v2(path, &h, SQLITE_OPEN_READONLY, NULL);

	if (sqlite3_open_v2(m->journal, &honest, SQLITE_OPEN_READONLY, NULL))
		mutate_die("opening %s", m->journal);
	if (rc == 0)
		rc = sqlite3_prepare_v2(h, sql, -1, &st, NULL);
	while (rc == 0 && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		rc = 0;
		if (!is_named(honest, st))
			continue;
		for (int i = 0; i < 5; i++) {
			const void *p = i < 2 ? (const void *)sqlite3_column_text(st, i) :
				sqlite3_column_blob(st, i);
			int n = sqlite3_column_bytes(st, i);

			hash_add(ctx, &n, sizeof(n));
			hash_add(ctx, p ? p : "", (size_t)n);
		}
		hash_bytes_of(st, zip, ctx);
	}
	hash_add(ctx, &rc, sizeof(rc));
	sqlite3_finalize(st);
	sqlite3_close(h);
	sqlite3_close(honest);
	zip_free(zip);
}

/* What both files say. */
static void hash_record(const struct mutate *m, const char *path, uint8_t ret[HASH_LEN])
{
	struct hash_ctx *ctx = hash_new();
	char *output = beside(m, path, "run");
	uint8_t rows[HASH_LEN] = { 0 };
	bool good = mutate_content(path, false, rows);

	hash_add(ctx, rows, sizeof(rows));
	hash_add(ctx, &good, sizeof(good));
	hash_output(m, output, ctx);
	hash_end(ctx, ret);
	hash_free(ctx);
	free(output);
}

/* One file of it all, where a writer that was not alone in the end left a WAL beside it. */
static void fold(const char *from, const char *to, struct buf *ret)
{
	sqlite3 *a = NULL, *b = NULL;
	sqlite3_backup *copy = NULL;

	unlink(to);
	if (sqlite3_open_v2(from, &a, SQLITE_OPEN_READONLY, NULL) == 0 &&
	    sqlite3_open_v2(to, &b, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) == 0)
		copy = sqlite3_backup_init(b, "main", a, "main");
	if (!copy || sqlite3_backup_step(copy, -1) != SQLITE_DONE || sqlite3_backup_finish(copy) ||
	    sqlite3_exec(b, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL))
		mutate_die("copying %s: %s", from, sqlite3_errmsg(b ? b : a));
	sqlite3_close(a);
	sqlite3_close(b);
	mutate_get(to, ret);
}

static char *fresh_copy(struct mutate *m)
{
	char *folder = mutate_path(m, "j"), *path = mutate_path(m, "j/journal.db"),
	     *output = beside(m, path, NULL), *to = beside(m, path, "run");

	fsio_remove_tree(folder, NULL);
	mkdir(folder, 0700);
	mkdir(output, 0700);
	mutate_put(path, m->file.data, m->file.len);
	mutate_put(to, m->output.data, m->output.len);
	free(folder);
	free(output);
	free(to);
	return path;
}

void mutate_journal_begin(struct mutate *m)
{
	char *path = mutate_path(m, "folded.db"), *output = beside(m, m->journal, "run");

	fold(m->journal, path, &m->file);
	fold(output, path, &m->output);
	free(output);
	free(path);
	path = fresh_copy(m);
	read_head(path, "SELECT lower(hex(hash)) FROM machine ORDER BY n DESC LIMIT 1", m->machine);
	read_head(path, "SELECT lower(hex(hash)) FROM event ORDER BY id DESC LIMIT 1", m->head);
	hash_record(m, path, m->content);
	if (!verify(m, path))
		mutate_die("false alarm: %s", m->program);
	free(path);
}

enum mut_class mutate_journal(struct mutate *m)
{
	char *path = fresh_copy(m), *output = beside(m, path, "run");
	int how = (int)mutate_roll(m, 10);
	struct buf b = BUF_INIT;
	uint8_t content[HASH_LEN];
	enum mut_class c = MUT_NAMED;

	if (how < 4) {
		const char *which = how ? path : output;

		snprintf(m->what, sizeof(m->what), "%s: ", how ? "journal.db" : "output");
		mutate_get(which, &b);
		mutate_bytes(m, &b);
		mutate_put(which, buf_str(&b), b.len);
		buf_release(&b);
	} else {
		mutate_rows(m, path, false);
	}
	hash_record(m, path, content);
	bool same = memcmp(content, m->content, HASH_LEN) == 0, whole = verify(m, path);
	if (strncmp(m->program, "FALSE SIGNATURE", 15) == 0)
		c = same ? MUT_WRONG : MUT_BY_SIGNATURE;
	else if (same)
		c = whole ? MUT_SAME : MUT_DAMAGED;
	else if (whole)
		c = !m->anew ? MUT_WRONG :
			mutate_has_head(path, m->head) && mutate_has_head(path, m->machine) ? MUT_ADDED :
			MUT_BY_HEAD;
	free(path);
	free(output);
	return c;
}

enum mut_class mutate_journal_anew(struct mutate *m)
{
	char *path = fresh_copy(m);

	mutate_anew(m, path);
	bool whole = verify(m, path);
	free(path);
	return !whole && strncmp(m->program, "FALSE SIGNATURE", 15) == 0 ? MUT_BY_SIGNATURE : MUT_WRONG;
}
