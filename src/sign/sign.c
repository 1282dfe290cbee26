/* Who signed it. */
#include "sign.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "err.h"
#include "fsio.h"
#include "signint.h"
#include "str.h"

/* One question about one signature. What it is asked of was read once: it cannot change between
 * two looks. */
struct asking {
	const char *signers, *space;
	const void *text;
	size_t n;
	int sig, names;  /* descriptors */
	struct sign_blob blob;
	char when[40];   /* -Overify-time=… */
	int64_t until;
};

static int ask(const struct asking *a, const char *const *args, bool with_text, struct buf *out,
	       struct buf *said, int *ret_status, struct err *err)
{
	struct sign_run r = { .argv = args, .in = -1, .files = { a->sig, a->names },
			      .until = a->until };
	int rc = with_text ? sign_file(a->text, a->n, &r.in, err) : 0;

	if (rc == 0)
		rc = sign_run(&r, out, said, ret_status, err);
	if (r.in >= 0)
		close(r.in);
	return rc;
}

/* --- whose key it is -------------------------------------------------------------------------- */

static int no_name(const struct asking *a, const struct buf *said, struct err *err)
{
	const char *what = buf_str(said);

	if (strstr(what, "has expired"))
		return err_set(err, ERR_DENIED, "the key %s has expired in %s",
			       a->blob.fingerprint, a->signers);
	if (strstr(what, "not yet valid"))
		return err_set(err, ERR_DENIED, "the key %s does not count yet in %s",
			       a->blob.fingerprint, a->signers);
	return err_set(err, ERR_NOTFOUND, "nobody in %s has the key %s", a->signers,
		       a->blob.fingerprint);
}

/* The names of the key, a line each. */
static int find_names(const struct asking *a, struct buf *names, struct err *err)
{
	const char *const args[] = { "ssh-keygen", "-Y", "find-principals", "-s", SIGN_FD_PATH(0),
				     "-f", SIGN_FD_PATH(1), a->when, NULL };
	struct buf said = BUF_INIT;
	int status = -1, rc = ask(a, args, false, names, &said, &status, err);

	if (rc == 0 && (status || !names->len))
		rc = no_name(a, &said, err);
	buf_release(&said);
	return rc;
}

static bool is_name(const char *s)
{
	struct buf safe = BUF_INIT;
	size_t n = strlen(s);
	bool good;

	str_printable(&safe, s, n, false);
	good = n && n < SIGN_NAME_MAX && !strpbrk(s, "*?!,\"") && str_eq(buf_str(&safe), s);
	buf_release(&safe);
	return good;
}

/* --- whether it holds ------------------------------------------------------------------------- */

/* `Good "SPACE" signature for NAME with TYPE key SHA256:…`; nobody's (NULL) has no `for NAME`, and
 * its key is the one that the signature names. */
static bool understand(const struct asking *a, const char *name, const char *line,
		       struct sign_who *ret)
{
	struct buf head = BUF_INIT, type = BUF_INIT, print = BUF_INIT;
	const char *key;
	bool good = false;

	buf_addf(&head, "Good \"%s\" signature ", a->space);
	if (name)
		buf_addf(&head, "for %s ", name);
	buf_adds(&head, "with ");
	if (str_starts(line, buf_str(&head)) &&
	    (key = strstr(line += head.len, " key SHA256:"))) {
		buf_add(&type, line, (size_t)(key - line));
		key += strlen(" key ");
		buf_add(&print, key, strcspn(key, "\r\n"));
		good = str_copy(ret->principal, sizeof(ret->principal), name ? name : "") &&
		       str_copy(ret->type, sizeof(ret->type), buf_str(&type)) &&
		       str_copy(ret->fingerprint, sizeof(ret->fingerprint), buf_str(&print)) &&
		       !strchr(ret->fingerprint, ' ') &&
		       (name || str_eq(ret->fingerprint, a->blob.fingerprint));
	}
	buf_release(&head);
	buf_release(&type);
	buf_release(&print);
	return good;
}

static int refused(const struct asking *a, const char *name, const struct buf *said,
		   struct err *err)
{
	struct buf why = BUF_INIT;

	if (strstr(buf_str(said), "incorrect signature"))
		buf_adds(&why, "it is for another text");
	else
		sign_said(&why, said);
	err_set(err, ERR_DENIED, "the signature of %s (%s) does not hold: %s", name,
		a->blob.fingerprint, buf_str(&why));
	buf_release(&why);
	return ERR_DENIED;
}

/* name NULL: nobody's. */
static int answer(const struct asking *a, const char *const args[], const char *name,
		  struct sign_who *ret, struct err *err)
{
	struct buf out = BUF_INIT, said = BUF_INIT;
	struct sign_who who = { 0 };
	int status = -1, rc = ask(a, args, true, &out, &said, &status, err);

