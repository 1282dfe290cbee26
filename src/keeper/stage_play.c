/* One command of a drill that runs nothing. Who says what it comes to is decided when it is let go;
 * what is said is on record before the first byte is played, so that a keeper which comes after a
 * crash plays the same on.
 *
 * It is played piece by piece, each taken into the record before the next: what is on record does
 * not depend on how busy the machine was.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contact_state.h"
#include "fsio.h"
#include "keeper_parts.h"
#include "keeper_stage.h"
#include "mask.h"
#include "mem.h"
#include "str.h"

enum { AGAIN_MS = 1000 };

static const char not_covered[] = "the scenario does not say what this came to";
static const char not_sent[] = "DRILL: on record, and not sent\n";

/* --- which command it is ---------------------------------------------------------------------- */

static const struct debt *debt_of(const struct state *s, const struct cmd *c)
{
	for (size_t i = 0; c->owed && i < s->n_debts; i++)
		if (str_eq(s->debts[i].key, c->owed))
			return &s->debts[i];
	return NULL;
}

/* The how manieth of its kind that was let go. */
static int64_t nth_of(const struct state *s, const struct cmd *c)
{
	int64_t n = 1;

	for (size_t i = 0; i < s->n_cmds && s->cmds[i] != c; i++)
		n += s->cmds[i]->purpose == c->purpose && s->cmds[i]->inst == c->inst &&
		     s->cmds[i]->phase != CMD_NEVER && str_eq(s->cmds[i]->owed, c->owed);
	return n;
}

static struct scenario_query query_of(const struct keeper *k, const struct cmd *c, int64_t now_ms)
{
	const struct debt *d = debt_of(k->s, c);
	const struct inst *in = c->purpose == PURPOSE_SETTLE ? (d ? d->inst : NULL) : c->inst;
	bool own = c->purpose == PURPOSE_MAIN && c->inst;

	return (struct scenario_query){
		.key = in ? in->key : "",
		.purpose = c->purpose,
		.nth = nth_of(k->s, c),
		.command = c->text,
		.edited = own && c->inst->edited && str_eq(c->inst->edited, c->text),
		.owes = d ? d->name : NULL,
		.now_ms = now_ms,
	};
}

/* What the scenario says, as its injects stood before row `seq` (0: now). */
static struct scenario_reply scenario_says(const struct keeper *k, const struct cmd *c,
					   int64_t seq, int64_t now_ms)
{
	struct scenario_query q = query_of(k, c, now_ms);
	struct scenario_reply r = { .output = "", .inject = SCENARIO_NO_INJECT };
	struct scenario_fold f;

	if (!k->stage->scenario)
		return r;
	stage_fold(k, seq, &f);
	r = scenario_answer(k->stage->scenario, &f, &q);
	scenario_fold_release(&f);
	return r;
}

/* --- who says so ------------------------------------------------------------------------------ */

static void tell(struct keeper *k, const struct drill_told *t)
{
	struct engine_input in = feed_input(INPUT_DRILL);

	in.drill = t;
	feed(k, &in, NULL);
}

static void ask(struct keeper *k, const struct cmd *c, enum drill_by of)
{
	tell(k, &(struct drill_told){ .what = DRILL_ASKED, .token = c->token, .by = of });
}

static void answer(struct keeper *k, const struct cmd *c, const struct scenario_reply *r)
{
	const struct scenario *s = k->stage->scenario;
	struct drill_told t = {
		.what = DRILL_ANSWER, .token = c->token, .by = DRILL_BY_SCENARIO,
		.covered = r->covered, .exit = (int)r->exit, .signal = r->signal,
		.took_ms = r->took_ms,
		.inject = r->inject == SCENARIO_NO_INJECT ? NULL : s->injects[r->inject].id,
	};

	tell(k, &t);
}

static void decide(struct keeper *k, const struct cmd *c)
{
	struct scenario_reply r;

	if (k->s->drill.way == DRILL_TABLETOP) {
		ask(k, c, DRILL_BY_OPERATOR);
		return;
	}
	r = scenario_says(k, c, 0, stage_now(k));
	if (!r.covered && k->s->drill.n_facilitators)
		ask(k, c, DRILL_BY_FACILITATOR);
	else
		answer(k, c, &r);
}

static bool is_message(const struct cmd *c)
{
	return c->purpose == PURPOSE_SEND || c->purpose == PURPOSE_TELL;
}

