/* The next word to those who were told: its lines are looked at, changed, and sent by one key. */
#include "run.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "clock.h"
#include "mem.h"
#include "str.h"
#include "view_update.h"

enum { LINES_MAX = 60, LINE_BYTES = 900 };

struct words {
	struct run *r;
	char *text;      /* as it would go out; its first line is the subject */
	size_t n, at;
	bool can_send;
};

static void words_free(struct words *w)
{
	free(w->text);
	free(w);
}

static char *line_at(char *text, size_t i, size_t *ret_n)
{
	for (; i > 0; i--)
		text += strcspn(text, "\n") + 1;
	*ret_n = strcspn(text, "\n");
	return text;
}

static void show(struct words *w);

static void send_it(struct words *w)
{
	struct run *r = w->r;
	struct intent it = { .verb = VERB_EXEC };
	struct buf command = BUF_INIT;
	struct view_update u;
	char self[4096] = "blackstart";
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n > 0)
		self[n] = '\0';
	if (run_role(r) != RUN_ACTS || r->trouble) {
		run_say(r, "Nothing was sent: you look on, or the journal cannot be written.");
	} else if (!view_update(r->v, clock_now(), &u) ||
		   !view_update_command(&command, &u, self, w->text)) {
		run_say(r, "Nothing was sent: it is due to nobody any more.");
	} else {
		it.text = buf_take(&command);
		it.fields = mem_alloc(sizeof *it.fields); /* it needs none, and is not asked */
		it.fields[0] = (struct intent_field){ mem_dup("terminal"), mem_dup("no") };
		it.n_fields = 1;
		run_make(r, &it, false);
	}
	buf_release(&command);
	words_free(w);
}

static void line_given(void *ctx, const char *text)
{
	struct words *w = ctx;
	size_t n;
	char *old = line_at(w->text, w->at, &n), *fresh;

	if (text) {
		fresh = mem_printf("%.*s%s%s", (int)(old - w->text), w->text, text, old + n);
		free(w->text);
		w->text = fresh;
	}
	show(w);
}

static void chosen(void *ctx, int i)
{
	struct words *w = ctx;
	struct ask a = { .title = "change this line", .done = line_given, .ctx = w,
			 .max = LINE_BYTES };
	char *text, *start;
	size_t n;

	if (i >= 0 && (size_t)i == w->n) {
		send_it(w);
	} else if (i < 0) {
		run_say(w->r, "Nothing was sent.");
		words_free(w);
	} else {
		w->at = (size_t)i;
		text = line_at(w->text, w->at, &n);
		start = mem_dupn(text, n);
		a.start = start;
		ask_push(w->r->t, &a);
		free(start);
	}
}

static size_t count_lines(const char *s)
{
	size_t n = 0;

	for (; *s && n < LINES_MAX; n++)
		s += strcspn(s, "\n") + (s[strcspn(s, "\n")] == '\n');
	return n;
}

static void show(struct words *w)
{
	struct menu_item v[LINES_MAX + 1] = { 0 };
	struct buf safe[LINES_MAX] = { { 0 } }, to = BUF_INIT;
	struct view_update u = { 0 };

	w->n = count_lines(w->text);
	for (size_t i = 0; i < w->n; i++) {
		size_t n;
		char *s = line_at(w->text, i, &n);

		str_printable(&safe[i], s, n, false);
		v[i].word = i ? "line" : "subject";
		v[i].does = buf_str(&safe[i]);
	}
	w->can_send = view_update(w->r->v, clock_now(), &u) && u.channel;
	if (w->can_send) {
		buf_adds(&to, "this to ");
		str_printable(&to, u.channel, strlen(u.channel), false);
		buf_adds(&to, u.is_public ? " - PUBLIC: others read this too" : "");
	}
	v[w->n] = (struct menu_item){ .key = 'S', .word = "send", .does = buf_str(&to),
				      .off = !w->can_send,
				      .why_off = "no channel takes it: tell them by hand" };
	menu_push(w->r->t, "the next word; nothing is sent yet: Enter changes a line, S sends",
		  v, w->n + 1, chosen, w);
	for (size_t i = 0; i < w->n; i++)
		buf_release(&safe[i]);
	buf_release(&to);
}

void run_update(struct run *r)
{
	struct moment now = clock_now();
	struct buf draft = BUF_INIT;
	struct view_update u;
	struct words *w;

	if (!view_update(r->v, now, &u)) {
		run_say(r, "No update is due: nobody was told by an announcement with a cadence, "
			   "or it was completed.");
		return;
	}
	view_update_draft(&draft, r->v, &u, now);
	w = mem_alloc(sizeof(*w));
	w->r = r;
	w->text = buf_take(&draft);
	show(w);
}
