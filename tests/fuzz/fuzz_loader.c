/* Any bytes as a runbook: it loads or says why not, and what it prints loads to the same model. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "loader.h"
#include "str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const void *data;
	size_t n;
};

/* The input is in.yaml, and what it calls itself.yaml; other files are small and known. */
static int read_input(void *ctx, const char *path, struct buf *out, struct err *err)
{
	const struct input *in = ctx;
	static const char called[] =
		"blackstart: 1\ntitle: Called\nparams: {size: {as: int, default: '3'}, name: }\n"
		"steps:\n  - run: ./tool \"$size\" \"$name\"\n    effect: read\n"
		"    capture: {result: text, secret_one: {secret: true}}\n"
		"  - id: last\n    do: ${result}\n";
	static const char contacts[] = "ladders:\n  ops: {rungs: []}\n";
	if (str_eq(path, "in.yaml") || str_eq(path, "again.yaml"))
		return buf_add(out, in->data, in->n) ? ERR_LIMIT : 0;
	if (str_eq(path, "contacts.yaml"))
		return buf_adds(out, contacts);
	if (str_ends(path, ".yaml") && !str_eq(path, "gone.yaml"))
		return buf_adds(out, called);
	return err_set(err, ERR_NOTFOUND, "%s is not there", path);
}

static struct runbook *load(const void *data, size_t n, struct findings *f)
{
	struct input in = { data, n };
	struct loader_source src = { &in, read_input };
	struct runbook *rb = NULL;
	struct err err = { 0 };
	int rc = loader_load("in.yaml", &src, &rb, f, &err);
	if (!rc != !!rb || (rc && !err.text[0]) || (!rb && !f->errors))
		abort();
	return rb;
}

static void must_be_steps(const struct runbook *rb)
{
	if (!rb->n_steps || !rb->n_all)
		abort();
	for (size_t i = 0; i < rb->n_all; i++) {
		const struct step *s = rb->all[i];
		if (s->index != i || !s->title || !s->id || !s->number || !s->book)
			abort();
		if (s->kind == KIND_BROKEN && !s->source)
			abort();
		if (s->kind == KIND_RUN && !s->text.s)
			abort();
	}
}

/* What it calls may be the input itself, which prints in another form: only the input's own steps are
 * compared, by leaving out runbooks that call. */
static bool calls(const struct runbook *rb)
{
	for (size_t i = 0; i < rb->n_all; i++)
		if (rb->all[i]->kind == KIND_CALL)
			return true;
	return false;
}

static void must_come_back(const struct runbook *rb)
{
	struct buf yaml = BUF_INIT, before = BUF_INIT, after = BUF_INIT;
	struct findings f = { 0 };
	loader_print_yaml(&yaml, rb);
	struct runbook *again = load(buf_str(&yaml), yaml.len, &f);
	if (!again)
		abort();
	loader_dump(&before, rb);
	loader_dump(&after, again);
	if (strcmp(buf_str(&before), buf_str(&after)) != 0)
		abort();
	runbook_free(again);
	findings_release(&f);
	buf_release(&yaml);
	buf_release(&before);
	buf_release(&after);
}

static void must_be_harmless(const struct buf *b)
{
	for (size_t i = 0; i < b->len; i++) {
		unsigned char c = (unsigned char)b->data[i];
		if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct findings f = { 0 };
	struct buf out = BUF_INIT;
	struct runbook *rb = load(data, size, &f);
	findings_print(&out, &f);
	if (rb) {
		must_be_steps(rb);
		if (!rb->broken && !calls(rb))
			must_come_back(rb);
		loader_print(&out, rb, 60);
		loader_print_yaml(&out, rb);
		must_be_harmless(&out);
		buf_clear(&out);
		loader_dump(&out, rb);
	}
	findings_json(&out, &f);
	findings_release(&f);
	runbook_free(rb);
	buf_release(&out);
	return 0;
}
