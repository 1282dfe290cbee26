#include "hstatus.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "fsio.h"
#include "holder.h"
#include "mem.h"

enum {
	RESERVE_STEP = 64 << 10,
	CHECK_LEN = 2 + 16 + 1, /* " #", hex, newline */
	LATE_MAX = 4 << 20,
};

static const char *const fates[HOLDER_FATE_MAX] = {
	[HOLDER_PREPARED] = "prepared", [HOLDER_RUNNING] = "running",
	[HOLDER_NEVER] = "never",       [HOLDER_NO_EXEC] = "no_exec",
	[HOLDER_EXITED] = "exited",     [HOLDER_SIGNALED] = "signaled",
};

static const char *const streams[3] = { "out", "err", "tty" };

enum field_kind { FIELD_INT, FIELD_LONG, FIELD_I64, FIELD_U64, FIELD_BOOL };

#define FIELD(member, k) { offsetof(struct holder_status, member), k }

/* In the order of the line; pid_t is an int on Linux. */
static const struct {
	size_t at;
	enum field_kind kind;
} fields[] = {
	FIELD(pid, FIELD_INT),         FIELD(start, FIELD_U64),
	FIELD(code, FIELD_INT),        FIELD(sys, FIELD_INT),
	FIELD(began_boot, FIELD_I64),  FIELD(ended_boot, FIELD_I64),
	FIELD(bytes[0], FIELD_I64),    FIELD(bytes[1], FIELD_I64),
	FIELD(bytes[2], FIELD_I64),    FIELD(drained, FIELD_BOOL),
	FIELD(user_us, FIELD_I64),     FIELD(sys_us, FIELD_I64),
	FIELD(max_rss_kb, FIELD_LONG), FIELD(survivors, FIELD_INT),
	FIELD(typed, FIELD_I64),
};

enum { N_FIELDS = sizeof(fields) / sizeof(fields[0]) };

static uint64_t check_of(const char *s, size_t n)
{
	uint64_t h = 14695981039346656037u;
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 1099511628211u;
	return h;
}

/* By hand: three lines are written for every command, and printf would be most of their cost. */
static char *put_number(char *out, uint64_t v, bool minus)
{
	char digits[24];
	size_t n = 0;
	do
		digits[n++] = (char)('0' + v % 10);
	while (v /= 10);
	*out++ = ' ';
	if (minus)
		*out++ = '-';
	while (n)
		*out++ = digits[--n];
	return out;
}

static char *put_signed(char *out, int64_t v)
{
	return put_number(out, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, v < 0);
}

static char *put_field(const struct holder_status *st, size_t i, char *out)
{
	const void *p = (const char *)st + fields[i].at;
	switch (fields[i].kind) {
	case FIELD_INT:
		return put_signed(out, *(const int *)p);
	case FIELD_LONG:
		return put_signed(out, *(const long *)p);
	case FIELD_I64:
		return put_signed(out, *(const int64_t *)p);
	case FIELD_U64:
		return put_number(out, *(const uint64_t *)p, false);
	case FIELD_BOOL:
		return put_signed(out, *(const bool *)p);
	}
	return out;
}

static char *put_text(char *out, const char *s)
{
	return mempcpy(out, s, strlen(s));
}

/* The largest of everything is a test's: it leaves room. */
size_t hstatus_line(const struct holder_status *st, char out[HSTATUS_LINE_MAX])
{
	static const char hex[] = "0123456789abcdef";
	char *p = put_text(put_text(out, "1 "), st->token);
	p = put_text(put_text(p, " "), fates[st->fate]);
	for (size_t i = 0; i < N_FIELDS; i++)
		p = put_field(st, i, p);
	p = put_text(put_text(p, " "), st->survivor_list[0] ? st->survivor_list : "-");
	uint64_t check = check_of(out, (size_t)(p - out));
	p = put_text(p, " #");
	for (int shift = 60; shift >= 0; shift -= 4)
		*p++ = hex[check >> shift & 0xf];
	*p++ = '\n';
	return (size_t)(p - out);
}

static bool get_field(struct holder_status *st, size_t i, const char *text)
{
	void *p = (char *)st + fields[i].at;
	char *end;
	errno = 0;
	if (fields[i].kind == FIELD_U64) {
		*(uint64_t *)p = strtoull(text, &end, 10);
		return !errno && !*end && *text >= '0' && *text <= '9';
	}
	int64_t v = strtoll(text, &end, 10);
	if (errno || *end || end == text || *text == ' ' || *text == '+')
		return false;
	bool is_int = fields[i].kind == FIELD_INT, is_bool = fields[i].kind == FIELD_BOOL;
	if ((is_int && v != (int)v) || (is_bool && v != 0 && v != 1))
		return false;
	if (is_int)
		*(int *)p = (int)v;
	else if (is_bool)
		*(bool *)p = v;
	else if (fields[i].kind == FIELD_LONG)
		*(long *)p = (long)v;
	else
		*(int64_t *)p = v;
	return true;
}

static enum holder_fate fate_of(const char *name)
{
	for (int i = 0; i < HOLDER_FATE_MAX; i++)
		if (name && !strcmp(fates[i], name))
			return i;
	return HOLDER_FATE_INVALID;
}

