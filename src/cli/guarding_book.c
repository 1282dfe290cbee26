/* The runbook of one step that a guarded command is walked by. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "environ.h"
#include "err.h"
#include "fsio.h"
#include "guard.h"
#include "guarding.h"
#include "json.h"
#include "loader.h"
#include "mem.h"
#include "people_attach.h"
#include "runbook.h"
#include "str.h"
#include "verbs.h"
#include "word.h"

enum { TITLE_BYTES = 120 };

/* --- its text --------------------------------------------------------------------------------- */

/* YAML takes what JSON writes between quotes. */
static void put(struct buf *out, const char *key, const char *text)
{
	struct jsonw w = { .out = out };

	buf_addf(out, "%s: ", key);
	jw_str(&w, NULL, text);
	buf_addc(out, '\n');
}

/* For what takes values: a dollar sign is one. */
static void put_plain(struct buf *out, const char *key, const char *text)
{
	struct buf b = BUF_INIT;

	for (; *text; text++) {
		if (*text == '$')
			buf_addc(&b, '$');
		buf_addc(&b, *text);
	}
	put(out, key, buf_str(&b));
	buf_release(&b);
}

static void put_title(struct buf *out, const struct guarding *g)
{
	struct buf t = BUF_INIT;
	size_t n;

	buf_addf(&t, "%s: ", g->name);
	str_printable(&t, buf_str(&g->line), g->line.len, false);
	if (t.len > TITLE_BYTES) {
		for (n = TITLE_BYTES; n && ((unsigned char)t.data[n] & 0xc0) == 0x80; n--)
			;
		buf_cut(&t, n);
		buf_adds(&t, "…");
	}
	put(out, "title", buf_str(&t));
	buf_release(&t);
}

/* A change is shown what it acts on before it begins, as it is read then. */
static void put_look(struct buf *out, const struct target_probe *p, size_t i)
{
	struct buf limit = BUF_INIT;

	str_duration(&limit, p->timeout_ms);
	buf_addf(out, "  - id: target-%zu\n    title: What is acted on\n", i + 1);
	put(out, "    run", p->run.s);
	buf_addf(out, "    effect: read\n    terminal: false\n    on_fail: continue\n"
		 "    timeout: %s\n", buf_str(&limit));
	buf_release(&limit);
}

static void put_command(struct buf *out, const struct guarding *g)
{
	buf_adds(out, "  - id: " LEND_STEP "\n");
	buf_adds(out, "    title: The command\n");
	put(out, "    run", buf_str(&g->line));
	put(out, "    effect", word_of(WORDS_EFFECT, g->effect));
	if (g->target && g->effect != EFFECT_READ)
		put_plain(out, "    target", g->target);
	if (g->effect == EFFECT_DESTROY)
		buf_adds(out, "    no_way_back: It is run as it was given. Whether there is a way "
			      "back, who gave it knows.\n");
	if (g->effect != EFFECT_READ)
		buf_adds(out, "    if_not: Look at what it printed, and at what is there now.\n");
	buf_addf(out, "    on_fail: stop\n    terminal: %s\n", g->terminal ? "true" : "false");
}

/* Whom a broken glass is told: the contacts beside the environments file. */
static void put_contacts(struct buf *out, const struct guarding *g)
{
	char *dir, *path;

	if (!g->env || !g->env->tell)
		return;
	dir = fsio_dirname(g->s.rb->environments->path);
	path = fsio_join(dir, "contacts.yaml");
	if (access(path, R_OK) == 0)
		put(out, "contacts", path);
	free(path);
	free(dir);
}

static void write_book(struct guarding *g)
{
	struct buf *out = &g->book;

	buf_clear(out);
	buf_adds(out, "blackstart: 1\n");
	put_title(out, g);
	put_plain(out, "environment", g->name);
	put_contacts(out, g);
	buf_adds(out, "steps:\n");
	for (size_t i = 0; g->env && g->effect == EFFECT_CHANGE && i < g->env->n_probes; i++)
		put_look(out, &g->env->probes[i], i);
	put_command(out, g);
}

/* --- reading it ------------------------------------------------------------------------------- */

static int read_ours(void *ctx, const char *path, struct buf *out, struct err *err)
{
	const struct guarding *g = ctx;
	struct loader_source disk = loader_disk();

	if (!str_eq(path, g->s.path))
		return disk.read(disk.ctx, path, out, err);
	return buf_add(out, g->book.data, g->book.len) ?
		       err_set(err, ERR_LIMIT, "the command is too long") : 0;
}

/* What lint says of a script that is missing, and the like, is no reason here: whoever wrote the
 * command runs it. But it must be the command, and walked as one. */
static bool is_whole(const struct runbook *rb, const struct guarding *g)
{
	for (size_t i = 0; i < rb->n_all; i++) {
		const struct step *s = rb->all[i];

		if (str_eq(s->id, LEND_STEP))
			return s->kind == KIND_RUN && s->effect == g->effect &&
			       str_eq(s->text.s, buf_str(&g->line));
	}
	return false;
}

static int load(struct guarding *g)
{
	struct loader_source ours = { g, read_ours };
	struct findings found = { 0 };
	struct runbook *rb = NULL;
	struct err err = { 0 };
	struct buf text = BUF_INIT;
	int status = CLI_OK;

	write_book(g);
	if (loader_load(g->s.path, &ours, &rb, &found, &err) || !rb || !is_whole(rb, g)) {
		findings_print(&text, &found);
		fsio_write_all(STDERR_FILENO, buf_str(&text), text.len, NULL);
		cli_say("this command cannot be put on record; nothing was run");
		runbook_free(rb);
		status = CLI_OURS;
	} else {
		people_attach(rb);
		guard_attach(rb);
		runbook_free(g->s.rb);
		g->s.rb = rb;
		g->env = environ_find(rb->environments, g->name);
	}
	buf_release(&text);
	findings_release(&found);
	return status;
}

static int find_environment(struct guarding *g)
{
	const struct environments *all = g->s.rb->environments;

	if (g->env)
		return CLI_OK;
	if (!all)
		cli_say("there is no environments.yaml, here or in the folders around: nothing "
			"says what %s is; nothing was run", g->name);
	else
		cli_say("%s does not have %s%s%s; nothing was run", all->path, g->name,
			all->problem ? ": " : "", all->problem ? all->problem : "");
	return CLI_OURS;
}

int guarding_book(struct guarding *g)
{
	char *here = realpath(".", NULL);
	enum effect effect = g->effect;
	int status;

	g->s.path = fsio_join(here ? here : "/", LEND_BOOK);
	free(here);
	g->effect = EFFECT_READ; /* first only to see what the environment is */
	status = load(g);
	g->effect = effect;
	if (status == CLI_OK)
		status = find_environment(g);
	if (status)
		return status;
	g->target = mem_dup(g->o->target ? g->o->target :
			    g->env->n_probes ? g->env->probes[0].is : g->env->name);
	return load(g);
}
