/* Where a command's bytes came out. */
#ifndef JOURNAL_STREAM_H
#define JOURNAL_STREAM_H

enum stream { STREAM_OUT, STREAM_ERR, STREAM_TTY, STREAM_MAX };
const char *stream_name(enum stream s); /* "out" "err" "tty" */

#endif
