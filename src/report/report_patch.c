/* A unified diff of the runbook as the run kept it. Each change is put in, the runbook read again,
 * and taken out where anything else than what was meant came of it. */
#include "report_patch.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "err.h"
#include "findings.h"
#include "loader.h"
#include "mem.h"
#include "reportint.h"
#include "runbook.h"
#include "str.h"
#include "yamltree.h"

enum { DATE_LEN = 10, FILES_MAX = 64 };

struct patch_file {
	const struct source_file *from;
	char *path;          /* from the folder of the runbook; NULL: it lies elsewhere */
	struct diff diff;
};

struct patching {
	const struct report *r;
	const struct runbook *rb;
	struct patch_file files[FILES_MAX];
	size_t n_files;
	size_t errors, warnings;
	char *model;         /* with what was put in so far */
	struct buf left;     /* what is not in the patch, as lines */
};

/* --- files ------------------------------------------------------------------------------------ */

/* What patch and git take as a name, and below the folder. */
static bool can_be_named(const char *path)
{
	if (*path == '/' || str_starts(path, "../") || str_eq(path, ".."))
		return false;
	for (; *path; path++)
		if ((unsigned char)*path <= ' ' || *path == 0x7f || strchr("\"\\", *path))
			return false;
	return true;
}

static struct patch_file *file_of(struct patching *p, const char *path)
{
	const struct source_file *from = NULL;
	struct patch_file *f;

	for (size_t i = 0; i < p->n_files; i++)
		if (str_eq(p->files[i].from->path, path))
			return &p->files[i];
	for (size_t i = 0; i < p->rb->n_files && !from; i++)
		if (str_eq(p->rb->files[i].path, path) &&
		    (str_eq(p->rb->files[i].role, "runbook") ||
		     str_eq(p->rb->files[i].role, "called")))
			from = &p->rb->files[i];
	if (!from || p->n_files == FILES_MAX)
		return NULL;
	f = &p->files[p->n_files++];
	*f = (struct patch_file){ .from = from,
				  .path = runbook_from_folder(p->rb->files[0].path, from->path) };
	report_diff_init(&f->diff, f->path, from->bytes, from->n);
	return f;
}

static int read_patched(void *ctx, const char *path, struct buf *out, struct err *err)
{
	const struct patching *p = ctx;
	struct loader_source kept = loader_kept(p->rb);

	for (size_t i = 0; i < p->n_files; i++)
		if (str_eq(p->files[i].from->path, path)) {
			report_diff_apply(&p->files[i].diff, out);
			return 0;
		}
	return kept.read(kept.ctx, path, out, err);
}

/* --- what came of it -------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
	size_t n = a ? strlen(a) : 0, m = b ? strlen(b) : 0;

	while (n && a[n - 1] == '\n')
		n--;
	while (m && b[m - 1] == '\n')
		m--;
	return n == m && (!n || memcmp(a, b, n) == 0);
}

static bool says(const struct runbook *rb, const struct report_change *c)
{
	const struct step *st = c->kind == CHANGE_COMMAND ? runbook_step(rb, c->step->id) : NULL;

	if (st)
		return same_text(st->text.s, c->text);
	for (size_t i = 0; c->kind == CHANGE_VALUE && i < rb->n_params; i++)
		if (str_eq(rb->params[i].name, c->name))
			return str_eq(rb->params[i].otherwise, c->text);
	return false;
}

/* Reads it all again. A comment changes nothing that is walked; nothing adds a finding. */
static bool is_good(struct patching *p, const struct report_change *c)
{
	struct loader_source src = { .ctx = p, .read = read_patched };
	struct findings f = { 0 };
	struct runbook *rb = NULL;
	struct buf model = BUF_INIT;
	bool good = !loader_load(p->rb->files[0].path, &src, &rb, &f, NULL);

	if (good && !p->model) {
		p->errors = f.errors;
		p->warnings = f.warnings;
	}
	good = good && f.errors <= p->errors && f.warnings <= p->warnings;
	if (good) {
		rb->n_files = 1; /* a called file with a comment more has another digest */
		loader_dump(&model, rb);
	}
	if (good && p->model && c)
		good = c->kind == CHANGE_NOTE ? str_eq(p->model, buf_str(&model)) : says(rb, c);
	if (good) {
		free(p->model);
		p->model = buf_take(&model);
	}
	buf_release(&model);
	findings_release(&f);
	runbook_free(rb);
	return good;
}

/* --- what is left over ------------------------------------------------------------------------ */

static void leave(struct patching *p, int64_t seq, const char *what, const char *why)
{
	struct buf line = BUF_INIT;

	str_printable(&line, what, strlen(what), false);
	buf_addf(&p->left, "# not in the patch: %s%s%s [%lld]\n", buf_str(&line), why ? ": " : "",
		 why ? why : "", (long long)seq);
	buf_release(&line);
}

