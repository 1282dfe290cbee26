/* Where the things of a run lie, who may touch them, and the run's socket. */
#ifndef KEEPER_PATHS_H
#define KEEPER_PATHS_H

#include <stdbool.h>

struct err;

/* A file or folder beside the journal: "DIR/a/b"; b may be NULL. The caller's to free(). */
char *keeper_path_beside(const char *journal, const char *a, const char *b);

/* Whether the journal at path is one that a group shares: the file says so by its mode. */
bool keeper_path_team(const char *journal);

/* Makes the folders of a run: run/RUN, run/RUN/spool and status, for us alone or for the group. */
int keeper_path_make(const char *journal, const char *run, bool team, struct err *err);

/* ERR_DENIED with the new place in the sentence where the record of the run in dir was moved
 * away. */
int keeper_path_here(const char *dir, const char *run, struct err *err);

/* Takes dir/keeper.lock, with our pid in it. ERR_BUSY: another keeper has it. *ret_fd is the
 * caller's; the lock goes with it, and with the process. */
int keeper_lock(const char *dir, bool team, int *ret_fd, struct err *err);

/* Binds and listens at dir/keeper.sock, however long the path; the lock must be ours. */
int keeper_listen(const char *dir, bool team, int *ret_fd, struct err *err);

/* The same for another socket of the run; and connecting to one, as keeper_connect does. */
int keeper_path_listen(const char *dir, const char *name, bool team, int *ret_fd, struct err *err);
int keeper_path_connect(const char *dir, const char *name, int *ret_fd, struct err *err);

#endif
