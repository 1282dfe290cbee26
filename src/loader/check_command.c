/* Commands: the variables they read, the files they start. */
#include "checker.h"

#include <string.h>

#include "arena.h"
#include "err.h"
#include "limits.h"
#include "shell_scan.h"
#include "str.h"

enum { FILES_MAX = 4000 };

struct command {
	struct check *c;
	const struct ref *r;
	struct shell_words words;
	bool sources; /* another file of shell text may set anything */
	struct nameset seen; /* variables looked at: what holds for one use holds for all */
};

static bool in_env(const struct step *s, const char *name, size_t len)
{
	for (size_t i = 0; i < s->n_uses_env; i++)
		if (strlen(s->uses_env[i].name) == len &&
		    memcmp(s->uses_env[i].name, name, len) == 0)
			return true;
	return false;
}

static bool is_given(const struct step *s, const char *secret)
{
	for (size_t i = 0; i < s->n_secrets; i++)
		if (str_eq(s->secrets[i], secret))
			return true;
	return false;
}

/* A variable that no value of ours is: its shell may know it, but a slip of the pen is likelier
 * when it is written like one of ours and the command itself never gives it a value. */
static void unknown_variable(struct command *f, const struct shell_var *v)
{
	char name[LIMIT_ID_BYTES + 1];
	if (v->quoted || v->minded || v->len >= sizeof(name) ||
	    !memchr("abcdefghijklmnopqrstuvwxyz", *v->name, 26))
		return;
	size_t unused;
	if (f->sources || nameset_get(&f->words.bare, v->name, v->len, &unused))
		return;
	memcpy(name, v->name, v->len);
	name[v->len] = '\0';
	if (!value_name_ok(name, NULL))
		return;
	check_use(f->c, f->r, v->name, v->len, v->offset);
}

static void use_variable(void *ctx, const struct shell_var *v)
{
	struct command *f = ctx;
	struct check *c = f->c;
	const struct step *s = &c->d->step;
	bool is_new = true;
	size_t unused;
	if (!v->quoted && !v->minded) /* "{" belongs to the key */
		nameset_put(&f->seen, v->name - v->braces, v->len + v->braces, 0, &is_new);
	if (!is_new)
		return;
	if (in_env(s, v->name, v->len))
		return;
	struct tracked *t = check_find(c, v->name, v->len);
	if (!t) {
		unknown_variable(f, v);
		return;
	}
	if (v->quoted || v->minded || nameset_get(&f->words.given, v->name, v->len, &unused)) {
		t->used = true; /* perhaps: some other program reads it */
		return;
	}
	if (v->braces)
		diag_add(&c->l->diag, RULE_BRACES, check_place(c, f->r, v->offset),
			 "`${%s}` is no text of ours in a command: values reach commands as "
			 "environment variables, write \"$%s\"", t->name, t->name);
	if (t->secret && !is_given(s, t->name))
		diag_add(&c->l->diag, RULE_SECRET_NOT_GIVEN, check_place(c, f->r, v->offset),
			 "`%s` is a secret; say `secret: %s` so that this step's commands get it",
			 t->name, t->name);
	check_use(c, f->r, v->name, v->len, v->offset);
}

static void use_file(void *ctx, const char *word, size_t len, size_t offset)
{
	struct command *f = ctx;
	struct load *l = f->c->l;
	bool local = str_starts(word, "./") || str_starts(word, "../");
	char *path = arena_dupn(l->scratch, word, len);
	struct err err = { 0 };
	int code;
	if (!strchr(path, '/') || *path == '/')
		return;
	if (l->n_files >= FILES_MAX) {
		if (l->n_files++ == FILES_MAX)
			diag_add(&l->diag, RULE_LIMIT, f->r->at,
				 "more than %d files are named in commands; the others are not "
				 "looked at",
				 FILES_MAX);
		return;
	}
	const char *whole = load_path(l, f->c->b, path);
	if (load_is_open_to_all(l, whole, &err)) {
		diag_add(&l->diag, RULE_OTHERS_WRITE, check_place(f->c, f->r, offset), "%s",
			 err.text);
		return;
	}
	load_open(l, whole, "script", &code, &err);
	if (code == ERR_NOTFOUND && local)
		diag_add(&l->diag, RULE_MISSING_SCRIPT, check_place(f->c, f->r, offset),
			 "`%s` is not there; paths start at the runbook's folder", path);
	else if (code && code != ERR_NOTFOUND && local)
		diag_add(&l->diag, RULE_MISSING_SCRIPT, check_place(f->c, f->r, offset),
			 "it cannot be read and kept with the run: %s", err.text);
}

void check_command(struct check *c, const struct ref *r)
{
	struct command f = { .c = c, .r = r };
	/* a driver's commands were looked at with the driver */
	bool ours = str_eq(r->at.file, c->b->file->doc.path);
	bool vars = ours && strchr(r->s, '$'), files = strchr(r->s, '/') && !c->d->step.host;
	if (ours) {
		check_danger(c, r);
		check_scale(c, r);
	}
	if (!vars && !files)
		return;
	shell_scan_words(&f.words, r->s);
	f.sources = shell_scan_sources(r->s, &f.words);
	if (vars)
		shell_scan_vars(r->s, use_variable, &f);
	if (files && !shell_scan_moves(&f.words))
		shell_scan_files(r->s, use_file, &f);
	shell_scan_words_release(&f.words);
	nameset_release(&f.seen);
}
