/* A command as it travels: token, flags, size, cwd, argv, env; and unpacked, ready for fork. */
#ifndef HOLDER_HSPEC_H
#define HOLDER_HSPEC_H

#include <stdbool.h>
#include <stddef.h>

#include "hwire.h"

struct buf;
struct err;
struct holder_spec;

/* The whole message. ERR_LIMIT, ERR_USAGE: see holder_prepare; nothing useful is in b then. */
int hspec_pack(const struct holder_spec *spec, struct buf *b, struct err *err);

struct hspec {
	const char *token, *cwd;
	char **argv, **env;  /* NULL terminated; env has BLACKSTART_TOKEN */
	const char **paths;  /* what argv[0] may be, in the order of PATH */
	size_t n_paths;
	bool terminal, leaves, sealed;
	unsigned short rows, cols;
	void *memory[4];     /* everything above; the first is wiped: secrets may be in it */
	size_t n_frame;
};

/* Unpacks the rest of a message into memory of its own. NULL for a malformed one. *ret_why is set
 * where the message is well-formed and still refused (its token and nothing else is there then). */
struct hspec *hspec_unpack(struct hwire_in *in, const char **ret_why);
void hspec_free(struct hspec *s);

#endif
