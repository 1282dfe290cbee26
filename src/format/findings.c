/* The list of findings: kept, sorted, written. Owns its texts and file names, so that it outlives
 * the runbook it speaks of. */
#include "findings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "json.h"
#include "limits.h"
#include "mem.h"
#include "str.h"

static const char *file_name(struct findings *f, const char *file)
{
	if (!file)
		return NULL;
	for (size_t i = f->n_files; i-- > 0;)
		if (strcmp(f->files[i], file) == 0)
			return f->files[i];
	f->files = mem_grow(f->files, f->n_files + 1, sizeof(*f->files));
	f->files[f->n_files] = mem_dup(file);
	return f->files[f->n_files++];
}

void findings_add(struct findings *f, enum severity severity, struct place at, const char *rule,
		  const char *text)
{
	f->errors += severity == SEV_ERROR;
	f->warnings += severity == SEV_WARNING;
	if (findings_full(f) || !text) {
		f->untold++;
		return;
	}
	if (f->n == f->cap) {
		f->cap = f->cap ? f->cap * 2 : 16;
		f->v = mem_grow(f->v, f->cap, sizeof(*f->v));
	}
	f->v[f->n] = (struct finding){ severity, at, rule, mem_dup(text), f->n };
	f->v[f->n++].at.file = file_name(f, at.file);
}

char *findings_text(const char *fmt, va_list ap)
{
	struct buf out = BUF_INIT;
	va_list again;
	char *raw;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	n = n < 0 ? 0 : n;
	raw = mem_alloc((size_t)n + 1);
	vsnprintf(raw, (size_t)n + 1, fmt, ap);
	str_printable(&out, raw, strlen(raw), false);
	free(raw);
	return buf_take(&out);
}

bool findings_full(const struct findings *f)
{
	return f->n - f->first >= LIMIT_FINDINGS;
}

enum { NEAR_WORD_MAX = 200 };

const char *findings_near(char *out, size_t size, const char *word, const char *const *candidates,
			  size_t n)
{
	const char *near = strlen(word) > NEAR_WORD_MAX ? NULL : str_nearest(word, candidates, n);

	out[0] = '\0';
	if (near && !str_eq(near, word))
		snprintf(out, size, "; did you mean `%s`?", near);
	return out;
}

void findings_release(struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->v[i].text);
	for (size_t i = 0; i < f->n_files; i++)
		free(f->files[i]);
	free(f->v);
	free(f->files);
	*f = (struct findings){ 0 };
}

static int by_place(const void *pa, const void *pb)
{
	const struct finding *a = pa, *b = pb;
	int c = strcmp(a->at.file ? a->at.file : "", b->at.file ? b->at.file : "");
	if (c)
		return c;
	if (a->at.line != b->at.line)
		return a->at.line < b->at.line ? -1 : 1;
	if (a->at.col != b->at.col)
		return a->at.col < b->at.col ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

void findings_sort(struct findings *f)
{
	if (f->n)
		qsort(f->v, f->n, sizeof(*f->v), by_place);
}

static const char *severity_name(enum severity s)
{
	return s == SEV_ERROR ? "error" : "warning";
}

void findings_print(struct buf *out, const struct findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *g = &f->v[i];
		const char *file = g->at.file ? g->at.file : "-";
		str_printable(out, file, strlen(file), false);
		if (g->at.line)
			buf_addf(out, ":%d:%d", g->at.line, g->at.col);
		buf_addf(out, ": %s: %s [%s]\n", severity_name(g->severity), g->text, g->rule);
	}
	if (f->untold)
		buf_addf(out, "%zu more findings are not shown (the limit is %d)\n", f->untold,
			 LIMIT_FINDINGS);
}

void findings_json(struct buf *out, const struct findings *f)
{
	struct jsonw w = { .out = out };
	jw_arr(&w, NULL);
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *g = &f->v[i];
		jw_obj(&w, NULL);
		jw_str(&w, "file", g->at.file);
		jw_int(&w, "line", g->at.line);
		jw_int(&w, "column", g->at.col);
		jw_str(&w, "severity", severity_name(g->severity));
		jw_str(&w, "rule", g->rule);
		jw_str(&w, "text", g->text);
		jw_end_obj(&w);
	}
	jw_end_arr(&w);
}
