/* A webhook: one POST, no way round. */
#include <string.h>

#include "err.h"
#include "sendint.h"
#include "str.h"

#define PAGERDUTY "https://events.pagerduty.com/v2/enqueue"

static size_t take_header(char *s, size_t size, size_t n, void *ctx)
{
	struct send_job *j = ctx;
	const char *status;

	n *= size;
	j->said += n;
	j->too_much |= j->said > SEND_ANSWER_MAX;
	if (n > 5 && memcmp(s, "HTTP/", 5) == 0) {
		status = memchr(s, ' ', n);
		buf_clear(&j->reply);
		if (status)
			buf_add(&j->reply, status + 1, n - (size_t)(status + 1 - s));
		while (j->reply.len && strchr(" \r\n", j->reply.data[j->reply.len - 1]))
			buf_cut(&j->reply, j->reply.len - 1);
	}
	return j->too_much ? 0 : n;
}

static size_t take_body(char *s, size_t size, size_t n, void *ctx)
{
	struct send_job *j = ctx;

	n *= size;
	j->said += n;
	j->too_much |= j->said > SEND_ANSWER_MAX;
	if (j->too_much)
		return 0;
	buf_add(&j->answer, s, n);
	return n;
}

static int set_target(struct send_job *j, struct err *err)
{
	const struct people_webhook *w = &j->c->webhook;
	int rc = 0;

	if (w->url_from.env || w->url_from.file) {
		rc = send_secret_read(&w->url_from, "url_from", &j->target, err);
		if (!rc)
			send_hide_url(&j->hide, buf_str(&j->target));
	} else {
		buf_adds(&j->target, w->url ? w->url : PAGERDUTY);
	}
	if (!rc && !str_starts(buf_str(&j->target), "https://") &&
	    !str_starts(buf_str(&j->target), "http://"))
		rc = err_set(err, ERR_PARSE, "the address of the webhook does not start with "
					     "https://");
	if (!rc && (w->key_from.env || w->key_from.file)) {
		rc = send_secret_read(&w->key_from, "key_from", &j->key, err);
		if (!rc)
			send_hide_add(&j->hide, buf_str(&j->key));
	}
	return rc;
}

static void set_request(struct send_job *j)
{
	send_hook_body(&j->body, j->c, j->m, j->host, buf_str(&j->key));
	send_job_list(j, "Content-Type: application/json");
	send_job_list(j, "Expect:");
	send_job_text(j, CURLOPT_URL, buf_str(&j->target));
	send_job_text(j, CURLOPT_PROTOCOLS_STR, "http,https");
	send_job_text(j, CURLOPT_USERAGENT, "blackstart");
	send_job_long(j, CURLOPT_FOLLOWLOCATION, 0);
	send_job_long(j, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1);
	j->curl.easy_setopt(j->h, CURLOPT_HTTPHEADER, j->list);
	j->curl.easy_setopt(j->h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)j->body.len);
	j->curl.easy_setopt(j->h, CURLOPT_POSTFIELDS, buf_str(&j->body));
	j->curl.easy_setopt(j->h, CURLOPT_HEADERFUNCTION, take_header);
	j->curl.easy_setopt(j->h, CURLOPT_HEADERDATA, j);
	j->curl.easy_setopt(j->h, CURLOPT_WRITEFUNCTION, take_body);
	j->curl.easy_setopt(j->h, CURLOPT_WRITEDATA, j);
}

/* "500 Internal Server Error: the first line that says something" */
static void put_answer(const struct send_job *j, struct buf *out)
{
	const char *body = buf_str(&j->answer) + strspn(buf_str(&j->answer), " \t\r\n");
	size_t n = strcspn(body, "\r\n");

	send_hide_clean(&j->hide, out, buf_str(&j->reply), j->reply.len);
	if (n) {
		buf_adds(out, ": ");
		send_hide_clean(&j->hide, out, body, n);
	}
}

/* A host of the address, not more: the rest may be the secret. */
static void put_where(const struct send_job *j, struct buf *out)
{
	const char *s = strstr(buf_str(&j->target), "://"), *at;
	size_t n = s ? strcspn(s + 3, "/?#") : 0;

	at = n ? memrchr(s + 3, '@', n) : NULL;
	if (at)
		send_hide_clean(&j->hide, out, at + 1, n - (size_t)(at + 1 - (s + 3)));
	else if (n)
		send_hide_clean(&j->hide, out, s + 3, n);
}

static int judge(struct send_job *j, const char *where, struct buf *words, struct err *err)
{
	struct buf answer = BUF_INIT;
	long status = 0;
	int rc = 0;

	j->curl.easy_getinfo(j->h, CURLINFO_RESPONSE_CODE, &status);
	put_answer(j, &answer);
	if (send_hook_taken(j->c->webhook.kind, status, buf_str(&j->answer)))
		buf_adds(words, buf_str(&answer));
	else if (status >= 300 && status < 400)
		rc = err_set(err, ERR_DENIED, "%s points elsewhere, which is not followed: %s",
			     where, buf_str(&answer));
	else if (status >= 200 && status < 300)
		rc = err_set(err, ERR_DENIED, "%s answers, but not as %s does: %s", where,
			     people_hook_name(j->c->webhook.kind), buf_str(&answer));
	else
		rc = err_set(err, ERR_DENIED, "%s refused: %s", where, buf_str(&answer));
	buf_release(&answer);
	return rc;
}

int send_web(struct send_job *j, struct buf *words, struct err *err)
{
	struct buf where = BUF_INIT;
	CURLcode done;
	int rc = set_target(j, err);

	if (!rc) {
		put_where(j, &where);
		set_request(j);
		done = send_job_perform(j);
		rc = done == CURLE_OK ? judge(j, buf_str(&where), words, err)
				      : send_job_failed(j, done, buf_str(&where), err);
	}
	buf_release(&where);
	return rc;
}
