/* How far commands are, as lines that come seldom enough to be listened to. */
#include "client_progress.h"
#include "plainint.h"
#include "state.h"

#define PAUSE_NS 10000000000LL

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

void plain_progress(struct plain *p)
{
	const struct state *s = view_state(p->v);
	int64_t now = plain_now();

	client_progress(p->c, &p->progress, now);
	if (now - p->progress_said < PAUSE_NS)
		return;
	for (size_t i = 0; i < s->n_cmds; i++) {
		const struct cmd *c = s->cmds[i];
		const struct progress_meter *m = progress_of(&p->progress, c->token);

		if (m && (c->phase == CMD_INTENT || c->phase == CMD_STOPPING)) {
			say_one(p, c, m, now);
			p->progress_said = now;
		}
	}
}
