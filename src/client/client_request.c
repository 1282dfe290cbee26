/* One intent and its answer, for verbs that are no interface. */
#include <stdlib.h>
#include <unistd.h>

#include "client.h"
#include "client_bytes.h"
#include "err.h"
#include "mem.h"

enum { ANSWER_MS = 15000, BYTES_MS = 120000 };

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
	return client_request_fd(o, in, -1, ret_seq, err);
}

int client_request_fd(const struct client_opts *o, const struct intent *in, int fd,
		      int64_t *ret_seq, struct err *err)
{
	struct request r = { 0 };
	struct client_calls calls = { .ctx = &r, .answer = take_answer };
	struct client_opts mine = *o;
	struct client *c = NULL;
	int rc, wait_ms = fd >= 0 ? BYTES_MS : ANSWER_MS;

	mine.observer = true;
	rc = client_open(&mine, &calls, &c, err);
	if (!rc)
		rc = client_send_fd(c, in, fd, NULL, err);
	else if (fd >= 0)
		close(fd);
	if (!rc)
		rc = client_wait(c, is_answered, &r, wait_ms, err);
	if (rc == ERR_CANCEL)
		err_set(err, rc, "the keeper did not answer in %d s", wait_ms / 1000);
	if (!rc && !r.accepted)
		rc = err_set(err, ERR_DENIED, "%s", r.why);
	if (!rc && ret_seq)
		*ret_seq = r.seq;
	client_close(c);
	free(r.why);
	return rc;
}
