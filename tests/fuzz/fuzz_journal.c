/* Any bytes as a journal, or (by its application id) as the output file of a run: every reader must
 * come back, with what it read or an error. And what verify calls whole must read without one. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "event.h"
#include "fsio.h"
#include "journal.h"
#include "mem.h"
#include "runbook.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RUN "20261122T032107Z-aaaa"

/* Leaves nothing behind: the folder is made and removed for each input. */
static char *make_folder(void)
{
	const char *base = getenv("TMPDIR");
	if (!base || !*base)
		base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	char *dir = mem_printf("%s/bs-fuzz.XXXXXX", base);
	if (!mkdtemp(dir))
		abort();
	return dir;
}

struct seen {
	struct journal *j;
	bool whole;
	int64_t last;
};

static int take_event(void *ctx, const struct event *ev)
{
	struct seen *s = ctx;
	if (ev->seq != s->last + 1 || !ev->body || strlen(ev->body) > ev->body_len ||
	    ev->kind < 0 || ev->kind >= EV_KIND_MAX)
		abort();
	s->last = ev->seq;
	return 0;
}

static int take_pin(void *ctx, const struct source_file *f)
{
	uint8_t hash[HASH_LEN];
	(void)ctx;
	if (!f->role || !f->path || strlen(f->sha256) != HASH_HEX_LEN)
		abort();
	hash_bytes(f->bytes, f->n, hash);
	return 0;
}

static int take_run(void *ctx, const struct run_row *row)
{
	struct seen *s = ctx;
	struct err err = { 0 };
	struct verify_result r;
	char found[JOURNAL_RUN_ID_MAX];
	s->last = 0;
	int rc = journal_each(s->j, row->run, 0, 0, take_event, s, &err);
	if (rc == 0)
		rc = journal_pins(s->j, row->run, take_pin, NULL, &err);
	if (rc && !err.text[0])
		abort();
	if (rc && s->whole) {
		fprintf(stderr, "whole, but: %s\n", err.text);
		abort();
	}
	(void)journal_find_run(s->j, row->run, found, NULL);
	(void)journal_verify(s->j, row->run, true, &r, NULL);
	return 0;
}

static void read_journal(const char *path)
{
	struct seen s = { 0 };
	struct err err = { 0 };
	struct verify_result r = { 0 };
	int rc = journal_open(path, JOURNAL_READ, &s.j, &err);
	if (rc) {
		if (!err.text[0])
			abort();
		return;
	}
	(void)journal_verify(s.j, NULL, true, &r, NULL);
	s.whole = journal_verify(s.j, NULL, false, &r, &err) == 0 && r.whole;
	rc = journal_runs(s.j, take_run, &s, &err);
	if (rc && s.whole)
		abort();
	journal_close(s.j);
}

static void read_output(const char *dir)
{
	char *path = mem_printf("%s/journal.db", dir);
	struct journal *j = NULL;
	struct output *o = NULL;
	if (journal_open(path, JOURNAL_WRITE, &j, NULL))
		abort();
	for (int s = 0; output_open(j, RUN, false, &o, NULL) == 0 && s < STREAM_MAX; s++) {
		struct buf got = { .max = 4 << 20 };
		int64_t n = 0;
		int rc = output_size(o, "c1", (enum stream)s, &n, NULL);
		rc = output_read(o, "c1", (enum stream)s, 0, 4 << 20, &got, NULL);
		if (rc == 0 && n >= 0 && n <= 4 << 20 && (int64_t)got.len > n)
			abort();
		(void)output_read(o, "c1", (enum stream)s, n / 2, 100, &got, NULL);
		buf_release(&got);
		output_close(o);
		o = NULL;
	}
	output_close(o);
	journal_close(j);
	free(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool is_output = size > 72 && memcmp(data + 68, "bsou", 4) == 0;
	char *dir = make_folder(), *folder = mem_printf("%s/output", dir);
	char *path = is_output ? mem_printf("%s/%s.db", folder, RUN) :
		mem_printf("%s/journal.db", dir);
	if (mkdir(folder, 0700) || fsio_replace(path, data, size, 0600, false, NULL))
		abort();
	if (is_output)
		read_output(dir);
	else
		read_journal(path);
	if (fsio_remove_tree(dir, NULL))
		abort();
	free(path);
	free(folder);
	free(dir);
	return 0;
}
