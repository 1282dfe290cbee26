/* The answers file, read strictly: what is not known is an error, with its place. */
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "contact_state.h"
#include "err.h"
#include "kind.h"
#include "limits.h"
#include "mem.h"
#include "str.h"
#include "yamltree.h"

struct reading {
	struct answers *a;
	struct answer *to; /* the entry that is being read */
	struct err *err;
};

typedef int read_fn(struct reading *r, const struct ytree *v);

struct key {
	const char *name;
	read_fn *read;
};

static int wrong(struct reading *r, struct place at, const char *what, const char *hint)
{
	return err_set(r->err, ERR_PARSE, "%s:%d:%d: %s%s%s%s", at.file, at.line, at.col, what,
		       hint ? "; did you mean `" : "", hint ? hint : "", hint ? "`?" : "");
}

static int scalar(struct reading *r, const struct ytree *v, char **to)
{
	if (v->kind != YTREE_SCALAR)
		return wrong(r, v->at, "a text is expected here", NULL);
	free(*to);
	*to = mem_dup(v->text);
	return 0;
}

static int flag(struct reading *r, const struct ytree *v, bool *to)
{
	if (v->kind != YTREE_SCALAR || (strcmp(v->text, "yes") && strcmp(v->text, "no")))
		return wrong(r, v->at, "yes or no is expected here", NULL);
	*to = strcmp(v->text, "yes") == 0;
	return 0;
}

/* Reads a mapping by a table of its keys. */
static int map(struct reading *r, const struct ytree *v, const struct key *keys, size_t n)
{
	const char *names[16];
	int rc = 0;

	if (v->kind != YTREE_MAP)
		return wrong(r, v->at, "a mapping is expected here", NULL);
	for (size_t k = 0; k < n; k++)
		names[k] = keys[k].name;
	for (size_t i = 0; !rc && i < v->n; i++) {
		const char *key = v->pairs[i].key ? v->pairs[i].key : "";
		size_t k = 0;

		while (k < n && strcmp(keys[k].name, key))
			k++;
		rc = k < n ? keys[k].read(r, v->pairs[i].v)
			   : wrong(r, v->pairs[i].at, "unknown key",
				   str_nearest(key, names, n));
	}
	return rc;
}

#define MAP(r, v, keys) map(r, v, keys, sizeof keys / sizeof keys[0])

/* --- one answer ------------------------------------------------------------------------------- */

/* {ana: answered}: shorter for `do: reply`. */
static int read_reply(struct reading *r, const struct ytree *v)
{
	if (v->kind != YTREE_MAP || v->n != 1 || !v->pairs[0].key ||
	    v->pairs[0].v->kind != YTREE_SCALAR)
		return wrong(r, v->at, "one name and what came of it is expected here", NULL);
	if (!contact_reply_word(v->pairs[0].v->text))
		return wrong(r, v->pairs[0].v->at, "no such reply", NULL);
	r->to->verb = VERB_REPLY;
	free(r->to->name);
	r->to->name = mem_dup(v->pairs[0].key);
	return scalar(r, v->pairs[0].v, &r->to->text);
}

static int read_at(struct reading *r, const struct ytree *v)
{
	return scalar(r, v, &r->to->where);
}

/* Words of a file only, and what is sent for them. */
static const struct {
	const char *word;
	enum verb verb;
} own_words[] = { { "paid", VERB_SETTLE }, { "update", VERB_EXEC } };
enum { OWN_WORDS = sizeof own_words / sizeof own_words[0] };

static int verb_of_word(const char *word)
{
	for (size_t i = 0; i < OWN_WORDS; i++)
		if (strcmp(own_words[i].word, word) == 0)
			return own_words[i].verb;
	return word_from(WORDS_VERB, word);
}

static int read_do(struct reading *r, const struct ytree *v)
{
	const char *words[VERB_MAX + OWN_WORDS];
	int verb;

	if (v->kind != YTREE_SCALAR)
		return wrong(r, v->at, "a word is expected here", NULL);
	r->to->paid = strcmp(v->text, "paid") == 0;
	r->to->update = strcmp(v->text, "update") == 0;
	verb = verb_of_word(v->text);
	if (verb < 0 || verb == VERB_INPUT || verb == VERB_JOURNAL) {
		for (int i = 0; i < VERB_MAX; i++)
			words[i] = word_of(WORDS_VERB, i);
		for (int i = 0; i < OWN_WORDS; i++)
			words[VERB_MAX + i] = own_words[i].word;
		return wrong(r, v->at, "no such answer",
			     str_nearest(v->text, words, VERB_MAX + OWN_WORDS));
	}
	r->to->verb = verb;
	return 0;
}

