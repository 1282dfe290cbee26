/* A piece of work on a journal in steps, each of which may be tried again, with a memory of what was
 * acknowledged that outlives the process. For tests that crash and fail it. */
#ifndef TESTS_JOURNAL_WORK_H
#define TESTS_JOURNAL_WORK_H

#include <sys/mman.h>

#include "journal_help.h"
#include "../../src/journal/journal_own.h"

enum { WORK_RUNS = 2, WORK_CHUNK = 30000 };

static const char *const work_runs[WORK_RUNS] = { RUN_A, RUN_B };

/* What the last call that returned 0 promised. */
struct promise {
	int64_t synced, last;         /* seq: of the last synced append, of the last one at all */
	int64_t most;                 /* what the call under way would make of it */
	uint8_t head[HASH_LEN];       /* at `synced` */
	bool closed;
	int64_t output;               /* bytes of output that were synced */
};

struct work {
	const char *path;
	struct journal *j[WORK_RUNS];
	struct output *o;
	uint8_t chunk_hash[HASH_LEN];
	struct promise *p; /* [WORK_RUNS], shared with the parent */
	struct err *err;
};

static inline struct promise *promises_new(void)
{
	struct promise *p = mmap(NULL, WORK_RUNS * sizeof(*p), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(p != MAP_FAILED);
	return p;
}

static inline void promise_keep(struct work *w, int i, bool sync)
{
	struct promise *p = &w->p[i];
	uint8_t head[HASH_LEN];
	p->last = p->most = journal_head(w->j[i], head);
	if (!sync)
		return;
	p->synced = p->last;
	memcpy(p->head, head, HASH_LEN);
}

/* --- steps ----------------------------------------------------------------------------------- */

static inline int work_open(struct work *w, int i)
{
	int rc = w->j[i] ? 0 : journal_open(w->path, JOURNAL_WRITE, &w->j[i], w->err);
	if (rc == 0 && w->p[i].last)
		rc = journal_run_continue(w->j[i], work_runs[i], w->err);
	if (rc) {
		journal_close(w->j[i]);
		w->j[i] = NULL;
	}
	return rc;
}

static inline int work_close(struct work *w, int i)
{
	journal_close(w->j[i]);
	w->j[i] = NULL;
	return 0;
}

static inline int work_begin(struct work *w, int i)
{
	struct source_file f = { .path = "a.yaml", .role = "runbook", .bytes = "title: x\n", .n = 9 };
	char hex[HASH_HEX_LEN + 1], body[256];
	hash_hex_of(f.bytes, f.n, hex);
	snprintf(body, sizeof(body), "{\"title\":\"t\",\"files\":[{\"path\":\"a.yaml\",\"role\":"
		 "\"runbook\",\"sha256\":\"%s\"}]}", hex);
	struct event ev = some_event(EV_RUN_OPENED, NULL, body);
	w->p[i].most = 1;
	int rc = journal_run_open(w->j[i], work_runs[i], &ev, &f, 1, w->err);
	if (rc == 0)
		promise_keep(w, i, true);
	event_release(&ev);
	return rc;
}

static inline int work_append(struct work *w, int i, int n, size_t size, bool sync)
{
	struct event evs[8];
	char *fill = mem_alloc(size + 1);
	memset(fill, 'x', size);
	char *body = mem_printf("{\"v\":\"%s\"}", fill);
	for (int k = 0; k < n; k++)
		evs[k] = some_event(EV_VALUE, "step", body);
	w->p[i].most = w->p[i].last + n;
	int rc = journal_append(w->j[i], evs, (size_t)n, sync, w->err);
	if (rc == 0)
		promise_keep(w, i, sync);
	for (int k = 0; k < n; k++)
		event_release(&evs[k]);
	free(body);
	free(fill);
	return rc;
}

static inline int work_end(struct work *w, int i)
{
	struct event ev = some_event(EV_RUN_CLOSED, NULL, "{\"verdict\":\"recovered\"}");
	w->p[i].most = w->p[i].last + 1;
	int rc = journal_append(w->j[i], &ev, 1, true, w->err);
	if (rc == 0) {
		promise_keep(w, i, true);
		w->p[i].closed = true;
	}
	event_release(&ev);
	return rc;
}

static inline char work_byte(int64_t at)
{
	return (char)("0123456789abcdef"[(at * 7 + at / 100) % 16]);
}

static inline int work_output(struct work *w, int i)
{
	char chunk[WORK_CHUNK];
	int64_t from = w->p[i].output;
	for (int k = 0; k < WORK_CHUNK; k++)
		chunk[k] = work_byte(from + k);
	int rc = w->o ? 0 : output_open(w->j[i], work_runs[i], true, &w->o, w->err);
	if (rc == 0)
		rc = output_begin(w->o, w->err);
	if (rc == 0)
		rc = output_write(w->o, "c1", STREAM_OUT, from, chunk, WORK_CHUNK, true,
				  w->chunk_hash, w->err);
	if (rc == 0)
		rc = output_commit(w->o, true, w->err);
	if (rc && w->o)
		output_rollback(w->o);
	if (rc == 0)
		w->p[i].output = from + WORK_CHUNK;
	return rc;
}

static inline int work_chunk_event(struct work *w, int i)
{
	char hex[HASH_HEX_LEN + 1], body[256];
	hash_hex(w->chunk_hash, hex);
	snprintf(body, sizeof(body), "{\"token\":\"c1\",\"stream\":\"out\",\"from\":%lld,\"n\":%d,"
		 "\"sha256\":\"%s\"}", (long long)w->p[i].output - WORK_CHUNK, WORK_CHUNK, hex);
	struct event ev = some_event(EV_OUTPUT, "step", body);
	w->p[i].most = w->p[i].last + 1;
	int rc = journal_append(w->j[i], &ev, 1, false, w->err);
	if (rc == 0)
		promise_keep(w, i, false);
	event_release(&ev);
	return rc;
}

static inline int work_close_output(struct work *w, int i)
{
	(void)i;
	output_close(w->o);
	w->o = NULL;
	return 0;
}

static inline int work_small(struct work *w, int i) { return work_append(w, i, 2, 20, true); }
static inline int work_loose(struct work *w, int i) { return work_append(w, i, 3, 200, false); }
static inline int work_large(struct work *w, int i) { return work_append(w, i, 5, 9000, true); }

static inline int work_checkpoint(struct work *w, int i)
{
	/* journal_checkpoint would wait for a megabyte, which is many writes and no new case */
	sqlite3_wal_checkpoint_v2(w->j[i]->db.h, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return 0;
}

static const struct {
	int (*step)(struct work *w, int i);
	int run;
} work_steps[] = {
	{ work_open, 0 }, { work_begin, 0 }, { work_small, 0 }, { work_loose, 0 },
	{ work_small, 0 }, { work_output, 0 }, { work_chunk_event, 0 }, { work_open, 1 },
	{ work_begin, 1 }, { work_small, 1 }, { work_checkpoint, 0 }, { work_small, 0 },
	{ work_loose, 1 }, { work_output, 0 }, { work_chunk_event, 0 }, { work_close, 0 },
	{ work_small, 1 }, { work_open, 0 }, { work_large, 0 }, { work_end, 1 }, { work_close, 1 },
	{ work_close_output, 0 }, { work_loose, 0 }, { work_output, 0 }, { work_chunk_event, 0 },
	{ work_close_output, 0 }, { work_end, 0 }, { work_close, 0 },
};
enum { WORK_STEPS = sizeof(work_steps) / sizeof(work_steps[0]) };

/* --- what must hold afterwards --------------------------------------------------------------- */

struct last_seen {
	int64_t seq;
};

static inline int see_last(void *ctx, const struct event *ev)
{
	((struct last_seen *)ctx)->seq = ev->seq;
	return 0;
}

static inline void hold_promise(struct journal *j, const char *path, int i,
				const struct promise *p)
{
	struct last_seen last = { 0 };
	must(journal_each(j, work_runs[i], 0, 0, see_last, &last, &E));
	if (last.seq < p->synced || (last.seq > p->last && last.seq != p->most))
		print_error("run %d: %lld events on record; %lld synced, %lld written, %lld tried\n", i,
			    (long long)last.seq, (long long)p->synced, (long long)p->last,
			    (long long)p->most);
	/* every event that was acknowledged with a sync; of the others all or none of a batch */
	assert_true(last.seq >= p->synced);
	assert_true(last.seq <= p->last || last.seq == p->most);
	if (p->synced) {
		char hex[HASH_HEX_LEN + 1];
		char *sql = mem_printf("SELECT lower(hex(hash)) FROM event WHERE run = '%s' AND "
				       "seq = %lld", work_runs[i], (long long)p->synced);
		char *got = raw_get(path, sql);
		hash_hex(p->head, hex);
		assert_string_equal(got, hex);
		free(got);
		free(sql);
	}
	if (p->output) {
		struct output *o = NULL;
		struct buf got = BUF_INIT;
		must(output_open(j, work_runs[i], false, &o, &E));
		must(output_read(o, "c1", STREAM_OUT, 0, (size_t)p->output, &got, &E));
		assert_int_equal(got.len, p->output);
		for (int64_t k = 0; k < p->output; k++)
			if (got.data[k] != work_byte(k))
				assert_int_equal(got.data[k], work_byte(k));
		buf_release(&got);
		output_close(o);
	}
}

#endif
