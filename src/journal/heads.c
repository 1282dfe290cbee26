/* Heads that were kept elsewhere, looked for in this file. */
#include "heads.h"

#include <string.h>

#include "bind.h"
#include "err.h"
#include "journal_own.h"
#include "str.h"

enum { HEX_MIN = 8 };

static int digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static int wrong(const char *word, struct err *err)
{
	return err_set(err, ERR_USAGE, "%.80s: a head is %d to %d hex digits, and may say where it "
		       "stood: HASH@RUN:SEQ", word, HEX_MIN, HASH_HEX_LEN);
}

int heads_parse(const char *word, struct head *ret, struct err *err)
{
	struct head h = { 0 };
	const char *at = strchr(word, '@'), *colon = at ? strrchr(at, ':') : NULL;
	size_t n = at ? (size_t)(at - word) : strlen(word);

	if (n < HEX_MIN || n > HASH_HEX_LEN || (at && !colon))
		return wrong(word, err);
	for (size_t i = 0; i < n; i++) {
		if (digit(word[i]) < 0)
			return wrong(word, err);
		h.hex[i] = word[i];
	}
	if (at) {
		size_t len = (size_t)(colon - at - 1);

		if (len >= sizeof(h.run) || !str_to_i64(colon + 1, &h.seq) || h.seq < 1)
			return wrong(word, err);
		memcpy(h.run, at + 1, len);
		if (journal_run_id_check(h.run, NULL))
			return wrong(word, err);
	}
	*ret = h;
	return 0;
}

/* The lowest, or the highest, hash that begins with these digits. */
static void bound(const struct head *h, char fill, uint8_t ret[HASH_LEN])
{
	size_t n = strlen(h->hex);

	for (size_t i = 0; i < HASH_LEN; i++) {
		int a = digit(2 * i < n ? h->hex[2 * i] : fill);
		int b = digit(2 * i + 1 < n ? h->hex[2 * i + 1] : fill);

		ret[i] = (uint8_t)(a << 4 | b);
	}
}

static bool fits(const struct head *h, const void *hash, int n)
{
	char hex[HASH_HEX_LEN + 1];

	if (!hash || n != HASH_LEN)
		return false;
	hash_hex(hash, hex);
	return strncmp(hex, h->hex, strlen(h->hex)) == 0;
}

/* Why there is no such row. */
static int why_not(struct journal *j, const struct head *h, enum head_found *ret,
		   struct err *err)
{
	struct last_event last;
	int rc = runs_last_event(j, h->run, &last, err);

	if (rc && rc != ERR_NOTFOUND)
		return rc;
	*ret = rc ? HEAD_NO_RUN : HEAD_CUT;
	return 0;
}

static int look_at(struct journal *j, const struct head *h, enum head_found *ret,
		   struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = db_use(&j->db, SQL_HEAD_AT, &st, err);

	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_text(&b, h->run);
	bind_int(&b, h->seq);
	rc = bind_step(&b, &j->db, err);
	if (rc == 1)
		*ret = fits(h, sqlite3_column_blob(st, 0), sqlite3_column_bytes(st, 0))
			? HEAD_HELD : HEAD_OTHER;
	sqlite3_reset(st);
	if (rc == 0)
		rc = why_not(j, h, ret, err);
	return rc < 0 ? rc : 0;
}

static int look_everywhere(struct journal *j, struct head *h, enum head_found *ret,
			   struct err *err)
{
	uint8_t low[HASH_LEN], high[HASH_LEN];
	sqlite3_stmt *st = NULL;
	int rc = db_use(&j->db, SQL_HEAD_ANY, &st, err);

	if (rc)
		return rc;
	bound(h, '0', low);
	bound(h, 'f', high);
	struct binder b = { .st = st };
	bind_blob(&b, low, HASH_LEN);
	bind_blob(&b, high, HASH_LEN);
	rc = bind_step(&b, &j->db, err);
	*ret = rc == 1 ? HEAD_HELD : HEAD_NOWHERE;
	if (rc == 1 && !journal_run_id_check((const char *)sqlite3_column_text(st, 0), NULL)) {
		(void)!str_copy(h->run, sizeof(h->run), (const char *)sqlite3_column_text(st, 0));
		h->seq = sqlite3_column_int64(st, 1);
	}
	sqlite3_reset(st);
	return rc < 0 ? rc : 0;
}

int heads_find(struct journal *j, struct head *h, enum head_found *ret, struct err *err)
{
	return h->run[0] ? look_at(j, h, ret, err) : look_everywhere(j, h, ret, err);
}
