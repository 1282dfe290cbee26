/* A server on loopback that takes messages, or does not:
 *
 *	tool_sink smtp FOLDER [DO PHASE [WORDS]]...
 *	tool_sink http FOLDER [DO [WORDS]]
 *
 * Mail. PHASE: greeting ehlo auth mail rcpt data middle end quit; DO: refuse (with WORDS), drop, silent,
 * flood, late (WORDS: milliseconds). `some rcpt WORDS` refuses addresses that begin with "bounce";
 * `echo auth` quotes what it was told. Web. DO: answer (WORDS: "200 OK|body"), echo (404 and the
 * path that was asked for), drop, silent, flood, trickle.
 * `proxy starttls PORT` offers STARTTLS and hands over to a TLS server.
 *
 * Prints its port when it listens. FOLDER/N.in is what connection N said, FOLDER/N.mail the message
 * alone, FOLDER/taken a line for each that was taken.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "buf.h"
#include "str.h"

struct sink {
	int fd, log;
	const char *folder;
	char **rules;
	int n_rules, number;
	struct buf in;
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void pause_ms(int ms)
{
	poll(NULL, 0, ms);
}

static int create(const struct sink *s, const char *ending)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/%d.%s", s->folder, s->number, ending);
	fd = open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		die(path);
	return fd;
}

static void keep(int fd, const char *p, size_t n)
{
	if (write(fd, p, n) != (ssize_t)n)
		die("write");
}

static void took(const struct sink *s, const char *line)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/taken", s->folder);
	fd = open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		die(path);
	dprintf(fd, "%d %s\n", s->number, line);
	close(fd);
}

static void say(const struct sink *s, const char *text)
{
	if (send(s->fd, text, strlen(text), MSG_NOSIGNAL) < 0)
		exit(0);
}

static void say_line(const struct sink *s, const char *text)
{
	say(s, text);
	say(s, "\r\n");
}

/* More bytes in; false at the end. */
static bool more(struct sink *s)
{
	char chunk[4096];
	ssize_t n = read(s->fd, chunk, sizeof(chunk));

	if (n <= 0)
		return false;
	keep(s->log, chunk, (size_t)n);
	buf_add(&s->in, chunk, (size_t)n);
	return true;
}

/* The next line without its end, the caller's to free(); NULL: there is none. */
static char *line(struct sink *s)
{
	char *end;

	while (!s->in.len || !(end = memchr(s->in.data, '\n', s->in.len)))
		if (!more(s))
			return NULL;
	{
		size_t n = (size_t)(end - s->in.data);
		char *l = strndup(s->in.data, n && end[-1] == '\r' ? n - 1 : n);

		buf_drop(&s->in, n + 1);
		return l;
	}
}

static void silent(struct sink *s)
{
	while (more(s))
		;
	for (;;)
		pause_ms(60000);
}

static void flood(const struct sink *s, const char *what)
{
	for (;;)
		say_line(s, what);
}

/* --- mail ------------------------------------------------------------------------------------- */

/* Misbehaves where a rule says so; true: the reply was given. */
static bool act(struct sink *s, const char *phase, const char *arg)
{
	for (int i = 0; i + 1 < s->n_rules; i++) {
		const char *what = s->rules[i], *words = i + 2 < s->n_rules ? s->rules[i + 2] : "";

		if (!str_eq(s->rules[i + 1], phase))
			continue;
		if (str_eq(what, "drop"))
			exit(0);
		if (str_eq(what, "silent"))
			silent(s);
		if (str_eq(what, "flood"))
			flood(s, "250-again and again and again and again and again");
		if (str_eq(what, "late"))
			pause_ms((int)strtol(words, NULL, 10));
		if (str_eq(what, "refuse") || (str_eq(what, "some") && strstr(arg, "<bounce"))) {
			say_line(s, words);
			return true;
		}
		if (str_eq(what, "echo")) {
			say(s, "535 5.7.8 what is ");
			say_line(s, arg);
			return true;
		}
	}
	return false;
}

static void phase(struct sink *s, const char *name, const char *arg, const char *good)
{
	if (!act(s, name, arg))
		say_line(s, good);
}

static bool has_rule(const struct sink *s, const char *word)
{
	for (int i = 0; i < s->n_rules; i++)
		if (str_eq(s->rules[i], word))
			return true;
	return false;
}

static void take_mail(struct sink *s)
{
	int fd = create(s, "mail");
	char *l;

	say_line(s, "354 go on");
	while ((l = line(s)) && !str_eq(l, ".")) {
		keep(fd, l, strlen(l));
		keep(fd, "\n", 1);
		free(l);
		(void)act(s, "middle", "");
	}
	close(fd);
	if (!l)
		return;
	free(l);
	if (!act(s, "end", "")) {
		took(s, "mail");
		say_line(s, "250 2.0.0 queued as 4711");
	}
}

static void login(struct sink *s, char *l)
{
	if (!l[10]) {
		free(l);
		say_line(s, "334 ");
		l = line(s);
	}
	phase(s, "auth", l ? l : "", "235 2.7.0 welcome");
	free(l);
}

