/* output: what is on record as bytes: printed by a command, or brought as a file. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "at_run.h"
#include "buf.h"
#include "client.h"
#include "client_past.h"
#include "err.h"
#include "fsio.h"
#include "hash.h"
#include "json.h"
#include "mem.h"
#include "state.h"
#include "str.h"
#include "verbs.h"
#include "view.h"

enum { PART = 1 << 20, STREAMS = 3 };

static const char *const streams[STREAMS] = { "out", "err", "tty" };

/* --- what there is ---------------------------------------------------------------------------- */

static int64_t all_of(const struct cmd *c)
{
	return c->bytes[0] + c->bytes[1] + c->bytes[2];
}

static void list_json(struct buf *out, const struct state *s)
{
	struct jsonw w = { .out = out };

	jw_arr(&w, NULL);
	for (size_t i = 0; i < s->outside.n_files; i++) {
		const struct attached *a = &s->outside.files[i];

		jw_obj(&w, NULL);
		jw_str(&w, "token", a->token);
		jw_str(&w, "name", a->name);
		jw_int(&w, "size", a->size);
		jw_str(&w, "sha256", a->sha256);
		jw_str(&w, "step", a->inst ? a->inst->key : NULL);
		jw_int(&w, "row", a->seq);
		jw_end_obj(&w);
	}
	for (size_t i = 0; i < s->n_cmds; i++) {
		const struct cmd *c = s->cmds[i];

		if (!all_of(c))
			continue;
		jw_obj(&w, NULL);
		jw_str(&w, "token", c->token);
		jw_str(&w, "command", c->text);
		for (int k = 0; k < STREAMS; k++)
			jw_int(&w, streams[k], c->bytes[k]);
		jw_str(&w, "step", c->inst ? c->inst->key : NULL);
		jw_int(&w, "row", c->seq);
		jw_end_obj(&w);
	}
	jw_end_arr(&w);
	buf_addc(out, '\n');
}

static void add_place(struct buf *out, const struct inst *in)
{
	if (in && in->parent) {
		buf_adds(out, " (step ");
		cli_safe(out, in->key);
		buf_addc(out, ')');
	}
	buf_addc(out, '\n');
}

static void list_text(struct buf *out, const struct state *s)
{
	for (size_t i = 0; i < s->outside.n_files; i++) {
		const struct attached *a = &s->outside.files[i];

		buf_addf(out, "%-8s file, %" PRId64 " bytes: ", a->token, a->size);
		cli_safe(out, a->name);
		add_place(out, a->inst);
	}
	for (size_t i = 0; i < s->n_cmds; i++) {
		const struct cmd *c = s->cmds[i];

		if (!all_of(c))
			continue;
		buf_addf(out, "%-8s", c->token);
		for (int k = 0; k < STREAMS; k++)
			if (c->bytes[k])
				buf_addf(out, " %s %" PRId64 " bytes,", streams[k], c->bytes[k]);
		buf_cut(out, out->len - 1);
		buf_adds(out, ": ");
		cli_safe(out, c->text);
		add_place(out, c->inst);
	}
}

static int list(const struct opts *o, const struct state *s)
{
	struct buf out = BUF_INIT;
	int status = CLI_OK;

	if (o->json)
		list_json(&out, s);
	else
		list_text(&out, s);
	if (!out.len) {
		cli_say("no command printed anything, and nobody attached a file");
		status = CLI_ENDED;
	}
	return cli_put(&out, status);
}

/* --- one of them ------------------------------------------------------------------------------ */

/* Bytes of a stream to standard output; into h as well. */
static int copy(struct client *c, const char *token, int stream, int64_t size, struct hash_ctx *h,
		struct err *err)
{
	int64_t at = 0;
	int rc = 0;

