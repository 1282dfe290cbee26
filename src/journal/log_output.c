/* A text in what commands printed. Only the chunks of rows that fit otherwise are unpacked. A text
 * that goes over the end of a chunk is found with the chunk in which it ends. */
#include <string.h>

#include "err.h"
#include "json.h"
#include "log_own.h"
#include "output_own.h"
#include "removal.h"

enum { LINE_MAX_BYTES = 400 };

/* The output file of a run; none is no error. */
static int take_output(struct log_match *m, const char *run, struct err *err)
{
	if (strcmp(m->run, run) == 0)
		return 0;
	output_close(m->output);
	m->output = NULL;
	m->run[0] = '\0';
	bool pruned = false;
	int rc = removal_pruned(m->j, run, &pruned, err);
	if (rc == 0 && !pruned)
		rc = output_open(m->j, run, false, &m->output, err);
	if (rc && rc != ERR_NOTFOUND)
		return rc;
	memcpy(m->run, run, strlen(run) + 1);
	return 0;
}

static bool ends_line(char c)
{
	return c == '\n' || c == '\r';
}

/* The line around a place, as far as it is there. */
static void take_line(struct log_match *m, const char *at, size_t n)
{
	const char *from = at, *to = at + n, *end = m->bytes.data + m->bytes.len;
	while (from > m->bytes.data && !ends_line(from[-1]) && at - from < LINE_MAX_BYTES / 4)
		from--;
	while (to < end && !ends_line(*to) && to - from < LINE_MAX_BYTES)
		to++;
	buf_clear(&m->line);
	buf_add(&m->line, from, (size_t)(to - from));
}

static int stream_of(const char *name)
{
	for (int s = 0; name && s < STREAM_MAX; s++)
		if (strcmp(stream_name((enum stream)s), name) == 0)
			return s;
	return -1;
}

/* What is on record of the bytes, and of those before it that a text may begin in. */
static int read_bytes(struct log_match *m, const struct json *b, size_t before, struct err *err)
{
	const char *token = json_str(b, "token");
	int stream = stream_of(json_str(b, "stream"));
	int64_t from = json_int(b, "from", -1), n = json_int(b, "n", 0);
	buf_clear(&m->bytes);
	if (!token || stream < 0 || from < 0 || n < 1 || n > OUTPUT_CHUNK_MAX)
		return err_set(err, ERR_CORRUPT, "journal %s: run %s: an output of no command",
			       m->j->db.path, m->run);
	int64_t back = from < (int64_t)before ? from : (int64_t)before;
	int rc = output_read(m->output, token, (enum stream)stream, from - back,
			     (size_t)(n + back), &m->bytes, err);
	if (rc == ERR_NOTFOUND || (rc == 0 && m->bytes.len < (size_t)(n + back))) {
		buf_clear(&m->bytes); /* what is before may be gone */
		rc = output_read(m->output, token, (enum stream)stream, from, (size_t)n, &m->bytes,
				 err);
	}
	return rc == ERR_NOTFOUND || (rc == 0 && m->bytes.len < (size_t)n) ? ERR_NOTFOUND : rc;
}

int log_match_output(struct log_match *m, const char *run, const struct event *ev,
		     struct err *err)
{
	struct json *doc = NULL;
	size_t n = strlen(m->f.output);
	int rc = take_output(m, run, err);
	if (rc)
		return rc;
	rc = ERR_NOTFOUND;
	if (m->output && ev->body && json_parse(ev->body, ev->body_len, &doc, NULL) == 0)
		rc = read_bytes(m, doc, n - 1, err);
	json_free(doc);
	if (rc == ERR_NOTFOUND) {
		bool taken = false;
		rc = removal_took_output(m->j, run, ev->seq, &taken, err);
		*(taken ? &m->pruned : &m->missed) += 1;
		return rc;
	}
	if (rc)
		return rc;
	const char *at = log_find(buf_str(&m->bytes), m->bytes.len, m->f.output, n);
	if (at)
		take_line(m, at, n);
	return at ? 1 : 0;
}