static void leave_change(struct patching *p, const struct report_change *c, const char *why)
{
	static const char *const words[] = { "note", "changed command", "corrected value" };
	char *text = report_keep_raw(p->r, c->text ? c->text : "", c->text ? strlen(c->text) : 0,
				     false);
	char *what = mem_printf("%s%s%s%s%s: %s", words[c->kind], c->key ? " at " : "",
				c->key ? c->key : "", c->name ? " " : "", c->name ? c->name : "",
				text);

	leave(p, c->seq, what, why);
	free(what);
	free(text);
}

/* --- one change ------------------------------------------------------------------------------- */

/* Steps that a driver is written out as stand where the runbook names the driver. */
static struct patch_file *place_of(struct patching *p, const struct step *st, struct place *ret)
{
	struct patch_file *f = NULL;

	for (; st && !f; st = st->parent) {
		f = st->at.file && st->at.line > 0 ? file_of(p, st->at.file) : NULL;
		*ret = st->at;
	}
	return f;
}

/* Which step, where the comment stands above another; else which round of it. */
static char *comment(const struct patching *p, const struct report_change *c, struct place at)
{
	bool own = at.line == c->step->at.line && str_eq(at.file, c->step->at.file);
	struct buf b = BUF_INIT, date = BUF_INIT;
	const char *item = strchr(c->key, '@'), *on = !own ? c->key : item ? item + 1 : NULL;

	clock_utc(&date, c->wall, 0);
	buf_cut(&date, DATE_LEN);
	buf_addf(&b, "note%s%s: %s (%s, %s, %s [%lld])", on ? " on " : "", on ? on : "",
		 c->text, c->who, buf_str(&date), p->r->run, (long long)c->seq);
	buf_release(&date);
	return buf_take(&b);
}

static struct patch_edit note_edit(struct patching *p, const struct report_change *c,
				   struct patch_file **ret)
{
	struct patch_edit e = { .why = "the step stands in no file of the runbook" };
	struct place at;
	char *text;

	*ret = place_of(p, c->step, &at);
	if (!*ret)
		return e;
	text = comment(p, c, at);
	e = report_patch_comment(&(*ret)->diff, at, text);
	free(text);
	return e;
}

/* The place of the key whose value stands at `at`. */
static const struct ytree_pair *pair_at(const struct ytree *t, struct place at)
{
	const struct ytree_pair *found = NULL;

	for (size_t i = 0; t && i < t->n && !found; i++) {
		const struct ytree_pair *pair = &t->pairs[i];

		found = pair->key && pair->v && pair->v->at.line == at.line &&
			pair->v->at.col == at.col ? pair : pair_at(pair->v, at);
	}
	return found;
}

static struct patch_edit scalar_edit(struct patching *p, const struct patch_file *f,
				     const struct ytree_pair *pair, const char *text)
{
	struct patch_edit e = { .why = "its place in the file is not known" };
	char *shown = report_keep(p->r, text);

	if (pair && pair->v->kind == YTREE_SCALAR) {
		if (!str_eq(shown, text))
			e.why = "it has numbers or addresses of people: --unmask";
		else
			e = report_patch_scalar(&f->diff, pair->at, pair->v->at, pair->v->text,
						text);
	}
	free(shown);
	return e;
}

static struct patch_edit default_edit(struct patching *p, const struct patch_file *f,
				      const struct ytree_doc *doc, const struct report_change *c)
{
	const struct ytree *param = ytree_get(ytree_get(doc->root, "params"), c->name);
	const struct ytree *old = ytree_get(param, "default");

	if (!old)
		return (struct patch_edit){ .why = "it is no default of a parameter" };
	return scalar_edit(p, f, pair_at(doc->root, old->at), c->text);
}

static struct patch_edit edit_in(struct patching *p, const struct patch_file *f,
				 const struct report_change *c)
{
	struct loader_source kept = loader_kept(p->rb);
	struct ytree_doc doc = { 0 };
	struct findings found = { 0 };
	struct patch_edit e = { .why = "its file cannot be read" };

	if (!yamltree_load(f->from->path, &kept, &doc, &found, NULL)) {
		if (c->kind == CHANGE_COMMAND)
			e = scalar_edit(p, f, pair_at(doc.root, c->step->text.at), c->text);
		else
			e = default_edit(p, f, &doc, c);
		yamltree_release(&doc);
	}
	findings_release(&found);
	return e;
}

static struct patch_edit command_edit(struct patching *p, const struct report_change *c,
				      struct patch_file **ret)
{
	struct patch_edit e = { 0 };

