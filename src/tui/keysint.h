/* What keys.c and keys_decode.c share. */
#ifndef TUI_KEYSINT_H
#define TUI_KEYSINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "term.h"

enum {
	KEYS_ESC = 0x1b,
	KEYS_NOTHING = 0x1fffff, /* bytes that are no key: an answer of the terminal, a focus */
	KEYS_PASTE,              /* a paste begins */
	KEYS_SEQ_BYTES = 16,
};

/* A key's sequence as terminfo has it. */
struct term_seq { char bytes[KEYS_SEQ_BYTES]; uint32_t code; };

/* What is there and not taken yet (n > 0); final: nothing follows for now. */
struct keys_front { const unsigned char *p; size_t n; bool final; };

/* The key at the front: k->code and k->alt (false and K_OTHER before). Returns its bytes; 0: more
 * are needed, never when final. */
size_t keys_decode(const struct term_seq *seq, size_t n_seq, struct keys_front f, struct key *k);

#endif
