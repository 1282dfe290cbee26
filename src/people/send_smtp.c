/* Mail: libcurl talks, we listen. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "account.h"
#include "err.h"
#include "mem.h"
#include "sendint.h"
#include "str.h"

/* --- listening -------------------------------------------------------------------------------- */

/* Of a command only its name is kept, and an address: some carry a password. */
static void hear_command(struct send_job *j, const char *s, size_t n)
{
	size_t word = 0;

	if (n >= 4 && (memcmp(s, "RCPT", 4) == 0 || memcmp(s, "MAIL", 4) == 0))
		word = memchr(s, '>', n) ? (size_t)((const char *)memchr(s, '>', n) - s) + 1 : 4;
	else if (n >= 4 && (memcmp(s, "EHLO", 4) == 0 || memcmp(s, "HELO", 4) == 0 ||
			    memcmp(s, "AUTH", 4) == 0 || memcmp(s, "DATA", 4) == 0))
		word = 4;
	else if (n >= 8 && memcmp(s, "STARTTLS", 8) == 0)
		word = 8;
	if (word) { /* else: what AUTH says on; it goes on */
		buf_clear(&j->doing);
		buf_add(&j->doing, s, word);
	}
	j->reply_over = true;
}

/* Nobody waits for what is said to QUIT: a server that says nothing would be waited for long. */
static void hang_up(struct send_job *j)
{
	j->quit = true;
	if (j->socket >= 0)
		shutdown(j->socket, SHUT_RD);
}

static int forget_socket(void *ctx, curl_socket_t fd)
{
	struct send_job *j = ctx;

	if (fd == j->socket)
		j->socket = -1;
	return close(fd);
}

static void refuse(struct send_job *j)
{
	const char *to = strchr(buf_str(&j->doing), '<');

	if (!str_starts(buf_str(&j->doing), "RCPT") || j->reply.len < 3 || j->reply.data[0] < '4')
		return;
	buf_addf(&j->refused, "%s%.*s %s", j->refused.len ? ", " : "",
		 to ? (int)strcspn(to + 1, ">") : 0, to ? to + 1 : "", buf_str(&j->reply));
}

/* "250-first", "250 last": one reply, its lines behind one another. */
static void hear_reply(struct send_job *j, const char *s, size_t n)
{
	bool last = n < 4 || s[3] != '-';

	while (n && strchr("\r\n", s[n - 1]))
		n--;
	if (j->reply_over)
		buf_clear(&j->reply);
	if (j->reply.len && n > 4) {
		buf_addc(&j->reply, ' ');
		buf_add(&j->reply, s + 4, n - 4);
	} else {
		buf_add(&j->reply, s, n);
	}
	j->reply_over = last;
	if (last)
		refuse(j);
}

static int hear(CURL *h, curl_infotype type, char *s, size_t n, void *ctx)
{
	struct send_job *j = ctx;

	(void)h;
	if (j->quit)
		return 0;
	if (type == CURLINFO_HEADER_OUT && n >= 4 && memcmp(s, "QUIT", 4) == 0) {
		hang_up(j);
	} else if (type == CURLINFO_HEADER_OUT) {
		hear_command(j, s, n);
	} else if (type == CURLINFO_HEADER_IN) {
		j->said += n;
		j->too_much |= j->said > SEND_ANSWER_MAX;
		if (j->too_much)
			hang_up(j);
		else
			hear_reply(j, s, n);
	}
	return 0;
}

static int mind_socket(void *ctx, curl_socket_t fd, curlsocktype purpose)
{
	struct send_job *j = ctx;

	(void)purpose;
	j->socket = fd;
	return CURL_SOCKOPT_OK;
}

static size_t ignore(char *s, size_t size, size_t n, void *ctx)
{
	(void)s;
	(void)ctx;
	return size * n;
}

static size_t give_body(char *to, size_t size, size_t n, void *ctx)
{
	struct send_job *j = ctx;
	size_t left = j->body.len - j->gone;

	n = size * n < left ? size * n : left;
	if (n)
		memcpy(to, j->body.data + j->gone, n);
	j->gone += n;
	return n;
}

/* --- what is sent ----------------------------------------------------------------------------- */

static int own_address(const struct send_job *j, char **ret, struct err *err)
{
	char *made, login[ACCOUNT_NAME_MAX];
	int rc;

	if (j->c->smtp.from)
		return send_mail_address(j->c->smtp.from, ret, err);
	made = mem_printf("%s@%s", account_name(geteuid(), login) ? login : "blackstart", j->host);
	rc = send_mail_address(made, ret, err);
	free(made);
	return rc;
}

