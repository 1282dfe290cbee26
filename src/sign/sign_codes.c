/* One-time codes: made, used once. */
#include "sign_codes.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "err.h"
#include "fsio.h"
#include "hash.h"
#include "mem.h"
#include "signint.h"
#include "str.h"

enum { GROUPS = 4, GROUP = 4, LETTERS = GROUPS * GROUP, SALT = 16, FIELDS = 8 };
enum { LOCK_TRIES = 150, LOCK_MS = 20, WORD_MAX = 100 };

/* No I, L, O, U: 32 that are told apart. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static const char first_line[] = "# blackstart codes 1: id owner made scrypt salt hash used for\n";
/* A tenth of a second and 32 MiB. */
static const struct hash_scrypt usual = { .cost = 15, .block = 8, .lanes = 1 };

enum field { F_ID, F_OWNER, F_MADE, F_HOW, F_SALT, F_HASH, F_USED, F_WHAT };

struct codes {
	const char *path;
	int fd;          /* locked */
	struct stat st;
	struct buf text;
};

/* --- the file --------------------------------------------------------------------------------- */

/* The lock is on the file itself, which is replaced when it changes: one that was replaced while
 * we waited for it is not the one. */
static int lock(const char *path, int flags, int *ret_fd, struct stat *st, struct err *err)
{
	for (int i = 0; i < LOCK_TRIES; i++) {
		struct stat now;
		int fd = open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);

		if (fd < 0)
			return errno == ENOENT ?
				err_set(err, ERR_NOTFOUND, "%s: no such file", path) :
				err_sys(err, "%s", path);
		if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, st) == 0 &&
		    stat(path, &now) == 0 && now.st_ino == st->st_ino &&
		    now.st_dev == st->st_dev) {
			*ret_fd = fd;
			return 0;
		}
		close(fd);
		poll(NULL, 0, LOCK_MS);
	}
	return err_set(err, ERR_BUSY, "%s: somebody else holds it", path);
}

static int check_file(const struct codes *c, struct err *err)
{
	if (!S_ISREG(c->st.st_mode))
		return err_set(err, ERR_DENIED, "%s: not a regular file", c->path);
	if (c->st.st_mode & S_IWOTH)
		return err_set(err, ERR_DENIED, "%s: everybody can write it", c->path);
	if (c->st.st_uid != geteuid() && geteuid())
		return err_set(err, ERR_DENIED, "%s: it belongs to another account, so no code "
			       "in it can be marked as used", c->path);
	return 0;
}

static int codes_open(const char *path, bool make, struct codes *ret, struct err *err)
{
	int rc;

	*ret = (struct codes){ .path = path, .fd = -1 };
	rc = lock(path, make ? O_RDWR | O_CREAT : O_RDWR, &ret->fd, &ret->st, err);
	if (rc == 0)
		rc = check_file(ret, err);
	if (rc == 0)
		rc = fsio_read(path, SIGN_CODES_FILE, &ret->text, err);
	if (rc == 0 && !ret->text.len)
		buf_adds(&ret->text, first_line);
	if (rc == 0 && !str_starts(buf_str(&ret->text), first_line))
		rc = err_set(err, ERR_PARSE, "%s: not a file of codes", path);
	return rc;
}

static int codes_write(struct codes *c, struct err *err)
{
	int rc;

	if (c->text.len > SIGN_CODES_FILE)
		return err_set(err, ERR_LIMIT, "%s would be larger than %d bytes", c->path,
			       SIGN_CODES_FILE);
	rc = fsio_replace(c->path, c->text.data, c->text.len, c->st.st_mode & 07777, true, err);
	if (rc == 0 && c->st.st_uid != geteuid() &&
	    chown(c->path, c->st.st_uid, c->st.st_gid))
		rc = err_sys(err, "%s", c->path);
	return rc;
}

static void codes_close(struct codes *c)
{
	if (c->fd >= 0)
		close(c->fd);
	buf_release(&c->text);
}

/* --- a line ----------------------------------------------------------------------------------- */

struct line {
	char *text;      /* its own */
	const char *f[FIELDS];
	size_t at, n;    /* in the file, without its end */
};

/* The next line with a code at or after *at, which moves behind it. A line of something else is no
 * code. The caller frees ->text. */
static bool next_line(const struct buf *file, size_t *at, struct line *ret)
{
	while (*at < file->len) {
		const char *s = file->data + *at, *stop = memchr(s, '\n', file->len - *at);
		struct line l = { .at = *at, .n = stop ? (size_t)(stop - s) : file->len - *at };
		char *save = NULL, *word;
		int n = 0;

		*at += l.n + (stop != NULL);
		l.text = mem_dupn(s, l.n);
		for (word = strtok_r(l.text, " ", &save); word && n < FIELDS;
		     word = strtok_r(NULL, " ", &save))
			l.f[n++] = word;
		if (s[0] != '#' && n == FIELDS && !word && strlen(l.f[F_ID]) == GROUP &&
		    strlen(l.f[F_OWNER]) < SIGN_NAME_MAX) {
			*ret = l;
			return true;
		}
		free(l.text);
	}
	return false;
}

