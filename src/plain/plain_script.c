/* A facilitator's lines: the script of a drill, and what is done about it. */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mem.h"
#include "plainint.h"
#include "str.h"
#include "view_script.h"

enum { ALL = SCENARIO_INJECTS + 1000 };

/* --- looking ---------------------------------------------------------------------------------- */

void plain_script(struct plain *p)
{
	struct script_entry *v = mem_alloc(ALL * sizeof *v);
	size_t n = view_script(p->v, client_scenario(p->c), v, ALL);
	struct buf b = BUF_INIT;

	buf_adds(&b, n ? "The script:\n"
		       : "The script is empty: `invent TEXT` is an inject of your own.\n");
	for (size_t i = 0; i < n && i < ALL; i++) {
		buf_adds(&b, "  ");
		view_script_line(&b, p->v, &v[i], clock_now());
		buf_addc(&b, '\n');
	}
	plain_text(p, buf_str(&b));
	buf_clear(&b);
	if (view_script_asked(&b, p->v))
		plain_say(p, "ASKED: what does it come to? %s", buf_str(&b));
	buf_release(&b);
	free(v);
}

static void help(struct plain *p, char *rest)
{
	(void)rest;
	plain_text(p, "script: what came and what comes\n"
		   "show ID: an inject in full\n"
		   "deliver ID, hold ID, release ID, leave-out ID: what becomes of an inject\n"
		   "invent TEXT: an inject of your own; it comes at once\n"
		   "tell TEXT: the players are told something; it counts as help\n"
		   "observe TEXT: goes on the record\n"
		   "answer STATUS [TEXT]: what a command comes to that the scenario does not "
		   "cover, and what it prints\n"
		   "where, log, note TEXT, leave: as for everybody\n");
}

static void list(struct plain *p, char *rest)
{
	(void)rest;
	plain_script(p);
}

/* Of an inject; a step is shown as to everybody. */
static bool show(struct plain *p, const char *id)
{
	struct script_entry *v = mem_alloc(ALL * sizeof *v);
	size_t n = view_script(p->v, client_scenario(p->c), v, ALL), i = 0;
	struct buf b = BUF_INIT;

	while (i < n && i < ALL && !str_eq(v[i].id, id))
		i++;
	if (i < n && i < ALL) {
		view_script_line(&b, p->v, &v[i], clock_now());
		buf_addc(&b, '\n');
		view_script_text(&b, &v[i]);
		plain_text(p, buf_str(&b));
	}
	buf_release(&b);
	free(v);
	return i < n && i < ALL;
}

/* --- acting ----------------------------------------------------------------------------------- */

static void send(struct plain *p, enum verb verb, const char *name, const char *text)
{
	struct intent it = { .verb = verb };

	it.name = name ? mem_dup(name) : NULL;
	it.text = mem_dup(text);
	plain_make(p, &it, false);
}

static void inject(struct plain *p, const char *act, char *id)
{
	if (*id)
		send(p, VERB_INJECT, id, act);
	else
		plain_say(p, "Which inject? `script` lists them. Nothing was done.");
}

static void said(struct plain *p, enum verb verb, const char *name, const char *text)
{
	if (*text)
		send(p, verb, name, text);
	else
		plain_say(p, "It does not say what. Nothing was done.");
}

static void deliver(struct plain *p, char *rest) { inject(p, "deliver", rest); }
static void hold(struct plain *p, char *rest) { inject(p, "hold", rest); }
static void release(struct plain *p, char *rest) { inject(p, "release", rest); }
static void leave_out(struct plain *p, char *rest) { inject(p, "leave-out", rest); }
static void invent(struct plain *p, char *rest) { said(p, VERB_INVENT, NULL, rest); }
static void tell(struct plain *p, char *rest) { said(p, VERB_INVENT, "help", rest); }
static void observe(struct plain *p, char *rest) { said(p, VERB_OBSERVE, NULL, rest); }

static void answer(struct plain *p, char *rest)
{
	struct intent it = { .verb = VERB_PLAY, .n_fields = 1 };
	struct buf b = BUF_INIT;
	const char *token = view_script_asked(&b, p->v);
	size_t n = strcspn(rest, " ");
	int64_t exit;

	buf_release(&b);
	if (!token) {
		plain_say(p, "No command waits for your words. Nothing was done.");
		return;
	}
	if (rest[n])
		rest[n++] = '\0';
	if (!str_to_i64(rest, &exit) || exit < 0 || exit > 255) {
		plain_say(p, "With which status does it end? `answer 0 TEXT`. Nothing was done.");
		return;
	}
	it.name = mem_dup(token);
	it.text = rest[n] ? mem_printf("%s\n", rest + n) : mem_dup("");
	it.fields = mem_alloc(sizeof *it.fields);
	it.fields[0].name = mem_dup("exit");
	it.fields[0].text = mem_dup(rest);
	plain_make(p, &it, false);
}

static const struct {
	const char *word;
	void (*does)(struct plain *p, char *rest);
} words[] = {
	{ "script", list }, { "deliver", deliver }, { "hold", hold }, { "release", release },
	{ "leave-out", leave_out }, { "invent", invent }, { "tell", tell },
	{ "observe", observe }, { "answer", answer }, { "?", help }, { "help", help },
};

bool plain_script_line(struct plain *p, char *line)
{
	size_t n = strcspn(line, " ");
	char *rest = line + n + strspn(line + n, " ");

	if (n == 4 && !strncmp(line, "show", n) && show(p, rest))
		return true;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strlen(words[i].word) == n && !strncmp(words[i].word, line, n)) {
			words[i].does(p, rest);
			return true;
		}
	return false;
}
