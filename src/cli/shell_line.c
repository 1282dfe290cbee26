/* What a shell on the record says of itself: a line, before it runs; how it ended. */
#include "shell.h"

#include <ctype.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "chan.h"
#include "clock.h"
#include "err.h"
#include "fsio.h"
#include "intent.h"
#include "json.h"
#include "keeper.h"
#include "limits.h"
#include "mem.h"
#include "str.h"
#include "text_in.h"
#include "verbs.h"

enum { LINE_MS = 15000, ENDED_MS = 5000, TOLD_MS = 1500, AGAIN_MS = 50 };

struct saying {
	const char *journal, *run, *token;
	char client[40], id[40];
	struct buf frame;
	int64_t until;
	bool told;
	bool accepted;
	bool for_now;        /* it was not taken, for a reason that passes */
	char why[256];
};

static int64_t now_ms(void)
{
	return clock_now().boot / CLOCK_MS;
}

static int left(const struct saying *s)
{
	int64_t ms = s->until - now_ms();

	return ms > 0 ? (int)ms : 0;
}

static void at_terminal(const char *text)
{
	int fd = open("/dev/tty", O_WRONLY | O_CLOEXEC | O_NOCTTY);
	struct buf out = BUF_INIT;

	buf_adds(&out, "blackstart: ");
	str_printable(&out, text, strlen(text), true);
	buf_addc(&out, '\n');
	if (fd >= 0) {
		(void)fsio_write_all(fd, out.data, out.len, NULL);
		close(fd);
	}
	buf_release(&out);
}

/* --- the keeper ------------------------------------------------------------------------------- */

static int say_hello(const struct saying *s, int fd, struct err *err)
{
	struct buf b = BUF_INIT;
	struct jsonw w = { .out = &b };
	int r;

	jw_obj(&w, NULL);
	jw_obj(&w, "hello");
	jw_str(&w, "client", s->client);
	jw_bool(&w, "observer", true);
	jw_end_obj(&w);
	jw_end_obj(&w);
	r = chan_write(fd, buf_str(&b), b.len, -1, left(s), err);
	buf_release(&b);
	return r;
}

/* True: it was the answer, or that there will be none. */
static bool is_answer(struct saying *s, const struct buf *frame)
{
	struct json *doc = NULL;
	const struct json *a, *no;
	bool is = false;

	if (json_parse(buf_str(frame), frame->len, &doc, NULL))
		return false;
	a = json_get(doc, "answer");
	no = json_get(doc, "refused");
	if (a && str_eq(json_str(a, "id"), s->id)) {
		is = true;
		s->accepted = json_bool(a, "accepted", false);
		s->for_now = !s->accepted && json_int(a, "seq", 0) == 0;
	}
	is |= no != NULL;
	str_clip(s->why, sizeof(s->why), json_str(a ? a : no, "why") ?
		 json_str(a ? a : no, "why") : "");
	json_free(doc);
	return is;
}

/* 0: it has answered. */
static int once(struct saying *s, struct err *err)
{
	struct buf in = BUF_INIT;
	int fd = -1, r = keeper_connect(s->journal, s->run, &fd, err);

	if (!r)
		r = say_hello(s, fd, err);
	if (!r)
		r = chan_write(fd, buf_str(&s->frame), s->frame.len, -1, left(s), err);
	while (!r) {
		buf_clear(&in);
		r = chan_read(fd, &in, NULL, left(s), err);
		if (!r && is_answer(s, &in))
			break;
	}
	if (fd >= 0)
		close(fd);
	buf_release(&in);
	return r;
}

/* A keeper that died is brought back by whoever has the terminal. The same line under the same id
 * is put on record once, however often it is said. */
static bool say(struct saying *s)
{
	int64_t tell_at = now_ms() + TOLD_MS;
	struct err err = { 0 };
	int r;

	while ((r = once(s, &err)) || s->for_now) {
		if (!left(s)) {
			if (r)
				snprintf(s->why, sizeof(s->why), "%.200s", err.text);
			return false;
		}
		s->for_now = false;
		if (!s->told && now_ms() >= tell_at) {
			s->told = true;
			at_terminal("the record is waited for (^C: the line is not run)");
		}
		poll(NULL, 0, AGAIN_MS);
	}
	return s->accepted;
}

