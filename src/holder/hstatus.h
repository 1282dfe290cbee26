/* The status file, and the one line that is a fact: in the file and in messages alike.
 *
 *   1 TOKEN FATE PID START CODE SYS BEGAN ENDED OUT ERR TTY DRAINED USER SYSTEM RSS SURVIVORS
 *   LIST #CHECK
 *
 * in one line; LIST is what hproc_names made or "-", CHECK is FNV-1a (64 bits, hex) of all before
 * " #". A line without its newline or with another check is torn and says nothing.
 */
#ifndef HOLDER_HSTATUS_H
#define HOLDER_HSTATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "holder_status.h"

enum { HSTATUS_LINE_MAX = 512 };

/* Writes the line with its newline, without a NUL; the length. */
size_t hstatus_line(const struct holder_status *st, char out[HSTATUS_LINE_MAX]);

/* Reads a line of n bytes, its newline included. False for what hstatus_line never made. */
bool hstatus_parse(const char *line, size_t n, struct holder_status *ret);

/* 1 to HOLDER_TOKEN_MAX - 1 of [A-Za-z0-9._-], no dot in front. */
bool hstatus_token_ok(const char *token);

struct hstatus_file {
	int fd;
	int64_t size, reserved; /* bytes used, bytes that the disk has set aside for it */
	struct buf late;        /* lines that could not be written yet */
	int sys;                /* why not */
	bool torn;              /* the file may end inside a line */
};

/* Opens folder/status for appending and has some space for it set aside, so that a disk which
 * becomes full later does not stop it. 0 or -errno. */
int hstatus_open(struct hstatus_file *f, int folder);
void hstatus_close(struct hstatus_file *f);

/* Appends a line of hstatus_line; what cannot be written is kept, and tried again with the next and
 * with hstatus_retry. False while something is late. */
bool hstatus_append(struct hstatus_file *f, const char *line, size_t n);
bool hstatus_retry(struct hstatus_file *f);

#endif
