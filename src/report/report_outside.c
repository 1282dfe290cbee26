/* What people did and brought outside of the script; and of all that was not as written, what was
 * written. */
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "reportint.h"
#include "state.h"
#include "str.h"

enum { WRITTEN_MAX = 300 };

/* --- as written ------------------------------------------------------------------------------- */

static char *kept(const struct report *r, const char *s)
{
	size_t n = s ? strlen(s) : 0, most = WRITTEN_MAX;
	char *whole, *cut;

	if (!n)
		return NULL;
	if (n <= most)
		return report_keep_raw(r, s, n, false);
	while (most && ((unsigned char)s[most] & 0xc0) == 0x80) /* no half of a character */
		most--;
	whole = report_keep_raw(r, s, most, false);
	cut = mem_printf("%s …", whole);
	free(whole);
	return cut;
}

static const char *words_of(const struct inst *in)
{
	const struct step *st = in ? in->step : NULL;

	if (!st)
		return NULL;
	if (st->text.s)
		return st->text.s;
	return st->probe ? st->probe->run.s : NULL;
}

char *report_written(const struct report *r, const struct view *v, const struct event *ev,
		     const struct json *body)
{
	static const enum event_kind beside[] = { EV_FILE, EV_SHELL, EV_BOOK };
	const struct state *s = view_state(v);

	for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++)
		if (ev->kind == beside[i])
			return mem_dup("nothing");
	if (ev->kind == EV_NOTE && str_eq(json_str(body, "what"), "exec"))
		return mem_dup("nothing");
	if (ev->kind == EV_EDITED || ev->kind == EV_VALUE)
		return kept(r, json_str(body, "old"));
	return ev->kind == EV_STEP ? kept(r, words_of(state_inst(s, ev->step))) : NULL;
}

/* --- files and lines -------------------------------------------------------------------------- */

static void add_file(struct report *r, const struct event *ev, const struct json *body)
{
	struct report_file *f;
	const char *name = json_str(body, "name"), *sum = json_str(body, "sha256");

	if (!name || !sum)
		return;
	r->files = mem_grow(r->files, r->n_files + 1, sizeof *r->files);
	f = &r->files[r->n_files++];
	*f = (struct report_file){ .seq = ev->seq, .size = json_int(body, "size", 0) };
	f->name = report_keep_raw(r, name, strlen(name), false);
	str_clip(f->sha256, sizeof f->sha256, sum);
	str_clip(f->token, sizeof f->token, json_str(body, "token") ? json_str(body, "token") : "");
}

static void add_line(struct report *r, const struct event *ev, const struct json *body)
{
	const char *text = json_str(body, "text"), *in = json_str(body, "in");
	const char *token = json_str(body, "token");
	struct report_line *l;

	if (r->n_lines == r->cap_lines) {
		r->cap_lines = r->cap_lines ? 2 * r->cap_lines : 16;
		r->lines = mem_grow(r->lines, r->cap_lines, sizeof *r->lines);
	}
	l = &r->lines[r->n_lines++];
	*l = (struct report_line){ .seq = ev->seq, .n = json_int(body, "n", 0), .row = r->n_rows,
				   .late = json_bool(body, "late", false) };
	l->text = text ? report_keep_raw(r, text, strlen(text), true) : NULL;
	l->in = in ? report_keep_raw(r, in, strlen(in), false) : NULL;
	str_clip(l->token, sizeof l->token, token ? token : "");
}

/* One row tells of a line, with its end; that end is no departure of its own. */
static void end_line(struct report *r, const struct event *ev, const struct json *body)
{
	size_t i = r->n_lines;
	struct report_line *l;
	struct report_row *row;
	char *text;

	while (i && (r->lines[i - 1].n != json_int(body, "n", 0) ||
		     !str_eq(r->lines[i - 1].token, json_str(body, "token"))))
		i--;
	if (!i || r->lines[i - 1].end_seq)
		return;
	l = &r->lines[i - 1];
	l->end_seq = ev->seq;
	l->exit = json_int(body, "exit", 0);
	row = &r->rows[l->row - 1];
	text = mem_printf("%s: exit %lld", row->text, (long long)l->exit);
	free(row->text);
	row->text = text;
	if (l->exit)
		row->weight = VIEW_LOUD;
}

void report_outside_row(struct report *r, const struct event *ev, const struct json *body)
{
	if (ev->kind == EV_FILE)
		add_file(r, ev, body);
	else if (ev->kind == EV_SHELL && str_eq(json_str(body, "what"), "line"))
		add_line(r, ev, body);
	else if (ev->kind == EV_SHELL && str_eq(json_str(body, "what"), "ended"))
		end_line(r, ev, body);
}

void report_outside_json(struct jsonw *w, const struct report *r)
{
	jw_arr(w, "departures");
	for (size_t i = 0; i < r->n_rows; i++) {
		if (!(r->rows[i].in & IN_DEVIATION))
			continue;
		jw_obj(w, NULL);
		jw_int(w, "row", r->rows[i].seq);
		jw_str(w, "as_written", r->rows[i].written);
		jw_str(w, "as_run", r->rows[i].text);
		jw_end_obj(w);
	}
	jw_end_arr(w);
	jw_arr(w, "shell_lines");
	for (size_t i = 0; i < r->n_lines; i++) {
		const struct report_line *l = &r->lines[i];

		jw_obj(w, NULL);
		jw_int(w, "row", l->seq);
		jw_str(w, "token", l->token);
		jw_int(w, "n", l->n);
		jw_str(w, "text", l->text);
		jw_str(w, "folder", l->in);
		jw_bool(w, "late", l->late);
		if (l->end_seq) {
			jw_int(w, "end_row", l->end_seq);
			jw_int(w, "exit", l->exit);
		} else {
			jw_null(w, "end_row");
			jw_null(w, "exit");
		}
		jw_end_obj(w);
	}
	jw_end_arr(w);
	jw_arr(w, "attached");
	for (size_t i = 0; i < r->n_files; i++) {
		jw_obj(w, NULL);
		jw_int(w, "row", r->files[i].seq);
		jw_str(w, "token", r->files[i].token);
		jw_str(w, "name", r->files[i].name);
		jw_int(w, "size", r->files[i].size);
		jw_str(w, "sha256", r->files[i].sha256);
		jw_end_obj(w);
	}
	jw_end_arr(w);
}

void report_outside_release(struct report *r)
{
	for (size_t i = 0; i < r->n_files; i++)
		free(r->files[i].name);
	for (size_t i = 0; i < r->n_lines; i++) {
		free(r->lines[i].text);
		free(r->lines[i].in);
	}
	free(r->files);
	free(r->lines);
}
