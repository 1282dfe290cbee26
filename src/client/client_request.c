/* One intent and its answer, for verbs that are no interface. */
#include <stdlib.h>

#include "client.h"
#include "err.h"
#include "mem.h"

enum { ANSWER_MS = 15000 };

struct request {
	bool answered, accepted;
	int64_t seq;
	char *why;
};

static void take_answer(void *ctx, const struct client_answer *a)
{
	struct request *r = ctx;

	r->answered = true;
	r->accepted = a->accepted;
	r->seq = a->seq;
	free(r->why);
	r->why = mem_dup(a->why);
}

static bool is_answered(void *ctx)
{
	return ((const struct request *)ctx)->answered;
}

int client_request(const struct client_opts *o, const struct intent *in, int64_t *ret_seq,
		   struct err *err)
{
	struct request r = { 0 };
	struct client_calls calls = { .ctx = &r, .answer = take_answer };
	struct client_opts mine = *o;
	struct client *c = NULL;
	int rc;

	mine.observer = true;
	rc = client_open(&mine, &calls, &c, err);
	if (!rc)
		rc = client_send(c, in, NULL, err);
	if (!rc)
		rc = client_wait(c, is_answered, &r, ANSWER_MS, err);
	if (rc == ERR_CANCEL)
		err_set(err, rc, "the keeper did not answer in %d s", ANSWER_MS / 1000);
	if (!rc && !r.accepted)
		rc = err_set(err, ERR_DENIED, "%s", r.why);
	if (!rc && ret_seq)
		*ret_seq = r.seq;
	client_close(c);
	free(r.why);
	return rc;
}
