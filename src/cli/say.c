/* What is said to the person, and the status that goes with it. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "fsio.h"
#include "json.h"
#include "str.h"
#include "verbs.h"

static void say(const char *fmt, va_list ap)
{
	struct buf line = BUF_INIT;
	char *text = NULL;

	if (vasprintf(&text, fmt, ap) < 0)
		return;
	buf_adds(&line, "blackstart: ");
	str_printable(&line, text, strlen(text), true);
	buf_addc(&line, '\n');
	fsio_write_all(STDERR_FILENO, line.data, line.len, NULL);
	buf_release(&line);
	free(text);
}

void cli_say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

int cli_usage(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	cli_say("`blackstart help` lists the verbs, `blackstart help VERB` says all about one.");
	return CLI_USAGE;
}

static const struct {
	int code;
	enum cli_status status;
} statuses[] = {
	{ ERR_USAGE, CLI_USAGE },    { ERR_DENIED, CLI_REFUSED }, { ERR_BUSY, CLI_REFUSED },
	{ ERR_FULL, CLI_JOURNAL },   { ERR_IO, CLI_JOURNAL },	  { ERR_CORRUPT, CLI_JOURNAL },
	{ ERR_VERSION, CLI_JOURNAL }, { ERR_PARSE, CLI_BOOK },
};

int cli_fail(const struct err *err)
{
	cli_say("%s", err->text[0] ? err->text : err_name(err->code));
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (statuses[i].code == err->code)
			return statuses[i].status;
	return CLI_ENDED;
}

int cli_put(struct buf *b, int status)
{
	struct err err = { 0 };

	if (b->len && fsio_write_all(STDOUT_FILENO, b->data, b->len, &err)) {
		if (err.sys != EPIPE)
			cli_say("standard output: %s", err.text);
		status = status == CLI_OK ? CLI_ENDED : status;
	}
	buf_release(b);
	return status;
}

void cli_safe(struct buf *out, const char *s)
{
	str_printable(out, s, strlen(s), false);
}

void cli_time(struct jsonw *w, const char *key, int64_t wall)
{
	struct buf t = BUF_INIT;

	if (wall)
		clock_utc(&t, wall, 3);
	jw_str(w, key, wall ? buf_str(&t) : NULL);
	buf_release(&t);
}

bool cli_is_terminal(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}
