/* prune: what the commands of runs printed that were closed long ago is given back. The rows stay,
 * and the chain; that it is gone, by whom and by which rule goes on record before a byte goes.
 *
 *   list    closed runs that are old enough, and those that an earlier prune did not finish
 *   ask     unless --yes says so
 *   each    whole? in use? -> on record -> the file goes
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "at_run.h"
#include "buf.h"
#include "clock.h"
#include "err.h"
#include "fsio.h"
#include "keeping.h"
#include "mem.h"
#include "plain.h"
#include "prune_run.h"
#include "removal.h"
#include "str.h"
#include "verbs.h"

struct pruning {
	const struct opts *o;
	char *who, *rule;
	int64_t wall, before;    /* now; closed no later than this */
	struct prune_run *v;
	size_t n, due;
	int64_t bytes;           /* of those that are due, on disk */
	bool whole;              /* the record is, as far as its rows say */
	struct buf out;
};

/* --- which ------------------------------------------------------------------------------------ */

static int take_run(void *ctx, const struct run_row *row)
{
	struct pruning *p = ctx;

	if (!row->verdict || (!row->pruned && row->closed_wall > p->before))
		return 0;
	if ((p->n & (p->n - 1)) == 0)
		p->v = mem_grow(p->v, p->n ? 2 * p->n : 1, sizeof(*p->v));
	p->v[p->n] = (struct prune_run){
		.closed_wall = row->closed_wall, .held = row->held, .pruned = row->pruned,
	};
	memcpy(p->v[p->n++].run, row->run, sizeof(row->run));
	return 0;
}

static int by_age(const void *a, const void *b)
{
	const struct prune_run *x = a, *y = b;

	return x->closed_wall < y->closed_wall ? -1 : x->closed_wall > y->closed_wall;
}

/* Of these, and of what was pruned before, only what has a file is spoken of. The oldest first. */
static int find(struct pruning *p, struct journal *j)
{
	struct err err = { 0 };
	size_t kept = 0;
	int rc;

	PATIENTLY(rc, (p->n = 0, journal_runs(j, take_run, p, &err)));
	if (rc)
		return cli_fail(&err);
	for (size_t i = 0; i < p->n; i++) {
		struct prune_run r = p->v[i];

		r.bytes = output_on_disk(j, r.run);
		if (r.bytes < 0)
			continue;
		r.in_use = !r.held && prune_run_in_use(j, r.run);
		p->due += !r.held && !r.in_use;
		p->bytes += r.held || r.in_use ? 0 : r.bytes;
		p->v[kept++] = r;
	}
	p->n = kept;
	if (kept)
		qsort(p->v, kept, sizeof(*p->v), by_age);
	return CLI_OK;
}

/* --- what is said beforehand ------------------------------------------------------------------ */

static void say_held(struct buf *out, struct journal *j, const struct prune_run *r)
{
	struct removal_standing s;
	struct err err = { 0 };

	if (removal_stands(j, r->run, &s, &err) == 0 && s.held) {
		buf_adds(out, " since ");
		removal_say(out, &s.hold);
	}
	removal_standing_release(&s);
}

static void list(struct buf *out, const struct pruning *p, struct journal *j)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct prune_run *r = &p->v[i];

		buf_addf(out, "run %s, closed ", r->run);
		clock_utc(out, r->closed_wall, 0);
		buf_addf(out, ", %lld bytes: ", (long long)r->bytes);
		if (r->held) {
			buf_adds(out, "stays, under hold");
			say_held(out, j, r);
		} else if (r->in_use) {
			buf_adds(out, "stays, in use just now");
		} else {
			buf_adds(out, r->pruned ? "its outputs were pruned, and are still there" :
				 "its outputs would be removed");
		}
		buf_addc(out, '\n');
	}
	keeping_count(out, (int64_t)p->due, "run");
	buf_addf(out, ", %lld bytes: outputs of runs closed no later than ", (long long)p->bytes);
	clock_utc(out, p->before, 0);
	buf_addc(out, '\n');
}

