/* Whose the signatures are. check.sh says the same in the same words. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "bundle_own.h"
#include "err.h"
#include "sign.h"
#include "str.h"

struct vouched {
	const char *signers;
	struct extract_result *r;
	struct buf *out;
	struct err *err;
};

static void signed_text(const struct extract_checkpoint *c, struct buf *text)
{
	buf_addf(text, "blackstart checkpoint 1\nrun: %s\nseq: %" PRId64 "\nwhat: %s\nhead: %s\n"
		 "wall: %" PRId64 "\n", c->run, c->seq, c->what, c->head, c->wall);
}

static int is_false(struct vouched *v, const struct extract_checkpoint *c)
{
	struct verify_result *r = &v->r->verify;

	r->whole = false;
	r->seq = c->seq;
	snprintf(r->text, sizeof(r->text), "checkpoint %" PRId64 ": its signature is false", c->id);
	return 1;
}

static int look_at(void *ctx, const struct extract_checkpoint *c)
{
	struct vouched *v = ctx;
	struct buf text = BUF_INIT;
	struct sign_who who = { 0 }, known = { 0 };
	int rc = 0;

	if (c->signature) {
		signed_text(c, &text);
		rc = sign_check(SIGN_CHECKPOINT, buf_str(&text), text.len, c->signature, &who,
				v->err);
		if (rc == ERR_DENIED || rc == ERR_PARSE ||
		    (rc == 0 && !str_eq(who.fingerprint, c->key)))
			rc = is_false(v, c);
		else if (rc == 0 && v->signers)
			(void)sign_verify(v->signers, SIGN_CHECKPOINT, buf_str(&text), text.len,
					  c->signature, c->wall, &known, NULL);
	}
	buf_release(&text);
	if (rc)
		return rc;
	buf_addf(v->out, "checkpoint %" PRId64 " (", c->id);
	str_printable(v->out, c->what, strlen(c->what), false);
	buf_addf(v->out, ", event %" PRId64 "): ", c->seq);
	if (!c->signature)
		buf_adds(v->out, "NOT SIGNED\n");
	else if (known.principal[0])
		buf_addf(v->out, "signed by %s\n", known.principal);
	else
		buf_addf(v->out, "signed by %s, not known whose key\n", who.fingerprint);
	return 0;
}

int bundle_vouched(const char *record, const char *signers, struct extract_result *r,
		   struct buf *ret, struct err *err)
{
	struct vouched v = { .signers = signers, .r = r, .out = ret, .err = err };
	int rc = extract_checkpoints(record, look_at, &v, err);

	return rc == 1 ? 0 : rc;
}