/* Whether the scenario has the address of a try dead. */
static bool is_dead(const struct keeper *k, const struct inst *in, int try_no)
{
	const struct scenario_contact *said;
	const struct ladder_try *y;
	struct scenario_fold f;

	if (!k->stage->scenario || !in || !in->climb || try_no < 0 ||
	    (size_t)try_no >= ladder_tries(in->climb->ladder, &y))
		return false;
	stage_fold(k, 0, &f);
	said = scenario_contact(k->stage->scenario, &f,
				in->step->contact->parties[y[try_no].party].id,
				stage_nth_try(in, (size_t)try_no));
	scenario_fold_release(&f);
	return said && said->reply == SCENARIO_DEAD;
}

bool stage_sends(const struct keeper *k, const struct action *a)
{
	const struct inst *in = a->purpose == PURPOSE_SEND ? state_inst(k->s, a->key) : NULL;
	const struct ladder_try *y;

	if (!a->sends || !in || !in->climb)
		return a->sends;
	/* only the newest try of a climb is sent */
	return !is_dead(k, in, (int)ladder_tries(in->climb->ladder, &y) - 1);
}

/* A message that goes nowhere. Where the scenario has the address dead, the channel says so. */
static struct scenario_reply message(const struct keeper *k, const struct cmd *c)
{
	struct scenario_reply r = { .covered = true, .output = "", .errors = not_sent,
				    .inject = SCENARIO_NO_INJECT };

	if (c->purpose == PURPOSE_SEND && is_dead(k, c->inst, c->try_no)) {
		r.exit = 1;
		r.errors = "not working\n";
	}
	return r;
}

/* What is on record, as something that can be played. False: there is nothing yet. */
static bool find_reply(struct keeper *k, const struct cmd *c, struct played *pl)
{
	const struct drill_play *p = state_play(k->s, c->token);

	if (pl->found)
		return true;
	if (is_message(c)) {
		pl->reply = message(k, c);
		pl->began_ms = stage_now(k);
		return pl->found = true;
	}
	if (!p || !p->answered || !pl->durable)
		return false;
	pl->began_ms = p->at / CLOCK_MS;
	if (p->by == DRILL_BY_SCENARIO && p->covered)
		pl->reply = scenario_says(k, c, p->seq, pl->began_ms);
	else
		pl->reply = (struct scenario_reply){
			.covered = p->covered, .output = p->output ? p->output : "",
			.n_output = p->output ? strlen(p->output) : 0, .errors = p->errors,
		};
	pl->reply.exit = p->exit;
	pl->reply.signal = p->signal;
	pl->reply.took_ms = p->took_ms;
	return pl->found = true;
}

/* --- playing ---------------------------------------------------------------------------------- */

static int open_spool(const struct proc *p, enum stream s)
{
	char *path = holder_spool_path(p->post->folder, p->token, s);
	char *dir = fsio_dirname(path);
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
	int fd = mkdir(dir, 0700) && errno != EEXIST ? -1 :
		 open(path, flags | (p->played->written[s] ? 0 : O_TRUNC), 0600);

	free(dir);
	free(path);
	return fd;
}

/* All of it, or nothing that counts. */
static bool put(struct proc *p, enum stream s, const char *bytes, size_t n)
{
	struct played *pl = p->played;
	int64_t at = pl->written[s];
	size_t done = 0;
	int fd;

	if (!n)
		return true;
	fd = open_spool(p, s);
	while (fd >= 0 && done < n) {
		ssize_t w = pwrite(fd, bytes + done, n - done, at + (int64_t)done);
		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			break;
		done += (size_t)w;
	}
	if (fd >= 0)
		close(fd);
	if (done < n)
		return false;
	pl->written[s] = at + (int64_t)n;
	p->dirty = true;
	return true;
}

/* What it shows, with what may not be seen taken out; as a terminal has it where it has one. */
static void shown(const struct keeper *k, bool terminal, const char *bytes, size_t n,
		  struct buf *out)
{
	struct mask m = { .hide = &k->secrets.hide };
	struct buf clear = BUF_INIT;

	mask_add(&m, bytes, n, &clear);
	mask_end(&m, &clear);
	for (size_t i = 0; i < clear.len; i++) {
		if (terminal && clear.data[i] == '\n' && (!i || clear.data[i - 1] != '\r'))
			buf_addc(out, '\r');
		buf_addc(out, clear.data[i]);
	}
	buf_release(&clear);
}

