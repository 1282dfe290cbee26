/* The pager of a command's output: what its files share. */
#ifndef TUI_PAGERINT_H
#define TUI_PAGERINT_H

#include "buf.h"
#include "inst.h"
#include "pane.h"
#include "scene.h"

enum {
	PAGER_BLOCK = 64 << 10, /* a line without an end is cut where these meet */
	PAGER_READ = 256 << 10, /* at a time */
	PAGER_MARKS = 16384,    /* lines whose place is remembered */
	PAGER_WORD_MAX = 200,   /* bytes searched for */
};
#define PAGER_SLICE_NS 8000000LL /* of work between two looks at the keys */

/* Where every so-manieth line begins; the more lines, the fewer of them. */
struct pager_index {
	int64_t *at;
	size_t n;
	int64_t every;
	int64_t lines;       /* before `done` */
	int64_t done;        /* looked through up to here, where a line begins */
};

struct pager_search {
	char word[PAGER_WORD_MAX + 1]; /* "": none */
	bool fold;           /* case makes no difference */
	unsigned char skip[256];
	bool on, back, wrapped;
	int64_t at;          /* where it is: the begin of a line */
	int64_t from;        /* where it began */
	int64_t hit;         /* line that was found; -1: none */
};

struct pager {
	struct tui *t;
	struct client *c;
	char token[TOKEN_MAX];
	int stream;
	bool raw;            /* every byte is shown */
	bool follow;
	int64_t size;        /* of the stream, as known now */
	bool ended;          /* … and for ever */
	int64_t top;         /* where the first line shown begins */
	int left;            /* columns out of sight */
	int rows, cols;      /* of the text, as drawn last */
	struct buf win;      /* bytes around the page */
	int64_t win_from;
	struct buf work;     /* bytes that index or search are at */
	struct buf line, clean;
	bool missing;        /* bytes that the record does not have */
	int64_t retried;     /* when they were looked for again */
	struct pager_index ix;
	struct pager_search find;
	int64_t typed;       /* number before a key; 0: none */
	int64_t wanted;      /* line to go to when it is counted; 0: none */
	int64_t told;        /* when the figures were drawn last */
	int64_t due;         /* the index rests until then */
	bool counted;        /* all lines there are */
};

/* --- pager_bytes.c: bytes and lines ---------------------------------------------------------- */
void pager_read(struct pager *p, int64_t from, size_t n, struct buf *to);
/* Bytes of the page; valid until the next call. */
const char *pager_at(struct pager *p, int64_t from, size_t want, size_t *ret_n);
/* Length of the line that begins at byte `from` of the stream and at s; 0: more bytes are needed.
 * end: nothing comes after them. */
size_t pager_break(const char *s, size_t n, int64_t from, bool end);
int64_t pager_line(struct pager *p, int64_t at);    /* begin of the line that byte is in */
int64_t pager_next(struct pager *p, int64_t at);    /* begin of the line after; size at the end */
int64_t pager_prev(struct pager *p, int64_t at);    /* at is the begin of a line */
void pager_forget(struct pager *p);

/* --- pager_text.c ---------------------------------------------------------------------------- */
bool pager_tangled(const char *s, size_t n);        /* there is something to be cleaned away */
void pager_clean(const char *s, size_t n, struct buf *to);
/* A line as it is shown: harmless, tabs as blanks. */
void pager_text(struct pager *p, const char *s, size_t n, struct buf *to);

/* --- pager_index.c --------------------------------------------------------------------------- */
void pager_index_clear(struct pager *p);
bool pager_index_slice(struct pager *p, int64_t end_ns); /* false: all is done */
int64_t pager_number(struct pager *p, int64_t at);  /* of a line, from 1; 0: not known yet */
int64_t pager_place(struct pager *p, int64_t line);  /* where it begins; -1: not known yet */

/* --- pager_find.c ---------------------------------------------------------------------------- */
void pager_find_word(struct pager *p, const char *word);
/* Offset of the word in s, -1: it is not there. */
int64_t pager_find_in(const struct pager_search *f, const char *s, size_t n);
void pager_find_begin(struct pager *p, int64_t from, bool back);
void pager_find_slice(struct pager *p, int64_t end_ns);
int pager_find_percent(const struct pager *p);

/* --- pager_draw.c ---------------------------------------------------------------------------- */
void pager_draw(void *self, struct term *t, struct area a);
int pager_match_col(struct pager *p, int64_t line); /* of the first match; -1: none */

#endif
