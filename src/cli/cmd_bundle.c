/* bundle: a run as one file for an auditor. */
#include <stdlib.h>
#include <string.h>

#include "at_run.h"
#include "buf.h"
#include "bundle.h"
#include "err.h"
#include "fsio.h"
#include "json.h"
#include "mem.h"
#include "reporting.h"
#include "verbs.h"
#include "vouched.h"

/* --- looking at one --------------------------------------------------------------------------- */

static void bundle_json(struct buf *out, const struct extract_result *r, const char *path)
{
	struct jsonw w = { .out = out };

	jw_obj(&w, NULL);
	jw_str(&w, "bundle", path);
	jw_bool(&w, "whole", r->verify.whole);
	jw_str(&w, "run", r->verify.run);
	jw_bool(&w, "drill", journal_run_is_drill(r->verify.run));
	if (!r->verify.whole) {
		jw_int(&w, "seq", r->verify.seq);
		jw_str(&w, "text", r->verify.text);
	}
	jw_bool(&w, "closed", r->extract.closed);
	jw_int(&w, "events", r->extract.rows);
	jw_int(&w, "vouched", r->extract.closed ? r->extract.rows : r->tied);
	jw_int(&w, "files", r->extract.files);
	jw_int(&w, "outputs", r->outputs);
	jw_int(&w, "pruned", r->pruned);
	jw_bool(&w, "held", r->held);
	jw_bool(&w, "manifest_kept", r->manifest);
	jw_end_obj(&w);
	buf_addc(out, '\n');
}

/* Words for words what check.sh says. */
static void bundle_text(struct buf *out, const struct extract_result *r, const struct buf *vouched,
			int n_heads)
{
	const struct extract *e = &r->extract;

	if (journal_run_is_drill(r->verify.run))
		buf_adds(out, "DRILL, ");
	if (!r->verify.whole) {
		buf_adds(out, "NOT WHOLE: ");
		cli_safe(out, r->verify.text);
		buf_addc(out, '\n');
		return;
	}
	buf_addf(out, "whole: run %s, %lld events, %lld files, %lld outputs\n", r->verify.run,
		 (long long)e->rows, (long long)e->files, (long long)r->outputs);
	if (!e->closed)
		buf_addf(out, "OPEN: the run was not closed; nothing vouches for events after "
			"%lld\n",
			 (long long)r->tied);
	if (r->verify.taken)
		buf_addf(out, "%lld events without their payload, taken out on record\n",
			 (long long)r->verify.taken);
	if (e->pruned)
		buf_addf(out, "%lld outputs pruned, on record\n", (long long)r->pruned);
	if (r->held)
		buf_adds(out, "the run was under hold\n");
	buf_add(out, buf_str(vouched), vouched->len);
	if (!r->manifest)
		buf_adds(out, "MANIFEST is not signed, and its digest was not given: the reports, "
			"README.txt, check.sh and allowed_signers may be others\n");
	if (!n_heads)
		buf_adds(out, "no head was given: whether all of it was made anew cannot be "
			"told\n");
}

int cmd_bundle_verify(const struct opts *o)
{
	const struct bundle_look look = {
		.heads = o->heads.v, .n_heads = (int)o->heads.n, .signers = o->signers,
	};
	struct extract_result r = { 0 };
	struct buf out = BUF_INIT, vouched = BUF_INIT;
	struct err err = { 0 };
	int status;

	if (o->heads_file)
		return cli_usage("of a bundle, heads are named one by one: --head");
	for (size_t i = 0; i < o->heads.n; i++)
		if (!hash_unhex(o->heads.v[i], NULL, HASH_LEN))
			return cli_usage("not a head: %s", o->heads.v[i]);
	if (bundle_verify(o->bundle, &look, &r, &vouched, &err)) {
		buf_release(&vouched);
		return cli_fail(&err);
	}
	if (o->json)
		bundle_json(&out, &r, o->bundle);
	else
		bundle_text(&out, &r, &vouched, (int)o->heads.n);
	buf_release(&vouched);
	status = r.verify.whole ? CLI_OK : CLI_ENDED;
	if (status == CLI_OK && o->real && journal_run_is_drill(r.verify.run)) {
		cli_say("run %s is a drill, not a real run", r.verify.run);
		status = CLI_REFUSED;
	}
	return cli_put(&out, status);
}

/* --- making one ------------------------------------------------------------------------------- */

static void hex_line(struct buf *out, const char *label, const uint8_t digest[HASH_LEN])
{
	char hex[HASH_HEX_LEN + 1];

	hash_hex(digest, hex);
	buf_addf(out, "%-9s %s\n", label, hex);
}

