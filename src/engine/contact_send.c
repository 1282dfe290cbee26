/* Messages of a climb: commands of their own, beside the step state. Several may be in flight, and
 * none holds anybody up; each is on record before it starts, and a try is sent once unless the
 * record says that its command never ran.
 */
#include "climbing.h"
#include "clock.h"
#include "flight.h"
#include "inner.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "mem.h"
#include "str.h"

enum { GRACE_MS = 2000, SEND_MARGIN_MS = 10000, LATE_MS = 1000, WHY_MAX = 300 };

static const struct ladder_try *try_of(const struct inst *in, int try_no)
{
	const struct ladder_try *y;
	size_t n = in->climb ? ladder_tries(in->climb->ladder, &y) : 0;

	return try_no >= 0 && (size_t)try_no < n ? &y[try_no] : NULL;
}

/* Only the last one can be: the next is not decided before. */
int contact_unsent(const struct inst *in)
{
	const struct ladder_try *y;
	const struct cmd *send;
	int last;

	if (!inst_is_contact(in) || !in->climb)
		return -1;
	last = (int)ladder_tries(in->climb->ladder, &y) - 1;
	send = in->climb->send;
	if (last < 0 || y[last].result != LADDER_BEGUN ||
	    !contact_carrier(in->step->contact, y[last].party, y[last].way))
		return -1;
	return send && send->try_no == last && send->phase != CMD_NEVER ? -1 : last;
}

int contact_wants(const struct state *s, const struct inst *in)
{
	return s->paused || in->state != STEP_EXECUTING ? -1 : contact_unsent(in);
}

static const struct contact_party *carrier_of(const struct inst *in, int try_no)
{
	const struct ladder_try *y = try_of(in, try_no);

	return y ? contact_carrier(in->step->contact, y->party, y->way) : NULL;
}

/* By which channel it really goes: in a drill by that of drills alone. */
static const struct contact_party *sender_of(const struct state *s, const struct inst *in,
					     int try_no)
{
	const struct contact_party *by = carrier_of(in, try_no);

	return by && contact_diverts(s, in->step->contact) ? in->step->contact->drill : by;
}

bool contact_diverts(const struct state *s, const struct contact *c)
{
	return s->mode == MODE_DRILL && (s->drill.way == DRILL_LAB || c->drill);
}

bool contact_sends(const struct state *s, const struct inst *in, int try_no)
{
	const struct contact *c = in->step->contact;

	return c->drill && contact_diverts(s, c) && sender_of(s, in, try_no) == c->drill;
}

const char *contact_command(const struct state *s, const struct inst *in, int try_no)
{
	const struct contact_party *by = sender_of(s, in, try_no);

	return by ? by->command : NULL;
}

/* The program's own sender keeps the channel's time itself, and says so better. */
int64_t contact_timeout(const struct state *s, const struct inst *in, int try_no)
{
	const struct contact_party *by = sender_of(s, in, try_no);

	if (!by || by->timeout_ms <= 0)
		return 0;
	return by->timeout_ms + (str_eq(by->command, CONTACT_SEND) ? SEND_MARGIN_MS : 0);
}

/* What a drill says in front stays in front. */
static char *with_front(const char *front, const char *message)
{
	size_t n = str_starts(message, CONTACT_DRILL) ? strlen(CONTACT_DRILL) : 0;

	return front ? mem_printf("%.*s%s %s", (int)n, message, front, message + n)
		     : mem_dup(message);
}

/* Empty while it is not known: who sends takes the worst then. */
static void env_severity(struct action *a, const struct contact *c, int severity)
{
	bool known = severity >= 0 && (size_t)severity < c->n_severities;

	action_env(a, "severity", known ? c->severities[severity] : "");
	action_env(a, "severity_is", !severity && c->n_severities > 1 ? "least" : "");
}

char *contact_diverted(const struct contact *c, int party, int way, const char *text)
{
	const struct contact_party *who = contact_party(c, party);
	const struct contact_party *by = contact_carrier(c, party, way);
	const struct contact_way *how = contact_way(c, party, way);
	struct buf b = BUF_INIT;

	buf_addf(&b, CONTACT_DRILL "in earnest this would have gone to %s", who->name);
	if (how->address)
		buf_addf(&b, " (%s: %s)", how->name, how->address);
	if (!who->is_channel)
		buf_addf(&b, ", by the channel %s", by->id);
	buf_addf(&b, "\n%s", text);
	return buf_take(&b);
}

