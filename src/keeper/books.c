#include "keeper_books.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "fsio.h"
#include "guard.h"
#include "hash.h"
#include "journal.h"
#include "lend.h"
#include "limits.h"
#include "loader.h"
#include "mem.h"
#include "scenario.h"
#include "people_attach.h"
#include "str.h"

static struct pin *pin_add(struct books *b, const struct source_file *f)
{
	if (b->n_pins == b->cap_pins) {
		b->cap_pins = b->cap_pins ? 2 * b->cap_pins : 8;
		b->pins = mem_grow(b->pins, b->cap_pins, sizeof(*b->pins));
	}
	struct pin *p = &b->pins[b->n_pins++];
	*p = (struct pin){
		.path = mem_dup(f->path),
		.role = mem_dup(f->role),
		.bytes = mem_dupn(f->bytes, f->n),
		.n = f->n,
	};
	memcpy(p->sha256, f->sha256, sizeof(p->sha256));
	return p;
}

static int take_pin(void *ctx, const struct source_file *f)
{
	pin_add(ctx, f);
	return 0;
}

static void pin_release(struct pin *p)
{
	free(p->path);
	free(p->role);
	free(p->bytes);
	free(p->on_disk);
}

void books_release(struct books *b)
{
	for (size_t i = 0; i < b->n_called; i++)
		runbook_free(b->called[i].book);
	runbook_free(b->root);
	for (size_t i = 0; i < b->n_pins; i++)
		pin_release(&b->pins[i]);
	for (size_t i = 0; i < b->n_told; i++)
		free(b->told[i]);
	free(b->told);
	free(b->called);
	free(b->pins);
	*b = (struct books){ 0 };
}

/* --- loading ---------------------------------------------------------------------------------- */

/* Where a path was pinned with several contents, the wanted digest decides for the runbook
 * itself; the rest of a later one comes from the latest pins, the rest of the first from the
 * earliest. */
struct pinned {
	const struct books *books;
	const char *path, *sha256; /* of the runbook that is loaded */
	bool latest;
};

static const struct pin *choose(const struct pinned *w, const char *path)
{
	const struct books *b = w->books;
	const struct pin *found = NULL;
	bool is_book = !strcmp(path, w->path);
	for (size_t i = 0; i < b->n_pins; i++) {
		const struct pin *p = &b->pins[i];
		if (!loader_same_file(path, p->path) || (is_book && strcmp(p->sha256, w->sha256)))
			continue;
		if (!found || w->latest)
			found = p;
	}
	return found;
}

static int read_pinned(void *ctx, const char *path, struct buf *out, struct err *err)
{
	const struct pin *p = choose(ctx, path);
	if (!p)
		return err_set(err, ERR_NOTFOUND, "%s was not pinned with this run", path);
	return buf_add(out, p->bytes, p->n);
}

static int load_pinned(const struct books *b, const struct pin *p, bool latest,
		       struct runbook **ret, struct err *err)
{
	struct pinned want = { b, p->path, p->sha256, latest };
	struct loader_source from = { &want, read_pinned };
	struct findings found = { 0 };
	int r = loader_load(p->path, &from, ret, &found, err);
	findings_release(&found);
	if (r)
		return err_context(err, ERR_CORRUPT, "the runbook pinned with the run");
	people_attach(*ret);
	guard_attach(*ret);
	people_attach_tells(*ret);
	return 0;
}

int books_open(struct books *b, struct journal *j, const char *run, struct err *err)
{
	int r = journal_pins(j, run, take_pin, b, err);
	if (r)
		return r;
	for (size_t i = 0; i < b->n_pins; i++)
		if (str_eq(b->pins[i].role, "runbook"))
			return load_pinned(b, &b->pins[i], false, &b->root, err);
	return 0;
}

int books_scenario(const struct books *b, struct scenario **ret, struct err *err)
{
	const struct pin *p = NULL;
	struct findings found = { 0 };
	int r = ERR_NOTFOUND;
	for (size_t i = 0; i < b->n_pins && !p; i++)
		if (str_eq(b->pins[i].role, "scenario"))
			p = &b->pins[i];
	if (p) {
		struct pinned want = { b, p->path, p->sha256, false };
		struct loader_source from = { &want, read_pinned };
		r = scenario_load(p->path, &from, ret, &found, err);
		findings_release(&found);
	}
	if (r)
		return err_set(err, ERR_CORRUPT, "the scenario pinned with the run cannot be read");
	return 0;
}

static const struct runbook *called_add(struct books *b, struct runbook *book, const char *sha256)
{
	if (b->n_called == b->cap_called) {
		b->cap_called = b->cap_called ? 2 * b->cap_called : 4;
		b->called = mem_grow(b->called, b->cap_called, sizeof(*b->called));
	}
	struct called *c = &b->called[b->n_called++];
	c->book = book;
	memcpy(c->sha256, sha256, strlen(sha256) + 1);
	return book;
}

