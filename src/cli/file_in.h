/* A file that is read as it stands, into memory that nobody can change any more. */
#ifndef CLI_FILE_IN_H
#define CLI_FILE_IN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct err;

/* Reads path ("-": standard input) into a sealed memory file, the caller's to close. ERR_LIMIT over
 * `max` bytes; ERR_DENIED for what is no file, ERR_BUSY for one that changed meanwhile; each text
 * says a way out. ERR_NOTFOUND, ERR_IO. */
int file_in(const char *path, int64_t max, int *ret_fd, struct err *err);

/* Whether a file of which n bytes were read is one state of it: before and after are what fstat
 * said. */
bool file_in_stood(const struct stat *before, const struct stat *after, int64_t n);

#endif
