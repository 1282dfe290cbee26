/* How far commands are, as lines that come seldom enough to be listened to. */
#include "client_progress.h"
#include "plainint.h"
#include "state.h"

#define PAUSE_NS 10000000000LL
#define SILENT_NS 60000000000LL /* what does not move is said this often */

static void say_one(struct plain *p, const struct cmd *c, const struct progress_meter *m,
		    int64_t now)
{
	struct buf b = BUF_INIT;

	if (c->inst)
		view_step_name(&b, p->v, c->inst);
	buf_adds(&b, b.len ? ": " : "");
	progress_text(&b, m, now);
	plain_say(p, "- %s", buf_str(&b));
	buf_release(&b);
}

static const struct progress_meter *running(const struct plain *p, const struct cmd *c)
{
	return c->phase == CMD_INTENT || c->phase == CMD_STOPPING
		       ? progress_of(&p->progress, c->token) : NULL;
}

void plain_progress(struct plain *p)
{
	const struct state *s = view_state(p->v);
	int64_t now = plain_now(), said = p->progress_said;

	client_progress(p->c, &p->progress, now);
	if (now - said < PAUSE_NS)
		return;
	for (size_t i = 0; i < s->n_cmds; i++) {
		const struct progress_meter *m = running(p, s->cmds[i]);

		if (m && (m->at > said || now - said >= SILENT_NS)) {
			say_one(p, s->cmds[i], m, now);
			p->progress_said = now;
		}
	}
}

bool plain_progress_waits(const struct plain *p)
{
	const struct state *s = view_state(p->v);

	for (size_t i = 0; i < s->n_cmds; i++)
		if (running(p, s->cmds[i]))
			return true;
	return false;
}