/* smtp://HOST:PORT; without a port the one that goes with what is asked of it. */
static int set_server(struct send_job *j, struct err *err)
{
	const struct people_smtp *s = &j->c->smtp;
	const char *server = s->server ? s->server : "localhost", *after = strrchr(server, ']');
	const char *port = s->tls == PEOPLE_TLS_WRAPPED ? "465" : s->user ? "587" : "25";

	for (const char *c = server; *c; c++)
		if ((unsigned char)*c <= ' ' || strchr("/@?#\\%<>\"", *c))
			return err_set(err, ERR_PARSE, "`server` is HOST or HOST:PORT");
	buf_addf(&j->target, "%s://%s", s->tls == PEOPLE_TLS_WRAPPED ? "smtps" : "smtp", server);
	if (!strchr(after ? after : server, ':'))
		buf_addf(&j->target, ":%s", port);
	send_job_text(j, CURLOPT_URL, buf_str(&j->target));
	send_job_text(j, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	send_job_long(j, CURLOPT_USE_SSL,
		      (long)(s->tls == PEOPLE_TLS_REQUIRED ? CURLUSESSL_ALL : CURLUSESSL_NONE));
	return 0;
}

static int set_login(struct send_job *j, struct err *err)
{
	int rc;

	if (!j->c->smtp.user)
		return 0;
	rc = send_secret_read(&j->c->smtp.password, "password_from", &j->secret, err);
	if (rc)
		return rc;
	send_hide_login(&j->hide, j->c->smtp.user, buf_str(&j->secret));
	send_job_text(j, CURLOPT_USERNAME, j->c->smtp.user);
	send_job_text(j, CURLOPT_PASSWORD, buf_str(&j->secret));
	return 0;
}

static int set_message(struct send_job *j, char *from, char **to, size_t *ret_n, struct err *err)
{
	bool own = !j->m->n_to;
	const char *const *given = own ? j->c->smtp.to : j->m->to;
	size_t n = own ? j->c->smtp.n_to : j->m->n_to;
	struct send_mail mail = { j->m, from, j->host, (const char *const *)to, 0 };
	int rc = 0;

	if (!n || n > SEND_TO_MAX)
		return err_set(err, n ? ERR_LIMIT : ERR_USAGE,
			       "%zu recipients: 1 to %d are sent to", n, SEND_TO_MAX);
	for (; !rc && mail.n_to < n; mail.n_to += !rc)
		rc = send_mail_address(given[mail.n_to], &to[mail.n_to], err);
	*ret_n = mail.n_to;
	for (size_t i = 0; !rc && i < n; i++)
		send_job_list(j, to[i]);
	if (!rc)
		send_mail_text(&j->body, &mail);
	return rc;
}

static void set_rest(struct send_job *j, const char *from)
{
	send_job_text(j, CURLOPT_MAIL_FROM, from);
	j->curl.easy_setopt(j->h, CURLOPT_MAIL_RCPT, j->list);
	send_job_long(j, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1);
	send_job_long(j, CURLOPT_UPLOAD, 1);
	j->curl.easy_setopt(j->h, CURLOPT_INFILESIZE_LARGE, (curl_off_t)j->body.len);
	j->curl.easy_setopt(j->h, CURLOPT_READFUNCTION, give_body);
	j->curl.easy_setopt(j->h, CURLOPT_READDATA, j);
	j->curl.easy_setopt(j->h, CURLOPT_HEADERFUNCTION, ignore);
	j->curl.easy_setopt(j->h, CURLOPT_WRITEFUNCTION, ignore);
	j->curl.easy_setopt(j->h, CURLOPT_SOCKOPTFUNCTION, mind_socket);
	j->curl.easy_setopt(j->h, CURLOPT_SOCKOPTDATA, j);
	j->curl.easy_setopt(j->h, CURLOPT_CLOSESOCKETFUNCTION, forget_socket);
	j->curl.easy_setopt(j->h, CURLOPT_CLOSESOCKETDATA, j);
	j->curl.easy_setopt(j->h, CURLOPT_DEBUGFUNCTION, hear);
	j->curl.easy_setopt(j->h, CURLOPT_DEBUGDATA, j);
	send_job_long(j, CURLOPT_VERBOSE, 1);
}

/* --- what came of it -------------------------------------------------------------------------- */

static bool is_refusal(const struct send_job *j)
{
	const char *s = buf_str(&j->reply);

	return (s[0] == '4' || s[0] == '5') && strspn(s, "0123456789") == 3;
}

static int failed(struct send_job *j, CURLcode rc, struct err *err)
{
	const char *server = j->c->smtp.server ? j->c->smtp.server : "localhost";
	bool after = j->body.len && j->gone == j->body.len && !is_refusal(j);
	struct buf words = BUF_INIT, doing = BUF_INIT;
	int code;

	send_hide_clean(&j->hide, &words, buf_str(&j->reply), j->reply.len);
	send_hide_clean(&j->hide, &doing, buf_str(&j->doing), j->doing.len);
	if (is_refusal(j) && rc != CURLE_OPERATION_TIMEDOUT && !j->too_much)
		code = err_set(err, ERR_DENIED, "%s refused%s%s: %s", server,
			       doing.len ? " at " : "", buf_str(&doing), buf_str(&words));
	else if (after && !j->too_much)
		code = err_set(err, rc == CURLE_OPERATION_TIMEDOUT ? ERR_CANCEL : ERR_IO,
			       "%s had the whole message and did not say that it took it; it may "
			       "have arrived",
			       server);
	else
		code = send_job_failed(j, rc, server, err);
	buf_release(&words);
	buf_release(&doing);
	return code;
}

static void taken(struct send_job *j, struct buf *words)
{
	send_hide_clean(&j->hide, words, buf_str(&j->reply), j->reply.len);
	if (j->refused.len) {
		buf_adds(words, "; refused: ");
		send_hide_clean(&j->hide, words, j->refused.data, j->refused.len);
	}
}

int send_smtp(struct send_job *j, struct buf *words, struct err *err)
{
	char *to[SEND_TO_MAX] = { NULL }, *from = NULL;
	size_t n = 0;
	CURLcode done;
	int rc = own_address(j, &from, err);

	if (!rc)
		rc = set_server(j, err);
	if (!rc)
		rc = set_login(j, err);
	if (!rc)
		rc = set_message(j, from, to, &n, err);
	if (!rc) {
		set_rest(j, from);
		done = send_job_perform(j);
		hang_up(j);
		if (done == CURLE_OK)
			taken(j, words);
		else
			rc = failed(j, done, err);
	}
	for (size_t i = 0; i < n; i++)
		free(to[i]);
	free(from);
	return rc;
}
