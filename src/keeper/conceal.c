/* Nobody sees a secret: not on a stream, which the holder masks, nor in a word on record. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "err.h"
#include "intent.h"
#include "keeper_parts.h"
#include "limits.h"
#include "mask.h"
#include "mem.h"
#include "str.h"

/* --- the holders ------------------------------------------------------------------------------ */

static void tell(struct post *post, const char *text)
{
	if (post && post->h) /* one that cannot be told has died, and `gone` says so by itself */
		(void)holder_hide(post->h, text, strlen(text), NULL);
}

void conceal_post(struct keeper *k, struct post *post)
{
	for (size_t i = 0; i < k->secrets.n; i++)
		tell(post, k->secrets.v[i].text);
}

/* --- what is kept ----------------------------------------------------------------------------- */

static void note_short(struct keeper *k, const char *name)
{
	char *text = mem_printf("%s has fewer than %d characters: it is not hidden where a command "
				"prints it", name, HIDE_MIN);

	feed_note(k, "secret-short", text);
	free(text);
}

void keeper_keep(struct keeper *k, const char *key, const char *name, const char *text)
{
	bool hidden = secrets_keep(&k->secrets, key, name, text);

	for (int i = 0; i < POST_MAX; i++)
		tell(k->posts[i], text);
	if (!hidden)
		note_short(k, name);
}

void conceal_short(struct keeper *k)
{
	for (size_t i = 0; i < k->secrets.n; i++)
		if (k->secrets.v[i].len < HIDE_MIN)
			note_short(k, k->secrets.v[i].name);
}

/* --- words of a person ------------------------------------------------------------------------ */

static void mask(const struct keeper *k, char **text)
{
	char *safe = mask_text(&k->secrets.hide, *text);

	if (*text)
		mem_wipe(*text, strlen(*text));
	free(*text);
	*text = safe;
}

int conceal_intent(struct keeper *k, struct intent *it, struct err *err)
{
	int r = 0;

	if (!k->secrets.hide.n)
		return 0;
	mask(k, &it->reason);
	if (it->verb == VERB_ATTACH)
		mask(k, &it->name);
	if (it->verb == VERB_NOTE || it->verb == VERB_ATTACH || it->verb == VERB_SHELL) {
		mask(k, &it->text);
	} else if (it->verb == VERB_EXEC || it->verb == VERB_EDIT) {
		char *safe = mask_text(&k->secrets.hide, it->text);
		if (!str_eq(safe, it->text))
			r = err_set(err, ERR_DENIED, "there is a secret in the command, and "
				    "everybody sees what a program was called with: use the "
				    "variable that has it");
		free(safe);
	}
	return r;
}

/* --- sealed output ---------------------------------------------------------------------------- */

void conceal_raw(struct keeper *k, struct proc *p, int fd)
{
	char part[4096];
	ssize_t n;

	(void)k;
	p->raw.secret = true;
	buf_clear(&p->raw);
	for (off_t at = 0; (n = pread(fd, part, sizeof(part), at)) > 0; at += n)
		buf_add(&p->raw, part, (size_t)n);
	mem_wipe(part, sizeof(part));
	p->raw_came = n == 0;
}

void conceal_taken(struct keeper *k, struct proc *p)
{
	const struct cmd *cmd = state_cmd(k->s, p->token);
	const struct capture *c[LIMIT_FIELDS];
	size_t n = cmd ? secrets_taken(cmd->inst, cmd->purpose, c, LIMIT_FIELDS) : 0;

	for (size_t i = 0; i < n && p->raw.len <= LIMIT_VALUE_BYTES; i++) {
		struct value v = { .type = c[i]->type };
		if (!capturer_apply(k->capturer, c[i], buf_str(&p->raw), p->raw.len, &v, NULL) &&
		    v.known && v.text)
			(void)secrets_hide(&k->secrets, v.text);
		if (v.text)
			mem_wipe(v.text, strlen(v.text));
		value_release(&v);
	}
}
