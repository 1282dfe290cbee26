/* Making a bundle: the rows into a file of their own, then one file after the other into the tar,
 * each with its digest for MANIFEST, which comes last. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "bundle_own.h"
#include "clock.h"
#include "err.h"
#include "event.h"
#include "fsio.h"
#include "journal.h"
#include "json.h"
#include "mem.h"
#include "removal.h"
#include "runbook.h"
#include "str.h"
#include "tar.h"

enum { PIECE = 1 << 16, OUTPUT_MAX = 1 << 20 };

struct listed {
	char name[EXTRACT_NAME_MAX];
	char hex[HASH_HEX_LEN + 1];
};

struct making {
	struct journal *j;
	const char *run;
	struct tar_out tar;
	struct bundle_about about;
	struct bundle_made made;
	struct hash_ctx *hash;  /* of the file in hand */
	struct listed *list;
	size_t n_list;
	struct output *output;  /* NULL: there is none */
	bool count;             /* outputs are counted, not written yet */
	int64_t files;
	struct buf bytes;
	struct err *err;
	int rc;
};

/* --- one file -------------------------------------------------------------------------------- */

static int begin(struct making *m, const char *name, int64_t size)
{
	if ((m->n_list & (m->n_list + 1)) == 0)
		m->list = mem_grow(m->list, 2 * m->n_list + 2, sizeof(*m->list));
	struct listed *l = &m->list[m->n_list];
	if (!str_copy(l->name, sizeof(l->name), name))
		return err_set(m->err, ERR_LIMIT, "the name %s is too long", name);
	m->n_list++;
	return tar_begin(&m->tar, name, size, m->err);
}

static int more(struct making *m, const void *p, size_t n)
{
	hash_add(m->hash, p, n);
	return tar_bytes(&m->tar, p, n, m->err);
}

static int end(struct making *m)
{
	uint8_t digest[HASH_LEN];
	hash_end(m->hash, digest);
	hash_hex(digest, m->list[m->n_list - 1].hex);
	return tar_end(&m->tar, m->err);
}

static int put(struct making *m, const char *name, const void *p, size_t n)
{
	int rc = begin(m, name, (int64_t)n);
	if (rc == 0)
		rc = more(m, p, n);
	return rc ? rc : end(m);
}

static int put_file(struct making *m, const char *name, const char *path)
{
	char piece[PIECE];
	struct stat st;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st)) {
		int rc = err_sys(m->err, "reading %s", path);
		if (fd >= 0)
			close(fd);
		return rc;
	}
	int rc = begin(m, name, st.st_size);
	while (rc == 0 && (n = read(fd, piece, sizeof(piece))) != 0) {
		if (n < 0 && errno != EINTR)
			rc = err_sys(m->err, "reading %s", path);
		else if (n > 0)
			rc = more(m, piece, (size_t)n);
	}
	close(fd);
	return rc ? rc : end(m);
}

/* --- what the record holds ------------------------------------------------------------------- */

/* What is damaged or gone is left out, and the check says so: a bundle shows what there is. */
static int damage_is_shown(int rc)
{
	return rc == ERR_CORRUPT || rc == ERR_NOTFOUND ? 0 : rc;
}

static int put_pin(void *ctx, const struct source_file *f)
{
	struct making *m = ctx;
	char name[EXTRACT_NAME_MAX];
	if (++m->files > m->made.extract.files)
		return 1;
	if (extract_file_name(name, m->files, f->role))
		m->rc = put(m, name, f->bytes, f->n);
	return m->rc ? 1 : 0;
}

static int put_pins(struct making *m)
{
	int rc = journal_pins(m->j, m->run, put_pin, m, m->err);
	return m->rc ? m->rc : rc == 1 ? 0 : damage_is_shown(rc);
}

/* The bytes that an event names into m->bytes. */
static bool read_output(struct making *m, const struct json *body)
{
	int64_t from = json_int(body, "from", -1), n = json_int(body, "n", -1);
	const char *token = json_str(body, "token"), *name = json_str(body, "stream");
	int s = 0;
	while (s < STREAM_MAX && !str_eq(name, stream_name((enum stream)s)))
		s++;
	buf_clear(&m->bytes);
	if (m->made.extract.pruned || !m->output || !token || s == STREAM_MAX || from < 0 ||
	    n < 1 || n > OUTPUT_MAX)
		return false;
	int rc = output_read(m->output, token, (enum stream)s, from, (size_t)n, &m->bytes, NULL);
	return rc == 0 && (int64_t)m->bytes.len == n;
}

/* What is not there was taken out on record, or is lost. */
static void count_missing(struct making *m, int64_t seq)
{
	bool taken = m->made.extract.pruned;
	if (!taken && removal_took_output(m->j, m->run, seq, &taken, NULL))
		taken = false;
	if (taken)
		m->made.taken++;
	else
		m->made.lost++;
}

static int put_output(void *ctx, const struct event *ev)
{
	struct making *m = ctx;
	struct json *body = NULL;
	char name[EXTRACT_NAME_MAX];
	if (ev->seq > m->made.extract.rows)
		return 1;
	if (ev->kind != EV_OUTPUT)
		return 0;
	if (json_parse(ev->body, ev->body_len, &body, NULL) == 0 && read_output(m, body) &&
	    extract_output_name(name, ev->seq, json_str(body, "token"), json_str(body, "stream"))) {
		m->made.outputs++;
		if (!m->count)
			m->rc = put(m, name, buf_str(&m->bytes), m->bytes.len);
	} else {
		count_missing(m, ev->seq);
	}
	json_free(body);
	return m->rc ? 1 : 0;
}

