#include "onscreen.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "fsio.h"
#include "tui.h"
#include "verbs.h"

enum { HEARD_MAX = 64 * 1024 };

bool onscreen_wanted(const struct opts *o)
{
	const char *why;

	if (!cli_is_terminal() || o->plain || o->answers || o->detach || o->dry)
		return false;
	if (tui_fits(&why))
		return true;
	cli_say("%s: it goes line by line, as --plain does", why);
	return false;
}

int onscreen_open(struct onscreen *s)
{
	struct err err = { 0 };

	*s = (struct onscreen){ .real = -1, .heard = -1 };
	return tui_open(&s->t, &err) ? cli_fail(&err) : CLI_OK;
}

void onscreen_listen(struct onscreen *s)
{
	int to = memfd_create("said", MFD_CLOEXEC);

	if (to < 0)
		return;
	s->real = dup(STDERR_FILENO);
	if (s->real < 0 || dup2(to, STDERR_FILENO) < 0) {
		close(to);
		return;
	}
	s->heard = to;
}

/* Standard error as it was; *out gets what was said. */
static void unplug(struct onscreen *s, struct buf *out)
{
	char chunk[4096];
	ssize_t n;

	if (s->heard < 0)
		return;
	dup2(s->real, STDERR_FILENO);
	lseek(s->heard, 0, SEEK_SET);
	while (out->len < HEARD_MAX && (n = read(s->heard, chunk, sizeof(chunk))) > 0)
		buf_add(out, chunk, (size_t)n);
	close(s->heard);
	close(s->real);
	s->heard = s->real = -1;
}

void onscreen_hear(struct onscreen *s, const char *title)
{
	struct buf said = BUF_INIT;

	unplug(s, &said);
	if (said.len)
		tui_tell(s->t, title, buf_str(&said));
	buf_release(&said);
}

void onscreen_close(struct onscreen *s)
{
	struct buf said = BUF_INIT;

	if (!s->t)
		return;
	unplug(s, &said);
	tui_close(s->t);
	s->t = NULL;
	fsio_write_all(STDERR_FILENO, buf_str(&said), said.len, NULL);
	buf_release(&said);
}
