/* The pane: what its two files share. */
#ifndef TUI_PANEINT_H
#define TUI_PANEINT_H

#include "buf.h"
#include "inst.h"
#include "pane.h"
#include "progress.h"

struct vt;

#define PANE_IDLE_NS 300000000LL /* an unfinished line is a prompt after this */

/* Bytes of one stream that are on record and not on the screen yet. */
struct piece {
	int stream;
	int64_t from, n;
	int64_t at;          /* boot ns when it was heard of */
	bool plain;          /* nothing in it moves a cursor */
	bool live;           /* printed while this client looked on */
};

struct pane {
	struct tui *t;
	struct client *c;
	struct vt *vt;
	char token[TOKEN_MAX]; /* "": none */
	struct piece *v;     /* from head on */
	size_t head, n, cap;
	int64_t pending;     /* bytes in it */
	int64_t next[3];     /* of each stream: all before it is in the queue or shown */
	int64_t began[3];    /* where the showing began, when not at 0 */
	struct buf bytes, crlf, shown; /* shown: bytes without progress lines */
	struct progress_lines lines[3];
	bool any;            /* something was printed */
	int64_t idle_at;     /* when an unfinished line becomes a prompt; 0: it has */
	int64_t due;         /* not before this: a flood is drawn some 50 times a second */
	int64_t tried;       /* since when the first piece cannot be read; 0: it can */
	int64_t skipped;     /* bytes, in this burst */
	int64_t say_until;
	int64_t answers_from; /* second that is counted */
	int answers;
	const char *trouble; /* what is wrong with the record, or NULL */
	int reach_rows, reach_cols; /* who only looks on: what the program draws on, at least */
	bool sized;          /* the terminal has the size of an area already */
	int rows, cols;      /* as the keeper was told; 0: not yet */
};

const struct cmd *pane_cmd(const struct pane *p);    /* NULL: none */
bool pane_runs(const struct pane *p);
int64_t pane_now(void);

/* pane_feed.c */
void pane_feed_begin(struct pane *p);                /* what is on record already */
void pane_feed_add(struct pane *p, const struct piece *piece);
int pane_feed_slice(struct pane *p);

#endif
