/* What people bring from outside of the script. */
#include "fold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "limits.h"
#include "mem.h"
#include "str.h"

/* --- files ----------------------------------------------------------------------------------- */

const struct attached *state_file(const struct state *s, const char *token)
{
	for (size_t i = s->outside.n_files; token && i-- > 0;)
		if (!strcmp(s->outside.files[i].token, token))
			return &s->outside.files[i];
	return NULL;
}

static const char *wrong_file(const struct pass *p, const struct inst *in,
			      const struct intent *it)
{
	const char *name = it->name;

	if (it->step && *it->step && (!in || !in->parent))
		return "there is no such step";
	if (!name || !*name || strchr(name, '/') || strlen(name) > LIMIT_FILE_NAME_BYTES)
		return "a file has a name, of at most 255 bytes and without a folder";
	if (!p->in->text || p->in->n < 0 || p->in->n > LIMIT_ATTACH_BYTES)
		return "its bytes did not come with it";
	if (it->text && strlen(it->text) > LIMIT_NOTE_BYTES)
		return "the remark is longer than 64 KB";
	return NULL;
}

/* The keeper has its bytes and says in `n` and `text` how many they are, and their digest. */
void outside_file(struct pass *p, const struct inst *in, const struct intent *it)
{
	const char *why = wrong_file(p, in, it);
	char token[TOKEN_MAX];
	struct jsonw *w;

	if (why) {
		emit_refused(p, in, "attach", why);
		return;
	}
	snprintf(token, sizeof token, "f%d-%lld", p->s->keepers, (long long)++p->e->n_tokens);
	w = emit_begin(p, EV_FILE);
	jw_str(w, "token", token);
	jw_str(w, "name", it->name);
	jw_int(w, "size", p->in->n);
	jw_str(w, "sha256", p->in->text);
	if (it->text && *it->text)
		jw_str(w, "text", it->text);
	emit_end(p, EV_FILE, in, in ? in->attempt : 0);
}

int outside_fold_file(struct fold *f)
{
	const char *token = json_str(f->b, "token"), *name = json_str(f->b, "name");
	const char *sum = json_str(f->b, "sha256");
	int64_t size = json_int(f->b, "size", -1);
	struct outside *o = &f->s->outside;
	struct attached *a;

	if (!token || strlen(token) >= sizeof a->token || !name || !sum ||
	    strlen(sum) != HASH_HEX_LEN || size < 0)
		return fold_bad(f, "no token, name, size or digest");
	if (state_file(f->s, token) || state_cmd(f->s, token))
		return fold_bad(f, "its token is another one's");
	o->files = mem_grow(o->files, o->n_files + 1, sizeof *o->files);
	a = &o->files[o->n_files++];
	*a = (struct attached){ .name = mem_dup(name), .size = size, .seq = f->ev->seq,
				.inst = f->in->parent ? f->in : NULL };
	memcpy(a->token, token, strlen(token) + 1);
	memcpy(a->sha256, sum, sizeof a->sha256);
	return 0;
}

int outside_fold_output(struct fold *f, const char *token, int64_t end)
{
	struct attached *a = (struct attached *)(uintptr_t)state_file(f->s, token);

	if (!a)
		return fold_bad(f, "output of no command");
	if (end > a->size)
		return fold_bad(f, "more bytes than the file has");
	if (end > a->kept)
		a->kept = end;
	return 0;
}

void outside_free(struct outside *o)
{
	for (size_t i = 0; i < o->n_files; i++)
		free(o->files[i].name);
	free(o->files);
	shell_free(o);
}
