#include "intent.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "json.h"
#include "kind.h"
#include "limits.h"
#include "mem.h"

static void wipe_free(char *s)
{
	if (s)
		mem_wipe(s, strlen(s));
	free(s);
}

void intent_release(struct intent *in)
{
	for (size_t i = 0; i < in->n_fields; i++) {
		free(in->fields[i].name);
		wipe_free(in->fields[i].text);
	}
	free(in->fields);
	free(in->step);
	free(in->name);
	wipe_free(in->text);
	wipe_free(in->reason);
	memset(in, 0, sizeof(*in));
}

/* What is absent is left out; an absent member reads back as NULL. */
static void put(struct jsonw *w, const char *key, const char *s)
{
	if (s)
		jw_str(w, key, s);
}

void intent_encode(struct buf *out, const struct intent *in)
{
	struct jsonw w = { .out = out };

	jw_obj(&w, NULL);
	jw_str(&w, "verb", word_of(WORDS_VERB, in->verb));
	jw_str(&w, "client", in->client);
	jw_str(&w, "id", in->id);
	jw_int(&w, "prompt", in->prompt);
	if (in->by_file)
		jw_bool(&w, "by_file", true);
	put(&w, "step", in->step);
	put(&w, "name", in->name);
	put(&w, "text", in->text);
	put(&w, "reason", in->reason);
	if (in->n_fields) {
		jw_obj(&w, "fields");
		for (size_t i = 0; i < in->n_fields; i++)
			jw_str(&w, in->fields[i].name, in->fields[i].text);
		jw_end_obj(&w);
	}
	jw_end_obj(&w);
}

/* --- reading ------------------------------------------------------------------------------- */

struct reading {
	struct intent in;
	bool has_verb;
	struct err *err;
};

static int read_verb(struct reading *r, const struct json *v)
{
	const char *s = json_text(v);
	int verb = s ? word_from(WORDS_VERB, s) : -1;

	if (verb < 0)
		return err_set(r->err, ERR_PARSE, "intent: no such verb: %.40s", s ? s : "?");
	r->in.verb = verb;
	r->has_verb = true;
	return 0;
}

static int read_id(struct reading *r, const struct json *v, char *to, size_t room,
		   const char *key)
{
	const char *s = json_text(v);

	if (!s || !*s || strlen(s) >= room)
		return err_set(r->err, ERR_PARSE, "intent: %s must be text of 1 to %zu bytes",
			       key, room - 1);
	memcpy(to, s, strlen(s) + 1);
	return 0;
}

static int read_client(struct reading *r, const struct json *v)
{
	return read_id(r, v, r->in.client, sizeof(r->in.client), "client");
}

static int read_own_id(struct reading *r, const struct json *v)
{
	return read_id(r, v, r->in.id, sizeof(r->in.id), "id");
}

static int read_prompt(struct reading *r, const struct json *v)
{
	int64_t n;

	if (!json_as_int(v, &n) || n < 0)
		return err_set(r->err, ERR_PARSE, "intent: prompt must be a number, 0 or more");
	r->in.prompt = n;
	return 0;
}

static int read_by_file(struct reading *r, const struct json *v)
{
	if (!json_as_bool(v, &r->in.by_file))
		return err_set(r->err, ERR_PARSE, "intent: by_file must be true or false");
	return 0;
}

static int read_text(struct reading *r, const struct json *v, char **to, size_t max,
		     const char *key)
{
	const char *s = json_text(v);

	if (!s)
		return err_set(r->err, ERR_PARSE, "intent: %s must be text", key);
	if (strlen(s) > max)
		return err_set(r->err, ERR_LIMIT, "intent: %s is longer than %zu bytes", key,
			       max);
	*to = mem_dup(s);
	return 0;
}

static int read_step(struct reading *r, const struct json *v)
{
	return read_text(r, v, &r->in.step, LIMIT_INTENT_BYTES, "step");
}

static int read_name(struct reading *r, const struct json *v)
{
	return read_text(r, v, &r->in.name, LIMIT_INTENT_BYTES, "name");
}

static int read_body(struct reading *r, const struct json *v)
{
	return read_text(r, v, &r->in.text, LIMIT_INTENT_BYTES, "text");
}

static int read_reason(struct reading *r, const struct json *v)
{
	return read_text(r, v, &r->in.reason, LIMIT_REASON_BYTES, "reason");
}

static int read_field(void *ctx, const char *key, const struct json *v)
{
	struct reading *r = ctx;
	struct intent_field *f;

	if (r->in.n_fields == LIMIT_FIELDS)
		return err_set(r->err, ERR_LIMIT, "intent: more than %d fields", LIMIT_FIELDS);
	r->in.fields = mem_grow(r->in.fields, r->in.n_fields + 1, sizeof(*f));
	f = &r->in.fields[r->in.n_fields++];
	f->name = mem_dup(key);
	f->text = NULL;
	if (json_is_null(v))
		return 0;
	return read_text(r, v, &f->text, LIMIT_INTENT_BYTES, "a field");
}

static int read_fields(struct reading *r, const struct json *v)
{
	if (!json_is_obj(v))
		return err_set(r->err, ERR_PARSE, "intent: fields must be an object");
	return json_each(v, read_field, r);
}

static int read_member(void *ctx, const char *key, const struct json *v)
{
	static const struct {
		const char *key;
		int (*read)(struct reading *r, const struct json *v);
	} members[] = {
		{ "verb", read_verb },	 { "client", read_client }, { "id", read_own_id },
		{ "prompt", read_prompt }, { "step", read_step },   { "name", read_name },
		{ "text", read_body },	 { "reason", read_reason }, { "fields", read_fields },
		{ "by_file", read_by_file },
	};
	struct reading *r = ctx;

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (strcmp(key, members[i].key) == 0)
			return members[i].read(r, v);
	return err_set(r->err, ERR_PARSE, "intent: unknown key: %.40s", key);
}

int intent_decode(const char *text, size_t n, struct intent *ret, struct err *err)
{
	struct reading r = { .in.verb = VERB_INVALID, .err = err };
	struct json *doc = NULL;
	int rc;

	memset(ret, 0, sizeof(*ret));
	if (n > LIMIT_INTENT_BYTES)
		return err_set(err, ERR_LIMIT, "intent: longer than %d bytes",
			       LIMIT_INTENT_BYTES);
	rc = json_parse(text, n, &doc, err);
	if (rc)
		return err_context(err, rc, "intent");
	if (!json_is_obj(doc))
		rc = err_set(err, ERR_PARSE, "intent: not an object");
	else
		rc = json_each(doc, read_member, &r);
	if (rc == 0 && (!r.has_verb || !r.in.client[0] || !r.in.id[0]))
		rc = err_set(err, ERR_PARSE, "intent: verb, client and id must be there");
	json_free(doc);
	if (rc)
		intent_release(&r.in);
	*ret = r.in;
	return rc;
}

int verb_needs_reason(enum verb v)
{
	static const bool needs[VERB_MAX] = {
		[VERB_FAIL] = true,	[VERB_SKIP] = true,   [VERB_DEFER] = true,
		[VERB_OVERRIDE] = true, [VERB_ACCEPT] = true, [VERB_REOPEN] = true,
		[VERB_EDIT] = true,	[VERB_CORRECT] = true, [VERB_CALL] = true,
	};

	return v >= 0 && v < VERB_MAX && needs[v];
}
