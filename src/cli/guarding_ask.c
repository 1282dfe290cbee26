/* What a guarded command waits for, and who answers it: a variable, a permit, or whoever sits at
 * the terminal. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "clock.h"
#include "environ.h"
#include "guardingint.h"
#include "intent.h"
#include "mem.h"
#include "prompt.h"
#include "state.h"
#include "str.h"
#include "verbs.h"
#include "view.h"

enum { LINE = 4096 };

/* --- without a person ------------------------------------------------------------------------- */

static void start(struct guarding_walk *w, const struct prompt *p, const char *name, bool by_file)
{
	struct intent it = { .verb = VERB_START, .prompt = p->seq, .by_file = by_file,
			     .step = (char *)(uintptr_t)p->key, .text = (char *)(uintptr_t)name };

	guarding_send(w, SENT_START, &it);
}

/* On record is what it was, never what it said. */
static void unlock(struct guarding_walk *w, const struct prompt *p)
{
	struct intent note = { .verb = VERB_NOTE, .step = (char *)(uintptr_t)p->key,
			       .text = (char[]){ "unlocked by BLACKSTART_UNLOCK" } };

	(void)client_send(w->c, &note, NULL, NULL);
	start(w, p, p->typed, false);
}

/* True: it is answered, or can be by nobody. */
static bool goes_by_itself(struct guarding_walk *w, const struct prompt *p)
{
	const struct guarding *g = w->g;
	enum unlock u = guarding_unlock(getenv("BLACKSTART_UNLOCK"), g->name, p->typed,
					clock_now().wall);
	bool again = w->unlocked;

	if (!g->env->guarded) {
		start(w, p, p->typed, true);
		return true;
	}
	w->unlocked = true;
	if (g->s.permit.len && !again) {
		start(w, p, p->typed, true);
		return true;
	}
	if (u == UNLOCK_GOOD && w->tty >= 0 && !again) {
		unlock(w, p);
		return true;
	}
	if (!again && guarding_unlock_words(u))
		guarding_say(w, "%s", guarding_unlock_words(u));
	if (w->tty >= 0)
		return false;
	if (again)
		guarding_give_up(w, "it waits for its name again, and nobody is here to type");
	else
		guarding_give_up(w, "%s is protected, and nobody is here to type a name: give a "
				 "permit (--permit FILE)", g->name);
	return true;
}

/* --- with one --------------------------------------------------------------------------------- */

static void write_text(const struct guarding_walk *w, const struct buf *b)
{
	size_t n = 0;

	while (n < b->len) {
		ssize_t put = write(w->tty, b->data + n, b->len - n);
		if (put <= 0)
			return;
		n += (size_t)put;
	}
}

/* What was typed before it could be read is no answer. */
static void ask(struct guarding_walk *w, enum guarding_wants what, const char *question)
{
	struct buf b = BUF_INIT;

	w->wants = what;
	buf_addf(&b, "%s\n> ", question);
	tcflush(w->tty, TCIFLUSH);
	write_text(w, &b);
	buf_release(&b);
}

static void show(struct guarding_walk *w, const struct prompt *p)
{
	struct buf b = BUF_INIT;

	view_step_text(&b, w->v, p->in, clock_now());
	write_text(w, &b);
	buf_release(&b);
}

static void ask_name(struct guarding_walk *w, const struct prompt *p)
{
	struct buf b = BUF_INIT;

	buf_addf(&b, "%s\n(an empty line runs nothing)", p->sentence);
	ask(w, WANTS_NAME, buf_str(&b));
	buf_release(&b);
}

static void ask_glass(struct guarding_walk *w, const struct prompt *p)
{
	char *text = mem_printf("To break the glass, which everybody is told, type the name of the "
				"environment: %s\n(an empty line does not)", p->glass);

	ask(w, WANTS_GLASS, text);
	free(text);
}

