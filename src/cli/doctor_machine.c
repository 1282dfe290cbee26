/* The machine: runbooks and what they need, the clock, the terminal, the login. */
#include <langinfo.h>
#include <linux/limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "doctor.h"
#include "err.h"
#include "keeper.h"
#include "loader.h"
#include "mem.h"
#include "runbook.h"
#include "yamltree.h"
#include "shelf.h"
#include "str.h"
#include "verbs.h"

enum health doctor_runbooks(struct doctor *d, struct buf *out)
{
	size_t bad = 0;

	for (size_t i = 0; i < d->n_books; i++)
		if (!d->books[i].rb || d->books[i].errors)
			buf_addf(out, "%s%s", bad++ ? ", " : "errors in ", d->books[i].path);
	if (bad) {
		buf_adds(out, ": `blackstart lint` says which");
		return HEALTH_POOR;
	}
	if (d->n_books == 0) {
		buf_adds(out, "there are none: BLACKSTART_RUNBOOKS names their folders");
		return HEALTH_POOR;
	}
	if (d->over) {
		buf_addf(out, "more than %d; the rest was not looked at", SHELF_MAX);
		return HEALTH_POOR;
	}
	buf_addf(out, "%zu, without an error", d->n_books);
	return HEALTH_GOOD;
}

/* --- tools ------------------------------------------------------------------------------------ */

bool doctor_on_path(const char *tool)
{
	const char *path = getenv("PATH");
	char *copy, *rest, *folder;
	bool found = false;

	if (strchr(tool, '/'))
		return access(tool, X_OK) == 0;
	copy = mem_dup(path && path[0] ? path : "/usr/local/bin:/usr/bin:/bin");
	for (rest = copy; !found && (folder = strsep(&rest, ":"));) {
		char *file = mem_printf("%s/%s", folder[0] ? folder : ".", tool);

		found = access(file, X_OK) == 0;
		free(file);
	}
	free(copy);
	return found;
}

static bool said(const struct buf *out, const char *tool)
{
	char *item = mem_printf(" %s (", tool);
	bool is = strstr(buf_str(out), item);

	free(item);
	return is;
}

static void want(struct buf *out, const char *tool, const char *who)
{
	if (tool && !doctor_on_path(tool) && !said(out, tool))
		buf_addf(out, "%s %s (for %s)", out->len ? "," : "not on the PATH:", tool, who);
}

static void want_driver(struct buf *out, const char *path)
{
	struct ytree_doc d = { 0 };

	if (yamltree_read(path, &d, NULL))
		return; /* lint says why */
	const struct ytree *needs = ytree_get(d.root, "needs");

	if (needs && needs->kind == YTREE_SCALAR)
		want(out, needs->text, path);
	for (size_t i = 0; needs && needs->kind == YTREE_LIST && i < needs->n; i++)
		if (needs->pairs[i].v->kind == YTREE_SCALAR)
			want(out, needs->pairs[i].v->text, path);
	yamltree_release(&d);
}

struct wanting {
	struct buf *out;
	const char *who;
};

static void want_name(void *ctx, const char *name, size_t n)
{
	const struct wanting *w = ctx;
	char *tool = mem_dupn(name, n);

	want(w->out, tool, w->who);
	free(tool);
}

static void want_text(struct wanting *w, const char *command)
{
	if (command)
		loader_programs(command, want_name, w);
}

/* What a step runs here; what it runs on a host is not to be seen from here. */
static void want_step(struct wanting *w, const struct step *s)
{
	if (s->host)
		return;
	for (const struct step *up = s->parent; up; up = up->parent)
		if (up->kind == KIND_RESTORE || up->kind == KIND_REBUILD ||
		    up->kind == KIND_RELEASE)
			return; /* a driver's: it says itself what it needs */
	if (s->kind == KIND_RUN)
		want_text(w, s->text.s);
	want_text(w, s->undo.s);
	want_text(w, s->repair.s);
	if (s->probe)
		want_text(w, s->probe->run.s);
	if (s->verify)
		want_text(w, s->verify->run.s);
	for (size_t i = 0; i < s->n_owes; i++)
		want_text(w, s->owes[i].command.s);
}

enum health doctor_tools(struct doctor *d, struct buf *out)
{
	for (size_t i = 0; i < d->n_books; i++) {
		const struct runbook *rb = d->books[i].rb;

		for (size_t k = 0; rb && k < rb->n_needs; k++)
			want(out, rb->needs[k], d->books[i].path);
		for (size_t k = 0; rb && k < rb->n_files; k++)
			if (str_eq(rb->files[k].role, "driver"))
				want_driver(out, rb->files[k].path);
		for (size_t k = 0; rb && !d->books[i].installed && k < rb->n_all; k++)
			want_step(&(struct wanting){ out, d->books[i].path }, rb->all[k]);
	}
	if (out->len)
		return HEALTH_POOR;
	buf_adds(out, "all that runbooks and their drivers need is on the PATH");
	return HEALTH_GOOD;
}

/* --- the rest --------------------------------------------------------------------------------- */

enum health doctor_logout(struct doctor *d, struct buf *out)
{
	(void)d;
	keeper_logout_risk(out);
	if (out->len)
		return HEALTH_BAD;
	buf_adds(out, "a run outlives the login");
	return HEALTH_GOOD;
}

static bool has_terminfo(const char *term)
{
	const char *own = getenv("TERMINFO"), *home = getenv("HOME");
	const char *folders[] = { own, home, "/etc/terminfo", "/lib/terminfo",
				  "/usr/share/terminfo", "/usr/lib/terminfo" };
	bool found = false;

	for (size_t i = 0; !found && i < sizeof(folders) / sizeof(folders[0]); i++) {
		const char *sub = folders[i] == home && home ? "/.terminfo" : "";
		char *letter, *code;

		if (!folders[i] || !folders[i][0])
			continue;
		letter = mem_printf("%s%s/%c/%s", folders[i], sub, term[0], term);
		code = mem_printf("%s%s/%02x/%s", folders[i], sub, (unsigned char)term[0], term);
		found = access(letter, R_OK) == 0 || access(code, R_OK) == 0;
		free(letter);
		free(code);
	}
	return found;
}

enum health doctor_terminal(struct doctor *d, struct buf *out)
{
	const char *term = getenv("TERM");
	bool utf8 = str_eq(nl_langinfo(CODESET), "UTF-8");

	(void)d;
	if (!term || !term[0] || strchr(term, '/') || !has_terminfo(term)) {
		buf_adds(out, term && term[0] ? "there is no description of the terminal "
					      : "TERM is not set");
		buf_addf(out, "%s; --plain works on any", term ? term : "");
		return HEALTH_POOR;
	}
	buf_addf(out, "%s%s", term, utf8 ? "" : "; the locale is not UTF-8, letters will look odd");
	return utf8 ? HEALTH_GOOD : HEALTH_POOR;
}

/* A run is kept by processes that are this program started again. */
enum health doctor_program(struct doctor *d, struct buf *out)
{
	char path[PATH_MAX + 1];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	(void)d;
	if (n < 0) {
		buf_adds(out, "/proc is not there: a run could not start what keeps it");
		return HEALTH_BAD;
	}
	path[n] = '\0';
	buf_adds(out, path);
	return HEALTH_GOOD;
}
