#include "at_run.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "err.h"
#include "verbs.h"
#include "where.h"

/* A writer holds what a reader needs for milliseconds only. */
int at_run_journal(const struct opts *o, char **ret_path, struct journal **ret)
{
	struct err err = { 0 };
	int r;

	*ret_path = where_read(o);
	for (int i = 0; (r = journal_open(*ret_path, JOURNAL_READ, ret, &err)) == ERR_BUSY &&
			i < 250; i++)
		poll(NULL, 0, 20);
	if (r == 0)
		return CLI_OK;
	if (r == ERR_NOTFOUND) {
		cli_say("no record at %s: nothing was run yet", *ret_path);
		return CLI_ENDED;
	}
	cli_fail(&err);
	return CLI_JOURNAL;
}

int at_run_find(const struct opts *o, const char *part, struct at_run *ret)
{
	struct err err = { 0 };
	struct journal *j = NULL;
	int status, r;

	*ret = (struct at_run){ 0 };
	if ((status = at_run_journal(o, &ret->journal, &j)))
		return status;
	r = journal_find_run(j, part, ret->run, &err);
	journal_close(j);
	if (r == ERR_NOTFOUND || r == ERR_EXISTS) {
		cli_say("%s; `blackstart runs` lists them", err.text);
		return CLI_USAGE;
	}
	return r ? cli_fail(&err) : CLI_OK;
}

void at_run_release(struct at_run *a)
{
	free(a->journal);
}
