/* tool_screen [--from N] [--count FILE] [SCRIPT]: drives programs on terminals and looks at what
 * they show. A script, from the file or standard input, has one thing to do or to look at in a line;
 * "-- NAME" begins a section, which is one test:
 *
 *     mask /0:[0-9]+/                  digits that differ from run to run
 *     spawn 24x80 blackstart run x.yaml
 *     -- a step that destroys takes its target's name
 *     wait /type its target/
 *     type vol-data
 *     key Enter
 *     wait /DONE +Destroy it/
 *
 * Prints TAP, numbered from N; FILE gets the number of the last test and how many failed. A wait
 * that is in vain ends the script; other failures only its section.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "screen.h"
#include "str.h"

/* --- verdicts ----------------------------------------------------------------------------------- */

static void show(const struct tool *t)
{
	struct buf text = BUF_INIT;
	char *line, *save = NULL;

	if (!t->now || !t->now->vt)
		return;
	gold_text(t->now, &text);
	fprintf(stderr, "# the screen of %s, line %d:\n", t->now->name, t->line);
	for (line = strtok_r(text.data, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		fprintf(stderr, "#   %s\n", line);
	buf_release(&text);
}

static void complain(struct tool *t, const char *fmt, va_list ap)
{
	fprintf(stderr, "# line %d: ", t->line);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	if (!t->bad)
		show(t);
	t->bad = true;
}

void tool_fail(struct tool *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(t, fmt, ap);
	va_end(ap);
}

void tool_stop(struct tool *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(t, fmt, ap);
	va_end(ap);
	t->over = true;
}

static void end_section(struct tool *t)
{
	if (t->section || t->bad) {
		const char *name = t->section ? t->section : "before the first section";

		printf("%sok %d - %s\n", t->bad ? "not " : "", ++t->n, name);
		if (t->bad)
			fprintf(stderr, "# not ok %d - %s\n", t->n, name);
		t->n_bad += t->bad;
	}
	fflush(stdout);
	free(t->section);
	t->section = NULL;
	t->bad = false;
}

/* --- lines, as they come ------------------------------------------------------------------------ */

struct source {
	int fd;
	struct buf text;
	bool end;
};

/* The next line, while terminals are served. False: there is none. */
static bool next_line(struct tool *t, struct source *s, struct buf *ret)
{
	char block[4096];

	for (;;) {
		char *nl = s->text.len ? memchr(s->text.data, '\n', s->text.len) : NULL;
		struct pollfd p = { .fd = s->fd, .events = POLLIN };
		ssize_t n;

		if (nl || (s->end && s->text.len)) {
			size_t len = nl ? (size_t)(nl - s->text.data) : s->text.len;

			buf_clear(ret);
			buf_add(ret, s->text.data, len);
			buf_drop(&s->text, len + (nl != NULL));
			return true;
		}
		if (s->end)
			return false;
		tty_pump(t, -1, s->fd);
		if (!poll(&p, 1, 0))
			continue;
		n = read(s->fd, block, sizeof block);
		if (n > 0)
			buf_add(&s->text, block, (size_t)n);
		else
			s->end = n == 0;
	}
}

static void each_line(struct tool *t, struct source *s)
{
	struct buf line = BUF_INIT;

	while (!t->over && next_line(t, s, &line)) {
		char *at = line.data ? line.data + strspn(line.data, " \t") : NULL;

		t->line++;
		if (!at || !*at || *at == '#')
			continue;
		if (str_starts(at, "-- ")) {
			end_section(t);
			t->section = mem_dup(at + 3);
			continue;
		}
		script_line(t, at);
	}
	end_section(t);
	buf_release(&line);
}

/* What differs in every run, wherever it stands. */
static void usual_masks(struct tool *t)
{
	static const char *const usual[][2] = {
		{ "20[0-9]{6}-[0-9]{4}-[0-9a-z]{4}", "YYYYMMDD-HHMM-id.." },
		{ "[0-9]+:[0-9][0-9](:[0-9][0-9])?", NULL },
	};

	for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) {
		t->masks[t->n_masks].pattern = mem_dup(usual[i][0]);
		t->masks[t->n_masks++].with = mem_dup(usual[i][1]);
	}
}

static void release(struct tool *t)
{
	for (size_t i = 0; i < t->n_ttys; i++)
		tty_free(t->ttys[i]);
	for (size_t i = 0; i < t->n_masks; i++) {
		free(t->masks[i].pattern);
		free(t->masks[i].with);
	}
	free(t->always);
	siege_way(t, (char[]){ "" });
}

int main(int argc, char **argv)
{
	struct tool t = { .patience = 60, .slow = 1, .tempo = 14 };
	struct source s = { 0 };
	const char *count = NULL;

	if (getenv("BLACKSTART_SANITIZED"))
		t.slow = 4;
	for (; argc > 2 && str_starts(argv[1], "--"); argc -= 2, argv += 2) {
		if (str_eq(argv[1], "--from"))
			t.n = (int)strtol(argv[2], NULL, 10);
		else
			count = argv[2];
	}
	if (argc > 1 && (s.fd = open(argv[1], O_RDONLY | O_CLOEXEC)) < 0) {
		perror(argv[1]);
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	usual_masks(&t);
	each_line(&t, &s);
	release(&t);
	buf_release(&s.text);
	if (count) {
		FILE *f = fopen(count, "we");

		if (!f || fprintf(f, "%d %d\n", t.n, t.n_bad) < 0 || fclose(f))
			return 2;
	}
	return t.n_bad != 0;
}