	while (rc == 0 && at < size) {
		struct buf part = BUF_INIT;

		rc = client_output_kept(c, token, stream, at,
					size - at < PART ? (size_t)(size - at) : PART, &part, err);
		if (rc == 0 && part.len == 0)
			rc = err_set(err, ERR_NOTFOUND, "bytes from %lld on are not on record",
				     (long long)at);
		if (rc == 0) {
			hash_add(h, buf_str(&part), part.len);
			rc = fsio_write_all(STDOUT_FILENO, part.data, part.len, err);
		}
		at += (int64_t)part.len;
		buf_release(&part);
	}
	return rc;
}

static int put(struct client *c, const char *token, int stream, int64_t size, const char *sha256)
{
	struct hash_ctx *h = hash_new();
	struct err err = { 0 };
	uint8_t sum[HASH_LEN];
	char hex[HASH_HEX_LEN + 1];
	int rc = copy(c, token, stream, size, h, &err);

	hash_end(h, sum);
	hash_free(h);
	hash_hex(sum, hex);
	if (rc == 0 && sha256 && strcmp(hex, sha256))
		rc = err_set(&err, ERR_CORRUPT, "these are not the bytes that were attached");
	if (rc && err.sys == EPIPE)
		return CLI_ENDED;
	if (rc)
		cli_say("%s%s", err.text, client_pruned(c) ? ": outputs of this run were pruned"
			: client_redacted(c) ? ": something of this run was redacted" : "");
	return rc ? CLI_ENDED : CLI_OK;
}

/* By its token, else by its name, which several may have. */
static const struct attached *file_named(const struct state *s, const char *name, int *ret_n)
{
	const struct attached *found = state_file(s, name);

	*ret_n = found != NULL;
	for (size_t i = 0; !found && i < s->outside.n_files; i++)
		*ret_n += str_eq(s->outside.files[i].name, name);
	for (size_t i = 0; !found && *ret_n == 1 && i < s->outside.n_files; i++)
		if (str_eq(s->outside.files[i].name, name))
			found = &s->outside.files[i];
	return found;
}

static int put_command(const struct opts *o, struct client *c, const struct cmd *cmd)
{
	int stream = -1, n = 0;

	for (int k = 0; k < STREAMS; k++) {
		bool wanted = o->stream ? str_eq(o->stream, streams[k]) : cmd->bytes[k] > 0;

		n += wanted;
		stream = wanted ? k : stream;
	}
	if (o->stream && stream < 0)
		return cli_usage("a stream is out, err or tty");
	if (n > 1)
		return cli_usage("it printed to out and to err: say which, with --stream");
	if (stream < 0 || !cmd->bytes[stream])
		return cli_say("it printed nothing there"), CLI_ENDED;
	return put(c, cmd->token, stream, cmd->bytes[stream], NULL);
}

static int one(const struct opts *o, struct client *c, const char *name)
{
	const struct state *s = view_state(client_view(c));
	const struct cmd *cmd = state_cmd(s, name);
	int n = 0;
	const struct attached *a = cmd ? NULL : file_named(s, name, &n);

	if (!cmd && !a && n) {
		cli_say("%d files have that name: say which, by its token", n);
		return CLI_ENDED;
	}
	if (!cmd && !a) {
		cli_say("run %s has no such command or file: `blackstart output RUN` lists them",
			client_run(c));
		return CLI_ENDED;
	}
	if (isatty(STDOUT_FILENO))
		return cli_usage("a terminal would obey what is in it: send it to a file (>FILE) "
				 "or a pager (| less)");
	return cmd ? put_command(o, c, cmd) : put(c, a->token, 0, a->size, a->sha256);
}

int cmd_output(const struct opts *o, char **args, int n)
{
	struct client_opts look = { .look = true };
	struct at_run at = { 0 };
	struct client *c = NULL;
	struct err err = { 0 };
	int status = at_run_find(o, args[0], &at);

	look.journal = at.journal;
	look.run = at.run;
	if (status == CLI_OK && client_open(&look, NULL, &c, &err))
		status = cli_fail(&err);
	if (status == CLI_OK)
		status = n > 1 ? one(o, c, args[1]) : list(o, view_state(client_view(c)));
	client_close(c);
	at_run_release(&at);
	return status;
}
