/* A channel as it is handed to the process that sends: a JSON object, no secret in it. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "err.h"
#include "fsio.h"
#include "json.h"
#include "sendint.h"
#include "str.h"

static const char *const tlses[] = { "required", "wrapped", "none" };

/* --- out -------------------------------------------------------------------------------------- */

static void put_secret(struct jsonw *w, const char *key, const struct people_secret *s,
		       const char *folder)
{
	char *file;

	if (!s->env && !s->file)
		return;
	jw_obj(w, key);
	if (s->env)
		jw_str(w, "env", s->env);
	if (s->file) {
		file = fsio_join(folder, s->file);
		jw_str(w, "file", file);
		free(file);
	}
	jw_end_obj(w);
}

static void put_given(struct jsonw *w, const char *key, const char *s)
{
	if (s)
		jw_str(w, key, s);
}

static void put_smtp(struct jsonw *w, const struct people_smtp *s, const char *folder)
{
	jw_obj(w, "smtp");
	jw_arr(w, "to");
	for (size_t i = 0; i < s->n_to; i++)
		jw_str(w, NULL, s->to[i]);
	jw_end_arr(w);
	put_given(w, "from", s->from);
	put_given(w, "server", s->server);
	jw_str(w, "tls", tlses[s->tls]);
	put_given(w, "user", s->user);
	put_secret(w, "password_from", &s->password, folder);
	jw_end_obj(w);
}

static void put_webhook(struct jsonw *w, const struct people_webhook *h, const char *folder)
{
	jw_obj(w, "webhook");
	put_given(w, "url", h->url);
	put_secret(w, "url_from", &h->url_from, folder);
	jw_str(w, "kind", people_hook_name(h->kind));
	put_secret(w, "key_from", &h->key_from, folder);
	jw_end_obj(w);
}

void send_channel_encode(struct buf *out, const struct people_channel *c, const char *folder)
{
	struct jsonw w = { .out = out };

	jw_obj(&w, NULL);
	jw_str(&w, "id", c->id);
	jw_int(&w, "timeout_ms", c->timeout_ms);
	if (c->kind == PEOPLE_SMTP)
		put_smtp(&w, &c->smtp, folder);
	else if (c->kind == PEOPLE_WEBHOOK)
		put_webhook(&w, &c->webhook, folder);
	jw_end_obj(&w);
}

/* --- from a folder ---------------------------------------------------------------------------- */

static struct people_secret *secret_of(struct people_channel *c, int i)
{
	struct people_secret *all[] = { &c->smtp.password, &c->webhook.url_from,
					&c->webhook.key_from };

	return all[i];
}

void send_channel_from(struct people_channel *ret, const struct people_channel *c,
		       const char *folder)
{
	*ret = *c;
	for (int i = 0; i < 3; i++) {
		struct people_secret *s = secret_of(ret, i);

		if (s->file)
			s->file = fsio_join(folder, s->file);
	}
}

void send_channel_forget(struct people_channel *copy)
{
	for (int i = 0; i < 3; i++)
		free((char *)(uintptr_t)secret_of(copy, i)->file);
	*copy = (struct people_channel){ 0 };
}

/* --- in --------------------------------------------------------------------------------------- */

static struct people_secret get_secret(const struct json *o, const char *key)
{
	const struct json *s = json_get(o, key);

	return (struct people_secret){ json_str(s, "env"), json_str(s, "file") };
}

/* Which of n words it is; otherwise: it is not there. -1: it is another. */
static int get_word(const struct json *o, const char *key, const char *const *words, int n,
		    int otherwise)
{
	const char *s = json_str(o, key);

	for (int i = 0; s && i < n; i++)
		if (str_eq(words[i], s))
			return i;
	return s ? -1 : otherwise;
}

static bool get_smtp(const struct json *o, struct arena *a, struct people_smtp *ret)
{
	const struct json *to = json_get(o, "to");
	size_t n = json_len(to);
	const char **v = arena_alloc(a, (n + 1) * sizeof(*v));
	int tls = get_word(o, "tls", tlses, PEOPLE_TLSES, PEOPLE_TLS_REQUIRED);

	for (size_t i = 0; i < n; i++)
		if (!(v[i] = json_text(json_at(to, i))))
			return false;
	*ret = (struct people_smtp){ .to = v, .n_to = n, .from = json_str(o, "from"),
				     .server = json_str(o, "server"), .user = json_str(o, "user"),
				     .tls = (enum people_tls)tls,
				     .password = get_secret(o, "password_from") };
	return tls >= 0 && (!ret->user || ret->password.env || ret->password.file);
}

static bool get_webhook(const struct json *o, struct people_webhook *ret)
{
	const char *kinds[PEOPLE_HOOKS];
	int kind;

	for (int i = 0; i < PEOPLE_HOOKS; i++)
		kinds[i] = people_hook_name((enum people_hook)i);
	kind = get_word(o, "kind", kinds, PEOPLE_HOOKS, PEOPLE_HOOK_JSON);
	*ret = (struct people_webhook){ .url = json_str(o, "url"),
					.url_from = get_secret(o, "url_from"),
					.key_from = get_secret(o, "key_from"),
					.kind = (enum people_hook)kind };
	if (kind == PEOPLE_HOOK_PAGERDUTY)
		return ret->key_from.env || ret->key_from.file;
	return kind >= 0 && (ret->url || ret->url_from.env || ret->url_from.file);
}

int send_channel_decode(const struct json *doc, struct arena *arena, struct people_channel *ret,
			struct err *err)
{
	const struct json *smtp = json_get(doc, "smtp"), *web = json_get(doc, "webhook");
	struct people_channel c = { .id = json_str(doc, "id"), .carries = PEOPLE_NO_WAY,
				    .timeout_ms = json_int(doc, "timeout_ms", 30000) };
	bool ok = c.id && !smtp != !web && c.timeout_ms >= 1000 && c.timeout_ms <= 600000;

	c.kind = smtp ? PEOPLE_SMTP : PEOPLE_WEBHOOK;
	if (ok)
		ok = smtp ? get_smtp(smtp, arena, &c.smtp) : get_webhook(web, &c.webhook);
	if (!ok)
		return err_set(err, ERR_PARSE, "`channel` describes no channel of mail or webhook");
	*ret = c;
	return 0;
}
