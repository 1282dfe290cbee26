/* Between who starts a keeper and the keeper: secrets in, how the start went out. */
#ifndef KEEPER_START_H
#define KEEPER_START_H

struct err;
struct secrets;

/* The keeper's side of the socket (-1: nobody). Takes the secrets; at most 5 s. */
void keeper_start_take(int fd, struct secrets *to);
/* Tells that it lives (err->code 0) or why not, and closes the socket. */
void keeper_start_tell(int fd, const struct err *err);

#endif
