/* verify: is the record whole and unaltered, who vouches for it, and was it put back to an older
 * copy. */
#include <stdlib.h>
#include <string.h>

#include "at_run.h"
#include "buf.h"
#include "err.h"
#include "json.h"
#include "kept.h"
#include "removed.h"
#include "verbs.h"
#include "vouched.h"

/* All that is said of a record, once it was looked at. */
struct said {
	const char *journal, *run; /* NULL: all runs */
	struct verify_result v;
	struct vouching by;
	struct kept kept;
	char *signers;
	struct buf lines;          /* of the checkpoints of one run, for people or JSON */
	struct jsonw list;
	struct buf removed;        /* the same of what was taken out */
	bool json;
};

enum verdict { WHOLE, NOT_WHOLE, FALSE_SIGNATURE, NOT_AS_KEPT };

static enum verdict verdict_of(const struct said *s)
{
	if (!s->v.whole)
		return NOT_WHOLE;
	if (s->by.wrong.len)
		return FALSE_SIGNATURE;
	return s->kept.gone ? NOT_AS_KEPT : WHOLE;
}

static bool was_compared(const struct said *s)
{
	return s->kept.held > 0 || s->kept.gone;
}

static int64_t n_signed(const struct said *s)
{
	return s->by.n[VOUCHED_BY_KNOWN] + s->by.n[VOUCHED_BY_KEY];
}

/* --- a machine -------------------------------------------------------------------------------- */

static void line_json(struct said *s, const struct voucher *v)
{
	struct jsonw *w = &s->list;

	jw_obj(w, NULL);
	jw_int(w, "id", v->c->id);
	jw_int(w, "seq", v->c->seq);
	jw_str(w, "what", checkpoint_word(v->c->what));
	cli_time(w, "wall", v->c->wall);
	jw_str(w, "who", v->c->who);
	jw_str(w, "is", vouched_word(v->is));
	if (v->who.principal[0])
		jw_str(w, "principal", v->who.principal);
	if (v->c->key)
		jw_str(w, "key", v->c->key);
	if (v->why)
		jw_str(w, "why", v->why);
	jw_end_obj(w);
}

static void where_json(struct jsonw *w, const struct said *s)
{
	bool broken = !s->v.whole;
	enum verdict is = verdict_of(s);

	if (is == WHOLE)
		return;
	jw_str(w, "run", broken ? s->v.run : is == NOT_AS_KEPT ? s->kept.run : s->by.run);
	jw_int(w, "seq", broken ? s->v.seq : is == NOT_AS_KEPT ? s->kept.seq : 0);
	jw_str(w, "text", broken ? s->v.text :
	       is == NOT_AS_KEPT ? s->kept.text : buf_str(&s->by.wrong));
}

static void say_json(struct buf *out, const struct said *s)
{
	static const char *const verdicts[] = { "whole", "not whole", "false signature",
						"not as kept elsewhere" };
	struct jsonw w = { .out = out };

	jw_obj(&w, NULL);
	jw_str(&w, "journal", s->journal);
	jw_bool(&w, "whole", verdict_of(s) == WHOLE);
	jw_str(&w, "verdict", verdicts[verdict_of(s)]);
	jw_str(&w, "rolled_back", s->kept.gone ? "yes" : was_compared(s) ? "no" : "cannot tell");
	if (s->run)
		jw_bool(&w, "drill", journal_run_is_drill(s->run));
	where_json(&w, s);
	jw_int(&w, "runs", s->v.runs);
	jw_int(&w, "drills", s->v.drills);
	jw_int(&w, "open_runs", s->v.open_runs);
	jw_int(&w, "events", s->v.events);
	jw_int(&w, "chunks", s->v.chunks);
	jw_int(&w, "signed", s->by.n[VOUCHED_BY_KNOWN]);
	jw_int(&w, "signed_by_unknown", s->by.n[VOUCHED_BY_KEY]);
	jw_int(&w, "not_signed", s->by.n[VOUCHED_NOT]);
	jw_int(&w, "ends_signed", s->by.ends);
	jw_int(&w, "heads_held", s->kept.held);
	jw_int(&w, "taken_out", s->v.taken);
	if (s->removed.len)
		jw_raw(&w, "removals", buf_str(&s->removed));
	if (s->run && s->v.open_runs) {
		jw_int(&w, "open_seq", s->v.open_seq);
		jw_int(&w, "tied_seq", s->v.tied_seq);
	}
	if (s->run && s->lines.len)
		jw_raw(&w, "checkpoints", buf_str(&s->lines));
	jw_end_obj(&w);
	buf_addc(out, '\n');
}

/* --- a person --------------------------------------------------------------------------------- */

static void line_text(struct said *s, const struct voucher *v)
{
	buf_addf(&s->lines, "  %-9s event %-6lld ", checkpoint_word(v->c->what),
		 (long long)v->c->seq);
	vouched_say(&s->lines, v);
	buf_addc(&s->lines, '\n');
}

static void say_defect(struct buf *out, const struct said *s)
{
	enum verdict is = verdict_of(s);
	const char *run = is == NOT_WHOLE ? s->v.run : is == NOT_AS_KEPT ? s->kept.run : s->by.run;

	if (is == NOT_WHOLE)
		buf_adds(out, "NOT WHOLE: ");
	else if (is == FALSE_SIGNATURE)
		buf_adds(out, "FALSE SIGNATURE: ");
	if (*run)
		buf_addf(out, "run %s: ", run);
	cli_safe(out, is == NOT_WHOLE ? s->v.text : is == NOT_AS_KEPT ? s->kept.text
								      : buf_str(&s->by.wrong));
	buf_addc(out, '\n');
}

