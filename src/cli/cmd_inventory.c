/* inventory: what each runbook can destroy, who does it, and what there is no way back from. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "danger.h"
#include "err.h"
#include "guard.h"
#include "guard_check.h"
#include "inventory.h"
#include "json.h"
#include "loader.h"
#include "shelf.h"
#include "str.h"
#include "verbs.h"

struct counts {
	size_t books, broken, destroy, forever, looks;
};

/* A step that destroys, or whose command looks as if it did. */
struct entry {
	const struct step *s;
	const char *way_back;   /* "undo", "safety copy"; NULL: there is none */
	const char *looks;      /* what its command seems to do, where it does not say so itself */
};

/* --- one step --------------------------------------------------------------------------------- */

static void keep_what(void *ctx, const struct danger *d)
{
	const char **what = ctx;

	if (!*what)
		*what = d->what;
}

static bool is_entry(const struct step *s, struct entry *ret)
{
	*ret = (struct entry){ .s = s, .way_back = guard_way_back(s) };
	if (s->kind == KIND_BROKEN && !s->effect_given) {
		ret->looks = "is an instruction here, for nobody can tell what it does";
		return true;
	}
	if (s->effect == EFFECT_DESTROY)
		return guard_destroys(s);
	if (s->kind == KIND_RUN && s->text.s)
		danger_look(s->text.s, keep_what, &ret->looks);
	return ret->looks != NULL;
}

/* As written: parameters are not known here. */
static const char *environment_of(const struct step *s, const struct runbook *rb)
{
	const struct runbook *home = runbook_in_environment(s->book ? s->book : rb);

	return home ? home->environment : NULL;
}

static const char *target_of(const struct step *s, const struct runbook *rb)
{
	for (const struct step *up = s; up; up = up->parent)
		if (up->target.s)
			return up->target.s;
	return environment_of(s, rb);
}

static const char *role_of(const struct step *s)
{
	for (; s; s = s->parent)
		if (s->role)
			return s->role;
	return NULL;
}

/* --- printed ---------------------------------------------------------------------------------- */

/* What is called may act in an environment of its own. */
static void print_elsewhere(struct buf *out, const struct step *s, const struct runbook *rb)
{
	const struct runbook *home = runbook_in_environment(s->book ? s->book : rb);

	if (!home || home == rb || home->caller == NULL)
		return;
	buf_adds(out, " in ");
	cli_safe(out, home->environment);
	buf_adds(out, " (");
	inventory_guards(out, home);
	buf_addc(out, ')');
}

static void print_entry(struct buf *out, const struct entry *e, const struct runbook *rb)
{
	const struct step *s = e->s;
	const char *target = target_of(s, rb), *role = role_of(s);

	buf_addf(out, "  %-8s ", s->number);
	cli_safe(out, s->title);
	buf_adds(out, "\n           ");
	if (e->looks) {
		buf_addf(out, "LOOKS as if it destroys, and says `%s`: it ",
			 word_of(WORDS_EFFECT, s->effect));
		buf_adds(out, e->looks);
	} else {
		buf_adds(out, "destroys ");
		cli_safe(out, target ? target : "what its command names");
		print_elsewhere(out, s, rb);
		buf_addf(out, "; %s", e->way_back ? "way back: " : "NO WAY BACK");
		buf_adds(out, e->way_back ? e->way_back : s->no_way_back ? ": " : "");
		cli_safe(out, s->no_way_back && !e->way_back ? s->no_way_back : "");
	}
	if (role) {
		buf_adds(out, "; role: ");
		cli_safe(out, role);
	}
	buf_addc(out, '\n');
}

static void print_book(struct buf *out, const struct runbook *rb, const struct counts *c,
		       size_t before, size_t destroyed)
{
	struct entry e;

	buf_adds(out, out->len ? "\n" : "");
	cli_safe(out, rb->path);
	buf_adds(out, ": ");
	cli_safe(out, rb->title ? rb->title : "");
	if (rb->environment) {
		buf_adds(out, "\n  environment ");
		cli_safe(out, rb->environment);
	}
	if (c->destroy != destroyed) {
		buf_adds(out, "\n  guard       ");
		inventory_guards(out, rb);
	}
	buf_addc(out, '\n');
	for (size_t i = 0; i < rb->n_all; i++)
		if (is_entry(rb->all[i], &e))
			print_entry(out, &e, rb);
	if (c->destroy + c->looks == before)
		buf_adds(out, "  destroys nothing\n");
}

