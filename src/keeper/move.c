/* The record goes on in another file.
 *
 * All of the run is written there again, so that the new file stands for itself; its first row
 * names the old file, how far it went and the hash of its head. What ran goes on under the old
 * folder's holder, and what starts from now on has a holder in the new one. Until all of it is
 * done, the old record is the record.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "fsio.h"
#include "hash.h"
#include "json.h"
#include "keeper.h"
#include "keeper_parts.h"
#include "keeper_paths.h"
#include "keeper_vouch.h"
#include "loop.h"
#include "mem.h"
#include "str.h"

enum { BATCH = 256, COMMIT_BYTES = 8 << 20 };

struct move {
	struct keeper *k;
	char *path;              /* of the new journal */
	char *dir;               /* of the run, beside it */
	struct journal *to;
	struct output *out;
	struct event_list batch; /* on its way */
	size_t bytes;            /* of output since the last commit */
	bool opened;             /* the first row is written */
	bool read_only;          /* the old output file could only be opened for reading */
	int lock_fd;
	struct err err;
};

/* --- the first row ---------------------------------------------------------------------------- */

static int copy_member(void *ctx, const char *key, const struct json *v)
{
	static const char *const own[] = { "pin_count", "pin_digest", "machine_prev",
					   "continued_from" };
	struct jsonw *w = ctx;
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (!strcmp(key, own[i]))
			return 0;
	json_dump(&text, v);
	jw_raw(w, key, buf_str(&text));
	buf_release(&text);
	return 0;
}

/* As it was, but for what the journal itself adds, with where it comes from. */
static int first_body(struct move *m, const struct event *ev, struct buf *out, struct err *err)
{
	struct json *doc = NULL;
	struct jsonw w = { .out = out };
	uint8_t hash[HASH_LEN];
	char hex[HASH_HEX_LEN + 1];
	int64_t seq = journal_head(m->k->journal, hash);
	int r = json_parse(ev->body, ev->body_len, &doc, err);

	if (r)
		return r;
	hash_hex(hash, hex);
	jw_obj(&w, NULL);
	(void)json_each(doc, copy_member, &w);
	jw_obj(&w, "continued_from");
	jw_str(&w, "file", m->k->journal_path);
	jw_int(&w, "seq", seq);
	jw_str(&w, "hash", hex);
	jw_end_obj(&w);
	jw_end_obj(&w);
	json_free(doc);
	return 0;
}

static int open_run(struct move *m, const struct event *ev)
{
	const struct books *b = &m->k->books;
	struct source_file *files = mem_alloc((b->n_pins + 1) * sizeof(*files));
	struct buf body = BUF_INIT;
	struct event first = *ev;
	int r = first_body(m, ev, &body, &m->err);

	for (size_t i = 0; i < b->n_pins; i++) {
		files[i] = (struct source_file){ b->pins[i].path, b->pins[i].role,
						 b->pins[i].bytes, b->pins[i].n, "" };
		memcpy(files[i].sha256, b->pins[i].sha256, sizeof(files[i].sha256));
	}
	first.step = NULL;
	first.body_len = body.len;
	first.body = buf_take(&body);
	if (!r)
		r = journal_run_open(m->to, m->k->run, &first, files, b->n_pins, &m->err);
	m->opened = !r;
	free(first.body);
	free(files);
	return r;
}

/* --- output ----------------------------------------------------------------------------------- */

static int commit_output(struct move *m, bool begin_again)
{
	int r = output_commit(m->out, true, &m->err);

	m->bytes = 0;
	if (!r && begin_again)
		r = output_begin(m->out, &m->err);
	return r;
}

static int copy_chunk(struct move *m, const struct json *body)
{
	struct keeper *k = m->k;
	const char *token = json_str(body, "token"), *stream = json_str(body, "stream");
	int64_t from = json_int(body, "from", 0), n = json_int(body, "n", 0);
	struct buf bytes = { .max = CHUNK_MAX };
	uint8_t hash[HASH_LEN];
	int s = 0, r;

	while (s < STREAM_MAX && !str_eq(stream, stream_name(s)))
		s++;
	if (!token || s == STREAM_MAX || n < 1 || n > CHUNK_MAX)
		return 0;
	r = output_read(k->output, token, s, from, (size_t)n, &bytes, &m->err);
	if (!r && bytes.len)
		r = output_write(m->out, token, s, from, bytes.data, bytes.len,
				 json_bool(body, "plain", false), hash, &m->err);
	m->bytes += bytes.len;
	buf_release(&bytes);
	if (!r && m->bytes > COMMIT_BYTES)
		r = commit_output(m, true);
	return r;
}

