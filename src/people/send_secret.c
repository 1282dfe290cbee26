/* Secrets of channels: read when they are needed, and seen nowhere. */
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "fsio.h"
#include "mem.h"
#include "sendint.h"
#include "str.h"

enum { PIECE_MIN = 6 }; /* shorter parts of an address are words such as "api" */

#define HIDDEN "[hidden]"

/* --- where they are --------------------------------------------------------------------------- */

size_t send_needs(const struct people_channel *c, struct send_needs ret[SEND_NEEDS_MAX])
{
	const struct send_needs all[] = {
		{ "password_from", c->kind == PEOPLE_SMTP ? &c->smtp.password : NULL },
		{ "url_from", c->kind == PEOPLE_WEBHOOK ? &c->webhook.url_from : NULL },
		{ "key_from", c->kind == PEOPLE_WEBHOOK ? &c->webhook.key_from : NULL },
	};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].where && (all[i].where->env || all[i].where->file))
			ret[n++] = all[i];
	return n;
}

static int read_env(const char *name, const char *what, struct buf *ret, struct err *err)
{
	const char *s = getenv(name);

	if (!s || !s[0])
		return err_set(err, ERR_NOTFOUND, "%s: the variable %s is %s", what, name,
			       s ? "empty" : "not set");
	if (strlen(s) > SEND_SECRET_MAX)
		return err_set(err, ERR_LIMIT, "%s: the variable %s is longer than %d bytes", what,
			       name, SEND_SECRET_MAX);
	buf_adds(ret, s);
	return 0;
}

int send_secret_read(const struct people_secret *where, const char *what, struct buf *ret,
		     struct err *err)
{
	const char *place = where->env ? where->env : where->file;
	struct err own = { 0 };
	size_t from = ret->len;
	int rc;

	if (where->env) {
		rc = read_env(where->env, what, ret, err);
	} else {
		rc = fsio_read(where->file, SEND_SECRET_MAX, ret, &own);
		if (rc)
			err_set(err, rc, "%s: %s", what, own.text);
	}
	if (rc)
		return rc;
	while (ret->len > from && strchr("\r\n \t", ret->data[ret->len - 1]))
		buf_cut(ret, ret->len - 1);
	if (ret->len == from)
		return err_set(err, ERR_NOTFOUND, "%s: %s says nothing", what, place);
	for (size_t i = from; i < ret->len; i++)
		if ((unsigned char)ret->data[i] < ' ' || ret->data[i] == 0x7f)
			return err_set(err, ERR_PARSE, "%s: %s is more than one line of text", what,
				       place);
	return 0;
}

int send_secret_there(const struct people_secret *where, const char *folder, struct err *err)
{
	char *file = where->file ? fsio_join(folder, where->file) : NULL;
	const struct people_secret at = { where->env, file };
	struct buf text = BUF_INIT;
	int rc = send_secret_read(&at, where->env ? "environment" : "file", &text, err);

	send_secret_wipe(&text);
	free(file);
	return rc;
}

void send_secret_wipe(struct buf *b)
{
	if (b->data)
		mem_wipe(b->data, b->cap);
	buf_release(b);
}

/* --- hidden ----------------------------------------------------------------------------------- */

static void add(struct send_hide *h, char *owned)
{
	size_t i = h->n;

	h->v = mem_grow(h->v, h->n + 1, sizeof(*h->v));
	for (; i > 0 && strlen(h->v[i - 1]) < strlen(owned); i--)
		h->v[i] = h->v[i - 1]; /* the longest first: one may lie in another */
	h->v[i] = owned;
	h->n++;
}

/* As JSON may write it. */
static char *slashes_escaped(const char *s)
{
	struct buf out = BUF_INIT;

	for (; *s; s++)
		buf_addf(&out, *s == '/' ? "\\%c" : "%c", *s);
	return buf_take(&out);
}

static char *base64(const char *s, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789+/";
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)(unsigned char)s[i] << 16;

		v |= i + 1 < n ? (unsigned)(unsigned char)s[i + 1] << 8 : 0;
		v |= i + 2 < n ? (unsigned)(unsigned char)s[i + 2] : 0;
		buf_addc(&out, digits[v >> 18]);
		buf_addc(&out, digits[v >> 12 & 63]);
		buf_addc(&out, i + 1 < n ? digits[v >> 6 & 63] : '=');
		buf_addc(&out, i + 2 < n ? digits[v & 63] : '=');
	}
	return buf_take(&out);
}

void send_hide_add(struct send_hide *h, const char *secret)
{
	if (!secret[0])
		return;
	add(h, mem_dup(secret));
	if (strchr(secret, '/'))
		add(h, slashes_escaped(secret));
	add(h, base64(secret, strlen(secret)));
}

void send_hide_login(struct send_hide *h, const char *user, const char *password)
{
	struct buf plain = BUF_INIT;

	send_hide_add(h, password);
	buf_add(&plain, "", 1);
	buf_adds(&plain, user);
	buf_add(&plain, "", 1);
	buf_adds(&plain, password);
	add(h, base64(plain.data, plain.len)); /* as AUTH PLAIN says it */
	send_secret_wipe(&plain);
}

/* A server that refuses quotes the path that it does not know. */
void send_hide_url(struct send_hide *h, const char *url)
{
	const char *path = strstr(url, "://"), *end;

	send_hide_add(h, url);
	path = path ? strpbrk(path + 3, "/?#") : NULL;
	if (!path)
		return;
	if (strlen(path) >= PIECE_MIN)
		send_hide_add(h, path);
	for (; *path; path = *end ? end + 1 : end) {
		size_t n = strcspn(path, "/?#&=");

		end = path + n;
		if (n >= PIECE_MIN) {
			char *piece = mem_dupn(path, n);

			send_hide_add(h, piece);
			free(piece);
		}
	}
}

/* The hidden text that begins at s, or NULL. */
static const char *begins(const struct send_hide *h, const char *s, size_t n)
{
	for (size_t i = 0; i < h->n; i++)
		if (strlen(h->v[i]) <= n && memcmp(s, h->v[i], strlen(h->v[i])) == 0)
			return h->v[i];
	return NULL;
}

void send_hide_clean(const struct send_hide *h, struct buf *out, const char *s, size_t n)
{
	struct buf seen = BUF_INIT, safe = BUF_INIT;
	char cut[SEND_WORDS_MAX + 1];

	for (size_t i = 0; i < n;) {
		const char *found = begins(h, s + i, n - i);

		if (found)
			buf_adds(&seen, HIDDEN);
		else
			buf_addc(&seen, s[i]);
		i += found ? strlen(found) : 1;
	}
	while (seen.len && strchr(" \t\r\n", seen.data[seen.len - 1]))
		buf_cut(&seen, seen.len - 1);
	str_printable(&safe, buf_str(&seen), seen.len, false);
	buf_adds(out, str_clip(cut, sizeof(cut), buf_str(&safe)));
	buf_release(&seen);
	buf_release(&safe);
}

void send_hide_release(struct send_hide *h)
{
	for (size_t i = 0; i < h->n; i++) {
		mem_wipe(h->v[i], strlen(h->v[i]));
		free(h->v[i]);
	}
	free(h->v);
	*h = (struct send_hide){ 0 };
}