static void print_sum(struct buf *out, const struct counts *c)
{
	buf_addf(out, "\n%zu runbook%s: %zu step%s destroy%s, from %zu of them there is no way "
		 "back; %zu more look%s "
		 "as if they did\n", c->books, c->books == 1 ? "" : "s", c->destroy,
		 c->destroy == 1 ? "" : "s", c->destroy == 1 ? "s" : "", c->forever, c->looks,
		 c->looks == 1 ? "s" : "");
}

static void json_entry(struct jsonw *w, const struct entry *e, const struct runbook *rb)
{
	jw_obj(w, NULL);
	jw_str(w, "runbook", rb->path);
	jw_str(w, "step", e->s->id);
	jw_str(w, "number", e->s->number);
	jw_str(w, "title", e->s->title);
	jw_str(w, "effect", word_of(WORDS_EFFECT, e->s->effect));
	jw_str(w, "environment", environment_of(e->s, rb));
	inventory_guards_json(w, e->s->book ? e->s->book : rb);
	jw_str(w, "target", target_of(e->s, rb));
	jw_str(w, "role", role_of(e->s));
	jw_str(w, "way_back", e->way_back);
	jw_str(w, "no_way_back", e->s->no_way_back);
	jw_str(w, "looks", e->looks);
	jw_end_obj(w);
}

/* --- all of them ------------------------------------------------------------------------------ */

struct inventory {
	const struct opts *o;
	struct counts counts;
	struct inventory_roles roles;
	struct buf out;
	struct jsonw w;
};

static void add_book(struct inventory *v, const char *path)
{
	struct loader_source disk = loader_disk();
	struct findings f = { 0 };
	struct err err = { 0 };
	struct runbook *rb = NULL;
	size_t destroyed = v->counts.destroy, before = destroyed + v->counts.looks;
	struct entry e;

	loader_load(path, &disk, &rb, &f, &err);
	if (!rb) {
		cli_say("%s: %s", path, err.text);
		v->counts.broken++;
	} else {
		guard_attach(rb);
	}
	for (size_t i = 0; rb && i < rb->n_all; i++) {
		if (!is_entry(rb->all[i], &e))
			continue;
		v->counts.destroy += !e.looks;
		v->counts.forever += !e.looks && !e.way_back;
		v->counts.looks += e.looks != NULL;
		if (!e.looks)
			inventory_count(&v->roles, role_of(e.s), v->counts.books + 1,
					!e.way_back);
		if (v->o->json)
			json_entry(&v->w, &e, rb);
	}
	if (rb && !v->o->json)
		print_book(&v->out, rb, &v->counts, before, destroyed);
	v->counts.books += rb != NULL;
	findings_release(&f);
	runbook_free(rb);
}

static int add_named(struct inventory *v, struct shelf *shelf, const char *name)
{
	struct err err = { 0 };
	struct stat st;
	char *path;

	if (!stat(name, &st) && S_ISDIR(st.st_mode)) {
		shelf_in(shelf, name);
		return 0;
	}
	if (!(path = shelf_path(name, &err)))
		return cli_say("%s", err.text), CLI_BOOK;
	add_book(v, path);
	free(path);
	return 0;
}

int cmd_inventory(const struct opts *o, char **args, int n)
{
	struct inventory v = { .o = o };
	struct shelf shelf = { 0 };
	int status = CLI_OK;

	v.w.out = &v.out;
	if (o->json)
		jw_arr(&v.w, NULL);
	for (int i = 0; i < n && !status; i++)
		status = add_named(&v, &shelf, args[i]);
	if (!n)
		shelf_all(&shelf);
	for (size_t i = 0; !status && i < shelf.n; i++)
		add_book(&v, shelf.v[i]);
	if (shelf.over)
		cli_say("more than %d runbooks; the rest was not looked at", SHELF_MAX);
	if (!status && (v.counts.broken || shelf.over))
		status = CLI_BOOK;
	if (o->json) {
		jw_end_arr(&v.w);
		buf_addc(&v.out, '\n');
	} else {
		inventory_roles(&v.out, &v.roles);
		print_sum(&v.out, &v.counts);
	}
	inventory_roles_release(&v.roles);
	shelf_release(&shelf);
	return cli_put(&v.out, status);
}
