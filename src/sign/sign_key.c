/* The key to sign with, and signing. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base64.h"
#include "err.h"
#include "fsio.h"
#include "hash.h"
#include "mem.h"
#include "sign.h"
#include "signint.h"
#include "str.h"

enum { KEYS_MAX = 64, PUBLIC_MAX = 64 << 10 };

/* What could be meant where no key was named. */
struct choice {
	const struct sign_by *by;
	struct buf known; /* the file of allowed signers */
	size_t n;
	struct sign_key first;
	char types[200];
};

void sign_key_release(struct sign_key *k)
{
	buf_release(&k->path);
	buf_release(&k->line);
}

static bool is_word(const char *text, const char *at, size_t n)
{
	return (at == text || strchr(" \t\r\n", at[-1])) && strchr(" \t\r\n", at[n]);
}

/* Whether the key of "TYPE BLOB comment" stands in the file. */
static bool is_known(const char *signers, const char *line)
{
	const char *blob = strchr(line, ' '), *at = signers;
	size_t n = blob ? strcspn(blob + 1, " \r\n") : 0;
	char *word;

	if (!n)
		return false;
	word = mem_dupn(blob + 1, n);
	while ((at = strstr(at, word)) && !is_word(signers, at, n))
		at += n;
	free(word);
	return at != NULL;
}

static bool is_print(const char *line, const char *want)
{
	const char *blob = strchr(line, ' ');
	struct buf raw = BUF_INIT, print = BUF_INIT;
	uint8_t hash[HASH_LEN];
	bool same = false;

	if (blob && base64_decode(blob + 1, strcspn(blob + 1, " \r\n"), &raw) && raw.len) {
		hash_bytes(raw.data, raw.len, hash);
		buf_adds(&print, "SHA256:");
		base64_encode(&print, hash, sizeof(hash));
		same = str_eq(buf_str(&print), want);
	}
	buf_release(&raw);
	buf_release(&print);
	return same;
}

/* path: of the private key; NULL: it is in the agent. */
static void consider(struct choice *c, const char *line, const char *path)
{
	if (!strchr(line, ' ') || c->n == KEYS_MAX)
		return;
	if (c->by->signers && !is_known(buf_str(&c->known), line))
		return;
	if (c->by->only && !is_print(line, c->by->only))
		return;
	if (c->n++ == 0) {
		buf_add(&c->first.line, line, strcspn(line, "\r\n"));
		buf_adds(&c->first.path, path ? path : "");
	}
}

static int from_agent(struct choice *c, int64_t until, struct err *err)
{
	static const char *const args[] = { "ssh-add", "-L", NULL };
	struct sign_run r = { .argv = args, .in = -1, .until = until };
	struct buf out = BUF_INIT, said = BUF_INIT;
	char *save = NULL, *line;
	int status = -1, rc = 0;

	if (getenv("SSH_AUTH_SOCK"))
		rc = sign_run(&r, &out, &said, &status, err);
	if (rc == 0 && status == 0 && out.len)
		for (line = strtok_r(out.data, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save))
			consider(c, line, NULL);
	buf_release(&out);
	buf_release(&said);
	return rc;
}

static void from_home(struct choice *c)
{
	static const char *const names[] = { "id_ed25519", "id_ecdsa", "id_rsa", "id_ed25519_sk",
					     "id_ecdsa_sk" };
	const char *home = getenv("HOME");

	for (size_t i = 0; home && i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = mem_printf("%s/.ssh/%s", home, names[i]);
		char *public = mem_printf("%s.pub", path);
		struct buf line = BUF_INIT;

		if (access(path, R_OK) == 0 && !fsio_read(public, PUBLIC_MAX, &line, NULL))
			consider(c, buf_str(&line), path);
		buf_release(&line);
		free(path);
		free(public);
	}
}

static int named(const char *path, struct sign_key *ret, struct err *err)
{
	struct stat st;

	if (stat(path, &st))
		return errno == ENOENT || errno == ENOTDIR ?
			err_set(err, ERR_NOTFOUND, "there is no key at %s", path) :
			err_sys(err, "the key %s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_NOTFOUND, "%s is no key", path);
	buf_adds(&ret->path, path);
	return 0;
}

int sign_key_find(const struct sign_by *by, int64_t until, struct sign_key *ret, struct err *err)
{
	struct choice c = { .by = by };
	int rc = 0;

	if (by->key)
		return named(by->key, ret, err);
	if (by->signers)
		rc = fsio_read(by->signers, SIGN_SIGNERS_MAX, &c.known, err);
	if (rc == 0)
		rc = from_agent(&c, until, err);
	if (rc == 0 && !c.n && !by->agent)
		from_home(&c);
	if (rc == 0 && !c.n)
		rc = err_set(err, ERR_NOTFOUND, "no key to sign with%s%s%s%s: %s",
			     by->only ? ", namely " : "", by->only ? by->only : "",
			     by->signers ? " that is in " : "", by->signers ? by->signers : "",
			     by->agent ? "none is in the agent"
				       : "neither in an agent nor in ~/.ssh");
	else if (rc == 0 && c.n > 1 && !by->signers)
		rc = err_set(err, ERR_USAGE, "there are %zu keys to sign with: name the one (of a "
			     "key in an agent its .pub file)", c.n);
	if (rc == 0)
		*ret = c.first;
	else
		sign_key_release(&c.first);
	buf_release(&c.known);
	return rc;
}

/* --- signing ---------------------------------------------------------------------------------- */

static int run_sign(const struct sign_by *by, const struct sign_key *key, const char *space,
		    struct sign_run *r, struct buf *ret, struct err *err)
{
	const char *file = key->path.len ? buf_str(&key->path) : SIGN_FD_PATH(0);
	const char *const args[] = { "ssh-keygen", "-q", "-Y", "sign", "-f", file, "-n", space,
				     NULL };
	struct buf out = BUF_INIT, said = BUF_INIT, why = BUF_INIT;
	struct sign_blob blob;
	int status = -1, rc;

	r->argv = args;
	rc = sign_run(r, &out, &said, &status, err);
	if (rc == 0 && status) {
		sign_said(&why, &said);
		rc = err_set(err, ERR_DENIED, "%s did not sign: %s",
			     key->path.len ? file : "the key in the agent",
			     by->ask && !said.len ? "see above" : buf_str(&why));
	} else if (rc == 0) {
		rc = sign_blob_read(buf_str(&out), &blob, err);
	}
	if (rc == 0 && buf_add(ret, out.data, out.len))
		rc = err_set(err, ERR_LIMIT, "the signature is too long");
	buf_release(&out);
	buf_release(&said);
	buf_release(&why);
	return rc;
}

int sign_text(const struct sign_by *by, const char *space, const void *text, size_t n,
	      struct buf *ret, struct err *err)
{
	struct sign_run r = { .in = -1, .ask = by->ask, .until = sign_deadline(by->ask) };
	struct sign_key key = { 0 };
	int rc;

	if (n > SIGN_TEXT_MAX)
		return err_set(err, ERR_LIMIT, "a signed text has at most %d bytes",
			       SIGN_TEXT_MAX);
	rc = sign_key_find(by, sign_deadline(false), &key, err);
	if (rc == 0)
		rc = sign_file(text, n, &r.in, err);
	if (rc == 0 && !key.path.len)
		rc = sign_file(buf_str(&key.line), key.line.len, &r.files[0], err);
	if (rc == 0)
		rc = run_sign(by, &key, space, &r, ret, err);
	if (r.in >= 0)
		close(r.in);
	if (r.files[0] > 0)
		close(r.files[0]);
	sign_key_release(&key);
	return rc;
}
