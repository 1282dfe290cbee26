/* The next word to those who were told. */
#ifndef PLAIN_PLAIN_UPDATE_H
#define PLAIN_PLAIN_UPDATE_H

#include <stdbool.h>

struct buf;
struct plain;

/* As typed behind `update`: "", "send", "say TEXT". */
void plain_update(struct plain *p, char *rest);

/* Shows the draft, or own (NULL is fine) in its place, and appends the command that sends it. False
 * with *ret_why, NULL where it may be owed later. */
bool plain_update_make(struct plain *p, const char *own, struct buf *ret_command,
		       const char **ret_why);

#endif