static int read_text(struct reading *r, const struct ytree *v)
{
	return scalar(r, v, &r->to->text);
}

static int read_reason(struct reading *r, const struct ytree *v)
{
	return scalar(r, v, &r->to->reason);
}

static int read_name(struct reading *r, const struct ytree *v)
{
	return scalar(r, v, &r->to->name);
}

static int read_with(struct reading *r, const struct ytree *v)
{
	struct answer *to = r->to;

	if (v->kind != YTREE_MAP || v->n > LIMIT_FIELDS)
		return wrong(r, v->at, "a mapping of values is expected here", NULL);
	to->fields = mem_alloc((v->n + 1) * sizeof *to->fields);
	for (size_t i = 0; i < v->n; i++) {
		if (v->pairs[i].v->kind != YTREE_SCALAR)
			return wrong(r, v->pairs[i].v->at, "a text is expected here", NULL);
		to->fields[to->n_fields++] = (struct intent_field){
			mem_dup(v->pairs[i].key), mem_dup(v->pairs[i].v->text) };
	}
	return 0;
}

static int read_source(struct reading *r, const struct ytree *v, enum source_kind kind)
{
	if (r->to->from)
		return wrong(r, v->at, "one of `file` and `command`", NULL);
	r->to->from_kind = kind;
	return scalar(r, v, &r->to->from);
}

static int read_file(struct reading *r, const struct ytree *v)
{
	return read_source(r, v, SOURCE_FILE);
}

static int read_command(struct reading *r, const struct ytree *v)
{
	return read_source(r, v, SOURCE_COMMAND);
}

static int read_from(struct reading *r, const struct ytree *v)
{
	static const struct key keys[] = { { "file", read_file }, { "command", read_command } };

	return MAP(r, v, keys);
}

static int read_prompt(struct reading *r, const struct ytree *v)
{
	regex_t re;
	int rc = scalar(r, v, &r->to->prompt);

	if (rc)
		return rc;
	if (regcomp(&re, r->to->prompt, REG_EXTENDED | REG_NOSUB))
		return wrong(r, v->at, "that is no regular expression", NULL);
	regfree(&re);
	return 0;
}

static int read_refused(struct reading *r, const struct ytree *v)
{
	return flag(r, v, &r->to->refused);
}

static int read_expect(struct reading *r, const struct ytree *v)
{
	static const struct key keys[] = { { "prompt", read_prompt },
					   { "refused", read_refused } };

	return MAP(r, v, keys);
}

/* What a command of a tabletop comes to: these keys are `do: play`. */
static int play(struct reading *r, const struct ytree *v, const char *name)
{
	struct answer *to = r->to;
	char *text = NULL;
	int rc = scalar(r, v, &text);

	if (rc)
		return rc;
	to->verb = VERB_PLAY;
	to->fields = mem_grow(to->fields, to->n_fields + 1, sizeof *to->fields);
	to->fields[to->n_fields++] = (struct intent_field){ mem_dup(name), text };
	return 0;
}

static int read_play(struct reading *r, const struct ytree *v)
{
	return play(r, v, "result");
}

static int read_says(struct reading *r, const struct ytree *v)
{
	return play(r, v, "says");
}

static int read_expects(struct reading *r, const struct ytree *v)
{
	return play(r, v, "expects");
}

static int read_exit(struct reading *r, const struct ytree *v)
{
	return play(r, v, "exit");
}

static int read_output(struct reading *r, const struct ytree *v)
{
	r->to->verb = VERB_PLAY;
	return scalar(r, v, &r->to->text);
}

static int read_optional(struct reading *r, const struct ytree *v)
{
	return flag(r, v, &r->to->optional);
}

static int check_answer(struct reading *r)
{
	const struct answer *a = r->to;

	if (!a->where || !*a->where)
		return wrong(r, a->at, "`at` is missing: the step's id, number or title, or run",
			     NULL);
	if (a->from && a->text)
		return wrong(r, a->at, "`text` or `from`, not both", NULL);
	if (a->verb == VERB_INVALID)
		return wrong(r, a->at, "`do` is missing: what to answer", NULL);
	if (a->verb == VERB_REPLY && (!a->name || !contact_reply_word(a->text)))
		return wrong(r, a->at, "a reply needs the `name` of somebody and as `text` what "
			     "came of it: answered, no-answer, …", NULL);
	if (a->update && (strcmp(a->where, "run") || a->refused || a->from))
		return wrong(r, a->at, "an update is `at: run`, has its words in `text` or none, "
			     "and is not refused", NULL);
	if ((verb_needs_reason(a->verb) || a->paid || a->verb == VERB_CLOSE) &&
	    (!a->reason || !*a->reason))
		return wrong(r, a->at, "this answer needs a `reason`", NULL);
	return 0;
}

