/* permit: somebody's word beforehand, for what runs without a person. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "command_line.h"
#include "err.h"
#include "fsio.h"
#include "limits.h"
#include "loader.h"
#include "mem.h"
#include "runbook.h"
#include "shelf.h"
#include "sign_permit.h"
#include "signing.h"
#include "str.h"
#include "verbs.h"

/* --- make ------------------------------------------------------------------------------------- */

/* A time, or how long from now; whole seconds. */
static bool read_until(const char *s, int64_t *ret)
{
	int64_t ms, t;

	if (str_to_duration(s, &ms))
		t = clock_now().wall + ms * CLOCK_MS;
	else if (!clock_parse(s, &t))
		return false;
	*ret = t / CLOCK_S * CLOCK_S;
	return *ret > clock_now().wall;
}

/* With all that it calls: what is signed is what will be done. */
static int of_runbook(const char *name, struct sign_permit *p)
{
	struct loader_source disk = loader_disk();
	struct findings f = { 0 };
	struct runbook *rb = NULL;
	struct err err = { 0 };
	char *path = shelf_path(name, &err);
	int status = CLI_OK;

	if (!path || loader_load(path, &disk, &rb, &f, &err)) {
		status = cli_fail(&err);
	} else {
		memcpy(p->digest, rb->digest, sizeof(p->digest));
		str_clip(p->name, sizeof(p->name), fsio_basename(path));
	}
	runbook_free(rb);
	findings_release(&f);
	free(path);
	return status;
}

static int of_command(char **words, int n, struct sign_permit *p)
{
	struct buf line = { .max = LIMIT_COMMAND_BYTES }, safe = BUF_INIT;

	command_line(&line, words, n);
	if (line.over || !line.len)
		return cli_usage(line.over ? "the command is too long" : "there is no command");
	hash_hex_of(line.data, line.len, p->digest);
	str_printable(&safe, line.data, line.len, false);
	str_clip(p->name, sizeof(p->name), buf_str(&safe));
	buf_release(&line);
	buf_release(&safe);
	p->of = SIGN_OF_COMMAND;
	return CLI_OK;
}

static int sign_it(const struct opts *o, const struct sign_permit *p)
{
	struct signing_files files;
	struct buf text = BUF_INIT, sig = BUF_INIT;
	struct err err = { 0 };
	int status;

	if (sign_permit_text(p, &text, &err))
		return cli_fail(&err);
	signing_files_find(&files);
	status = signing_proof(o, o->signers ? o->signers : files.signers, SIGN_PERMIT, &text,
			       &sig);
	signing_files_release(&files);
	buf_adds(&text, buf_str(&sig));
	buf_release(&sig);
	if (status == CLI_OK)
		return cli_put(&text, CLI_OK);
	buf_release(&text);
	return status;
}

static int make(const struct opts *o, char **args, int n)
{
	struct sign_permit p = { .of = SIGN_OF_RUNBOOK };
	bool command = o->dash == 2 && n > 2;
	int status;

	if (!command && (o->dash >= 0 || n != 3))
		return cli_usage("permit make wants ENVIRONMENT and BOOK, or ENVIRONMENT -- "
				 "COMMAND…");
	if (!o->until || !read_until(o->until, &p.until_ns))
		return cli_usage("--until wants a time to come (2026-12-01T06:00Z) or how long "
				 "from now (2h)");
	if (!o->reason || !str_copy(p.why, sizeof(p.why), o->reason))
		return cli_usage("--reason TEXT, one line of at most %zu bytes, says why",
				 sizeof(p.why) - 1);
	if (!str_copy(p.environment, sizeof(p.environment), args[1]))
		return cli_usage("the name of the environment is too long");
	sign_permit_name(&p);
	status = command ? of_command(args + 2, n - 2, &p) : of_runbook(args[2], &p);
	return status == CLI_OK ? sign_it(o, &p) : status;
}

/* --- show ------------------------------------------------------------------------------------- */

static void add(struct buf *out, const struct sign_permit *p)
{
	buf_addf(out, "permit %s\nenvironment: %s\n%s: %s\n  SHA-256 %s\nwhy: %s\nuntil: ", p->id,
		 p->environment, p->of == SIGN_OF_COMMAND ? "command" : "runbook", p->name,
		 p->digest, p->why);
	clock_utc(out, p->until_ns, 0);
	buf_addc(out, '\n');
}

static int show(const struct opts *o, const char *path)
{
	struct signing_files files;
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct sign_permit p;
	struct sign_who who;
	struct err err = { 0 };
	const char *signers;
	int status = CLI_OK;

	signing_files_find(&files);
	signers = o->signers ? o->signers : files.signers;
	if (fsio_read(path, SIGN_PERMIT_MAX, &text, &err) ||
	    sign_permit_read(buf_str(&text), text.len, &p, NULL, &err)) {
		status = cli_fail(&err);
	} else {
		add(&out, &p);
		if (!signers)
			err_set(&err, ERR_NOTFOUND, "whose it is was not looked at: --signers FILE "
				"says who may sign");
		else if (sign_permit_check(buf_str(&text), text.len, signers, clock_now().wall, &p,
					   &who, &err) == 0)
			buf_addf(&out, "by: %s (%s key %s)\n", who.principal, who.type,
				 who.fingerprint);
		if (err.code) {
			cli_say("it does not hold: %s", err.text);
			status = CLI_ENDED;
		}
	}
	signing_files_release(&files);
	buf_release(&text);
	return cli_put(&out, status);
}

int cmd_permit(const struct opts *o, char **args, int n)
{
	if (str_eq(args[0], "make"))
		return make(o, args, n);
	if (str_eq(args[0], "show"))
		return n == 2 ? show(o, args[1]) : cli_usage("permit show wants FILE");
	return cli_usage("permit wants make or show");
}
