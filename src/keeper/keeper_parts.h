/* The files of the keeper, and what each does in a pass.
 *
 *   callbacks (sockets, holder, timers)   note what happened; clients.c and watch.c feed at once
 *   before the wait:  procs.c   spool to record, and ends of commands -> engine
 *                     digest.c  digests of files
 *                     proof.c   signatures, codes, permits
 *                     contacts.c  whom a climb tries next
 *                     stage.c   of a drill: injects, what commands come to, who replies
 *                     flush.c   output's commit, the journal's, then what these made durable
 *
 * While the journal cannot be written (trouble.c) nothing is fed but the operator's choice about
 * it.
 */
#ifndef KEEPER_PARTS_H
#define KEEPER_PARTS_H

#include "keeper_in.h"

/* --- main.c: the process ---------------------------------------------------------------------- */
const char *keeper_version(void);
void keeper_stop(struct keeper *k, int status); /* after this pass */
void keeper_again(struct keeper *k);            /* another pass without a wait */
void keeper_soon(struct keeper *k);             /* … after a few ms */

/* --- feed.c: into the engine ------------------------------------------------------------------ */
/* An input that happens now, by the program itself. */
struct engine_input feed_input(enum input_kind kind);
/* Feeds and takes apart what comes out: harmless actions begin, the others wait for the commit. */
void feed(struct keeper *k, const struct engine_input *in, struct verdict *ret);
void feed_later(struct keeper *k, const struct action *a); /* takes it; after the next commit */
void feed_note(struct keeper *k, const char *what, const char *text);
void feed_eval(struct keeper *k); /* k->eval over k->expr */

/* --- conceal.c: nobody sees a secret ---------------------------------------------------------- */
/* Keeps it as secrets_keep does, and has the holders hide it. */
void keeper_keep(struct keeper *k, const char *key, const char *name, const char *text);
void conceal_short(struct keeper *k); /* says which of those we were started with stay visible */
void conceal_post(struct keeper *k, struct post *post); /* a holder that is new to us */
/* Before the engine has it: secrets in words are hidden. ERR_DENIED: a command with one in it. */
int conceal_intent(struct keeper *k, struct intent *it, struct err *err);
/* Takes what a sealed command printed; before its end is told. */
void conceal_raw(struct keeper *k, struct proc *p, int fd);
/* What its step takes secretly is hidden before anything is made of it. */
void conceal_taken(struct keeper *k, struct proc *p);

/* --- flush.c: commits ------------------------------------------------------------------------- */
void flush_step(struct keeper *k);
/* Output first, then events. 0, or why not all was made durable; it may be tried again. */
int flush_commit(struct keeper *k, struct err *err);
/* What follows from a commit: actions, answers, wakes, space given back. */
void flush_done(struct keeper *k);
/* Answers an intent when what has been fed so far is durable. */
void flush_reply(struct keeper *k, const char *client, const char *id, const struct verdict *v);

/* --- act.c: what the engine wants done -------------------------------------------------------- */
bool act_harmless(enum action_kind kind);
void act_do(struct keeper *k, struct action *a);

/* --- digest.c: files, read by children of ours */
/* Answers with INPUT_DIGEST. path is seen from the run's folder. */
void digest_file(struct keeper *k, const char *key, const char *name, const char *path);
void digest_pins(struct keeper *k); /* looks whether pinned files changed on disk */
void digest_step(struct keeper *k); /* tells the engine what was read */
bool digest_waited_for(const struct keeper *k); /* by a step */
void digest_free(struct keeper *k);

/* --- contacts.c: climbs ----------------------------------------------------------------------- */
void contacts_step(struct keeper *k); /* asks what comes next, and tells the engine */
void contacts_release(struct keeper *k);

/* --- procs.c: commands ------------------------------------------------------------------------ */
struct proc *procs_find(struct keeper *k, const char *token);
struct proc *procs_new(struct keeper *k, struct post *post, const char *token);
void procs_drop(struct keeper *k, struct proc *p);
void procs_free(struct keeper *k);
void procs_step(struct keeper *k); /* tells the engine what became of them */
size_t procs_running(const struct keeper *k); /* not over yet */
size_t procs_at_fork(const struct keeper *k); /* asked for, not at the gate yet */

