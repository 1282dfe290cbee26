/* One message, one channel, once. */
#include "send.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "err.h"
#include "mem.h"
#include "sendint.h"
#include "str.h"

void send_job_long(struct send_job *j, CURLoption o, long v)
{
	j->curl.easy_setopt(j->h, o, v);
}

void send_job_text(struct send_job *j, CURLoption o, const char *s)
{
	j->curl.easy_setopt(j->h, o, s);
}

void send_job_list(struct send_job *j, const char *s)
{
	struct curl_slist *more = j->curl.slist_append(j->list, s);

	if (!more)
		mem_none();
	j->list = more;
}

CURLcode send_job_perform(struct send_job *j)
{
	long whole = (long)j->c->timeout_ms, slow = whole / 2000;
	long connect = whole < SEND_CONNECT_MS ? whole : SEND_CONNECT_MS;
	const char *own = getenv("SSL_CERT_FILE");

	send_job_long(j, CURLOPT_NOSIGNAL, 1);
	/* a name server that is silent is not waited for */
	send_job_long(j, CURLOPT_QUICK_EXIT, 1);
	send_job_long(j, CURLOPT_TIMEOUT_MS, whole);
	send_job_long(j, CURLOPT_CONNECTTIMEOUT_MS, connect);
	send_job_long(j, CURLOPT_LOW_SPEED_LIMIT, 1);
	send_job_long(j, CURLOPT_LOW_SPEED_TIME, slow < 1 ? 1 : slow);
	send_job_long(j, CURLOPT_SSL_VERIFYPEER, 1);
	send_job_long(j, CURLOPT_SSL_VERIFYHOST, 2);
	send_job_long(j, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	if (own && own[0])
		send_job_text(j, CURLOPT_CAINFO, own);
	j->curl.easy_setopt(j->h, CURLOPT_ERRORBUFFER, j->trouble);
	return j->curl.easy_perform(j->h);
}

int send_job_failed(struct send_job *j, CURLcode rc, const char *where, struct err *err)
{
	const char *what = j->trouble[0] ? j->trouble : j->curl.easy_strerror(rc);
	struct buf clean = BUF_INIT, time = BUF_INIT;
	int code;

	send_hide_clean(&j->hide, &clean, what, strlen(what));
	str_duration(&time, j->c->timeout_ms);
	if (j->too_much)
		code = err_set(err, ERR_LIMIT, "%s said more than %d bytes", where,
			       SEND_ANSWER_MAX);
	else if (rc == CURLE_OPERATION_TIMEDOUT)
		code = err_set(err, ERR_CANCEL, "%s: no answer in time (%s): %s", where,
			       buf_str(&time), buf_str(&clean));
	else
		code = err_set(err, ERR_IO, "%s: %s", where, buf_str(&clean));
	buf_release(&clean);
	buf_release(&time);
	return code;
}

static int check(const struct people_channel *c, const struct send_message *m, struct err *err)
{
	const char *subject = m->subject ? m->subject : "", *text = m->text ? m->text : "";

	if (c->kind != PEOPLE_SMTP && c->kind != PEOPLE_WEBHOOK)
		return err_set(err, ERR_USAGE, "%s is no channel that this sends by", c->id);
	if (!subject[0] && !text[0])
		return err_set(err, ERR_USAGE, "there is nothing to send");
	if (strlen(subject) > SEND_SUBJECT_MAX || strlen(text) > SEND_TEXT_MAX)
		return err_set(err, ERR_LIMIT, "a subject has at most %d bytes, a text %d",
			       SEND_SUBJECT_MAX, SEND_TEXT_MAX);
	return 0;
}

int send_by(const struct people_channel *c, const struct send_message *m, struct buf *words,
	    struct err *err)
{
	struct send_job j = { .c = c, .m = m, .socket = -1 };
	int rc = check(c, m, err);

	if (!rc)
		rc = send_curl_load(&j.curl, err);
	if (rc)
		return rc;
	if (gethostname(j.host, sizeof(j.host) - 1) || !j.host[0])
		str_clip(j.host, sizeof(j.host), "localhost");
	j.h = j.curl.easy_init();
	if (!j.h)
		mem_none();
	rc = c->kind == PEOPLE_SMTP ? send_smtp(&j, words, err) : send_web(&j, words, err);
	j.curl.easy_cleanup(j.h);
	j.curl.slist_free_all(j.list);
	send_hide_release(&j.hide);
	send_secret_wipe(&j.secret);
	send_secret_wipe(&j.key);
	send_secret_wipe(&j.target);
	send_secret_wipe(&j.body);
	buf_release(&j.answer);
	buf_release(&j.reply);
	buf_release(&j.doing);
	buf_release(&j.refused);
	return rc;
}