static void on_second(struct guarding_walk *w, const struct prompt *p)
{
	struct buf b = BUF_INIT;

	if (w->tty < 0) {
		guarding_say(w, "a second person must agree: blackstart approve %s",
			     client_run(w->c));
		return;
	}
	show(w, p);
	buf_addf(&b, "%s: blackstart approve %s\nIt is waited for. `override` breaks the glass.",
		 p->sentence, client_run(w->c));
	ask(w, WANTS_SECOND, buf_str(&b));
	buf_release(&b);
}

static void on_blocked(struct guarding_walk *w, const struct prompt *p)
{
	if (!p->glass || w->tty < 0) {
		guarding_give_up(w, "%s", p->sentence);
		return;
	}
	guarding_say(w, "%s", p->sentence);
	ask_glass(w, p);
}

void guarding_answer(struct guarding_walk *w, const struct prompt *p)
{
	switch (p->kind) {
	case ASK_ENTER:
		start(w, p, NULL, false);
		break;
	case ASK_NAME:
		if (!goes_by_itself(w, p)) {
			show(w, p);
			ask_name(w, p);
		}
		break;
	case ASK_SECOND:
		on_second(w, p);
		break;
	case ASK_BLOCKED:
		on_blocked(w, p);
		break;
	default:
		guarding_give_up(w, "%s", p->sentence);
	}
}

void guarding_refused(struct guarding_walk *w, const char *why)
{
	const struct prompt *p = view_prompt(w->v, w->prompt);

	if (w->tty < 0) {
		guarding_give_up(w, "%s", why);
		return;
	}
	guarding_say(w, "%s", why);
	if (p && p->kind == ASK_NAME)
		ask_name(w, p);
	else if (p && p->glass)
		ask_glass(w, p);
}

/* --- what was typed --------------------------------------------------------------------------- */

static void no_glass(struct guarding_walk *w, const struct prompt *p)
{
	if (p->kind == ASK_SECOND)
		on_second(w, p);
	else
		guarding_give_up(w, "the glass was not broken: %s", p->sentence);
}

static void take_name(struct guarding_walk *w, const struct prompt *p, const char *line)
{
	if (*line)
		start(w, p, line, false);
	else
		guarding_give_up(w, "called off");
}

static void take_second(struct guarding_walk *w, const struct prompt *p, const char *line)
{
	if (str_eq(line, "override") && p->glass)
		ask_glass(w, p);
	else
		ask(w, WANTS_SECOND, "It is waited for. `override` breaks the glass.");
}

static void take_glass(struct guarding_walk *w, const struct prompt *p, const char *line)
{
	if (!*line) {
		no_glass(w, p);
		return;
	}
	free(w->glass);
	w->glass = mem_dup(line);
	ask(w, WANTS_REASON, "Why? (on record; an empty line does not)");
}

static void take_reason(struct guarding_walk *w, const struct prompt *p, const char *line)
{
	struct intent it = { .verb = VERB_OVERRIDE, .prompt = p->seq,
			     .step = (char *)(uintptr_t)p->key, .text = w->glass,
			     .reason = (char *)(uintptr_t)line };

	if (*line)
		guarding_send(w, SENT_GLASS, &it);
	else
		no_glass(w, p);
}

void guarding_line(struct guarding_walk *w)
{
	static void (*const takes[])(struct guarding_walk *, const struct prompt *,
				     const char *) = {
		[WANTS_NAME] = take_name, [WANTS_SECOND] = take_second,
		[WANTS_GLASS] = take_glass, [WANTS_REASON] = take_reason,
	};
	char line[LINE];
	ssize_t n = read(w->tty, line, sizeof(line));
	const struct prompt *p = view_prompt(w->v, w->prompt);
	enum guarding_wants wants = w->wants;

	if (n <= 0 || line[n - 1] != '\n' || memchr(line, '\0', (size_t)n)) {
		guarding_give_up(w, "called off");
		return;
	}
	line[n - 1] = '\0';
	w->wants = WANTS_NOTHING;
	if (p && takes[wants])
		takes[wants](w, p, line);
}
