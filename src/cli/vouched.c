#include "vouched.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "journal.h"
#include "mem.h"
#include "signing.h"
#include "str.h"
#include "verbs.h"

static const char *const words[VOUCHED_MAX] = {
	[VOUCHED_BY_KNOWN] = "signed", [VOUCHED_BY_KEY] = "signed by an unknown key",
	[VOUCHED_NOT] = "not signed", [VOUCHED_UNSEEN] = "not looked at",
	[VOUCHED_FALSE] = "false",
};

const char *vouched_word(enum vouched v)
{
	return words[v];
}

char *vouched_signers(const struct opts *o)
{
	const char *set = getenv("BLACKSTART_SIGNERS");
	struct signing_files files = { 0 };
	char *path;

	if (o->signers || (set && *set))
		return mem_dup(o->signers ? o->signers : set);
	signing_files_find(&files);
	path = mem_dup(files.signers);
	signing_files_release(&files);
	return path;
}

/* --- one -------------------------------------------------------------------------------------- */

/* That no name goes with it is no fault of the signature: it is looked at by itself. */
static enum vouched by_key(const struct checkpoint *c, const struct buf *text,
			   struct sign_who *who, struct err *err)
{
	struct err own = { 0 };
	int rc = sign_check(SIGN_CHECKPOINT, buf_str(text), text->len, c->signature, who, &own);

	if (rc == 0)
		return VOUCHED_BY_KEY;
	*err = own;
	return rc == ERR_DENIED || rc == ERR_PARSE ? VOUCHED_FALSE : VOUCHED_UNSEEN;
}

static enum vouched judge(const struct checkpoint *c, const char *signers, struct sign_who *who,
			  struct err *err)
{
	struct buf text = BUF_INIT;
	enum vouched is = VOUCHED_BY_KNOWN;
	int rc;

	if (!c->signature)
		return VOUCHED_NOT;
	checkpoint_text(c, &text);
	rc = signers ? sign_verify(signers, SIGN_CHECKPOINT, buf_str(&text), text.len,
				   c->signature, c->wall, who, err)
		     : err_set(err, ERR_NOTFOUND, "no file says whose key it is (--signers)");
	if (rc)
		is = by_key(c, &text, who, err);
	buf_release(&text);
	if (is <= VOUCHED_BY_KEY && !str_eq(who->fingerprint, c->key)) {
		err_set(err, ERR_DENIED, "it is by another key than the row says");
		is = VOUCHED_FALSE;
	}
	return is;
}

void vouched_say(struct buf *out, const struct voucher *v)
{
	switch (v->is) {
	case VOUCHED_BY_KNOWN:
		buf_adds(out, "signed by ");
		cli_safe(out, v->who.principal);
		buf_addf(out, " (%s %s)", v->who.type, v->who.fingerprint);
		return;
	case VOUCHED_BY_KEY:
		buf_addf(out, "signed by the key %s, not known whose: ", v->who.fingerprint);
		break;
	case VOUCHED_NOT:
		buf_adds(out, "NOT SIGNED: ");
		break;
	case VOUCHED_UNSEEN:
		buf_adds(out, "signed, NOT LOOKED AT: ");
		break;
	default:
		buf_adds(out, "FALSE: ");
		break;
	}
	cli_safe(out, v->why ? v->why : "it is not said why");
}

/* --- all -------------------------------------------------------------------------------------- */

struct look {
	struct journal *j;
	const char *signers;
	void (*fn)(void *ctx, const struct voucher *v);
	void *ctx;
	struct vouching *to;
	char **ended;        /* runs whose last row was vouched for */
	size_t n_ended;
};

static void note_end(struct look *l, const struct checkpoint *c)
{
	struct checkpoint last = { 0 };

	if (c->what != CHECKPOINT_CLOSE && c->what != CHECKPOINT_COUNTER)
		return;
	if (checkpoint_head(l->j, c->run, &last, NULL) || last.seq != c->seq)
		return;
	l->ended = mem_grow(l->ended, l->n_ended + 1, sizeof(*l->ended));
	l->ended[l->n_ended++] = mem_dup(c->run);
}

static int look_at(void *ctx, const struct checkpoint *c)
{
	struct look *l = ctx;
	struct err err = { 0 };
	struct voucher v = { .c = c };

	v.is = judge(c, l->signers, &v.who, &err);
	v.why = v.is == VOUCHED_NOT ? c->why : v.is == VOUCHED_BY_KNOWN ? NULL : err.text;
	l->to->n[v.is]++;
	if (v.is == VOUCHED_FALSE && !l->to->wrong.len) {
		memcpy(l->to->run, c->run, sizeof(l->to->run));
		buf_addf(&l->to->wrong, "checkpoint %lld (%s, event %lld): ", (long long)c->id,
			 checkpoint_word(c->what), (long long)c->seq);
		buf_adds(&l->to->wrong, err.text);
	}
	if (v.is <= VOUCHED_BY_KEY)
		note_end(l, c);
	if (l->fn)
		l->fn(l->ctx, &v);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int64_t count_ends(struct look *l)
{
	int64_t n = 0;

	if (l->n_ended)
		qsort(l->ended, l->n_ended, sizeof(*l->ended), by_name);
	for (size_t i = 0; i < l->n_ended; i++)
		n += i == 0 || strcmp(l->ended[i - 1], l->ended[i]) != 0;
	return n;
}

int vouched_look(struct journal *j, const char *run, const char *signers,
		 void (*fn)(void *ctx, const struct voucher *v), void *ctx, struct vouching *ret,
		 struct err *err)
{
	struct look l = { .j = j, .signers = signers, .fn = fn, .ctx = ctx, .to = ret };
	int rc = checkpoint_each(j, run, look_at, &l, err);

	ret->ends = count_ends(&l);
	for (size_t i = 0; i < l.n_ended; i++)
		free(l.ended[i]);
	free(l.ended);
	return rc;
}

void vouched_release(struct vouching *v)
{
	buf_release(&v->wrong);
	*v = (struct vouching){ 0 };
}