	*ret = c->step && c->step->text.at.file ? file_of(p, c->step->text.at.file) : NULL;
	if (!c->last)
		e.why = "it was changed again";
	else if (!c->good)
		e.why = "the step was not done with it";
	else if (!*ret || !same_text(c->step->text.s, c->old))
		e.why = "the command stands in no file of the runbook";
	else
		e = edit_in(p, *ret, c);
	return e;
}

static struct patch_edit value_edit(struct patching *p, const struct report_change *c,
				    struct patch_file **ret)
{
	*ret = file_of(p, p->rb->files[0].path);
	return edit_in(p, *ret, c);
}

typedef struct patch_edit edit_fn(struct patching *p, const struct report_change *c,
				  struct patch_file **ret);

struct trial {
	const struct report_change *c;
	struct patch_file *f;
	struct patch_edit e;
	bool in;
};

static void make(struct patching *p, const struct report_change *c, struct trial *ret)
{
	static edit_fn *const kinds[] = {
		[CHANGE_NOTE] = note_edit, [CHANGE_COMMAND] = command_edit,
		[CHANGE_VALUE] = value_edit,
	};

	*ret = (struct trial){ .c = c };
	ret->e = kinds[c->kind](p, c, &ret->f);
	if (ret->e.text && !can_be_named(ret->f->path))
		ret->e.why = "its file lies outside of the runbook's folder, or patch does not "
			     "take its name";
}

/* All of them together where they are good together; else those that are, found by halves. One
 * kind only; more than one only of notes. */
static void try_all(struct patching *p, struct trial *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (v[i].e.why)
			continue;
		v[i].in = report_diff_add(&v[i].f->diff, v[i].e.at, v[i].e.removed, v[i].e.text);
		if (!v[i].in)
			v[i].e.why = "another change is there already";
	}
	if (!n || is_good(p, v[0].c))
		return;
	for (size_t i = 0; i < n; i++)
		if (v[i].in)
			report_diff_drop(&v[i].f->diff, v[i].e.at, v[i].e.text);
	if (n == 1) {
		v->e.why = "the runbook would not be read as it is meant";
		return;
	}
	try_all(p, v, n / 2);
	try_all(p, v + n / 2, n - n / 2);
}

static void put_all(struct patching *p)
{
	const struct report_changes *c = &p->r->changes;
	struct trial *v = mem_grow(NULL, c->n + 1, sizeof *v);
	size_t n = 0, notes;

	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].kind == CHANGE_NOTE)
			make(p, &c->v[i], &v[n++]);
	notes = n;
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].kind != CHANGE_NOTE)
			make(p, &c->v[i], &v[n++]);
	try_all(p, v, notes);
	for (size_t i = notes; i < n; i++)
		if (!v[i].e.why)
			try_all(p, &v[i], 1);
	for (size_t i = 0; i < n; i++) {
		if (v[i].e.why)
			leave_change(p, v[i].c, v[i].e.why);
		free(v[i].e.text);
	}
	free(v);
}

/* --- all of them ------------------------------------------------------------------------------ */

static void put_steps_left(struct patching *p)
{
	for (size_t i = 0; i < p->r->n_rows; i++) {
		const struct report_row *row = &p->r->rows[i];

		if (row->kind == EV_STEP && (row->in & IN_DEVIATION))
			leave(p, row->seq, row->text, NULL);
	}
}

static void print(struct patching *p, struct buf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_files; i++)
		n += p->files[i].diff.n_edits;
	buf_addf(out, "# %s %s: %zu change%s of the runbook, from what was noted and changed\n",
		 report_mode(p->r), p->r->run, n, n == 1 ? "" : "s");
	if (n)
		buf_adds(out, "# to be applied in the folder of the runbook: patch -p0, "
			      "or git apply\n");
	buf_add(out, buf_str(&p->left), p->left.len);
	for (size_t i = 0; i < p->n_files; i++)
		report_diff_print(&p->files[i].diff, out);
}

int report_patch(struct buf *out, const struct report *r, const struct runbook *rb,
		 struct err *err)
{
	struct patching p = { .r = r, .rb = rb };
	int rc = 0;

	if (!rb || !rb->n_files)
		return err_set(err, ERR_NOTFOUND, "run %s had no runbook", r->run);
	if (!is_good(&p, NULL)) {
		rc = err_set(err, ERR_CORRUPT, "the runbook of run %s cannot be read again",
			     r->run);
		goto out;
	}
	put_all(&p);
	put_steps_left(&p);
	print(&p, out);
out:
	for (size_t i = 0; i < p.n_files; i++) {
		report_diff_release(&p.files[i].diff);
		free(p.files[i].path);
	}
	free(p.model);
	buf_release(&p.left);
	return rc;
}