static void say_whole(struct buf *out, const struct said *s)
{
	const struct verify_result *v = &s->v;

	buf_addf(out, "whole and unaltered: %lld run%s", (long long)v->runs,
		 v->runs == 1 ? "" : "s");
	if (v->drills && !s->run)
		buf_addf(out, " (%lld DRILL)", (long long)v->drills);
	buf_addf(out, ", %lld events", (long long)v->events);
	if (v->chunks)
		buf_addf(out, ", %lld chunks of output", (long long)v->chunks);
	buf_addc(out, '\n');
	if (v->open_runs == 1)
		buf_addf(out, "open: run %s, tied up to event %lld of %lld%s\n", v->open_run,
			 (long long)v->tied_seq, (long long)v->open_seq,
			 v->tied_seq < v->open_seq ? "; nothing vouches for what came after" : "");
	else if (v->open_runs)
		buf_addf(out, "open: %lld runs, whose last minute nothing vouches for\n",
			 (long long)v->open_runs);
}

static void say_signed(struct buf *out, const struct said *s)
{
	int64_t closed = s->v.runs - s->v.open_runs, n = n_signed(s);

	if (s->run && s->lines.len) {
		buf_adds(out, "vouched for:\n");
		buf_add(out, s->lines.data, s->lines.len);
	} else if (s->v.checkpoints) {
		buf_addf(out, "signed: %lld of %lld checkpoints%s", (long long)n,
			 (long long)s->v.checkpoints,
			 n < s->v.checkpoints ? ", the others NOT SIGNED" : "");
		if (s->by.n[VOUCHED_BY_KEY])
			buf_addf(out, "; %lld by keys not known whose",
				 (long long)s->by.n[VOUCHED_BY_KEY]);
		buf_addc(out, '\n');
	}
	if (s->by.n[VOUCHED_UNSEEN])
		buf_addf(out, "%lld signatures could NOT BE LOOKED AT\n",
			 (long long)s->by.n[VOUCHED_UNSEEN]);
	if (closed && s->by.ends < closed && s->run)
		buf_adds(out, "NOT SIGNED: nobody vouches for how this run ended (blackstart "
			 "sign)\n");
	else if (closed && s->by.ends < closed)
		buf_addf(out, "NOT SIGNED: how %lld of %lld closed runs ended\n",
			 (long long)(closed - s->by.ends), (long long)closed);
}

static void say_kept(struct buf *out, const struct said *s)
{
	if (s->kept.held)
		buf_addf(out, "rolled back: not behind the %lld head%s kept elsewhere\n",
			 (long long)s->kept.held, s->kept.held == 1 ? "" : "s");
	else
		buf_adds(out, "rolled back: cannot tell, no head of it that was kept elsewhere "
			 "was given (--head, --heads)\n");
	if (s->kept.others)
		buf_addf(out, "%lld heads are of runs of other records\n",
			 (long long)s->kept.others);
}

/* Of a drill the first word says so. */
static void say_text(struct buf *out, const struct said *s)
{
	if (journal_run_is_drill(s->run ? s->run : s->v.run))
		buf_adds(out, "DRILL, ");
	if (verdict_of(s) != WHOLE) {
		say_defect(out, s);
		return;
	}
	say_whole(out, s);
	buf_add(out, buf_str(&s->removed), s->removed.len);
	say_signed(out, s);
	say_kept(out, s);
}

/* --- looking ---------------------------------------------------------------------------------- */

static void on_voucher(void *ctx, const struct voucher *v)
{
	struct said *s = ctx;

	if (s->json)
		line_json(s, v);
	else
		line_text(s, v);
}

static int look(struct said *s, struct journal *j, const struct opts *o, struct err *err)
{
	int rc = journal_verify(j, s->run, o->outputs, &s->v, err);

	if (rc || !s->v.whole)
		return rc;
	s->list.out = &s->lines;
	if (s->run && s->json)
		jw_arr(&s->list, NULL);
	rc = vouched_look(j, s->run, s->signers, s->run ? on_voucher : NULL, s, &s->by, err);
	if (s->run && s->json)
		jw_end_arr(&s->list);
	if (rc == 0)
		rc = removed_tell(j, s->run, s->json, &s->removed, err);
	return rc ? rc : kept_look(o, j, s->journal, s->run, &s->kept, err);
}

static int say(struct said *s, struct journal *j, const struct opts *o, struct buf *out)
{
	struct err err = { 0 };
	int rc = look(s, j, o, &err);

	if (rc == ERR_USAGE)
		return cli_usage("%s", err.text);
	if (rc)
		return cli_fail(&err);
	if (o->json)
		say_json(out, s);
	else
		say_text(out, s);
	if (verdict_of(s) != WHOLE)
		return CLI_ENDED;
	if (!o->real || !s->v.drills)
		return CLI_OK;
	cli_say("run %s is a drill, not a real run", s->v.drill);
	return CLI_REFUSED;
}

int cmd_verify(const struct opts *o, char **args, int n)
{
	struct said s = { .json = o->json };
	struct at_run at = { 0 };
	struct journal *j = NULL;
	struct buf out = BUF_INIT;
	char *path = NULL;
	int status;

	if (o->bundle)
		return n || o->outputs ? cli_usage("--bundle goes without a run") :
			cmd_bundle_verify(o);
	status = n ? at_run_find(o, args[0], &at) : CLI_OK;
	if (status == CLI_OK)
		status = at_run_journal(o, &path, &j);
	if (status == CLI_OK) {
		s.journal = path;
		s.run = n ? at.run : NULL;
		s.signers = vouched_signers(o);
		status = say(&s, j, o, &out);
	}
	journal_close(j);
	at_run_release(&at);
	vouched_release(&s.by);
	buf_release(&s.lines);
	buf_release(&s.removed);
	free(s.signers);
	free(path);
	return cli_put(&out, status);
}
