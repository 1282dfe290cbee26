/* The bytes that commands printed, against the digests in the run's events. */
#include "err.h"
#include "json.h"
#include "removal.h"
#include "removal_own.h"
#include "verify_own.h"

#include <string.h>

enum { READ_BYTES = 1 << 20 };

struct output_check {
	struct verify *v;
	struct output *o; /* NULL: there is no file */
	struct hash_ctx *hash;
	struct buf bytes;
	struct err *err;
};

static enum stream stream_of(const char *name)
{
	int s = 0;
	while (s < STREAM_MAX && (!name || strcmp(name, stream_name((enum stream)s)) != 0))
		s++;
	return (enum stream)s;
}

/* The digest of a range. ERR_NOTFOUND where bytes of it are not on record. */
static int digest_range(struct output_check *c, const char *token, enum stream s, int64_t from,
			int64_t n, char ret[HASH_HEX_LEN + 1], struct err *err)
{
	uint8_t hash[HASH_LEN];
	int rc = 0;
	while (rc == 0 && n > 0) {
		buf_clear(&c->bytes);
		rc = output_read(c->o, token, s, from, n < READ_BYTES ? (size_t)n : READ_BYTES,
				 &c->bytes, err);
		if (rc == 0 && c->bytes.len == 0)
			rc = err_set(err, ERR_NOTFOUND, "bytes from %lld on are not on record",
				     (long long)from);
		hash_add(c->hash, buf_str(&c->bytes), c->bytes.len);
		from += (int64_t)c->bytes.len;
		n -= (int64_t)c->bytes.len;
	}
	hash_end(c->hash, hash);
	hash_hex(hash, ret);
	return rc;
}

/* What is not there was taken out, or is missing. It may have been since the row was looked at: the
 * removal is on record before the bytes go. */
static int not_there(struct output_check *c, int64_t seq, const char *token, enum stream s)
{
	struct verify *v = c->v;
	bool taken = false;
	int rc = removal_names(v->j, REMOVAL_OF_OUTPUT, v->run, seq, &taken, c->err);
	if (rc || taken)
		return rc;
	if (!c->o)
		return verify_defect(v, v->run, seq, "event %lld: the run's output file is missing",
				     (long long)seq);
	return verify_defect(v, v->run, seq, "event %lld: output of %.40s.%s is missing",
			     (long long)seq, token, stream_name(s));
}

static int check_chunk(struct output_check *c, const struct event *ev, const struct json *body)
{
	struct verify *v = c->v;
	struct err why = { 0 };
	char got[HASH_HEX_LEN + 1];
	const char *token = json_str(body, "token"), *want = json_str(body, "sha256");
	enum stream s = stream_of(json_str(body, "stream"));
	int64_t from = json_int(body, "from", -1), n = json_int(body, "n", -1);
	long long seq = ev->seq;
	if (!token || !want || s == STREAM_MAX || from < 0 || n < 1)
		return verify_defect(v, v->run, seq, "event %lld: names no output", seq);
	int rc = c->o ? digest_range(c, token, s, from, n, got, &why) : ERR_NOTFOUND;
	if (rc == ERR_NOTFOUND)
		return not_there(c, seq, token, s);
	if (rc == ERR_CORRUPT || (rc == 0 && strcmp(got, want) != 0))
		return verify_defect(v, v->run, seq,
				     "event %lld: output of %.40s.%s from byte %lld "
				     "altered",
				     seq, token, stream_name(s), (long long)from);
	if (rc)
		return err_set(c->err, rc, "%s", why.text);
	v->r->chunks++;
	return 0;
}

/* An attached file as a whole. What of it is missing or altered is said of its pieces. */
static int check_file(struct output_check *c, const struct event *ev)
{
	struct json *body = NULL;
	char got[HASH_HEX_LEN + 1];
	int rc = 0;
	if (json_parse(ev->body, ev->body_len, &body, NULL))
		return 0;
	const char *token = json_str(body, "token"), *want = json_str(body, "sha256");
	int64_t n = json_int(body, "size", -1);
	if (token && want && n >= 0 && (c->o || n == 0) &&
	    digest_range(c, token, STREAM_OUT, 0, n, got, NULL) == 0 && strcmp(got, want) != 0)
		rc = verify_defect(c->v, c->v->run, ev->seq,
				   "event %lld: the file's pieces are not the file",
				   (long long)ev->seq);
	json_free(body);
	return rc ? rc : verify_bad(c->v);
}

static int check_event(void *ctx, const struct event *ev)
{
	struct output_check *c = ctx;
	struct json *body = NULL;
	bool taken = false;
	int rc = 0;
	if (ev->kind == EV_FILE)
		return check_file(c, ev);
	if (ev->kind != EV_OUTPUT)
		return 0;
	rc = removal_names(c->v->j, REMOVAL_OF_OUTPUT, c->v->run, ev->seq, &taken, c->err);
	if (rc || taken)
		return rc;
	if (json_parse(ev->body, ev->body_len, &body, NULL))
		verify_defect(c->v, c->v->run, ev->seq, "event %lld: its payload is no JSON",
			      (long long)ev->seq);
	else
		rc = check_chunk(c, ev, body);
	json_free(body);
	return rc ? rc : verify_bad(c->v);
}

int verify_outputs(struct verify *v, const char *run, struct err *err)
{
	struct output_check c = { .v = v, .err = err };
	bool pruned = false;
	int rc = removal_pruned(v->j, run, &pruned, err);
	if (rc || pruned)
		return rc;
	rc = output_open(v->j, run, false, &c.o, err);
	if (rc == ERR_CORRUPT)
		return verify_defect(v, run, 0, "run %s: its output file is damaged", run);
	if (rc && rc != ERR_NOTFOUND)
		return rc;
	c.hash = hash_new();
	rc = journal_each(v->j, run, 0, 0, check_event, &c, err);
	if (verify_bad(v))
		rc = 0;
	output_close(c.o);
	hash_free(c.hash);
	buf_release(&c.bytes);
	return rc;
}