static bool show(struct keeper *k, struct proc *p, const struct cmd *c, enum stream s,
		 const char *bytes, size_t n)
{
	struct buf out = BUF_INIT;
	bool done;

	shown(k, c->terminal, bytes, n, &out);
	done = put(p, c->terminal ? STREAM_TTY : s, buf_str(&out), out.len);
	buf_release(&out);
	return done;
}

static bool is_taken(const struct proc *p)
{
	for (int s = 0; s < STREAM_MAX; s++)
		if (p->kept[s] < p->played->written[s])
			return false;
	return true;
}

static void end(struct keeper *k, struct proc *p, int code, bool signaled)
{
	p->st.fate = signaled ? HOLDER_SIGNALED : HOLDER_EXITED;
	p->st.code = code;
	p->at = PROC_OVER;
	keeper_again(k);
}

static void lose(struct keeper *k, struct proc *p)
{
	p->lost = true;
	free(p->text);
	p->text = mem_dup(not_covered);
	p->at = PROC_OVER;
	keeper_again(k);
}

/* A scenario speaks of the day on which it happened. */
static void output_of(const struct keeper *k, const struct proc *p, struct buf *out)
{
	const struct scenario_reply *r = &p->played->reply;
	const struct drill_play *said = state_play(k->s, p->token);

	if (k->stage->scenario && said && said->by == DRILL_BY_SCENARIO)
		scenario_moved(out, k->stage->scenario, k->s->opened.wall, r->output, r->n_output);
	else
		buf_add(out, r->output, r->n_output);
}

/* The last piece: what it printed, and that it ended. */
static bool finish(struct keeper *k, struct proc *p, const struct cmd *c)
{
	const struct scenario_reply *r = &p->played->reply;
	struct buf out = BUF_INIT;
	bool done = true;

	output_of(k, p, &out);
	if (p->sealed && !p->raw_came) {
		buf_add(&p->raw, buf_str(&out), out.len);
		p->raw_came = true;
	} else if (!p->sealed) {
		done = show(k, p, c, STREAM_OUT, buf_str(&out), out.len);
	}
	buf_release(&out);
	if (!done)
		return false;
	if (r->errors && !show(k, p, c, STREAM_ERR, r->errors, strlen(r->errors)))
		return false;
	end(k, p, r->signal ? r->signal : (int)r->exit, r->signal != 0);
	return true;
}

static bool show_line(struct keeper *k, struct proc *p, const struct cmd *c, const char *line)
{
	char *text = mem_printf("%s\n", line);
	bool done = show(k, p, c, STREAM_ERR, text, strlen(text));

	free(text);
	k->gathered = true;
	return done;
}

static int64_t piece_due(const struct played *pl)
{
	const struct scenario_reply *r = &pl->reply;

	return pl->began_ms + (pl->piece < r->n_progress ? r->progress[pl->piece].at_ms
							 : r->took_ms);
}

static void play(struct keeper *k, struct proc *p, const struct cmd *c, int64_t *next_ms)
{
	struct played *pl = p->played;
	int64_t now = stage_now(k);
	bool done = true;

	if (!is_taken(p)) {
		p->dirty = k->gathered = true;
		keeper_again(k);
		return;
	}
	if (piece_due(pl) <= now) {
		bool last = pl->piece >= pl->reply.n_progress;
		done = last ? finish(k, p, c)
			    : show_line(k, p, c, pl->reply.progress[pl->piece].text);
		pl->piece += done;
		if (done && last)
			return;
		keeper_again(k);
	}
	stage_sooner(next_ms, done ? piece_due(pl) : now + AGAIN_MS * k->s->drill.pace);
}

void stage_play_step(struct keeper *k, struct proc *p, int64_t *next_ms)
{
	const struct cmd *c = state_cmd(k->s, p->token);
	const struct drill_play *said = state_play(k->s, p->token);
	struct played *pl = p->played;

	if (!c || !p->told)
		return;
	if (pl->stopped)
		end(k, p, SIGTERM, true);
	else if (find_reply(k, c, pl) && !pl->reply.covered)
		lose(k, p);
	else if (pl->found)
		play(k, p, c, next_ms);
	else if (!said)
		decide(k, c);
	else if (!said->answered && said->of == DRILL_BY_FACILITATOR &&
		 !k->s->drill.n_facilitators) /* who was asked has gone */
		answer(k, c, &(struct scenario_reply){ .inject = SCENARIO_NO_INJECT });
}
