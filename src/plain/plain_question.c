/* Questions before there is a run: a line, a typed value. Byte by byte, so that what follows the
 * newline is still there for who reads next. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "err.h"
#include "field.h"
#include "fsio.h"
#include "limits.h"
#include "mem.h"
#include "plain_field.h"
#include "plainint.h"
#include "runbook.h"

static int read_line(int in, struct buf *ret, struct err *err)
{
	size_t before = ret->len;
	char c;

	for (;;) {
		ssize_t n = read(in, &c, 1);

		if (n == 1 && c == '\n')
			return 0;
		if (n == 1 && ret->len - before >= LIMIT_INTENT_BYTES)
			return err_set(err, ERR_LIMIT, "the line is too long");
		if (n == 1) {
			buf_addc(ret, c);
		} else if (n < 0 && errno == EAGAIN) {
			struct pollfd p = { .fd = in, .events = POLLIN };

			poll(&p, 1, -1);
		} else if (n == 0 || errno != EINTR) {
			buf_cut(ret, before);
			return err_set(err, ERR_CANCEL, "the input has ended");
		}
	}
}

int plain_ask_line(int in, int out, const char *question, bool secret, struct buf *ret,
		   struct err *err)
{
	struct plain_in tty;
	int rc;

	plain_in_init(&tty, in);
	if (secret) /* before it is asked for: who answers fast must not be seen, nor lost */
		plain_in_hide(&tty, true);
	rc = fsio_write_all(out, question, strlen(question), err);
	if (!rc)
		rc = fsio_write_all(out, " ", 1, err);
	if (!rc)
		rc = read_line(in, ret, err);
	if (secret && tty.hidden)
		fsio_write_all(out, "\n", 1, NULL);
	plain_in_release(&tty);
	if (!rc && ret->len && ret->data[ret->len - 1] == '\r')
		buf_cut(ret, ret->len - 1);
	return rc;
}

static int ask_once(int in, int out, const struct field *f, struct value *ret, struct err *err)
{
	struct buf question = BUF_INIT, line = BUF_INIT;
	const char *text;
	int rc;

	plain_field_text(&question, f);
	buf_addc(&question, '\n');
	buf_addc(&question, '>');
	rc = plain_ask_line(in, out, buf_str(&question), f->secret, &line, err);
	if (!rc) {
		text = plain_field_answer(f, buf_str(&line));
		rc = field_check(f, text ? text : "", ret, err);
	}
	if (line.data)
		mem_wipe(line.data, line.cap);
	buf_release(&line);
	buf_release(&question);
	return rc;
}

int plain_ask_field(int in, int out, const struct field *f, struct value *ret, struct err *err)
{
	struct err own = { 0 };
	int rc;

	for (;;) {
		rc = ask_once(in, out, f, ret, &own);
		if (rc != ERR_PARSE && rc != ERR_LIMIT)
			break;
		rc = fsio_write_all(out, own.text, strlen(own.text), &own);
		if (!rc)
			rc = fsio_write_all(out, "\n", 1, &own);
		if (rc)
			break;
	}
	if (rc && err)
		*err = own;
	return rc;
}