bool hstatus_token_ok(const char *token)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789._-";
	size_t n = strlen(token);
	return n > 0 && n < HOLDER_TOKEN_MAX && token[0] != '.' && strspn(token, allowed) == n;
}

bool hstatus_parse(const char *line, size_t n, struct holder_status *ret)
{
	char text[HSTATUS_LINE_MAX], check[CHECK_LEN + 1];
	if (n <= CHECK_LEN || n > sizeof(text) || memchr(line, '\0', n))
		return false;
	size_t body = n - CHECK_LEN;
	snprintf(check, sizeof(check), " #%016" PRIx64 "\n", check_of(line, body));
	if (memcmp(line + body, check, CHECK_LEN))
		return false;
	memcpy(text, line, body);
	text[body] = '\0';

	struct holder_status st = { 0 };
	char *rest = text;
	const char *version = strsep(&rest, " "), *token = strsep(&rest, " ");
	st.fate = fate_of(strsep(&rest, " "));
	if (strcmp(version, "1") || !token || !hstatus_token_ok(token) || st.fate < 0)
		return false;
	memcpy(st.token, token, strlen(token));
	for (size_t i = 0; i < N_FIELDS; i++) {
		const char *word = strsep(&rest, " ");
		if (!word || !get_field(&st, i, word))
			return false;
	}
	if (!rest || strlen(rest) >= sizeof(st.survivor_list))
		return false;
	if (strcmp(rest, "-"))
		memcpy(st.survivor_list, rest, strlen(rest));
	*ret = st;
	return true;
}

/* --- the file ------------------------------------------------------------------------------ */

static void reserve(struct hstatus_file *f)
{
	if (f->size + HSTATUS_LINE_MAX <= f->reserved)
		return;
	f->reserved = f->size + RESERVE_STEP;
	(void)fallocate(f->fd, FALLOC_FL_KEEP_SIZE, f->size, RESERVE_STEP);
}

int hstatus_open(struct hstatus_file *f, int folder)
{
	char last = '\n';
	struct stat sb;
	*f = (struct hstatus_file){ .late = { .max = LATE_MAX } };
	f->fd = openat(folder, "status", O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
		       0600);
	if (f->fd < 0 || fstat(f->fd, &sb))
		return -errno;
	f->size = sb.st_size;
	f->torn = f->size > 0 && (pread(f->fd, &last, 1, f->size - 1) != 1 || last != '\n');
	reserve(f);
	return 0;
}

void hstatus_close(struct hstatus_file *f)
{
	struct stat sb;
	hstatus_retry(f);
	if (!fstat(f->fd, &sb))
		(void)!ftruncate(f->fd, sb.st_size); /* gives back what was set aside behind it */
	close(f->fd);
	f->fd = -1;
	buf_release(&f->late);
}

/* Whole or not at all: half a line is taken back. (Only where that fails too does a reader meet
 * one, and the next line starts anew.) */
static bool write_line(struct hstatus_file *f, const char *line, size_t n)
{
	reserve(f);
	f->sys = ENOSPC; /* what a short write means */
	if (f->torn && write(f->fd, "\n", 1) != 1)
		return false;
	f->size += f->torn;
	f->torn = false;
	ssize_t done = write(f->fd, line, n);
	if (done == (ssize_t)n) {
		f->size += done;
		return true;
	}
	if (done < 0)
		f->sys = errno;
	if (done > 0 && ftruncate(f->fd, f->size)) {
		f->size += done;
		f->torn = true;
	}
	return false;
}

bool hstatus_retry(struct hstatus_file *f)
{
	while (f->late.len) {
		const char *nl = memchr(f->late.data, '\n', f->late.len);
		size_t n = (size_t)(nl - f->late.data) + 1;
		if (!write_line(f, f->late.data, n))
			return false;
		buf_drop(&f->late, n);
	}
	return true;
}

bool hstatus_append(struct hstatus_file *f, const char *line, size_t n)
{
	if (hstatus_retry(f) && write_line(f, line, n))
		return true;
	buf_add(&f->late, line, n);
	return false;
}

/* --- without a holder ---------------------------------------------------------------------- */

int holder_read_status(const char *folder,
		       int (*fn)(void *ctx, const struct holder_status *st), void *ctx,
		       struct err *err)
{
	char line[HSTATUS_LINE_MAX + 1];
	int rc = 0;
	char *path = fsio_join(folder, "status");
	FILE *f = fopen(path, "re");
	if (!f && errno != ENOENT)
		rc = err_sys(err, "%s", path);
	bool inside = false; /* a line longer than any of ours: skipped to its end */
	while (f && !rc && fgets(line, sizeof(line), f)) {
		struct holder_status st;
		size_t n = strlen(line);
		bool ends = n && line[n - 1] == '\n';
		if (ends && !inside && hstatus_parse(line, n, &st))
			rc = fn(ctx, &st);
		inside = !ends;
	}
	if (f && !rc && ferror(f))
		rc = err_sys(err, "%s", path);
	if (f)
		fclose(f);
	free(path);
	return rc;
}

char *holder_spool_path(const char *folder, const char *token, int stream)
{
	return mem_printf("%s/spool/%s.%s", folder, token, streams[stream]);
}
