/* Reading what commands printed. Every chunk is checked against its digest as it is unpacked. */
#include "bind.h"
#include "err.h"
#include "output_own.h"
#include "zip.h"

static bool holds(const struct chunk *c, const char *token, enum stream s, int64_t from)
{
	return strcmp(c->token, token) == 0 && c->stream == s && from >= c->from &&
		from < c->from + (int64_t)c->bytes.len;
}

static int damaged(struct output *o, const char *token, enum stream s, int64_t at,
		   struct err *err)
{
	return err_set(err, ERR_CORRUPT, "output file %s: %s.%s: the chunk at byte %lld is altered",
		       o->db.path, token, stream_name(s), (long long)at);
}

/* Columns: from_byte, n, sha256, packed, bytes. */
static int unpack(struct output *o, sqlite3_stmt *st, struct buf *out)
{
	uint8_t hash[HASH_LEN];
	int64_t n = sqlite3_column_int64(st, 1);
	const void *digest = sqlite3_column_blob(st, 2);
	size_t digest_n = (size_t)sqlite3_column_bytes(st, 2);
	const void *bytes = sqlite3_column_blob(st, 4);
	size_t stored = (size_t)sqlite3_column_bytes(st, 4);
	if (n < 1 || n > OUTPUT_CHUNK_MAX || !digest || digest_n != HASH_LEN || !bytes)
		return ERR_CORRUPT;
	int rc = 0;
	if (sqlite3_column_int(st, 3))
		rc = zip_unpack(o->zip, bytes, stored, (size_t)n, out, NULL);
	else if (stored != (size_t)n)
		rc = ERR_CORRUPT;
	else
		rc = buf_add(out, bytes, stored);
	if (rc)
		return rc;
	hash_add(o->hash, out->data, out->len);
	hash_end(o->hash, hash);
	return memcmp(hash, digest, HASH_LEN) == 0 ? 0 : ERR_CORRUPT;
}

static int bind_place(struct output *o, int id, const char *token, enum stream s, int64_t at,
		      sqlite3_stmt **ret, struct err *err)
{
	int rc = db_use(&o->db, id, ret, err);
	if (rc)
		return rc;
	struct binder b = { .st = *ret };
	bind_text(&b, token);
	bind_text(&b, stream_name(s));
	bind_int(&b, at);
	return bind_end(&b, &o->db, err);
}

/* Makes o->chunk the one that holds byte `at`. 1: it does; 0: there is none. */
static int fetch(struct output *o, const char *token, enum stream s, int64_t at, struct err *err)
{
	struct chunk *c = &o->chunk;
	sqlite3_stmt *st = NULL;
	if (holds(c, token, s, at))
		return 1;
	c->token[0] = '\0';
	buf_clear(&c->bytes);
	int rc = bind_place(o, SQL_CHUNK_AT, token, s, at, &st, err);
	if (rc == 0)
		rc = db_step(&o->db, st, err);
	if (rc != 1)
		return rc;
	int64_t from = sqlite3_column_int64(st, 0);
	rc = 0;
	if (from > at || from < 0)
		rc = damaged(o, token, s, at, err);
	else if (sqlite3_column_bytes(st, 4) > 0 && at - from < sqlite3_column_int64(st, 1))
		rc = unpack(o, st, &c->bytes) ? damaged(o, token, s, from, err) : 1;
	sqlite3_reset(st);
	if (rc == 1) {
		memcpy(c->token, token, strlen(token) + 1);
		c->stream = s;
		c->from = from;
	}
	return rc;
}

/* Nothing at byte `at`: the end, or a hole before what goes on later. */
static int end_or_hole(struct output *o, const char *token, enum stream s, int64_t at,
		       struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = bind_place(o, SQL_CHUNK_AFTER, token, s, at, &st, err);
	if (rc == 0)
		rc = db_step(&o->db, st, err);
	if (rc != 1)
		return rc;
	rc = err_set(err, ERR_NOTFOUND,
		     "output file %s: %s.%s: bytes %lld to %lld are not on record", o->db.path,
		     token, stream_name(s), (long long)at,
		     (long long)sqlite3_column_int64(st, 0) - 1);
	sqlite3_reset(st);
	return rc;
}

static int fetch_fresh(struct output *o, const char *token, enum stream s, int64_t at,
		       struct err *err)
{
	bool stale = false;
	int rc;
	do {
		rc = fetch(o, token, s, at, err);
		int fresh = db_refresh(&o->db, &stale, rc < 0 ? NULL : err);
		if (stale)
			o->chunk.token[0] = '\0';
		if (fresh && rc >= 0)
			rc = fresh;
	} while (stale);
	return rc;
}

int output_read(struct output *o, const char *token, enum stream s, int64_t from, size_t n,
		struct buf *out, struct err *err)
{
	size_t done = 0;
	int rc = output_check(token, s, from, err);
	while (rc == 0 && done < n) {
		int64_t at = from + (int64_t)done;
		rc = fetch_fresh(o, token, s, at, err);
		if (rc == 0)
			return done ? 0 : end_or_hole(o, token, s, at, err);
		if (rc < 0)
			return rc;
		size_t skip = (size_t)(at - o->chunk.from);
		size_t some = o->chunk.bytes.len - skip;
		if (some > n - done)
			some = n - done;
		if (buf_add(out, o->chunk.bytes.data + skip, some))
			return err_set(err, ERR_LIMIT, "more output than fits");
		done += some;
		rc = 0;
	}
	return rc;
}
