/* What a command of the shell would destroy, as far as its words tell.
 *
 * A look at text, never a proof: what a script, an alias or a variable hides is not seen, and so a
 * command without a finding is not thereby safe. The words are taken as a POSIX shell takes them
 * (quotes, `;` `&` `|`, `$(...)`, here-documents, comments), and followed into what runs other
 * commands: sudo, env, xargs, `sh -c`, ssh, `kubectl exec`, a text piped into a shell, SQL handed
 * to a client. The table of what destroys is src/danger/danger_table.c.
 */
#ifndef DANGER_DANGER_H
#define DANGER_DANGER_H

#include <stddef.h>

enum { DANGER_NEST = 8, DANGER_WORDS = 4096 };

struct danger {
	const char *word;    /* what it is known by: "kubectl delete"; static */
	const char *what;    /* what it does: "deletes objects of the cluster"; static */
	size_t offset;       /* in the command, of the word that begins it; of the outermost word
			      * where it stands inside of a quoted text */
};

/* Calls fn for each place that looks destructive, in order; returns how many there were. A command
 * nested deeper than DANGER_NEST, or with more than DANGER_WORDS words in one go, counts as one:
 * nobody could say what it does. fn may be NULL. */
size_t danger_look(const char *command, void (*fn)(void *ctx, const struct danger *d), void *ctx);

/* The table as Markdown: what is known, and what it does. */
struct buf;
void danger_reference(struct buf *out);

#endif