const struct runbook *books_find(void *books, const char *sha256)
{
	struct books *b = books;
	struct runbook *book = NULL;
	for (size_t i = 0; i < b->n_called; i++)
		if (!strcmp(b->called[i].sha256, sha256))
			return b->called[i].book;
	for (size_t i = 0; i < b->n_pins; i++)
		if (!strcmp(b->pins[i].sha256, sha256))
			return load_pinned(b, &b->pins[i], true, &book, NULL) ?
				       NULL :
				       called_add(b, book, b->pins[i].sha256);
	return NULL;
}

static bool is_pinned(const struct books *b, const struct source_file *f)
{
	for (size_t i = 0; i < b->n_pins; i++)
		if (!strcmp(b->pins[i].path, f->path) && !strcmp(b->pins[i].sha256, f->sha256))
			return true;
	return false;
}

static int pin_all(struct books *b, struct journal *j, const char *run, const struct runbook *book,
		   struct err *err)
{
	for (size_t i = 0; i < book->n_files; i++) {
		if (is_pinned(b, &book->files[i]))
			continue;
		int r = journal_pin(j, run, &book->files[i], err);
		if (r)
			return r;
		struct pin *p = pin_add(b, &book->files[i]);
		p->on_disk = mem_dup(p->path);
	}
	return 0;
}

int books_call(struct books *b, struct journal *j, const char *run, const char *cwd,
	       const char *path, const struct runbook **ret, struct err *err)
{
	char *whole = fsio_join(cwd ? cwd : ".", path);
	struct loader_source disk = loader_disk();
	struct findings found = { 0 };
	struct runbook *book = NULL;
	struct err why = { 0 };
	int r = loader_load(whole, &disk, &book, &found, &why);
	if (r) {
		const char *first = found.n ? found.v[0].text : why.text;
		r = err_set(err, r, "cannot use %s: %s", whole, first);
		goto out;
	}
	r = pin_all(b, j, run, book, err);
	if (r)
		goto out;
	people_attach(book);
	guard_attach(book);
	people_attach_tells(book);
	*ret = called_add(b, book, book->files[0].sha256);
	book = NULL;
out:
	runbook_free(book);
	findings_release(&found);
	free(whole);
	return r;
}

/* --- the files on disk ------------------------------------------------------------------------ */

/* Pinned paths are as the person gave them, seen from a folder that we do not know; the runbook's
 * own folder is known, and the others begin with it. */
void books_locate(struct books *b, const char *cwd)
{
	const char *book = NULL;
	for (size_t i = 0; i < b->n_pins && !book; i++)
		if (str_eq(b->pins[i].role, "runbook"))
			book = b->pins[i].path;
	if (!book || !cwd)
		return;
	size_t dir = (size_t)(fsio_basename(book) - book);
	for (size_t i = 0; i < b->n_pins; i++) {
		struct pin *p = &b->pins[i];
		free(p->on_disk);
		p->on_disk = NULL;
		if (str_eq(fsio_basename(p->path), LEND_BOOK))
			continue;
		if (p->path[0] == '/')
			p->on_disk = mem_dup(p->path);
		else if (!strncmp(p->path, book, dir))
			p->on_disk = fsio_join(cwd, p->path + dir);
	}
}

void books_told(struct books *b, const char *sentence)
{
	b->told = mem_grow(b->told, b->n_told + 1, sizeof(*b->told));
	b->told[b->n_told++] = mem_dup(sentence);
}

static bool is_told(const struct books *b, const char *sentence)
{
	for (size_t i = 0; i < b->n_told; i++)
		if (!strcmp(b->told[i], sentence))
			return true;
	return false;
}

static void say_changed(struct books *b, struct buf *out, const char *path, const char *sum)
{
	char *text = sum[0] == 'g' ?
		mem_printf("%s is gone; the run keeps its copy", path) :
		mem_printf("%s was changed since this run started (SHA-256 %.12s...); the run "
			   "keeps its copy", path, sum);

	if (!is_told(b, text)) {
		books_told(b, text);
		buf_addf(out, "%s\n", text);
	}
	free(text);
}

void books_look(const struct books *b, struct buf *out)
{
	for (size_t i = 0; i < b->n_pins; i++) {
		const struct pin *p = &b->pins[i];
		struct buf now = BUF_INIT;
		char sum[HASH_HEX_LEN + 1] = "gone";
		int r = p->on_disk ? fsio_read(p->on_disk, LIMIT_RUNBOOK_BYTES, &now, NULL) : -1;
		if (!r)
			hash_hex_of(buf_str(&now), now.len, sum);
		if (!r || r == ERR_NOTFOUND)
			buf_addf(out, "%zu %s\n", i, sum);
		buf_release(&now);
	}
}

void books_changed(struct books *b, const char *lines, struct buf *out)
{
	for (const char *line = lines; *line; line += strcspn(line, "\n") + 1) {
		char sum[HASH_HEX_LEN + 1] = "";
		char *end = NULL;
		unsigned long i = strtoul(line, &end, 10);
		if (i >= b->n_pins || *end != ' ' || !strchr(line, '\n'))
			return;
		size_t n = strcspn(end + 1, "\n");
		if (n > HASH_HEX_LEN)
			return;
		memcpy(sum, end + 1, n);
		if (strcmp(sum, b->pins[i].sha256))
			say_changed(b, out, b->pins[i].on_disk, sum);
	}
}
