/* The inside of struct output. */
#ifndef JOURNAL_OUTPUT_OWN_H
#define JOURNAL_OUTPUT_OWN_H

#include "buf.h"
#include "db.h"
#include "journal.h"

struct zip;

enum output_sql {
	SQL_CHUNK_ADD = DB_SQL_OWN,
	SQL_CHUNK_END,
	SQL_CHUNK_AT,
	SQL_CHUNK_AFTER,
	SQL_CHUNK_NAME,
	SQL_CHUNK_EMPTY,
	OUTPUT_SQL_MAX,
};

enum { OUTPUT_CHUNK_MAX = 1 << 20, OUTPUT_TOKEN_MAX = 64 };

/* A chunk as it came, kept from one read to the next: a pane reads in small pieces. */
struct chunk {
	char token[OUTPUT_TOKEN_MAX]; /* "": none */
	enum stream stream;
	int64_t from;
	struct buf bytes;
};

struct output {
	struct db db;
	struct hash_ctx *hash;
	struct zip *zip;
	struct buf packed;
	struct chunk chunk;
};

/* Of the file, the caller's to free(). */
char *output_path(const struct journal *j, const char *run);

/* ERR_USAGE for a stream that there is not, a token that is "" or too long, an offset below 0. */
int output_check(const char *token, enum stream s, int64_t from, struct err *err);

#endif
