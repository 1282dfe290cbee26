/* A message as RFC 5322 and its kin want it: any text can be one, none can forge a header. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "err.h"
#include "mem.h"
#include "sendint.h"
#include "utf8.h"

enum {
	WORD_BYTES = 42,  /* of a text in one encoded word: 56 digits and its frame */
	LINE_MAX_SAFE = 900, /* of 998 that a line may have */
	QP_COLUMNS = 75,
};

static const char digits64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* --- headers ---------------------------------------------------------------------------------- */

static bool is_plain(const char *s)
{
	if (strlen(s) > LINE_MAX_SAFE || strstr(s, "=?"))
		return false;
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || (unsigned char)*s > '~')
			return false;
	return true;
}

static void put_word(struct buf *out, const unsigned char *s, size_t n)
{
	buf_adds(out, "=?UTF-8?B?");
	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)s[i] << 16;

		v |= i + 1 < n ? (unsigned)s[i + 1] << 8 : 0;
		v |= i + 2 < n ? (unsigned)s[i + 2] : 0;
		buf_addc(out, digits64[v >> 18]);
		buf_addc(out, digits64[v >> 12 & 63]);
		buf_addc(out, i + 1 < n ? digits64[v >> 6 & 63] : '=');
		buf_addc(out, i + 2 < n ? digits64[v & 63] : '=');
	}
	buf_adds(out, "?=");
}

/* One line, whole characters: what cannot stand in a header is a blank, bytes that are no UTF-8 a
 * question mark. */
static void one_line(struct buf *out, const char *s)
{
	size_t n = strlen(s), step;
	uint32_t c;

	for (; n; s += step, n -= step) {
		step = utf8_decode(s, n, &c);
		if (!step) {
			buf_addc(out, '?');
			step = 1;
		} else if (c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029) {
			buf_addc(out, ' ');
		} else {
			buf_add(out, s, step);
		}
	}
}

void send_mail_header(struct buf *out, const char *name, const char *value)
{
	struct buf line = BUF_INIT;
	size_t at = 0;

	one_line(&line, value);
	buf_addf(out, "%s:", name);
	if (is_plain(buf_str(&line)))
		buf_addf(out, " %s", buf_str(&line));
	else
		while (at < line.len) {
			size_t n = 0, step;
			uint32_t c;

			do
				n += utf8_decode(line.data + at + n, line.len - at - n, &c);
			while (at + n < line.len &&
			       (step = utf8_decode(line.data + at + n, line.len - at - n, &c)) &&
			       n + step <= WORD_BYTES);
			buf_adds(out, at ? "\r\n " : " ");
			put_word(out, (const unsigned char *)line.data + at, n);
			at += n;
		}
	buf_adds(out, "\r\n");
	buf_release(&line);
}