static int read_answer(struct reading *r, const struct ytree *v)
{
	static const struct key keys[] = {
		{ "at", read_at }, { "do", read_do }, { "text", read_text },
		{ "reason", read_reason }, { "name", read_name }, { "with", read_with },
		{ "from", read_from },
		{ "expect", read_expect }, { "optional", read_optional },
		{ "reply", read_reply },
		{ "play", read_play }, { "says", read_says }, { "expects", read_expects },
		{ "exit", read_exit }, { "output", read_output },
	};
	struct answers *a = r->a;
	int rc;

	r->to = &a->v[a->n++];
	r->to->at = (struct place){ a->path, v->at.line, v->at.col };
	r->to->verb = VERB_INVALID;
	rc = MAP(r, v, keys);
	return rc ? rc : check_answer(r);
}

/* --- the file --------------------------------------------------------------------------------- */

static int read_steps(struct reading *r, const struct ytree *v)
{
	int rc = 0;

	if (v->kind == YTREE_SCALAR && !*v->text)
		return 0;
	if (v->kind != YTREE_LIST)
		return wrong(r, v->at, "a list is expected here", NULL);
	r->a->v = mem_alloc((v->n + 1) * sizeof *r->a->v);
	for (size_t i = 0; !rc && i < v->n; i++)
		rc = read_answer(r, v->pairs[i].v);
	return rc;
}

static int read_start(struct reading *r, const struct ytree *v)
{
	if (v->kind != YTREE_SCALAR || strcmp(v->text, "change"))
		return wrong(r, v->at, "the only word here is `change`: Enter on every change",
			     NULL);
	r->a->start_change = true;
	return 0;
}

static int read_close(struct reading *r, const struct ytree *v)
{
	return scalar(r, v, &r->a->close_reason);
}

static int read_played(struct reading *r, const struct ytree *v)
{
	return scalar(r, v, &r->a->play);
}

static int read_default(struct reading *r, const struct ytree *v)
{
	static const struct key keys[] = { { "start", read_start }, { "close", read_close },
					   { "play", read_played } };

	return MAP(r, v, keys);
}

static int read_pace(struct reading *r, const struct ytree *v)
{
	int rc = scalar(r, v, &r->a->pace);

	if (!rc && word_from(WORDS_PACE, r->a->pace) < 0)
		rc = wrong(r, v->at, "the pace is auto or step", NULL);
	return rc;
}

static int read_within(struct reading *r, const struct ytree *v)
{
	if (v->kind != YTREE_SCALAR || !str_to_duration(v->text, &r->a->within_ms))
		return wrong(r, v->at, "a duration such as 90s or 5m is expected here", NULL);
	return 0;
}

static int read_run(struct reading *r, const struct ytree *v)
{
	static const struct key keys[] = { { "pace", read_pace }, { "within", read_within } };

	return MAP(r, v, keys);
}

static int read_version(struct reading *r, const struct ytree *v)
{
	if (v->kind != YTREE_SCALAR || strcmp(v->text, "1"))
		return wrong(r, v->at, "this program reads version 1: `answers: 1`", NULL);
	return 0;
}

int answers_open(const char *path, struct answers **ret, struct err *err)
{
	static const struct key keys[] = {
		{ "answers", read_version }, { "run", read_run },
		{ "default", read_default }, { "steps", read_steps },
	};
	struct ytree_doc doc = { 0 };
	struct answers *a = mem_alloc(sizeof *a);
	struct reading r = { .a = a, .err = err };
	int rc = yamltree_read(path, &doc, err);

	a->path = mem_dup(path);
	if (!rc && !ytree_get(doc.root, "answers"))
		rc = err_set(err, ERR_PARSE, "%s:1:1: no answers file: `answers: 1` is missing",
			     path);
	if (!rc)
		rc = MAP(&r, doc.root, keys);
	yamltree_release(&doc);
	if (rc) {
		answers_free(a);
		return rc;
	}
	*ret = a;
	return 0;
}

void answers_free(struct answers *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->n; i++) {
		struct answer *x = &a->v[i];

		for (size_t k = 0; k < x->n_fields; k++) {
			free(x->fields[k].name);
			free(x->fields[k].text);
		}
		free(x->fields);
		free(x->where);
		if (x->from && x->text)
			mem_wipe(x->text, strlen(x->text));
		free(x->text);
		free(x->reason);
		free(x->from);
		free(x->name);
		free(x->prompt);
	}
	free(a->v);
	free(a->path);
	free(a->close_reason);
	free(a->pace);
	free(a->play);
	free(a);
}
