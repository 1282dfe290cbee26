/* hold, release: of a run under hold nothing is taken out, by nobody. Both are on record. */
#include <stdlib.h>
#include <string.h>

#include "at_run.h"
#include "buf.h"
#include "clock.h"
#include "err.h"
#include "keeping.h"
#include "removal.h"
#include "verbs.h"

static int say_held(struct journal *j, const char *run)
{
	struct removal_standing s;
	struct buf line = BUF_INIT;
	struct err err = { 0 };

	if (removal_stands(j, run, &s, &err) == 0 && s.held) {
		removal_say(&line, &s.hold);
		cli_say("run %s is under hold since %s", run, buf_str(&line));
	}
	removal_standing_release(&s);
	buf_release(&line);
	return CLI_REFUSED;
}

static int put(const struct opts *o, const struct at_run *at, enum removal_what what,
	       struct buf *out)
{
	char *who = keeping_who(o);
	struct removal row = {
		.what = what, .wall = clock_now().wall, .who = who, .why = o->reason,
		.payloads = "", .outputs = "", .rest = "{}",
	};
	struct journal *j = NULL;
	struct err err = { 0 };
	int rc, status = CLI_OK;

	memcpy(row.run, at->run, sizeof(row.run));
	PATIENTLY(rc, journal_open(at->journal, JOURNAL_WRITE, &j, &err));
	if (rc == 0)
		PATIENTLY(rc, removal_add(j, &row, &err));
	if (rc == 0)
		buf_addf(out, "run %s: %s\n", at->run, what == REMOVAL_HOLD ? "under hold" :
			 "released");
	else
		status = rc == ERR_EXISTS ? say_held(j, at->run) : cli_fail(&err);
	journal_close(j);
	free(who);
	return status;
}

static int each(const struct opts *o, char **args, int n, enum removal_what what)
{
	struct buf out = BUF_INIT;
	int worst = CLI_OK;

	if (!o->reason || !o->reason[0])
		return cli_usage("say why: --reason");
	for (int i = 0; i < n; i++) {
		struct at_run at = { 0 };
		int one = at_run_find(o, args[i], &at);

		if (one == CLI_OK)
			one = put(o, &at, what, &out);
		worst = one > worst ? one : worst;
		at_run_release(&at);
	}
	return cli_put(&out, worst);
}

int cmd_hold(const struct opts *o, char **args, int n)
{
	return each(o, args, n, REMOVAL_HOLD);
}

int cmd_release(const struct opts *o, char **args, int n)
{
	return each(o, args, n, REMOVAL_RELEASED);
}