static int copy_output_of(void *ctx, const struct event *ev)
{
	struct move *m = ctx;
	struct json *doc = NULL;
	int r;

	if (ev->kind != EV_OUTPUT || json_parse(ev->body, ev->body_len, &doc, NULL))
		return 0;
	r = copy_chunk(m, doc);
	json_free(doc);
	return r;
}

static bool any_output(const struct state *s)
{
	for (size_t i = 0; i < s->n_cmds; i++)
		if (s->cmds[i]->bytes[0] || s->cmds[i]->bytes[1] || s->cmds[i]->bytes[2])
			return true;
	return s->outside.n_files > 0;
}

static int copy_output(struct move *m, struct err *err)
{
	struct keeper *k = m->k;
	int r = 0;

	if (!any_output(k->s))
		return 0;
	if (k->chunks_open) { /* they are written again, there */
		output_rollback(k->output);
		k->chunks_open = false;
	}
	if (!k->output)
		r = output_open(k->journal, k->run, true, &k->output, err);
	if (r) { /* a file that cannot be written can perhaps be read */
		r = output_open(k->journal, k->run, false, &k->output, err);
		m->read_only = !r;
	}
	if (!r)
		r = output_open(m->to, k->run, true, &m->out, err);
	if (!r)
		r = output_begin(m->out, err);
	if (!r)
		r = journal_each(k->journal, k->run, 0, 0, copy_output_of, m, err);
	if (!r)
		r = commit_output(m, false);
	if (r && m->err.code && err)
		*err = m->err;
	return r;
}

/* --- events ----------------------------------------------------------------------------------- */

static void add_copy(struct event_list *l, const struct event *ev)
{
	struct event *to = event_list_add(l);

	*to = *ev;
	to->step = mem_dup(ev->step);
	to->body = mem_dupn(ev->body, ev->body_len);
}

static int flush_batch(struct move *m)
{
	int r = m->batch.n ? journal_append(m->to, m->batch.v, m->batch.n, false, &m->err) : 0;

	event_list_release(&m->batch);
	return r;
}

static int copy_event(void *ctx, const struct event *ev)
{
	struct move *m = ctx;

	if (!m->opened)
		return open_run(m, ev);
	add_copy(&m->batch, ev);
	return m->batch.n < BATCH ? 0 : flush_batch(m);
}

static int copy_events(struct move *m, struct err *err)
{
	struct keeper *k = m->k;
	int r = journal_each(k->journal, k->run, 0, 0, copy_event, m, err);

	if (!r)
		r = flush_batch(m);
	if (!r && k->batch.n && !k->n_chunks)
		r = journal_append(m->to, k->batch.v, k->batch.n, true, &m->err);
	if (r && m->err.code && err)
		*err = m->err;
	return r;
}

/* Chunks that were written and not committed: into the new file, before events name them. */
static int copy_pending(struct move *m, struct err *err)
{
	struct keeper *k = m->k;
	struct journal *old_journal = k->journal;
	struct output *old = k->output;
	int r;

	if (!k->n_chunks)
		return 0;
	k->journal = m->to;
	k->output = m->out;
	r = spool_again(k, err);
	if (!r)
		r = output_commit(k->output, true, err);
	m->out = k->output; /* it may have been opened only now */
	k->output = old;
	k->journal = old_journal;
	k->chunks_open = false;
	if (!r)
		r = journal_append(m->to, k->batch.v, k->batch.n, true, err);
	return r;
}

/* --- the turn --------------------------------------------------------------------------------- */

static int write_pointers(struct move *m, struct err *err)
{
	struct keeper *k = m->k;
	char *before = mem_printf("%s/before", m->dir);
	char *text = mem_printf("%s\n", k->dir);
	mode_t mode = k->team ? 0660 : 0600;
	int r = fsio_replace(before, text, strlen(text), mode, true, err);

	free(before);
	free(text);
	return r;
}

static int prepare(struct move *m, struct err *err)
{
	struct keeper *k = m->k;
	struct stat st;
	int r;

	if (k->posts[POST_OLD])
		return err_set(err, ERR_EXISTS, "the record was moved already; what ran before is "
			       "still under the first folder");
	if (k->journal_before)
		return err_set(err, ERR_BUSY, "the file before this one is still to be told");
	m->path = fsio_join(k->s->cwd ? k->s->cwd : "/", m->path);
	if (stat(m->path, &st) == 0 && S_ISDIR(st.st_mode)) {
		char *inside = mem_printf("%s/journal.db", m->path);
		free(m->path);
		m->path = inside;
	}
	m->dir = keeper_run_dir(m->path, k->run);
	r = journal_open(m->path, JOURNAL_WRITE | (k->team ? JOURNAL_TEAM : 0), &m->to, err);
	if (!r)
		r = keeper_path_make(m->path, k->run, k->team, err);
	if (!r)
		r = keeper_lock(m->dir, k->team, &m->lock_fd, err);
	return r;
}

