/* The first event of a run: everything that the run stands on. */
#include "inner.h"

#include <string.h>

#include "mem.h"

static void files(struct jsonw *w, const struct opening *o)
{
	jw_arr(w, "files");
	for (size_t i = 0; i < o->n_files; i++) {
		jw_obj(w, NULL);
		jw_str(w, "path", o->files[i].path);
		jw_str(w, "role", o->files[i].role);
		jw_str(w, "sha256", o->files[i].sha256);
		jw_end_obj(w);
	}
	jw_end_arr(w);
}

static void params(struct jsonw *w, const struct opening *o)
{
	jw_arr(w, "params");
	for (size_t i = 0; i < o->n_params; i++) {
		const struct value *v = o->params[i].value;

		jw_obj(w, NULL);
		jw_str(w, "name", o->params[i].name);
		jw_str(w, "type", value_type_name(v->type));
		jw_bool(w, "known", v->known);
		if (v->secret)
			jw_bool(w, "secret", true);
		else
			jw_str(w, "text", v->text);
		jw_end_obj(w);
	}
	jw_end_arr(w);
}

void engine_opening(struct event *ret, const struct opening *o)
{
	struct buf body = BUF_INIT;
	struct jsonw w = { .out = &body };

	jw_obj(&w, NULL);
	jw_str(&w, "mode", word_of(WORDS_MODE, o->mode));
	if (o->mode == MODE_DRILL) {
		jw_str(&w, "way", word_of(WORDS_WAY, o->way));
		jw_int(&w, "pace", o->pace > 0 ? o->pace : 1);
		jw_int(&w, "seed", o->seed);
		if (o->scenario)
			jw_str(&w, "scenario", o->scenario);
	}
	jw_str(&w, "run", o->run);
	jw_str(&w, "title", o->title);
	jw_str(&w, "runbook", o->path);
	jw_str(&w, "version", o->version);
	jw_str(&w, "commit", o->commit);
	if (o->git_commit) {
		jw_str(&w, "git_commit", o->git_commit);
		jw_bool(&w, "git_dirty", o->git_dirty);
	}
	jw_str(&w, "cwd", o->cwd);
	if (o->environment)
		jw_str(&w, "environment", o->environment);
	jw_str(&w, "boot_id", o->boot_id);
	if (o->reason)
		jw_str(&w, "reason", o->reason);
	jw_int(&w, "findings", o->findings);
	files(&w, o);
	params(&w, o);
	jw_end_obj(&w);
	memset(ret, 0, sizeof *ret);
	ret->seq = 1;
	ret->at = o->now;
	ret->kind = EV_RUN_OPENED;
	ret->actor = o->actor;
	ret->body_len = body.len;
	ret->body = buf_take(&body);
}
