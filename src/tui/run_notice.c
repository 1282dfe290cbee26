/* What a drill shows the operator: it stands over the question until somebody has said that they
 * have seen it. */
#include "run_notice.h"

#include <string.h>

#include "run.h"
#include "state.h"
#include "str.h"

enum { KEY_INTERRUPT = 3 };

const struct drill_shown *run_notice(struct run *r)
{
	const struct drill *d = &view_state(r->v)->drill;

	if (r->ended || r->o->facilitator) /* who delivers knows */
		return NULL;
	return r->notices >= d->n_shown ? NULL : &d->shown[r->notices];
}

void run_notice_text(struct run *r, const struct drill_shown *n)
{
	const struct drill *d = &view_state(r->v)->drill;
	struct buf b = BUF_INIT;

	buf_adds(&b, n->invented ? "DRILL, from the facilitator" : "DRILL INJECT");
	if (d->n_shown - r->notices > 1)
		buf_addf(&b, " (%zu more)", d->n_shown - r->notices - 1);
	buf_adds(&b, ": ");
	sheet_part(&r->ask, ST_DRILL, buf_str(&b));
	buf_clear(&b);
	str_printable(&b, n->show, strlen(n->show), true);
	sheet_add(&r->ask, ST_STRONG, 2, buf_str(&b));
	buf_release(&b);
}

/* It counts as shown from when it was drawn, uppermost. */
void run_notice_drawn(struct run *r)
{
	if (!run_notice(r) || !scene_is_top(r->t, r) || r->notice_drawn == r->notices + 1)
		return;
	r->notice_drawn = r->notices + 1;
	r->notice_at = INT64_MAX;
}

bool run_notice_key(struct run *r, const struct key *k)
{
	if (!run_notice(r))
		return false;
	if (k->code == 'q' || k->code == KEY_INTERRUPT)
		return false;
	if (k->code != K_ENTER) {
		if (!run_look_key(r, k->code))
			run_say(r, "Read what came in first: Enter says that you have seen it.");
		return true;
	}
	if (k->burst || r->notice_drawn != r->notices + 1 || k->at <= r->notice_at)
		run_say(r, "That Enter came before it was shown: press it again.");
	else
		r->notices++;
	r->spent = true;
	return true;
}