static void listen_no_more(struct keeper *k)
{
	char *old = mem_printf("%s/keeper.sock", k->dir);

	loop_unwatch(k->listen_watch);
	close(k->listen_fd);
	unlink(old);
	free(old);
	k->listen_watch = NULL;
	k->listen_fd = -1;
}

static void turn(struct move *m)
{
	struct keeper *k = m->k;
	struct buf out = BUF_INIT;
	struct jsonw w = { .out = &out };
	struct err err = { 0 };

	listen_no_more(k);
	output_close(k->output);
	k->output = m->out;
	k->n_chunks = 0;
	k->journal_before = k->journal;
	k->journal = m->to;
	k->posts[POST_OLD] = k->posts[POST_OWN];
	k->posts[POST_OWN] = post_new(k, m->dir);
	k->old_lock_fd = k->lock_fd;
	k->lock_fd = m->lock_fd;
	free(k->dir);
	k->dir = m->dir;
	free(k->sheet_path);
	k->sheet_path = keeper_sheet_path(m->path, k->run);
	free(k->journal_path);
	k->journal_path = m->path;
	if (clients_listen(k, &err))
		feed_note(k, "no-socket", err.text);
	jw_obj(&w, NULL);
	jw_str(&w, "moved", k->journal_path);
	jw_end_obj(&w);
	clients_tell(k, buf_str(&out));
	buf_release(&out);
	vouch_moved(k);
	move_pointer(k);
}

int move_record(struct keeper *k, const char *path, struct err *err)
{
	struct move m = { .k = k, .path = (char *)(uintptr_t)path, .lock_fd = -1 };
	int r = prepare(&m, err);

	if (!r)
		r = copy_output(&m, err);
	if (!r)
		r = copy_events(&m, err);
	if (!r)
		r = copy_pending(&m, err);
	if (!r)
		r = write_pointers(&m, err);
	if (!r) {
		turn(&m);
		return 0;
	}
	if (m.read_only) {
		output_close(k->output);
		k->output = NULL;
	}
	event_list_release(&m.batch);
	output_close(m.out);
	journal_close(m.to);
	if (m.lock_fd >= 0)
		close(m.lock_fd);
	free(m.dir);
	if (m.path != path)
		free(m.path);
	return r;
}

/* The old status sheet must not look as if it were the last word. */
static void say_moved(struct keeper *k)
{
	char *path = keeper_sheet_path(journal_path(k->journal_before), k->run);
	char *text = mem_printf("The record of this run goes on in %s\nIts status sheet is %s\n",
				k->journal_path, k->sheet_path);

	(void)fsio_replace(path, text, strlen(text), k->team ? 0660 : 0600, false, NULL);
	free(path);
	free(text);
}

static void try_pointer(void *ctx)
{
	struct keeper *k = ctx;

	k->point = NULL;
	move_pointer(k);
}

/* In the old file, as soon as it takes it: where the record went. For people, and for who
 * attaches by the old name. */
void move_pointer(struct keeper *k)
{
	const struct post *old = k->posts[POST_OLD];
	size_t len = strlen(k->journal_path);
	struct jsonw w = { 0 };
	struct buf body = BUF_INIT;
	struct event_list one = { 0 };

	if (!k->journal_before || !old)
		return;
	say_moved(k);
	char *path = mem_printf("%s/moved", old->folder);
	int r = fsio_replace(path, k->journal_path, len, k->team ? 0660 : 0600, true, NULL);
	free(path);
	if (r) {
		k->point = loop_after(k->loop, CLOCK_S, try_pointer, k);
		return;
	}
	w.out = &body;
	jw_obj(&w, NULL);
	jw_str(&w, "what", "moved");
	jw_str(&w, "text", k->journal_path);
	jw_end_obj(&w);
	struct event *ev = event_list_add(&one);
	ev->at = clock_now();
	ev->kind = EV_NOTE;
	ev->actor = (struct actor){ .id = "keeper", .how = "program" };
	ev->body_len = body.len;
	ev->body = buf_take(&body);
	if (journal_append(k->journal_before, one.v, 1, true, NULL)) {
		k->point = loop_after(k->loop, CLOCK_S, try_pointer, k);
	} else {
		journal_close(k->journal_before);
		k->journal_before = NULL;
	}
	event_list_release(&one);
}