static bool find(const struct buf *file, const char *id, struct line *ret)
{
	for (size_t at = 0; next_line(file, &at, ret); free(ret->text))
		if (!strncmp(ret->f[F_ID], id, GROUP))
			return true;
	return false;
}

static void add_hex(struct buf *out, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_addf(out, "%02x", p[i]);
}

static bool read_how(const char *s, struct hash_scrypt *ret)
{
	char end;

	return sscanf(s, "%d,%d,%d%c", &ret->cost, &ret->block, &ret->lanes, &end) == 3;
}

/* --- making ----------------------------------------------------------------------------------- */

static void random_letters(char *out, size_t n)
{
	uint8_t bits[LETTERS];

	hash_random(bits, n);
	for (size_t i = 0; i < n; i++)
		out[i] = alphabet[bits[i] & 31];
	mem_wipe(bits, sizeof(bits));
}

static int make_one(struct codes *c, const char *owner, int64_t wall_ns, struct buf *ret,
		    struct err *err)
{
	char code[LETTERS + 1] = "";
	uint8_t salt[SALT], hash[HASH_LEN];
	struct line taken;
	int rc;

	for (random_letters(code, GROUP); find(&c->text, code, &taken); free(taken.text))
		random_letters(code, GROUP);
	random_letters(code + GROUP, LETTERS - GROUP);
	hash_random(salt, sizeof(salt));
	rc = hash_scrypt(&usual, code, LETTERS, salt, sizeof(salt), hash, err);
	if (rc == 0) {
		buf_addf(&c->text, "%.*s %s ", GROUP, code, owner);
		clock_utc(&c->text, wall_ns, 0);
		buf_addf(&c->text, " %d,%d,%d ", usual.cost, usual.block, usual.lanes);
		add_hex(&c->text, salt, sizeof(salt));
		buf_addc(&c->text, ' ');
		add_hex(&c->text, hash, sizeof(hash));
		buf_adds(&c->text, " - -\n");
		for (int i = 0; i < GROUPS; i++)
			buf_addf(ret, "%.*s%c", GROUP, code + i * GROUP,
				 i < GROUPS - 1 ? '-' : '\n');
	}
	mem_wipe(code, sizeof(code));
	return rc;
}

static bool is_word(const char *s, size_t max)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] <= ' ' || s[i] == 0x7f)
			return false;
	return n && n < max && s[0] != '#';
}

int sign_codes_make(const char *path, const char *owner, int n, int64_t wall_ns, struct buf *ret,
		    struct err *err)
{
	struct buf made = BUF_INIT;
	struct codes c;
	int rc;

	if (!is_word(owner, SIGN_NAME_MAX) || strpbrk(owner, "*?!,\""))
		return err_set(err, ERR_USAGE, "codes are for a name: no blanks, no patterns, at "
			       "most %d bytes", SIGN_NAME_MAX - 1);
	if (n < 1 || n > SIGN_CODES_MAX)
		return err_set(err, ERR_USAGE, "1 to %d codes are made at once", SIGN_CODES_MAX);
	rc = codes_open(path, true, &c, err);
	if (rc == 0 && c.text.len && c.text.data[c.text.len - 1] != '\n')
		buf_addc(&c.text, '\n');
	for (int i = 0; rc == 0 && i < n; i++)
		rc = make_one(&c, owner, wall_ns, &made, err);
	if (rc == 0)
		rc = codes_write(&c, err);
	if (rc == 0 && buf_add(ret, buf_str(&made), made.len))
		rc = err_set(err, ERR_LIMIT, "no room for %d codes", n);
	if (made.data)
		mem_wipe(made.data, made.len);
	buf_release(&made);
	codes_close(&c);
	return rc;
}

/* --- using ------------------------------------------------------------------------------------ */

static char letter(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		return '0';
	return c == 'I' || c == 'L' ? '1' : c;
}

