/* Files: read once, kept for pinning. */
#include "load.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "err.h"
#include "fsio.h"
#include "hash.h"
#include "limits.h"
#include "str.h"
#include "version.h"

enum { HEAD_MAX = 16 << 10 };

static int read_disk(void *ctx, const char *path, struct buf *out, struct err *err)
{
	int rc = loader_trust(path, err);
	(void)ctx;
	return rc ? rc : fsio_read(path, LIMIT_RUNBOOK_BYTES, out, err);
}

static int read_kept(void *ctx, const char *path, struct buf *out, struct err *err)
{
	const struct runbook *rb = ctx;
	for (size_t i = 0; i < rb->n_files; i++)
		if (str_eq(rb->files[i].path, path))
			return buf_add(out, rb->files[i].bytes, rb->files[i].n);
	return err_set(err, ERR_NOTFOUND, "%s is not there", path);
}

struct loader_source loader_kept(const struct runbook *rb)
{
	return (struct loader_source){ (void *)(uintptr_t)rb, read_kept };
}

bool loader_same_file(const char *asked, const char *kept)
{
	static const char share[] = BLACKSTART_SHARE "/drivers/";
	const char *below = asked + sizeof(share) - sizeof("/drivers/");
	return strcmp(asked, kept) == 0 ||
	       (str_starts(asked, share) && kept[0] == '/' && str_ends(kept, below));
}

static bool has_key(const char *head, const char *key)
{
	char line[64];
	snprintf(line, sizeof(line), "\n%s:", key);
	return strstr(head, line);
}

static bool has_either(const char *head, const char *const *keys)
{
	while (*keys && !has_key(head, *keys))
		keys++;
	return *keys;
}

bool loader_is_other(const char *path, const char *own, const char *with, const char *const *any)
{
	char head[HEAD_MAX + 1] = "\n";
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return false;
	ssize_t n = read(fd, head + 1, sizeof(head) - 2);
	close(fd);
	for (ssize_t i = 1; i <= n; i++)
		head[i] = head[i] ? head[i] : ' ';
	return !has_key(head, "blackstart") && !has_key(head, "steps") &&
	       (has_key(head, own) || (has_key(head, with) && has_either(head, any)));
}

int load_may_climb(const struct load *l, const char *folder)
{
	struct stat st;
	if (l->src->read != read_disk)
		return 1; /* pinned: it was asked when the run began */
	if (stat(folder, &st) || !S_ISDIR(st.st_mode))
		return 0;
	return st.st_mode & S_IWOTH ? -1 : 1;
}

static int by_name(const void *pa, const void *pb)
{
	const char *const *a = pa, *const *b = pb;
	return strcmp(*a, *b);
}

size_t load_list(struct load *l, const char *folder, const char **names, size_t n, size_t max)
{
	DIR *dir = l->src->read == read_disk ? opendir(*folder ? folder : ".") : NULL;
	const struct dirent *e;
	size_t first = n;
	while (dir && n < max && (e = readdir(dir))) {
		size_t len = strlen(e->d_name);
		if (len > 5 && str_eq(e->d_name + len - 5, ".yaml"))
			names[n++] = arena_dupn(l->scratch, e->d_name, len - 5);
	}
	if (dir)
		closedir(dir);
	if (n > first)
		qsort(names + first, n - first, sizeof(*names), by_name);
	return n;
}

bool load_is_open_to_all(const struct load *l, const char *path, struct err *err)
{
	struct stat st;
	return l->src->read == read_disk && stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	       loader_trust(path, err);
}

struct loader_source loader_disk(void)
{
	return (struct loader_source){ NULL, read_disk };
}