static void made_json(struct buf *out, const char *path, const struct at_run *at,
		      const struct bundle_made *m)
{
	const struct {
		const char *key;
		const uint8_t *digest;
	} digests[] = {
		{ "sha256", m->digest }, { "manifest", m->manifest }, { "head", m->extract.head },
		{ "machine_head", m->extract.machine_head },
	};
	struct jsonw w = { .out = out };
	char hex[HASH_HEX_LEN + 1];

	jw_obj(&w, NULL);
	jw_str(&w, "bundle", path);
	jw_str(&w, "run", at->run);
	jw_bool(&w, "closed", m->extract.closed);
	jw_int(&w, "rows", m->extract.rows);
	jw_int(&w, "files", m->extract.files);
	jw_int(&w, "outputs", m->outputs);
	jw_int(&w, "lost", m->lost);
	jw_int(&w, "taken_out", m->taken);
	for (size_t i = 0; i < sizeof(digests) / sizeof(digests[0]); i++) {
		hash_hex(digests[i].digest, hex);
		jw_str(&w, digests[i].key, hex);
	}
	jw_end_obj(&w);
	buf_addc(out, '\n');
}

static void made_text(struct buf *out, const char *path, const struct bundle_made *m)
{
	cli_safe(out, path);
	buf_addf(out, ": %lld rows, %lld files, %lld pieces of output",
		 (long long)m->extract.rows, (long long)m->extract.files, (long long)m->outputs);
	if (m->taken)
		buf_addf(out, " (%lld %s)", (long long)m->taken,
			 m->extract.pruned ? "pruned" : "taken out on record");
	buf_addf(out, "%s\n", m->extract.closed ? "" : "; the run is still open");
	hex_line(out, "sha256", m->digest);
	hex_line(out, "manifest", m->manifest);
	hex_line(out, "head", m->extract.head);
	hex_line(out, "machine", m->extract.machine_head);
}

/* What is bundled of a record that is not whole shows that: it is told here too. */
static int check_made(const char *path)
{
	const struct bundle_look look = { .n_heads = 0 };
	struct extract_result r = { 0 };
	struct err err = { 0 };

	if (bundle_verify(path, &look, &r, NULL, &err))
		return cli_fail(&err);
	if (r.verify.whole)
		return CLI_OK;
	cli_say("the record is NOT WHOLE: %s", r.verify.text);
	return CLI_ENDED;
}

/* Who may sign, as it is today; nobody, where no file says. */
static int read_signers(const struct opts *o, struct buf *ret)
{
	char *path = vouched_signers(o);
	struct err err = { 0 };
	int rc = path ? fsio_read(path, SIGN_SIGNERS_MAX, ret, &err) : 0;

	free(path);
	return rc && (rc != ERR_NOTFOUND || o->signers) ? cli_fail(&err) : CLI_OK;
}

static int make(const struct opts *o, const struct at_run *at, const char *path, struct buf *out)
{
	struct buf md = BUF_INIT, html = BUF_INIT, signers = BUF_INIT;
	struct bundle_made made = { 0 };
	struct journal *j = NULL;
	struct err err = { 0 };
	char *journal = NULL;
	int status = reporting_texts(o, at, &md, &html);

	if (status == CLI_OK)
		status = read_signers(o, &signers);
	if (status == CLI_OK)
		status = at_run_journal(o, &journal, &j);
	if (status == CLI_OK) {
		const struct bundle_text texts[] = {
			{ "report.html", buf_str(&html), html.len },
			{ "report.md", buf_str(&md), md.len },
			{ "allowed_signers", buf_str(&signers), signers.len },
		};

		if (bundle_write(j, at->run, path, texts, signers.len ? 3 : 2, &made, &err))
			status = cli_fail(&err);
	}
	journal_close(j);
	free(journal);
	buf_release(&md);
	buf_release(&html);
	buf_release(&signers);
	if (status != CLI_OK)
		return status;
	if (o->json)
		made_json(out, path, at, &made);
	else
		made_text(out, path, &made);
	return check_made(path);
}

int cmd_bundle(const struct opts *o, char **args, int n)
{
	struct buf out = BUF_INIT;
	struct at_run at = { 0 };
	char *path;
	int status;

	if (o->script) {
		if (n)
			return cli_usage("--script goes alone");
		buf_adds(&out, bundle_script());
		return cli_put(&out, CLI_OK);
	}
	if (!n)
		return cli_usage("bundle wants a run");
	status = at_run_find(o, args[0], &at);
	if (status == CLI_OK) {
		path = n > 1 ? mem_dup(args[1]) : mem_printf("blackstart-%s.tar", at.run);
		status = make(o, &at, path, &out);
		free(path);
	}
	at_run_release(&at);
	return cli_put(&out, status);
}
