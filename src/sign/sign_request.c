#include "sign_request.h"

#include <string.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "sign_words.h"
#include "str.h"

static void add_line(struct buf *out, const char *key, const char *value)
{
	if (!value)
		return;
	buf_addf(out, "%s: ", key);
	str_printable(out, value, strlen(value), false);
	buf_addc(out, '\n');
}

static void add_lines(struct buf *out, const char *key, const char *text)
{
	buf_addf(out, "%s:\n", key);
	for (const char *s = text; s && *s;) {
		size_t n = strcspn(s, "\n");

		buf_adds(out, "  | ");
		str_printable(out, s, n, false);
		buf_addc(out, '\n');
		s += n + (s[n] == '\n');
	}
}

int sign_request_text(const struct sign_request *q, struct buf *ret, struct err *err)
{
	struct buf text = BUF_INIT, words = BUF_INIT;
	int rc = sign_words(q->digest, &words, err);

	buf_adds(&text, q->refusal ? "blackstart refusal 1\n" : "blackstart request 1\n");
	add_line(&text, "refused because", q->refusal);
	add_line(&text, "run", q->run);
	add_line(&text, "title", q->title);
	add_line(&text, "step", q->step);
	add_line(&text, "step title", q->name);
	add_line(&text, "environment", q->environment);
	add_line(&text, "host", q->host);
	for (size_t i = 0; i < q->n_targets; i++)
		add_line(&text, "target", q->targets[i]);
	add_lines(&text, "command", q->command);
	for (size_t i = 0; i < q->n_values; i++)
		add_line(&text, "with", q->values[i]);
	add_line(&text, "no way back", q->undo);
	add_line(&text, "asked by", q->requester);
	add_line(&text, "known by", q->fingerprint);
	buf_adds(&text, "until: ");
	clock_utc(&text, q->until_ns, 0);
	buf_addc(&text, '\n');
	add_line(&text, "digest", q->digest);
	add_line(&text, "words", buf_str(&words));
	if (rc == 0 && buf_add(ret, text.data, text.len))
		rc = err_set(err, ERR_LIMIT, "the request is too long");
	buf_release(&text);
	buf_release(&words);
	return rc;
}

void sign_identity_text(const char *run, const char *client, struct buf *ret)
{
	buf_adds(ret, "blackstart identity 1\n");
	add_line(ret, "run", run);
	add_line(ret, "client", client);
}