struct load_file *load_open(struct load *l, const char *path, const char *role, int *ret_code,
			    struct err *err)
{
	size_t found;
	if (nameset_get(&l->file_of, path, strlen(path), &found)) {
		struct load_file *f = (struct load_file *)found;
		*ret_code = f->bytes ? 0 : f->code;
		if (!f->bytes)
			err_set(err, f->code, "%s", f->why);
		return f;
	}
	struct load_file *f = arena_alloc(l->scratch, sizeof(*f));
	struct buf text = { .max = LIMIT_RUNBOOK_BYTES };
	struct err own = { 0 };
	f->path = arena_dup(l->arena, path);
	f->role = role;
	f->code = l->src->read(l->src->ctx, path, &text, &own);
	if (text.over)
		f->code = err_set(&own, ERR_LIMIT, "%s is larger than %d bytes", path,
				  LIMIT_RUNBOOK_BYTES);
	if (f->code) {
		f->why = arena_dup(l->scratch, own.text);
		if (err)
			*err = own;
	} else {
		f->bytes = arena_dupn(l->arena, buf_str(&text), text.len);
		f->n = text.len;
		if (l->src->read == read_disk && load_group_writes(path))
			diag_add(&l->diag, RULE_GROUP_WRITES, (struct place){ f->path, 0, 0 },
				 "its group can change this file, and what a run started by "
				 "somebody else does: `chmod g-w`, or trust them");
	}
	buf_release(&text);
	nameset_put(&l->file_of, f->path, strlen(f->path), (size_t)f, NULL);
	*l->files_end = f;
	l->files_end = &f->next;
	l->n_files++;
	*ret_code = f->code;
	return f;
}

struct doc *load_doc(struct load *l, struct load_file *f)
{
	if (!f->parsed) {
		f->parsed = true;
		f->doc = (struct doc){ .path = f->path, .text = f->bytes, .n = f->n };
		doc_parse(&f->doc, l->scratch, l->arena, &l->diag);
	}
	return &f->doc;
}

/* Takes "." and "x/.." out of a path, so that one file has one name. */
static char *straighten(const char *path)
{
	struct buf out = BUF_INIT;
	bool root = path[0] == '/';
	while (*path) {
		size_t n = strcspn(path, "/");
		const char *last = strrchr(buf_str(&out), '/');
		const char *name = last ? last + 1 : buf_str(&out);
		if (n == 2 && memcmp(path, "..", 2) == 0 && *name && strcmp(name, "..") != 0)
			buf_cut(&out, last ? (size_t)(last - buf_str(&out)) : 0);
		else if (n && !(n == 1 && *path == '.')) {
			if (out.len)
				buf_addc(&out, '/');
			buf_add(&out, path, n);
		}
		path += n + (path[n] == '/');
	}
	if (!root)
		return out.len ? buf_take(&out) : (buf_adds(&out, "."), buf_take(&out));
	struct buf whole = BUF_INIT;
	buf_addf(&whole, "/%s", buf_str(&out));
	buf_release(&out);
	return buf_take(&whole);
}

const char *load_path(struct load *l, const struct load_book *book, const char *path)
{
	char *dir = fsio_dirname(book->file->path);
	char *joined = fsio_join(dir, path);
	char *straight = straighten(joined);
	const char *kept = arena_dup(l->arena, straight);
	free(dir);
	free(joined);
	free(straight);
	return kept;
}

/* What is done: by the book, those it calls, its drivers, the scripts that its commands name. Of a
 * book that stands alone it is the digest of its bytes, which everybody can look up. */
static void digest_work(struct runbook *rb)
{
	static const char *const roles[] = { "runbook", "called", "driver", "script" };
	struct buf b = BUF_INIT;
	size_t n = 0;

	for (size_t i = 0; i < rb->n_files; i++)
		for (size_t k = 0; k < sizeof(roles) / sizeof(roles[0]); k++)
			if (!strcmp(rb->files[i].role, roles[k])) {
				buf_addf(&b, "%s %s\n", roles[k], rb->files[i].sha256);
				n++;
			}
	if (n > 1)
		hash_hex_of(buf_str(&b), b.len, rb->digest);
	else if (rb->n_files)
		memcpy(rb->digest, rb->files[0].sha256, sizeof(rb->digest));
	buf_release(&b);
}

void load_pin(struct load *l, struct runbook *rb)
{
	size_t n = 0;
	for (const struct load_file *f = l->files; f; f = f->next)
		n += f->bytes != NULL;
	struct source_file *all = arena_alloc(l->arena, (n ? n : 1) * sizeof(*all));
	for (const struct load_file *f = l->files; f; f = f->next) {
		if (!f->bytes)
			continue;
		struct source_file *s = &all[rb->n_files++];
		*s = (struct source_file){ f->path, f->role, f->bytes, f->n, "" };
		hash_hex_of(f->bytes, f->n, s->sha256);
	}
	rb->files = all;
	digest_work(rb);
}