/* From here on somebody else's: the TLS server at that port. */
static void hand_over(struct sink *s, const char *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)strtoul(port, NULL, 10)) };
	struct pollfd p[2] = { { s->fd, POLLIN, 0 }, { socket(AF_INET, SOCK_STREAM, 0), POLLIN, 0 } };
	char chunk[4096];

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(p[1].fd, (struct sockaddr *)&at, sizeof(at)))
		die("connect");
	for (;;) {
		poll(p, 2, -1);
		for (int i = 0; i < 2; i++) {
			ssize_t n = p[i].revents ? read(p[i].fd, chunk, sizeof(chunk)) : -1;

			if (p[i].revents && n <= 0)
				exit(0);
			if (n > 0)
				keep(p[!i].fd, chunk, (size_t)n);
		}
	}
}

static void greet(struct sink *s, const char *l)
{
	if (act(s, "ehlo", l))
		return;
	say_line(s, "250-sink.example.org");
	if (has_rule(s, "auth") || has_rule(s, "login"))
		say_line(s, "250-AUTH PLAIN");
	if (has_rule(s, "starttls"))
		say_line(s, "250-STARTTLS");
	say_line(s, "250 8BITMIME");
}

static void serve_mail(struct sink *s)
{
	char *l;

	phase(s, "greeting", "", "220 sink.example.org ready");
	while ((l = line(s))) {
		if (!strncasecmp(l, "EHLO", 4)) {
			greet(s, l);
		} else if (!strncasecmp(l, "STARTTLS", 8) && s->n_rules > 2) {
			say_line(s, "220 go on in secret");
			hand_over(s, s->rules[2]);
		} else if (!strncasecmp(l, "AUTH PLAIN", 10)) {
			login(s, l);
			continue;
		} else if (!strncasecmp(l, "MAIL", 4)) {
			phase(s, "mail", l, "250 2.1.0 sender ok");
		} else if (!strncasecmp(l, "RCPT", 4)) {
			phase(s, "rcpt", l, "250 2.1.5 recipient ok");
		} else if (!strncasecmp(l, "DATA", 4)) {
			if (!act(s, "data", l))
				take_mail(s);
		} else if (!strncasecmp(l, "QUIT", 4)) {
			phase(s, "quit", l, "221 bye");
			free(l);
			return;
		} else {
			say_line(s, "502 5.5.1 not here");
		}
		free(l);
	}
}

/* --- web -------------------------------------------------------------------------------------- */

/* Head and body of one request; the first line in *first. */
static bool read_request(struct sink *s, char **first)
{
	size_t body = 0;
	char *l;

	*first = line(s);
	while ((l = line(s)) && l[0]) {
		if (!strncasecmp(l, "Content-Length:", 15))
			body = strtoul(l + 15, NULL, 10);
		free(l);
	}
	if (!l || !*first)
		return false;
	free(l);
	while (s->in.len < body)
		if (!more(s))
			return false;
	l = strndup(buf_str(&s->in), body);
	{
		int fd = create(s, "mail");

		keep(fd, l, body);
		close(fd);
	}
	free(l);
	return true;
}

static void answer(struct sink *s, const char *status, const char *body)
{
	struct buf out = BUF_INIT;

	buf_addf(&out, "HTTP/1.1 %.*s\r\nContent-Length: %zu\r\nLocation: /elsewhere\r\n"
		       "Connection: close\r\n\r\n%s",
		 (int)strcspn(status, "|"), status, strlen(body), body);
	if (status[0] == '2')
		took(s, "hook");
	say(s, buf_str(&out));
	buf_release(&out);
}

static void serve_web(struct sink *s)
{
	const char *what = s->n_rules ? s->rules[0] : "answer";
	const char *words = s->n_rules > 1 ? s->rules[1] : "200 OK|ok", *bar = strchr(words, '|');
	char *first = NULL;

	if (str_eq(what, "drop") || !read_request(s, &first))
		exit(0);
	if (str_eq(what, "silent"))
		silent(s);
	if (str_eq(what, "flood")) {
		say(s, "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
		flood(s, "ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok");
	}
	if (str_eq(what, "trickle"))
		say(s, "HTTP/1.1 200 OK\r\nX-More: ");
	while (str_eq(what, "trickle")) { /* a header that never ends */
		say(s, "x");
		pause_ms(200);
	}
	if (str_eq(what, "echo"))
		answer(s, "404 Not Found", first);
	else
		answer(s, words, bar ? bar + 1 : "");
	free(first);
}

/* --- both ------------------------------------------------------------------------------------- */

static int listening(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, n) || listen(fd, 64) ||
	    getsockname(fd, (struct sockaddr *)&at, &n))
		die("listen");
	printf("%d\n", ntohs(at.sin_port));
	fflush(stdout);
	return fd;
}

int main(int argc, char **argv)
{
	struct sink s = { 0 };
	bool mail;
	int fd;

	if (argc < 3 || (!str_eq(argv[1], "smtp") && !str_eq(argv[1], "http"))) {
		fprintf(stderr, "usage: tool_sink smtp|http FOLDER [RULE]...\n");
		return 2;
	}
	mail = str_eq(argv[1], "smtp");
	s.folder = argv[2];
	s.rules = argv + 3;
	s.n_rules = argc - 3;
	signal(SIGCHLD, SIG_IGN);
	fd = listening();
	for (;;) {
		s.fd = accept(fd, NULL, NULL);
		s.number++;
		if (s.fd >= 0 && fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			close(fd);
			s.log = create(&s, "in");
			(mail ? serve_mail : serve_web)(&s);
			_exit(0);
		}
		close(s.fd);
	}
}