/* --- post.c: their holder --------------------------------------------------------------------- */
struct post *post_new(struct keeper *k, const char *folder);
void post_free(struct post *post);
/* The holder of this folder, started where none lives. */
int post_connect(struct post *post, struct err *err);
/* The only way to a child. ERR_DENIED where a drill runs nothing: but messages, by POST_SEND. */
int post_prepare(struct post *post, enum purpose of, const struct holder_spec *s, struct err *err);
bool post_alive(const struct post *post); /* a holder lives in its folder */
/* Commands of this folder that an earlier keeper left: asks their holder or the status file. */
void post_resume(struct keeper *k, struct post *post);

/* --- orphan.c: processes whose holder died ---------------------------------------------------- */
void orphan_look(struct keeper *k); /* there may be new ones */
void orphan_step(struct keeper *k); /* tells of those that are gone */
void orphan_release(struct keeper *k);

/* --- spool.c: what commands print ------------------------------------------------------------- */
/* Gives the record what there is, a chunk a stream at most. *ret_more: there is more. */
int spool_take(struct keeper *k, struct proc *p, bool *ret_more, struct err *err);
int spool_again(struct keeper *k, struct err *err); /* chunks whose commit failed */
void spool_give_back(struct keeper *k);      /* after a commit; forgets commands that are over */
int64_t spool_waiting(const struct proc *p); /* bytes in the spool that are not on record */
/* After a crash: what reached the output file but no event. */
int spool_resume(struct keeper *k, struct proc *p, struct err *err);
/* All its standard output. ERR_LIMIT when that is over LIMIT_VALUE_BYTES. */
int spool_whole(struct keeper *k, struct proc *p, struct buf *out, struct err *err);
/* The end of what it wrote to standard error, at most max bytes; nothing where it is gone. */
void spool_tail(struct keeper *k, struct proc *p, size_t max, struct buf *out);
/* Digests what waits of stream s into h, at most max bytes. Returns how many. */
int64_t spool_hash(struct proc *p, enum stream s, int64_t max, struct hash_ctx *h);
void spool_close(struct proc *p);

/* --- clients.c: who is attached --------------------------------------------------------------- */
int clients_listen(struct keeper *k, struct err *err);
void clients_free(struct keeper *k);
void clients_wake(struct keeper *k, int64_t seq);
void clients_answer(struct keeper *k, const struct reply *r);
void clients_tell(struct keeper *k, const char *json); /* all of them; a hint */
void clients_step(struct keeper *k);                   /* tells the engine who has gone */
size_t clients_there(const struct keeper *k);

/* --- trouble.c, move.c: the journal cannot be written ----------------------------------------- */
void trouble_meet(struct keeper *k, const struct err *why);
bool trouble_stalled(const struct keeper *k);      /* nothing may be fed now */
void trouble_frame(const struct keeper *k, struct buf *out);
/* The operator's: wait | move PATH | close. ERR_USAGE for another word, or as move_record. */
int trouble_choice(struct keeper *k, const char *text, const struct actor *who, struct err *err);
void trouble_left(struct keeper *k); /* what a keeper before us put aside and could not commit */
void trouble_release(struct keeper *k);
/* Goes on in another journal. On failure all is as it was. */
int move_record(struct keeper *k, const char *path, struct err *err);
void move_pointer(struct keeper *k); /* tells the old record where it went, when it can be told */

/* --- recover.c: from the record to a keeper at work ------------------------------------------- */
int recover_run(struct keeper *k, struct err *err); /* replay; then say that we are here */
void recover_commands(struct keeper *k);            /* what became of those in flight */

/* --- tidy.c: after the last row --------------------------------------------------------------- */
void tidy_quit(struct keeper *k);   /* holders of a closed run are told to leave */
void tidy_folder(struct keeper *k); /* run/RUN goes; everything else is closed by then */

/* --- sheet.c, watch.c ------------------------------------------------------------------------- */
void sheet_touch(struct keeper *k); /* something changed: it is written soon */
void sheet_write(struct keeper *k);
void sheet_text(struct buf *out, const struct keeper *k, struct moment now);
void watch_start(struct keeper *k); /* the clock, the files on disk, idleness, signals */
void watch_after(struct keeper *k); /* after each pass: deadline and park timers */
void watch_stop(struct keeper *k);

#endif