int send_mail_address(const char *s, char **ret, struct err *err)
{
	const char *from = strchr(s, '<'), *at;
	size_t n = from ? strlen(from) : 0;
	char *out;

	for (const char *c = s; from && c < from; c++)
		if ((unsigned char)*c < ' ') /* a name of one line may stand in front */
			from = NULL;
	out = from && from[n - 1] == '>' ? mem_dupn(from + 1, n - 2) : mem_dup(s);
	at = strrchr(out, '@');
	for (const unsigned char *c = (unsigned char *)out; *c && at; c++)
		if (*c <= ' ' || *c > '~' || strchr("<>,;:\\\"()", *c))
			at = NULL;
	if (at && at > out && at[1]) {
		*ret = out;
		return 0;
	}
	free(out);
	out = mem_dup(s);
	for (char *c = out; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = ' ';
	err_set(err, ERR_PARSE, "%.200s is no mail address", out);
	free(out);
	return ERR_PARSE;
}

/* "Sun, 22 Nov 2026 03:21:07 +0000": in English, whatever the locale. */
static void put_date(struct buf *out, int64_t wall_ns)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t s = (time_t)(wall_ns / CLOCK_S);
	struct tm t = { 0 };

	gmtime_r(&s, &t);
	buf_addf(out, "Date: %.3s, %d %.3s %d %02d:%02d:%02d +0000\r\n", days + 3 * t.tm_wday,
		 t.tm_mday, months + 3 * t.tm_mon, t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

/* A name of ours as the left side of a Message-ID: letters and digits stay. */
static void put_atom(struct buf *out, const char *s)
{
	for (; *s; s++)
		if ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
		    (*s >= '0' && *s <= '9') || *s == '-' || (*s == '.' && s[1] && s[1] != '.'))
			buf_addc(out, *s);
		else
			buf_addf(out, "_%02x", (unsigned)(unsigned char)*s);
}

/* The same try has the same one, however often it goes out. */
void send_mail_id(struct buf *out, const struct send_message *m, const char *host)
{
	const char *names[] = { m->run, m->step };

	for (size_t i = 0; i < 2; i++)
		if (names[i] && names[i][0]) {
			put_atom(out, names[i]);
			buf_addc(out, '.');
		}
	if (m->try_no && m->try_no[0])
		put_atom(out, m->try_no);
	else
		buf_addf(out, "%lld", (long long)m->wall_ns);
	buf_addc(out, '@');
	put_atom(out, host);
}

/* --- the text --------------------------------------------------------------------------------- */

/* The end of the line at s: its newline, or the end. */
static size_t line_len(const char *s)
{
	return strcspn(s, "\n");
}

static bool is_seven_bit(const char *s)
{
	for (size_t n; *s; s += n + (s[n] == '\n')) {
		n = line_len(s);
		if (n > LINE_MAX_SAFE)
			return false;
		for (size_t i = 0; i < n; i++)
			if ((unsigned char)s[i] > '~' ||
			    ((unsigned char)s[i] < ' ' && s[i] != '\t' && s[i] != '\r'))
				return false;
	}
	return true;
}

static void put_plain(struct buf *out, const char *s)
{
	for (; *s; s++)
		if (*s == '\n')
			buf_adds(out, "\r\n");
		else if (*s != '\r')
			buf_addc(out, *s);
	buf_adds(out, "\r\n");
}

static void put_quoted(struct buf *out, const char *s)
{
	size_t column = 0;

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		bool as_is = (c >= ' ' && c <= '~' && c != '=') || c == '\t';

		if (c == '\r')
			continue;
		if (c == '\n') {
			buf_adds(out, "\r\n");
			column = 0;
			continue;
		}
		if ((c == ' ' || c == '\t') && (s[1] == '\n' || s[1] == '\0' || s[1] == '\r'))
			as_is = false; /* it would be lost on the way */
		if (column + (as_is ? 1 : 3) > QP_COLUMNS) {
			buf_adds(out, "=\r\n");
			column = 0;
		}
		buf_addf(out, as_is ? "%c" : "=%02X", c);
		column += as_is ? 1 : 3;
	}
	buf_adds(out, "\r\n");
}

static void put_recipients(struct buf *out, const struct send_mail *m)
{
	buf_adds(out, "To: ");
	for (size_t i = 0; i < m->n_to; i++)
		buf_addf(out, "%s%s", i ? ",\r\n " : "", m->to[i]);
	buf_adds(out, "\r\n");
}

void send_mail_text(struct buf *out, const struct send_mail *m)
{
	const char *text = m->m->text ? m->m->text : "";
	bool plain = is_seven_bit(text);
	struct buf first = BUF_INIT;

	put_date(out, m->m->wall_ns);
	buf_addf(out, "From: %s\r\n", m->from);
	put_recipients(out, m);
	if (m->m->subject && m->m->subject[0])
		buf_adds(&first, m->m->subject);
	else
		buf_add(&first, text, strcspn(text, "\r\n") < 120 ? strcspn(text, "\r\n") : 120);
	send_mail_header(out, "Subject", buf_str(&first));
	buf_adds(out, "Message-ID: <");
	send_mail_id(out, m->m, m->host);
	buf_adds(out, ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
	buf_addf(out, "Content-Type: text/plain; charset=%s\r\n", plain ? "us-ascii" : "utf-8");
	buf_addf(out, "Content-Transfer-Encoding: %s\r\n\r\n", plain ? "7bit" : "quoted-printable");
	if (plain)
		put_plain(out, text);
	else
		put_quoted(out, text);
	buf_release(&first);
}
