/* redact: a secret that leaked is taken out of closed runs. The rows stay, and the chain; what was
 * taken, by whom and why is on record, the text never is. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "at_run.h"
#include "clock.h"
#include "err.h"
#include "fsio.h"
#include "keeping.h"
#include "mem.h"
#include "redact_find.h"
#include "removal.h"
#include "str.h"
#include "text_in.h"
#include "verbs.h"

enum { TEXT_MAX = 64 << 10, SHEET_MAX = 16 << 20 };

/* What is wanted, for each of the runs. */
struct redacting {
	const struct opts *o;
	struct buf text;
	char *who;
	struct buf out;
};

/* --- taking out ------------------------------------------------------------------------------- */

static int empty_ranges(struct output *o, const struct redact_find *f, struct err *err)
{
	int rc = output_begin(o, err);

	if (rc)
		return rc;
	for (size_t i = 0; rc == 0 && i < f->n_range; i++) {
		const struct redact_range *r = &f->range[i];

		if (r->hit)
			rc = output_take_out(o, r->token, r->stream, r->from, r->n, err);
	}
	if (rc == 0)
		return output_commit(o, true, err);
	output_rollback(o);
	return rc;
}

/* Also where nothing was found: an earlier one may have been stopped before its end. */
static int wipe(struct journal *j, const char *run, const struct redact_find *f, struct err *err)
{
	struct output *o = NULL;
	int rc;

	PATIENTLY(rc, output_open(j, run, false, &o, err));
	if (rc == 0) { /* there is one: making one by opening it to write would be wrong */
		output_close(o);
		o = NULL;
		PATIENTLY(rc, output_open(j, run, true, &o, err));
		if (rc == 0 && f->n_outputs)
			PATIENTLY(rc, empty_ranges(o, f, err));
		if (rc == 0)
			PATIENTLY(rc, output_wipe(o, err));
		output_close(o);
	} else if (rc == ERR_NOTFOUND) {
		rc = 0;
	}
	if (rc == 0)
		PATIENTLY(rc, journal_wipe(j, err));
	return rc;
}

static int take_out(struct redacting *r, struct journal *j, const char *run,
		    const struct redact_find *f, struct err *err)
{
	struct removal row = {
		.what = REMOVAL_REDACTED, .wall = clock_now().wall, .who = r->who,
		.why = r->o->reason, .payloads = buf_str(&f->payloads),
		.outputs = buf_str(&f->outputs), .rest = buf_str(&f->rest),
	};
	int rc = 0;

	memcpy(row.run, run, strlen(run) + 1);
	if (f->n_payloads || f->n_outputs)
		PATIENTLY(rc, removal_add(j, &row, err));
	if (rc)
		return rc;
	rc = wipe(j, run, f, err);
	return rc ? err_context(err, rc, "taken out, but its bytes may still lie in the files: do "
				"the same again") : 0;
}

/* --- one run ---------------------------------------------------------------------------------- */

/* The status sheet of a run is a file of its own, which no digest covers, and the record has all
 * that it says: it goes. */
static void look_at_sheet(struct redacting *r, const char *journal, const char *run,
			  struct redact_find *f)
{
	char *folder = fsio_dirname(journal), *path = mem_printf("%s/status/%s.txt", folder, run);
	struct buf text = { .secret = true };

	if (fsio_read(path, SHEET_MAX, &text, NULL) == 0 && redact_in(f, text.data, text.len) &&
	    !r->o->dry && unlink(path))
		buf_addf(&f->also, "the status sheet %s: remove it\n", path);
	buf_release(&text);
	free(folder);
	free(path);
}

