/* sign: somebody vouches for a run as it stands, also long after it was closed. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "at_run.h"
#include "buf.h"
#include "checkpoint.h"
#include "clock.h"
#include "err.h"
#include "journal.h"
#include "keeping.h"
#include "mem.h"
#include "sign.h"
#include "signing.h"
#include "verbs.h"
#include "vouched.h"

static char *who_signs(const struct opts *o)
{
	char login[ACCOUNT_NAME_MAX];

	account_name(geteuid(), login);
	return mem_dup(o->who ? o->who : login);
}

/* Who it is by the file of signers; a key that it does not have may not vouch. */
static int check(const char *signers, const struct checkpoint *c, const struct buf *text,
		 struct sign_who *ret)
{
	struct err err = { 0 };
	int rc = signers ? sign_verify(signers, SIGN_CHECKPOINT, buf_str(text), text->len,
				       c->signature, c->wall, ret, &err)
			 : sign_check(SIGN_CHECKPOINT, buf_str(text), text->len, c->signature, ret,
				      &err);

	if (rc == 0)
		return CLI_OK;
	cli_say("not signed: %s", err.text);
	return rc == ERR_NOTFOUND || rc == ERR_DENIED ? CLI_REFUSED : CLI_ENDED;
}

static int put(const char *path, struct checkpoint *c)
{
	struct journal *j = NULL;
	struct err err = { 0 };
	int rc;

	PATIENTLY(rc, journal_open(path, JOURNAL_WRITE, &j, &err));
	if (rc == 0)
		PATIENTLY(rc, checkpoint_add(j, c, &err));
	journal_close(j);
	return rc ? cli_fail(&err) : CLI_OK;
}

static void tell(struct buf *out, const struct checkpoint *c, const struct sign_who *who)
{
	char hex[HASH_HEX_LEN + 1];

	hash_hex(c->head, hex);
	buf_addf(out, "signed: run %s up to event %lld, by ", c->run, (long long)c->seq);
	if (who->principal[0])
		cli_safe(out, who->principal);
	else
		buf_adds(out, "a key not known whose");
	buf_addf(out, " (%s %s)\nhead: %s@%s:%lld\n", who->type, who->fingerprint, hex, c->run,
		 (long long)c->seq);
}

static int sign_it(const struct opts *o, const char *path, struct checkpoint *c, struct buf *out)
{
	struct buf text = BUF_INIT, sig = BUF_INIT;
	char print[SIGN_PRINT_MAX] = "", *signers = vouched_signers(o), *name = who_signs(o);
	struct sign_who who = { 0 };
	struct err err = { 0 };
	int status;

	c->what = CHECKPOINT_COUNTER;
	c->wall = clock_now().wall;
	c->who = name;
	checkpoint_text(c, &text);
	status = signing_proof(o, signers, SIGN_CHECKPOINT, &text, &sig);
	if (status == CLI_OK && sign_key_of(buf_str(&sig), print, &err))
		status = cli_fail(&err);
	c->signature = buf_str(&sig);
	c->key = print;
	if (status == CLI_OK)
		status = check(signers, c, &text, &who);
	if (status == CLI_OK)
		status = put(path, c);
	if (status == CLI_OK)
		tell(out, c, &who);
	buf_release(&text);
	buf_release(&sig);
	free(signers);
	free(name);
	return status;
}

int cmd_sign(const struct opts *o, char **args, int n)
{
	struct at_run at = { 0 };
	struct journal *j = NULL;
	struct checkpoint c = { 0 };
	struct err err = { 0 };
	struct buf out = BUF_INIT;
	char *path = NULL;
	int status = at_run_find(o, n ? args[0] : NULL, &at);

	if (status == CLI_OK)
		status = at_run_journal(o, &path, &j);
	if (status == CLI_OK && checkpoint_head(j, at.run, &c, &err))
		status = cli_fail(&err);
	if (status == CLI_OK)
		status = keeping_is_whole(j, at.run, "not signed");
	journal_close(j);
	if (status == CLI_OK)
		status = sign_it(o, path, &c, &out);
	at_run_release(&at);
	free(path);
	return cli_put(&out, status);
}