void contact_env(const struct state *s, struct action *a, const struct inst *in, int try_no)
{
	const struct contact *c = in->step->contact;
	const struct ladder_try *y = try_of(in, try_no);
	const struct contact_party *by = sender_of(s, in, try_no);
	const struct contact_party *who = y ? contact_party(c, y->party) : NULL;
	const char *front = y ? c->rung_texts[y->rung] : NULL;
	bool diverts = contact_diverts(s, c);
	char *text, *number;

	if (!y || !by || !who)
		return;
	text = with_front(front, in->climb->message);
	if (diverts) {
		char *there = contact_diverted(c, y->party, y->way, text);

		free(text);
		text = there;
	}
	number = mem_printf("%d.%d", in->attempt, try_no + 1);
	action_env(a, "to", !diverts && !who->is_channel ? who->ways[y->way].address
			    : by->to ? by->to : "");
	action_env(a, "subject", in->climb->subject);
	action_env(a, "text", text);
	action_env(a, "try", number);
	env_severity(a, c, ladder_severity(in->climb->ladder));
	if (by->json)
		action_env(a, "channel", by->json);
	free(text);
	free(number);
}

/* The wait is counted from the message, not from the decision, where a crash or a pause came
 * between. */
void contact_going(struct pass *p, const struct inst *in, int try_no)
{
	const struct ladder_try *y = try_of(in, try_no);

	if (y && ladder_time(in->climb->ladder, p->now / CLOCK_MS) - y->at > LATE_MS)
		contact_result(p, in, try_no, LADDER_BEGUN, NULL);
}

/* --- what came of it -------------------------------------------------------------------------- */

char *contact_last_line(const char *s, size_t n)
{
	struct buf out = BUF_INIT;
	char clipped[WHY_MAX];
	size_t from;

	while (n && strchr(" \t\r\n", s[n - 1]))
		n--;
	for (from = n; from && s[from - 1] != '\n'; from--)
		;
	str_printable(&out, s + from, n - from, false);
	str_clip(clipped, sizeof clipped, buf_str(&out));
	buf_release(&out);
	return clipped[0] ? mem_dup(clipped) : NULL;
}

/* A reply that came in the meantime says more than the channel can. */
static bool is_open(const struct inst *in, int attempt, int try_no)
{
	const struct ladder_try *y = attempt == in->attempt ? try_of(in, try_no) : NULL;

	return y && y->result == LADDER_BEGUN;
}

void contact_sent(struct pass *p, const struct cmd *c)
{
	const struct engine_input *in = p->in;
	bool good = !in->signaled && !in->code;
	char *why = NULL;

	if (!c->inst || !is_open(c->inst, c->attempt, c->try_no))
		return;
	if (c->timed_out)
		why = mem_printf("it took longer than %lld s",
				 (long long)(c->timeout_ms / 1000));
	else if (good)
		why = contact_last_line(in->out ? in->out : "", in->n_out);
	else
		why = contact_last_line(in->err ? in->err : "", in->n_err);
	if (!why && !good)
		why = mem_printf("%s %d", in->signaled ? "ended by signal" : "exit status",
				 in->code);
	contact_result(p, c->inst, c->try_no, good ? LADDER_SENT : LADDER_DEAD, why);
	free(why);
}

void contact_not_sent(struct pass *p, const struct inst *in, int attempt, int try_no,
		      const char *why)
{
	if (in && is_open(in, attempt, try_no))
		contact_result(p, in, try_no, LADDER_DEAD, why);
}

/* --- time ------------------------------------------------------------------------------------- */

bool contact_late(struct pass *p)
{
	struct flight f = { PURPOSE_SEND, p->s->sending };

	return flight_late(p, f, "the message took longer than the channel's timeout", GRACE_MS);
}

int64_t contact_deadline(const struct state *s)
{
	return flight_deadline(s, (struct flight){ PURPOSE_SEND, s->sending });
}
