/* Whether a row is one that is looked for. Payloads are compared as they are written, with what is
 * looked for written in the same way; only what seems to fit is taken apart. */
#include <ctype.h>
#include <string.h>

#include "err.h"
#include "json.h"
#include "kind.h"
#include "log_own.h"
#include "str.h"

const char *log_find(const char *p, size_t n, const char *what, size_t n_what)
{
	if (n_what == 0 || n < n_what)
		return n_what ? NULL : p;
	int first = tolower((unsigned char)what[0]), other = toupper((unsigned char)what[0]);
	for (const char *end = p + n - n_what + 1; p < end; p++) {
		if ((unsigned char)*p != first && (unsigned char)*p != other)
			continue;
		size_t i = 1;
		while (i < n_what &&
		       tolower((unsigned char)p[i]) == tolower((unsigned char)what[i]))
			i++;
		if (i == n_what)
			return p;
	}
	return NULL;
}

static bool too_long(const char *s)
{
	return s && (!s[0] || strlen(s) > LOG_NEEDLE_MAX);
}

/* A text as a payload has it, without its quotes. */
static void as_written(struct buf *out, const char *s)
{
	struct jsonw w = { .out = out };
	jw_str(&w, NULL, s);
	buf_cut(out, out->len - 1);
	buf_drop(out, 1);
}

int log_match_init(struct log_match *m, struct journal *j, const struct log_filter *f,
		   struct err *err)
{
	*m = (struct log_match){ .j = j, .f = *f };
	if (too_long(f->text) || too_long(f->output))
		return err_set(err, ERR_LIMIT, "a text to look for has 1 to %d bytes",
			       LOG_NEEDLE_MAX);
	for (size_t i = 0; i < f->n_runs; i++) {
		int rc = journal_run_id_check(f->runs[i], err);
		if (rc)
			return rc;
	}
	if (f->text)
		as_written(&m->text, f->text);
	if (f->environment) {
		struct buf name = BUF_INIT;
		as_written(&name, f->environment);
		buf_addf(&m->environment, "\"environment\":\"%s\"", buf_str(&name));
		buf_release(&name);
	}
	if (f->output)
		m->f.kinds = (f->kinds ? f->kinds : UINT64_MAX) & UINT64_C(1) << EV_OUTPUT;
	return 0;
}

void log_match_release(struct log_match *m)
{
	buf_release(&m->text);
	buf_release(&m->environment);
	buf_release(&m->bytes);
	buf_release(&m->line);
	output_close(m->output);
	*m = (struct log_match){ 0 };
}

static bool of_run(const struct log_filter *f, const char *run)
{
	for (size_t i = 0; i < f->n_runs; i++)
		if (strcmp(f->runs[i], run) == 0)
			return true;
	return f->n_runs == 0;
}

static bool of_step(const char *wanted, const char *step)
{
	size_t n = strlen(wanted);
	return step && strncmp(step, wanted, n) == 0 && (step[n] == '\0' || step[n] == '@');
}

static bool text_has(const char *s, const char *what)
{
	return s && log_find(s, strlen(s), what, strlen(what));
}

static int member_has(void *ctx, const char *key, const struct json *v)
{
	(void)key;
	const char *what = ctx;
	if (text_has(json_text(v), what))
		return 1;
	for (size_t i = 0; i < json_len(v); i++)
		if (member_has(ctx, NULL, json_at(v, i)))
			return 1;
	return json_is_obj(v) ? json_each(v, member_has, ctx) : 0;
}

/* What stands in a payload may be the name of a member: then nobody wrote it. */
static bool payload_has(const struct log_match *m, const struct event *ev)
{
	struct json *doc = NULL;
	char *what = (char *)(uintptr_t)m->f.text;
	if (!ev->body || !log_find(ev->body, ev->body_len, m->text.data, m->text.len) ||
	    json_parse(ev->body, ev->body_len, &doc, NULL))
		return false;
	bool has = member_has(what, NULL, doc);
	json_free(doc);
	return has;
}

static bool has_text(const struct log_match *m, const struct event *ev)
{
	return text_has(ev->step, m->f.text) || text_has(ev->actor.id, m->f.text) ||
		payload_has(m, ev);
}

int log_match_row(struct log_match *m, const char *run, const struct event *ev, struct err *err)
{
	const struct log_filter *f = &m->f;
	if (ev->at.wall < f->from || ev->at.wall >= f->to || !of_run(f, run) ||
	    (f->kinds && !(f->kinds >> ev->kind & 1)))
		return 0;
	if (f->person && (strcmp(ev->actor.id, f->person) != 0 ||
			  strcmp(ev->actor.how, "program") == 0))
		return 0;
	if (f->step && !of_step(f->step, ev->step))
		return 0;
	if (f->environment && (!ev->body || !memmem(ev->body, ev->body_len, m->environment.data,
						    m->environment.len)))
		return 0;
	if (f->text && !has_text(m, ev))
		return 0;
	return f->output ? log_match_output(m, run, ev, err) : 1;
}
