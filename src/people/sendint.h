/* A message on its way. */
#ifndef PEOPLE_SENDINT_H
#define PEOPLE_SENDINT_H

#include <curl/curl.h>

#include "buf.h"
#include "send.h"

/* send_curl.c: the library, loaded. */
#define SEND_CURL(X)                                                                              \
	X(global_init) X(easy_init) X(easy_setopt) X(easy_perform) X(easy_getinfo)                \
	X(easy_cleanup) X(easy_strerror) X(slist_append) X(slist_free_all)

struct send_curl {
#define X(name) __typeof__(curl_##name) *name;
	SEND_CURL(X)
#undef X
};

/* Stays loaded. ERR_NOTFOUND. */
int send_curl_load(struct send_curl *ret, struct err *err);

/* send_secret.c: one that is known, and what must not be seen of it. */
struct send_hide {
	char **v;
	size_t n;
};

/* Appends it to *ret, whose memory the caller wipes. ERR_NOTFOUND: it is not there, or empty;
 * ERR_PARSE: it has more than one line. */
int send_secret_read(const struct people_secret *where, const char *what, struct buf *ret,
		     struct err *err);
void send_hide_add(struct send_hide *h, const char *secret);     /* "" is nothing to hide */
void send_hide_url(struct send_hide *h, const char *url);        /* also what it is made of */
void send_hide_login(struct send_hide *h, const char *user, const char *password);
/* One line of the n bytes at s for a terminal, without what is hidden. At most SEND_WORDS_MAX. */
void send_hide_clean(const struct send_hide *h, struct buf *out, const char *s, size_t n);
void send_hide_release(struct send_hide *h);
void send_secret_wipe(struct buf *b);                            /* and release it */

/* send_mail.c: a message as RFC 5322 has it. `host` and `user`: of this machine. */
struct send_mail {
	const struct send_message *m;
	const char *from, *host;
	const char *const *to;
	size_t n_to;
};
void send_mail_text(struct buf *out, const struct send_mail *m);
void send_mail_id(struct buf *out, const struct send_message *m, const char *host);
void send_mail_header(struct buf *out, const char *name, const char *value); /* encoded, folded */

/* send_hook.c: what is posted, and what the answer means. key: PagerDuty's. */
void send_hook_body(struct buf *out, const struct people_channel *c, const struct send_message *m,
		    const char *host, const char *key);
/* Whether that answer says that it was taken. */
bool send_hook_taken(enum people_hook kind, long status, const char *body);

/* A job in the hands of the library. */
struct send_job {
	struct send_curl curl;
	CURL *h;
	const struct people_channel *c;
	const struct send_message *m;
	char host[65];
	struct send_hide hide;
	struct buf secret, key, target; /* target: the URL */
	struct buf body;                /* what goes out */
	size_t gone;                    /* bytes of it that were taken */
	struct curl_slist *list;        /* recipients, or headers */
	struct buf answer;              /* the body of a web service's */
	struct buf reply;               /* what was said last: an SMTP reply, an HTTP status line */
	bool reply_over;                /* the next line begins another */
	size_t said;                    /* bytes, all in all */
	bool too_much;
	bool quit;                      /* nothing that is said matters any more */
	int socket;                     /* -1: none */
	struct buf doing;               /* SMTP: the command last sent, "" before the greeting */
	struct buf refused;             /* recipients that were, with what was said */
	char trouble[CURL_ERROR_SIZE];
};

void send_job_long(struct send_job *j, CURLoption o, long v);
void send_job_text(struct send_job *j, CURLoption o, const char *s);
void send_job_list(struct send_job *j, const char *s);
/* Runs it within the channel's times. */
CURLcode send_job_perform(struct send_job *j);
/* What the library could not do, as a sentence. `where`: the server. */
int send_job_failed(struct send_job *j, CURLcode rc, const char *where, struct err *err);

/* send_smtp.c, send_web.c */
int send_smtp(struct send_job *j, struct buf *words, struct err *err);
int send_web(struct send_job *j, struct buf *words, struct err *err);

#endif
