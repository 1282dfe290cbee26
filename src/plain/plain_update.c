/* The next word to those who were told: shown, changed, and sent when the person says so. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contact.h"
#include "mem.h"
#include "plain_update.h"
#include "plainint.h"
#include "state.h"
#include "str.h"
#include "view_update.h"

static void show(struct plain *p, const struct view_update *u, bool asks)
{
	struct buf b = BUF_INIT, safe = BUF_INIT;

	view_update_line(&b, u);
	buf_adds(&b, u->channel ? ". To " : ". It was told by hand; the words:\n");
	if (u->channel) {
		str_printable(&b, u->channel, strlen(u->channel), false);
		buf_adds(&b, u->is_public ? " (PUBLIC: others read this too):\n" : ":\n");
	}
	str_printable(&safe, p->draft, strlen(p->draft), true);
	for (const char *s = buf_str(&safe); *s;) {
		size_t n = strcspn(s, "\n");

		buf_addf(&b, "  | %.*s\n", (int)n, s);
		s += n + (s[n] == '\n');
	}
	if (asks)
		buf_adds(&b, u->channel ? "Nothing was sent. `update send` sends this; `update say "
					  "TEXT` puts TEXT in its place.\n"
					: "Tell them, and put it on record with `note`.\n");
	plain_text(p, buf_str(&b));
	buf_release(&b);
	buf_release(&safe);
}

/* The subject stays; a drill says so in front of both. */
static void put_own(struct plain *p, const char *text)
{
	bool drill = view_state(p->v)->mode == MODE_DRILL;
	size_t subject = strcspn(p->draft, "\n");
	char *own = mem_printf("%.*s\n%s%s\n", (int)subject, p->draft,
			       drill ? CONTACT_DRILL : "", text);

	free(p->draft);
	p->draft = own;
}

/* False: no channel takes it. */
static bool command_of(struct buf *out, const struct view_update *u, const char *draft)
{
	char self[4096] = "blackstart";
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n > 0)
		self[n] = '\0';
	return view_update_command(out, u, self, draft);
}

static void send_it(struct plain *p, const struct view_update *u)
{
	struct intent it = { .verb = VERB_EXEC };
	struct buf command = BUF_INIT;

	if (!command_of(&command, u, p->draft)) {
		plain_say(p, "No channel takes it: tell them, and put it on record with `note`.");
	} else {
		it.text = buf_take(&command);
		plain_make(p, &it, false);
		free(p->draft);
		p->draft = NULL;
	}
	intent_release(&it);
	buf_release(&command);
}

static void draft(struct plain *p, const struct view_update *u, struct moment now)
{
	struct buf b = BUF_INIT;

	view_update_draft(&b, p->v, u, now);
	free(p->draft);
	p->draft = buf_take(&b);
}

bool plain_update_make(struct plain *p, const char *own, struct buf *ret_command,
		       const char **ret_why)
{
	struct moment now = clock_now();
	struct view_update u;
	bool made;

	*ret_why = NULL;
	if (!view_update(p->v, now, &u))
		return false;
	draft(p, &u, now);
	if (own)
		put_own(p, own);
	made = command_of(ret_command, &u, p->draft);
	if (made)
		show(p, &u, false);
	else
		*ret_why = "no channel takes an update: they were told by hand";
	free(p->draft);
	p->draft = NULL;
	return made;
}

void plain_update(struct plain *p, char *rest)
{
	struct moment now = clock_now();
	const char *word = plain_word(&rest);
	struct view_update u;

	if (!view_update(p->v, now, &u)) {
		plain_say(p, "No update is due: nobody was told by an announcement with a cadence, "
			     "or it was completed.");
		return;
	}
	if (str_eq(word, "send") && p->draft) {
		send_it(p, &u);
		return;
	}
	if (!p->draft || !*word)
		draft(p, &u, now);
	if (str_eq(word, "say") && *rest)
		put_own(p, rest);
	show(p, &u, true);
}
