/* bundle: a run as one file for an auditor. */
#include <stdlib.h>

#include "at_run.h"
#include "buf.h"
#include "bundle.h"
#include "err.h"
#include "json.h"
#include "mem.h"
#include "reporting.h"
#include "verbs.h"

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
	buf_addf(out, ": %lld rows, %lld files, %lld pieces of output%s\n",
		 (long long)m->extract.rows, (long long)m->extract.files, (long long)m->outputs,
		 m->extract.closed ? "" : "; the run is still open");
	hex_line(out, "sha256", m->digest);
	hex_line(out, "manifest", m->manifest);
	hex_line(out, "head", m->extract.head);
	hex_line(out, "machine", m->extract.machine_head);
}

/* What is bundled of a record that is not whole shows that: it is told here too. */
static int check_made(const char *path)
{
	struct extract_result r = { 0 };
	struct err err = { 0 };

	if (bundle_verify(path, NULL, 0, &r, &err))
		return cli_fail(&err);
	if (r.verify.whole)
		return CLI_OK;
	cli_say("the record is NOT WHOLE: %s", r.verify.text);
	return CLI_ENDED;
}

static int make(const struct opts *o, const struct at_run *at, const char *path, struct buf *out)
{
	struct buf md = BUF_INIT, html = BUF_INIT;
	struct bundle_made made = { 0 };
	struct journal *j = NULL;
	struct err err = { 0 };
	char *journal = NULL;
	int status = reporting_texts(o, at, &md, &html);

	if (status == CLI_OK)
		status = at_run_journal(o, &journal, &j);
	if (status == CLI_OK) {
		const struct bundle_text texts[] = {
			{ "report.html", buf_str(&html), html.len },
			{ "report.md", buf_str(&md), md.len },
		};

		if (bundle_write(j, at->run, path, texts, 2, &made, &err))
			status = cli_fail(&err);
	}
	journal_close(j);
	free(journal);
	buf_release(&md);
	buf_release(&html);
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
