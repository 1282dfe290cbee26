/* Checking a bundle, pass by pass as its check.sh does, without unpacking more than the rows. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "bundle_own.h"
#include "err.h"
#include "fsio.h"
#include "mem.h"
#include "str.h"
#include "tar.h"

enum { PIECE = 1 << 16, MANIFEST_MAX = 256 << 20, LINE_MIN = HASH_HEX_LEN + 3 };

/* The first may be missing. */
static const char *const own[] = {
	"allowed_signers", "README.txt", "check.sh", "record.db", "report.html", "report.md",
};
enum { N_OWN = sizeof(own) / sizeof(own[0]) };

struct line {
	const char *hex, *name; /* in the text of MANIFEST, ended by NUL */
};

struct checking {
	struct tar_in tar;
	struct extract_result *r;
	struct buf text;        /* of MANIFEST, its lines cut up */
	struct line *lines;
	size_t n;
	uint8_t (*digests)[HASH_LEN]; /* of tar.files */
	const struct bundle_look *look;
	struct buf *vouched;
	struct err *err;
};

static int defect(struct checking *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static int defect(struct checking *c, const char *fmt, ...)
{
	struct verify_result *v = &c->r->verify;
	va_list ap;
	if (!v->whole)
		return 0;
	v->whole = false;
	va_start(ap, fmt);
	vsnprintf(v->text, sizeof(v->text), fmt, ap);
	va_end(ap);
	return 0;
}

static bool is_bad(const struct checking *c)
{
	return !c->r->verify.whole;
}

static bool is_below(const char *name, const char *folder)
{
	return str_starts(name, folder);
}

/* --- the files ------------------------------------------------------------------------------- */

/* Hands over a file of the tar in pieces. */
static int each_piece(struct checking *c, const struct tar_file *f,
		      int (*fn)(void *ctx, const void *p, size_t n), void *ctx)
{
	char piece[PIECE];
	int rc = 0;
	for (int64_t done = 0; rc == 0 && done < f->size;) {
		size_t want = f->size - done < PIECE ? (size_t)(f->size - done) : PIECE;
		ssize_t n = pread(c->tar.fd, piece, want, f->at + done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? err_sys(c->err, "reading the bundle") :
				err_set(c->err, ERR_IO, "the bundle is being cut");
		rc = fn(ctx, piece, (size_t)n);
		done += n;
	}
	return rc;
}

static int to_hash(void *ctx, const void *p, size_t n)
{
	hash_add(ctx, p, n);
	return 0;
}

static int hash_all(struct checking *c)
{
	struct hash_ctx *h = hash_new();
	int rc = 0;
	c->digests = mem_grow(NULL, c->tar.n + 1, sizeof(*c->digests));
	for (size_t i = 0; rc == 0 && i < c->tar.n; i++) {
		rc = each_piece(c, &c->tar.files[i], to_hash, h);
		hash_end(h, c->digests[i]);
	}
	hash_free(h);
	return rc;
}

/* How much of a name is in a folder that there should be, and one below. */
static int place_of(const char *name)
{
	const char *slash = strchr(name, '/');
	if (is_below(name, "files/") || is_below(name, "output/"))
		slash = strchr(slash + 1, '/');
	return slash ? (int)(slash - name) : (int)strlen(name);
}

static int check_places(struct checking *c)
{
	for (size_t i = 0; i < c->tar.n && !is_bad(c); i++) {
		const char *name = c->tar.files[i].name, *slash = strchr(name, '/');
		if (slash && (strchr(slash + 1, '/') ||
			      !(is_below(name, "files/") || is_below(name, "output/"))))
			defect(c, "%.*s: not a file", place_of(name), name);
	}
	if (c->tar.odd)
		defect(c, "%s", c->tar.what);
	return 0;
}

/* --- MANIFEST -------------------------------------------------------------------------------- */

static bool is_line(const char *p, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	static const char fit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789._/-";
	if (n < LINE_MIN || strlen(p) != n || p[HASH_HEX_LEN] != ' ' || p[HASH_HEX_LEN + 1] != ' ')
		return false;
	const char *name = p + HASH_HEX_LEN + 2;
	return strspn(p, digits) == HASH_HEX_LEN && strspn(name, fit) == strlen(name) &&
		!strstr(name, "..") && name[0] != '/';
}

/* Cuts the text up; a last line without its end is one too. */
static bool cut(struct checking *c)
{
	char *p = c->text.data, *end = p + c->text.len;
	while (p < end) {
		char *stop = memchr(p, '\n', (size_t)(end - p));
		char *next = stop ? stop + 1 : end;
		if (!stop)
			stop = end;
		*stop = '\0';
		if (!is_line(p, (size_t)(stop - p)))
			return false;
		p[HASH_HEX_LEN] = '\0';
		if ((c->n & (c->n + 1)) == 0)
			c->lines = mem_grow(c->lines, 2 * c->n + 2, sizeof(*c->lines));
		c->lines[c->n++] = (struct line){ p, p + HASH_HEX_LEN + 2 };
		p = next;
	}
	return true;
}

static int check_lines(struct checking *c)
{
	size_t mine = 0, must = 0, others = 0;
	for (size_t i = 0; i < c->n; i++) {
		const char *name = c->lines[i].name;
		if (i && strcmp(c->lines[i - 1].name, name) >= 0)
			return defect(c, "MANIFEST: out of order");
		for (int k = 0; k < N_OWN; k++) {
			mine += str_eq(name, own[k]);
			must += k && str_eq(name, own[k]);
		}
		others += is_below(name, "files/") || is_below(name, "output/");
	}
	if (must != N_OWN - 1 || mine + others != c->n)
		return defect(c, "MANIFEST: names not what belongs to a bundle");
	return 0;
}

static bool has(void *ctx, const char *name, uint8_t ret[HASH_LEN])
{
	struct checking *c = ctx;
	const struct tar_file *f = tar_find(&c->tar, name);
	if (f)
		memcpy(ret, c->digests[f - c->tar.files], HASH_LEN);
	return f;
}

static int check_digests(struct checking *c)
{
	uint8_t hash[HASH_LEN];
	char hex[HASH_HEX_LEN + 1];
	for (size_t i = 0; i < c->n; i++) {
		if (!has(c, c->lines[i].name, hash))
			return defect(c, "%s: missing", c->lines[i].name);
		hash_hex(hash, hex);
		if (strcmp(hex, c->lines[i].hex) != 0)
			return defect(c, "%s: altered", c->lines[i].name);
	}
	if (c->tar.n != c->n + 1)
		return defect(c, "there are files that MANIFEST does not name");
	return 0;
}

static int to_text(void *ctx, const void *p, size_t n)
{
	return buf_add(ctx, p, n);
}

static int check_manifest(struct checking *c)
{
	const struct tar_file *f = tar_find(&c->tar, "MANIFEST");
	if (!f)
		return defect(c, "MANIFEST: missing");
	if (f->size > MANIFEST_MAX)
		return defect(c, "MANIFEST: too long");
	check_places(c);
	int rc = is_bad(c) ? 0 : each_piece(c, f, to_text, &c->text);
	if (rc == 0 && !is_bad(c) && !cut(c))
		defect(c, "MANIFEST: a line that names no file");
	if (rc == 0 && !is_bad(c))
		rc = check_lines(c);
	if (rc == 0 && !is_bad(c))
		rc = check_digests(c);
	return rc;
}

/* --- the record ------------------------------------------------------------------------------ */

struct to_file {
	int fd;
	struct err *err;
};

static int write_piece(void *ctx, const void *p, size_t n)
{
	struct to_file *t = ctx;
	return fsio_write_all(t->fd, p, n, t->err);
}

/* A file of its own, for who wants one. */
static int copy_out(struct checking *c, const char *name, const char *path)
{
	struct to_file t = { .err = c->err };
	t.fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (t.fd < 0)
		return err_sys(c->err, "writing %s", path);
	int rc = each_piece(c, tar_find(&c->tar, name), write_piece, &t);
	if (close(t.fd) && rc == 0)
		rc = err_sys(c->err, "writing %s", path);
	return rc;
}

static int check_rows(struct checking *c, const char *path)
{
	struct extract_files files = { .has = has, .ctx = c };
	const char **rest = mem_grow(NULL, (size_t)c->look->n_heads + 1, sizeof(*rest));
	char hex[HASH_HEX_LEN + 1];
	uint8_t manifest[HASH_LEN];
	bool given;
	int n_rest = 0;
	/* The digest of MANIFEST is a head too: it has all that is here below it. */
	has(c, "MANIFEST", manifest);
	hash_hex(manifest, hex);
	for (int i = 0; i < c->look->n_heads; i++)
		if (!str_eq(c->look->heads[i], hex))
			rest[n_rest++] = c->look->heads[i];
	given = n_rest < c->look->n_heads;
	for (size_t i = 0; i < c->tar.n; i++) {
		files.files += is_below(c->tar.files[i].name, "files/");
		files.outputs += is_below(c->tar.files[i].name, "output/");
	}
	int rc = extract_verify(path, &files, rest, n_rest, c->r, c->err);
	c->r->manifest = given;
	free(rest);
	return rc;
}

static int check_record(struct checking *c)
{
	char *scratch = NULL, *path = NULL, *signers = NULL;
	int rc = bundle_scratch(&scratch, c->err);
	if (rc == 0) {
		path = fsio_join(scratch, "record.db");
		rc = copy_out(c, "record.db", path);
	}
	if (rc == 0)
		rc = check_rows(c, path);
	if (rc == 0 && !is_bad(c) && !c->look->signers && tar_find(&c->tar, "allowed_signers")) {
		signers = fsio_join(scratch, "allowed_signers");
		rc = copy_out(c, "allowed_signers", signers);
	}
	if (rc == 0 && !is_bad(c))
		rc = bundle_vouched(path, signers ? signers : c->look->signers, c->r, c->vouched,
				    c->err);
	free(signers);
	free(path);
	bundle_scratch_free(scratch);
	return rc;
}

static int check(struct checking *c, int fd)
{
	int rc = tar_read(&c->tar, fd, c->err);
	if (rc == 0)
		rc = hash_all(c);
	if (rc == 0)
		rc = check_manifest(c);
	if (rc == 0 && !is_bad(c))
		rc = check_record(c);
	return rc;
}

int bundle_verify(const char *path, const struct bundle_look *look, struct extract_result *ret,
		  struct buf *ret_vouched, struct err *err)
{
	struct extract_result r = { .verify = { .whole = true } };
	struct buf vouched = BUF_INIT;
	struct checking c = { .look = look, .r = &r, .vouched = &vouched, .err = err };
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st)) {
		int rc = errno == ENOENT ? err_set(err, ERR_NOTFOUND, "%s: no such file", path) :
			err_sys(err, "reading %s", path);
		if (fd >= 0)
			close(fd);
		return rc;
	}
	int rc = S_ISREG(st.st_mode) ? check(&c, fd) :
		err_set(err, ERR_DENIED, "%s: not a regular file", path);
	close(fd);
	tar_release(&c.tar);
	free(c.digests);
	free(c.lines);
	buf_release(&c.text);
	if (rc == 0 && ret_vouched)
		buf_add(ret_vouched, buf_str(&vouched), vouched.len);
	buf_release(&vouched);
	if (rc == 0)
		*ret = r;
	return rc;
}