static int each_output(struct making *m, bool count)
{
	m->count = count;
	m->made.outputs = m->made.lost = m->made.taken = 0;
	int rc = journal_each(m->j, m->run, 0, 0, put_output, m, m->err);
	return m->rc ? m->rc : rc == 1 ? 0 : damage_is_shown(rc);
}

static int take_facts(void *ctx, const struct event *ev)
{
	struct making *m = ctx;
	struct bundle_about *a = &m->about;
	struct json *body = NULL;
	if (ev->seq == 1)
		a->opened_wall = ev->at.wall;
	if (json_parse(ev->body, ev->body_len, &body, NULL))
		return 0;
	if (ev->kind == EV_RUN_OPENED) {
		a->title = mem_dup(json_str(body, "title"));
		a->runbook = mem_dup(json_str(body, "runbook"));
		a->version = mem_dup(json_str(body, "version"));
		a->drill |= str_eq(json_str(body, "mode"), "drill");
	} else if (ev->kind == EV_RUN_CLOSED) {
		a->verdict = mem_dup(json_str(body, "verdict"));
	}
	json_free(body);
	return 0;
}

static int find_facts(struct making *m)
{
	int64_t last = m->made.extract.rows;
	int rc = journal_each(m->j, m->run, 0, 1, take_facts, m, m->err);
	if (rc == 0 && last > 1)
		rc = journal_each(m->j, m->run, last - 1, 1, take_facts, m, m->err);
	return damage_is_shown(rc);
}

/* --- the whole ------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct listed *)a)->name, ((const struct listed *)b)->name);
}

static int put_manifest(struct making *m)
{
	struct buf text = BUF_INIT;
	qsort(m->list, m->n_list, sizeof(*m->list), by_name);
	for (size_t i = 0; i < m->n_list; i++)
		buf_addf(&text, "%s  %s\n", m->list[i].hex, m->list[i].name);
	hash_bytes(buf_str(&text), text.len, m->made.manifest);
	int rc = put(m, "MANIFEST", buf_str(&text), text.len);
	buf_release(&text);
	return rc;
}

static int put_all(struct making *m, const char *record, const struct bundle_text *texts, size_t n)
{
	struct buf readme = BUF_INIT;
	int rc = each_output(m, true);
	m->about.outputs = m->made.outputs;
	m->about.lost = m->made.lost;
	m->about.taken = m->made.taken;
	bundle_readme(&readme, &m->about);
	if (rc == 0)
		rc = put(m, "README.txt", buf_str(&readme), readme.len);
	if (rc == 0)
		rc = put(m, "check.sh", bundle_script(), strlen(bundle_script()));
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = put(m, texts[i].name, texts[i].p, texts[i].n);
	if (rc == 0)
		rc = put_file(m, "record.db", record);
	if (rc == 0)
		rc = put_pins(m);
	if (rc == 0)
		rc = each_output(m, false);
	if (rc == 0)
		rc = put_manifest(m);
	if (rc == 0)
		rc = tar_finish(&m->tar, m->err);
	if (rc == 0 && fsync(m->tar.fd))
		rc = err_sys(m->err, "writing the bundle");
	hash_end(m->tar.hash, m->made.digest);
	buf_release(&readme);
	return rc;
}

static int write_tar(struct making *m, const char *path, const char *record,
		     const struct bundle_text *texts, size_t n)
{
	int rc = 0;
	m->tar.fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (m->tar.fd < 0) {
		rc = errno == EEXIST ? err_set(m->err, ERR_EXISTS, "%s is there already", path) :
			err_sys(m->err, "writing %s", path);
	} else {
		rc = put_all(m, record, texts, n);
		if (close(m->tar.fd) && rc == 0)
			rc = err_sys(m->err, "writing %s", path);
		if (rc)
			unlink(path);
	}
	return rc;
}

static void release(struct making *m)
{
	free(m->about.title);
	free(m->about.runbook);
	free(m->about.version);
	free(m->about.verdict);
	free(m->list);
	output_close(m->output);
	hash_free(m->hash);
	hash_free(m->tar.hash);
	buf_release(&m->bytes);
}

int bundle_write(struct journal *j, const char *run, const char *path,
		 const struct bundle_text *texts, size_t n, struct bundle_made *ret,
		 struct err *err)
{
	struct making m = { .j = j, .run = run, .about = { .run = run }, .err = err };
	char *scratch = NULL, *record = NULL;
	int rc = bundle_scratch(&scratch, err);
	/* Before the rows are read: what is pruned behind them stays to be had. */
	if (rc == 0)
		rc = damage_is_shown(output_open(j, run, false, &m.output, err));
	if (rc == 0) {
		record = fsio_join(scratch, "record.db");
		rc = journal_extract(j, run, record, &m.made.extract, err);
	}
	if (rc == 0) {
		m.about.extract = &m.made.extract;
		rc = find_facts(&m);
	}
	if (rc == 0) {
		m.hash = hash_new();
		m.tar.hash = hash_new();
		m.tar.mtime = m.made.extract.last_wall / CLOCK_S;
		if (m.tar.mtime < 0)
			m.tar.mtime = 0;
		snprintf(m.tar.top, sizeof(m.tar.top), "blackstart-%s", run);
		rc = write_tar(&m, path, record, texts, n);
	}
	if (rc == 0)
		*ret = m.made;
	free(record);
	bundle_scratch_free(scratch);
	release(&m);
	return rc;
}