	if (rc == 0 && status)
		rc = refused(a, name ? name : "nobody known", &said, err);
	else if (rc == 0 && !understand(a, name, buf_str(&out), &who))
		rc = err_set(err, ERR_DENIED, "what ssh-keygen says of the signature is not "
			     "understood");
	if (rc == 0)
		*ret = who;
	buf_release(&out);
	buf_release(&said);
	return rc;
}

static int verify_as(const struct asking *a, const char *name, struct sign_who *ret,
		     struct err *err)
{
	const char *const args[] = { "ssh-keygen", "-Y", "verify", "-I", name, "-n", a->space,
				     "-s", SIGN_FD_PATH(0), "-f", SIGN_FD_PATH(1), a->when, NULL };

	return answer(a, args, name, ret, err);
}

/* A pattern, and a list of names, stand for many: that says of nobody who it is. */
static int verify_one(const struct asking *a, struct buf *names, struct sign_who *ret,
		      struct err *err)
{
	char *name = names->data;
	size_t n = strcspn(name, "\r\n");

	if (name[n + strspn(name + n, "\r\n")] == '\0') {
		name[n] = '\0';
		if (is_name(name))
			return verify_as(a, name, ret, err);
	}
	return err_set(err, ERR_DENIED, "%s gives the key %s a pattern or a list, not a name",
		       a->signers, a->blob.fingerprint);
}

/* --- the question ----------------------------------------------------------------------------- */

static int read_signers(const char *path, int *ret_fd, struct err *err)
{
	struct buf text = BUF_INIT;
	struct stat st;
	int rc = fsio_read(path, SIGN_SIGNERS_MAX, &text, err);

	if (rc == 0 && (stat(path, &st) || (st.st_mode & S_IWOTH)))
		rc = err_set(err, ERR_DENIED, "%s: everybody can write it", path);
	if (rc == 0)
		rc = sign_file(buf_str(&text), text.len, ret_fd, err);
	buf_release(&text);
	return rc;
}

static int judge(struct asking *a, const char *sig, int64_t wall_ns, struct err *err)
{
	time_t t = (time_t)(wall_ns / CLOCK_S);
	struct tm tm;
	int rc;

	if (a->n > SIGN_TEXT_MAX)
		return err_set(err, ERR_LIMIT, "a signed text has at most %d bytes",
			       SIGN_TEXT_MAX);
	rc = sign_blob_read(sig, &a->blob, err);
	if (rc)
		return rc;
	if (!str_eq(a->blob.space, a->space))
		return err_set(err, ERR_DENIED, "the signature was made for %.60s, not for %s",
			       is_name(a->blob.space) ? a->blob.space : "something else",
			       a->space);
	if (!gmtime_r(&t, &tm) ||
	    !strftime(a->when, sizeof(a->when), "-Overify-time=%Y%m%d%H%M%SZ", &tm))
		return err_set(err, ERR_USAGE, "that is no time");
	return 0;
}

int sign_verify(const char *signers, const char *space, const void *text, size_t n,
		const char *sig, int64_t wall_ns, struct sign_who *ret, struct err *err)
{
	struct asking a = { .signers = signers, .space = space, .text = text, .n = n, .sig = -1,
			    .names = -1, .until = sign_deadline(false) };
	struct buf names = BUF_INIT;
	int rc = judge(&a, sig, wall_ns, err);

	if (rc == 0)
		rc = read_signers(signers, &a.names, err);
	if (rc == 0)
		rc = sign_file(sig, strlen(sig), &a.sig, err);
	if (rc == 0)
		rc = find_names(&a, &names, err);
	if (rc == 0)
		rc = verify_one(&a, &names, ret, err);
	if (a.sig >= 0)
		close(a.sig);
	if (a.names >= 0)
		close(a.names);
	buf_release(&names);
	return rc;
}

/* --- nobody's word ---------------------------------------------------------------------------- */

static int check_nameless(const struct asking *a, struct sign_who *ret, struct err *err)
{
	const char *const args[] = { "ssh-keygen", "-Y", "check-novalidate", "-n", a->space,
				     "-s", SIGN_FD_PATH(0), NULL };

	return answer(a, args, NULL, ret, err);
}

int sign_check(const char *space, const void *text, size_t n, const char *sig,
	       struct sign_who *ret, struct err *err)
{
	struct asking a = { .space = space, .text = text, .n = n, .sig = -1, .names = -1,
			    .until = sign_deadline(false) };
	int rc = judge(&a, sig, 0, err);

	if (rc == 0)
		rc = sign_file(sig, strlen(sig), &a.sig, err);
	if (rc == 0)
		rc = check_nameless(&a, ret, err);
	if (a.sig >= 0)
		close(a.sig);
	return rc;
}