static int tell(struct redacting *r, const char *run, const struct redact_find *f)
{
	bool none = !f->n_payloads && !f->n_outputs;

	if (none)
		buf_addf(&r->out, "run %s: nothing to take out\n", run);
	else
		buf_addf(&r->out, "run %s: %lld payloads and %lld pieces of output (%lld bytes) "
			 "%s\n", run, (long long)f->n_payloads, (long long)f->n_outputs,
			 (long long)f->bytes, r->o->dry ? "would be taken out" : "taken out");
	if (f->also.len) {
		struct buf lines = BUF_INIT;

		for (char *at = f->also.data, *end; (end = strchr(at, '\n')); at = end + 1) {
			*end = '\0';
			buf_clear(&lines);
			cli_safe(&lines, at);
			cli_say("run %s: it stays in %s", run, buf_str(&lines));
		}
		buf_release(&lines);
	}
	return none || f->also.len ? CLI_ENDED : CLI_OK;
}

/* Also where nothing would be found in it: whoever asks is to know. */
static int is_free(struct journal *j, const char *run)
{
	struct removal_standing s;
	struct err err = { 0 };
	int rc, status = CLI_OK;

	PATIENTLY(rc, removal_stands(j, run, &s, &err));
	if (rc) {
		status = cli_fail(&err);
	} else if (s.held) {
		cli_say("run %s is under hold: release it first", run);
		status = CLI_REFUSED;
	}
	removal_standing_release(&s);
	return status;
}

static int redact(struct redacting *r, const struct at_run *at)
{
	struct redact_find f = { .token = r->o->output };
	struct journal *j = NULL;
	struct err err = { 0 };
	int rc, status;

	if (r->text.len)
		(void)!hide_add(&f.hide, buf_str(&r->text), r->text.len);
	PATIENTLY(rc, journal_open(at->journal, r->o->dry ? JOURNAL_READ : JOURNAL_WRITE, &j,
				   &err));
	status = rc ? cli_fail(&err) : is_free(j, at->run);
	if (status == CLI_OK)
		status = keeping_is_whole(j, at->run, "nothing was taken out");
	if (status == CLI_OK && (rc = redact_find(&f, j, at->run, &err)) == 0 && !r->o->dry)
		rc = take_out(r, j, at->run, &f, &err);
	if (status == CLI_OK && rc)
		status = cli_fail(&err);
	if (status == CLI_OK) {
		look_at_sheet(r, at->journal, at->run, &f);
		status = tell(r, at->run, &f);
	}
	redact_find_release(&f);
	journal_close(j);
	return status;
}

/* --- what is wanted --------------------------------------------------------------------------- */

static int read_text(struct redacting *r)
{
	const char *from = r->o->text_from;
	struct hide hide = { 0 };
	struct err err = { 0 };
	bool fits;

	if (!from)
		return CLI_OK;
	r->text.max = TEXT_MAX;
	if (str_eq(from, "-") ? text_stdin(&r->text) : fsio_read(from, TEXT_MAX, &r->text, &err))
		return err.code ? cli_fail(&err) :
			cli_usage("standard input cannot be read, or is longer than %d bytes",
				  TEXT_MAX);
	fits = hide_add(&hide, buf_str(&r->text), r->text.len);
	hide_release(&hide);
	return fits ? CLI_OK : cli_usage("a text of less than %d bytes stands everywhere",
					 HIDE_MIN);
}

static int read_wish(struct redacting *r)
{
	const struct opts *o = r->o;

	if (!o->text_from && !o->output)
		return cli_usage("say what: --text-from, --output");
	if (!o->dry && (!o->reason || !o->reason[0]))
		return cli_usage("say why: --reason");
	return read_text(r);
}

int cmd_redact(const struct opts *o, char **args, int n)
{
	struct redacting r = { .o = o, .text = { .secret = true } };
	int status = read_wish(&r), worst = CLI_OK;

	r.who = keeping_who(o);
	for (int i = 0; status == CLI_OK && i < n; i++) {
		struct at_run at = { 0 };
		int one = at_run_find(o, args[i], &at);

		if (one == CLI_OK)
			one = redact(&r, &at);
		worst = one > worst ? one : worst;
		at_run_release(&at);
	}
	free(r.who);
	buf_release(&r.text);
	return cli_put(&r.out, status ? status : worst);
}