static bool read_code(const char *s, char out[LETTERS + 1])
{
	size_t n = 0;

	for (; *s; s++) {
		char c = letter(*s);

		if (c == '-' || c == ' ')
			continue;
		if (n == LETTERS || !strchr(alphabet, c))
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return n == LETTERS;
}

static int check_code(const char *path, const struct line *l, const char *code, struct err *err)
{
	uint8_t salt[SALT], want[HASH_LEN], got[HASH_LEN];
	struct hash_scrypt how;
	int rc;

	if (!read_how(l->f[F_HOW], &how) || !hash_unhex(l->f[F_SALT], salt, sizeof(salt)) ||
	    !hash_unhex(l->f[F_HASH], want, sizeof(want)))
		return err_set(err, ERR_PARSE, "%s: the line of the code %s is damaged", path,
			       l->f[F_ID]);
	rc = hash_scrypt(&how, code, LETTERS, salt, sizeof(salt), got, err);
	if (rc == 0 && !hash_same(got, want))
		rc = err_set(err, ERR_DENIED, "the code %s-… is wrong", l->f[F_ID]);
	if (rc == 0 && !str_eq(l->f[F_USED], "-"))
		rc = err_set(err, ERR_EXISTS, "the code %s-… was used at %.40s for %.100s",
			     l->f[F_ID], l->f[F_USED], l->f[F_WHAT]);
	return rc;
}

/* The file with the line's last two fields filled in. */
static int mark_used(struct codes *c, const struct line *l, const char *what, int64_t wall_ns,
		     struct err *err)
{
	struct buf text = BUF_INIT;
	int rc;

	buf_add(&text, c->text.data, l->at);
	for (int i = 0; i < F_USED; i++)
		buf_addf(&text, "%s ", l->f[i]);
	clock_utc(&text, wall_ns, 0);
	buf_addf(&text, " %s", what);
	buf_adds(&text, c->text.data + l->at + l->n);
	buf_release(&c->text);
	c->text = text;
	rc = codes_write(c, err);
	return rc ? err_context(err, rc, "the code cannot be marked as used, so it does not count")
		  : 0;
}

static int use(struct codes *c, const char *code, const char *what, int64_t wall_ns,
	       struct sign_who *ret, struct err *err)
{
	struct sign_who who = { .type = "code" };
	struct line l;
	int rc;

	if (!find(&c->text, code, &l))
		return err_set(err, ERR_NOTFOUND, "there is no code %.*s-…", GROUP, code);
	snprintf(who.fingerprint, sizeof(who.fingerprint), "code:%s", l.f[F_ID]);
	rc = check_code(c->path, &l, code, err);
	if (rc == 0 && !str_copy(who.principal, sizeof(who.principal), l.f[F_OWNER]))
		rc = err_set(err, ERR_LIMIT, "%s: a name is too long", c->path);
	if (rc == 0)
		rc = mark_used(c, &l, what, wall_ns, err);
	if (rc == 0)
		*ret = who;
	free(l.text);
	return rc;
}

int sign_code_use(const char *path, const char *code, const char *what, int64_t wall_ns,
		  struct sign_who *ret, struct err *err)
{
	char plain[LETTERS + 1];
	struct codes c;
	int rc;

	if (!is_word(what, WORD_MAX))
		return err_set(err, ERR_USAGE, "a code is used for something that is one word");
	if (!read_code(code, plain))
		return err_set(err, ERR_DENIED, "a code is %d groups of %d letters and digits",
			       GROUPS, GROUP);
	rc = codes_open(path, false, &c, err);
	if (rc == 0)
		rc = use(&c, plain, what, wall_ns, ret, err);
	codes_close(&c);
	mem_wipe(plain, sizeof(plain));
	return rc;
}

/* --- listing ---------------------------------------------------------------------------------- */

struct owner {
	char *name;
	int unused, used;
};

struct owners {
	struct owner *v;
	size_t n;
};

static struct owner *owner_of(struct owners *o, const char *name)
{
	for (size_t i = 0; i < o->n; i++)
		if (str_eq(o->v[i].name, name))
			return &o->v[i];
	o->v = mem_grow(o->v, o->n + 1, sizeof(*o->v));
	o->v[o->n] = (struct owner){ .name = mem_dup(name) };
	return &o->v[o->n++];
}

int sign_codes_list(const char *path,
		    void (*fn)(void *ctx, const char *owner, int unused, int used), void *ctx,
		    struct err *err)
{
	struct buf text = BUF_INIT;
	struct owners all = { 0 };
	struct line l;
	int rc = fsio_read(path, SIGN_CODES_FILE, &text, err);

	if (rc == 0 && !str_starts(buf_str(&text), first_line))
		rc = err_set(err, ERR_PARSE, "%s: not a file of codes", path);
	for (size_t at = 0; rc == 0 && next_line(&text, &at, &l); free(l.text)) {
		struct owner *o = owner_of(&all, l.f[F_OWNER]);

		if (str_eq(l.f[F_USED], "-"))
			o->unused++;
		else
			o->used++;
	}
	for (size_t i = 0; i < all.n; i++) {
		if (rc == 0)
			fn(ctx, all.v[i].name, all.v[i].unused, all.v[i].used);
		free(all.v[i].name);
	}
	free(all.v);
	buf_release(&text);
	return rc;
}