/* 0 only where somebody agrees. */
static int agreed(const struct pruning *p, struct journal *j)
{
	struct buf out = BUF_INIT, answer = { .max = 100 };
	struct err err = { 0 };
	bool yes = p->o->yes;

	if (!yes) {
		list(&out, p, j);
		fsio_write_all(STDERR_FILENO, buf_str(&out), out.len, NULL);
	}
	if (!yes && cli_is_terminal()) {
		plain_ask_line(STDIN_FILENO, STDERR_FILENO,
			       "Remove these outputs? They cannot be had back. (y removes)",
			       false, &answer, &err);
		yes = str_eq(buf_str(&answer), "y") || str_eq(buf_str(&answer), "yes");
	}
	if (!yes)
		cli_say("nothing was removed%s",
			cli_is_terminal() ? "" : ": --yes removes without asking");
	buf_release(&out);
	buf_release(&answer);
	return yes ? CLI_OK : CLI_REFUSED;
}

/* --- doing it --------------------------------------------------------------------------------- */

static int prune_all(struct pruning *p, struct journal *j)
{
	bool spent = false;
	const struct prune_rule rule = {
		.who = p->who, .why = p->rule, .wall = p->wall, .whole = p->whole, .spent = &spent,
	};
	int64_t freed = 0, done = 0;
	int worst = CLI_OK;

	for (size_t i = 0; i < p->n; i++) {
		struct prune_run *r = &p->v[i];
		int64_t some = 0;
		int one;

		if (r->held)
			continue;
		one = prune_run(j, r, &rule, &some, &p->out);
		worst = one > worst ? one : worst;
		freed += some;
		done += one == CLI_OK;
	}
	if (spent)
		journal_ballast_keep(j);
	keeping_count(&p->out, done, "run");
	buf_addf(&p->out, " pruned, %lld bytes freed\n", (long long)freed);
	return worst;
}

/* What is taken out of a record that is not whole would hide that. All rows are looked at once;
 * where something is wrong with them, each run is for itself. */
static int look(struct pruning *p, struct journal *j)
{
	struct verify_result v = { 0 };
	struct err err = { 0 };

	if (journal_verify(j, NULL, false, &v, &err))
		return cli_fail(&err);
	p->whole = v.whole;
	return CLI_OK;
}

static int prune(struct pruning *p, const char *journal)
{
	struct journal *j = NULL;
	struct err err = { 0 };
	int rc, status;

	PATIENTLY(rc, journal_open(journal, JOURNAL_READ, &j, &err));
	status = rc ? cli_fail(&err) : find(p, j);
	if (status == CLI_OK && p->o->dry)
		list(&p->out, p, j);
	else if (status == CLI_OK && !p->due)
		list(&p->out, p, j);
	else if (status == CLI_OK)
		status = agreed(p, j);
	journal_close(j);
	if (status || p->o->dry || !p->due)
		return status;
	j = NULL;
	PATIENTLY(rc, journal_open(journal, JOURNAL_WRITE, &j, &err));
	status = rc ? cli_fail(&err) : look(p, j);
	if (status == CLI_OK)
		status = prune_all(p, j);
	journal_close(j);
	return status;
}

/* --- what is wanted --------------------------------------------------------------------------- */

static int read_wish(struct pruning *p)
{
	const struct opts *o = p->o;
	struct buf rule = BUF_INIT;
	int64_t ms;

	if (!o->outputs)
		return cli_usage("say what: --outputs. Nothing else is ever removed");
	if (!o->older)
		return cli_usage("say from when on: --older 400d");
	if (!str_to_duration(o->older, &ms))
		return cli_usage("--older wants a duration such as 400d, not `%s`", o->older);
	p->wall = clock_now().wall;
	p->before = p->wall - ms * CLOCK_MS;
	buf_addf(&rule, "outputs older than %s", o->older);
	if (o->reason && o->reason[0])
		buf_addf(&rule, "; %s", o->reason);
	p->rule = buf_take(&rule);
	p->who = keeping_who(o);
	return CLI_OK;
}

int cmd_prune(const struct opts *o, char **args, int n)
{
	struct pruning p = { .o = o };
	struct journal *j = NULL;
	char *path = NULL;
	int status = read_wish(&p);

	(void)args;
	(void)n;
	if (status == CLI_OK)
		status = at_run_journal(o, &path, &j);
	journal_close(j);
	if (status == CLI_OK)
		status = prune(&p, path);
	free(p.v);
	free(p.who);
	free(p.rule);
	free(path);
	return cli_put(&p.out, status);
}