/* --- what is said ----------------------------------------------------------------------------- */

/* "   12* rm -f x" of bash's history. */
static const char *after_number(const char *text)
{
	while (*text == ' ')
		text++;
	while (isdigit((unsigned char)*text))
		text++;
	if (*text == '*')
		text++;
	for (int i = 0; i < 2 && *text == ' '; i++)
		text++;
	return text;
}

static const char *line_of(struct buf *text, const char *form)
{
	while (text->len && text->data[text->len - 1] == '\n')
		buf_cut(text, text->len - 1);
	if (str_eq(form, "0") || text->over)
		return NULL;
	return str_eq(form, "-") ? buf_str(text) : after_number(buf_str(text));
}

static void make_frame(struct saying *s, const char *what, const char *n, const char *status,
		       const char *text)
{
	char *cwd = getcwd(NULL, 0);
	struct intent_field fields[4] = {
		{ (char[]){ "what" }, (char *)(uintptr_t)what },
		{ (char[]){ "n" }, (char *)(uintptr_t)n },
		{ (char[]){ "in" }, cwd ? cwd : (char[]){ "?" } },
		{ (char[]){ "exit" }, (char *)(uintptr_t)status },
	};
	struct intent it = { .verb = VERB_SHELL, .name = (char *)(uintptr_t)s->token,
			     .text = text && *text ? (char *)(uintptr_t)text : NULL,
			     .fields = fields, .n_fields = status ? 4 : 3 };

	snprintf(s->client, sizeof(s->client), "shell-%.30s", s->token);
	snprintf(s->id, sizeof(s->id), "%.20s-%.15s", n, what);
	memcpy(it.client, s->client, sizeof(it.client));
	memcpy(it.id, s->id, sizeof(it.id));
	intent_encode(&s->frame, &it);
	free(cwd);
}

/* --- the person ------------------------------------------------------------------------------- */

/* Nobody there, or any other word: it is not run. */
static bool wants_it_all_the_same(const struct saying *s)
{
	struct buf text = BUF_INIT;
	char word[64] = { 0 };
	int fd;
	ssize_t n = 0;

	buf_addf(&text, "NOT ON RECORD, and not run: %s", s->why);
	at_terminal(buf_str(&text));
	buf_release(&text);
	at_terminal("to run it all the same, without the record, type: unrecorded");
	fd = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd >= 0) {
		n = read(fd, word, sizeof(word) - 1);
		close(fd);
	}
	return n > 0 && strcmp(word, "unrecorded\n") == 0;
}

/* Bash drops the line when the substitution that waits for us dies so. */
static int not_run(void)
{
	signal(SIGINT, SIG_DFL);
	raise(SIGINT);
	return CLI_ENDED;
}

int shell_line(int argc, char **argv)
{
	struct saying s = { 0 };
	struct buf text = { .max = LIMIT_COMMAND_BYTES };
	bool ends = argc >= 5 && str_eq(argv[4], "ended"), done;

	if (argc != (ends ? 8 : 7))
		return cli_say("a shell on the record calls this itself"), CLI_USAGE;
	s.journal = argv[1];
	s.run = argv[2];
	s.token = argv[3];
	s.until = now_ms() + (ends ? ENDED_MS : LINE_MS);
	(void)text_stdin(&text);
	make_frame(&s, ends ? "ended" : "line", argv[5], ends ? argv[6] : NULL,
		   line_of(&text, argv[ends ? 7 : 6]));
	buf_release(&text);
	done = say(&s);
	buf_release(&s.frame);
	if (!done && ends) {
		struct buf why = BUF_INIT;

		buf_addf(&why, "how this ended is not on record: %s", s.why);
		at_terminal(buf_str(&why));
		buf_release(&why);
	}
	if (ends)
		return CLI_OK;
	if (!done && !wants_it_all_the_same(&s))
		return not_run();
	if (!str_eq(argv[6], "-")) /* bash takes it as a number */
		(void)fsio_write_all(STDOUT_FILENO, "1", 1, NULL);
	return CLI_OK;
}
