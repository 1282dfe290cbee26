/* A terminal in memory: what its files share. */
#ifndef VT_VTINT_H
#define VT_VTINT_H

#include <libtsm.h>
#include <locale.h>

#include "vt.h"

enum {
	PARAMS_MAX = 32,        /* of one control sequence; it is ignored when it has more */
	PARAM_MAX = 65535,
	REACH_MAX = 400,        /* further away is no place but a wish for the edge */
	STRING_MAX = 64 << 10,  /* a title or the like that never ends is text again after this */
	CLUSTERS_MAX = 4096,    /* different characters with marks that are held */
	SLOTS = 2 * CLUSTERS_MAX,
	REPLY_MAX = 1024,
};

/* libtsm holds one code point a cell and has widths of its own. A character with marks, or one that
 * is as wide elsewhere as libtsm does not know, is held as one of these, which never come in. */
enum {
	NARROW = 0x100000, /* one column in libtsm */
	WIDE = 0x38000,    /* two */
};

enum parse { GROUND, ESCAPE, ESCAPE_MORE, CONTROL, STRING, STRING_ESC };

struct csi {
	char prefix;         /* one of < = > ?, or 0 */
	char mid;            /* the intermediate character, or 0 */
	bool bad;            /* to be ignored */
	int n;               /* parameters */
	int v[PARAMS_MAX];   /* -1: not given */
	bool sub[PARAMS_MAX];/* stands after a colon */
};

struct pen {
	struct tsm_screen_attr a; /* `protect` means dim: nothing else uses it */
	bool graphics[2];    /* G0, G1 draw lines */
	int shift;           /* which of them */
};

struct saved {
	unsigned x, y;
	struct pen pen;
	bool origin, wrap;
};

struct cell {
	uint32_t sym;        /* 0: erased */
	uint8_t width;
	struct tsm_screen_attr a;
};

struct vt {
	struct tsm_screen *con;
	locale_t utf8;       /* (locale_t)0: none to be had */
	int rows, cols;
	int top, bottom;     /* rows that scroll, from 0 */
	int reach_rows, reach_cols;
	enum parse state;
	char mid;            /* intermediate of an escape */
	bool bell_ends;      /* the string is an OSC */
	size_t string_n;
	struct csi csi;
	char held[4];        /* a character that is not whole yet */
	size_t n_held;
	struct pen pen;
	struct saved saved[2];  /* main screen, alternate */
	struct saved before;    /* where 1049 came from */
	uint32_t last;       /* printed just before, and nothing since; 0: none */
	uint32_t repeat;     /* last character, for REP */
	int last_width;
	bool app_keys, paste, addressed;
	char reply[REPLY_MAX];
	size_t n_reply;
	uint64_t age, snap_age;
	struct cell *snap;
	size_t snap_n;
	char (*clusters)[VT_CELL_BYTES];
	uint8_t *cluster_width;
	size_t n_clusters;
	uint16_t *slots;     /* hash of clusters: index + 1 */
};

/* vt_text.c */
void vt_text_ascii(struct vt *t, const char *p, size_t n);
void vt_text_put(struct vt *t, uint32_t cp);
void vt_text_again(struct vt *t);
void vt_text_name(const struct vt *t, uint32_t sym, char to[VT_CELL_BYTES]);
void vt_text_clear(struct vt *t);

/* vt_parse.c */
void vt_parse_reset(struct vt *t);
void vt_parse_answer(struct vt *t, const char *s);

/* vt_csi.c */
void vt_csi_run(struct vt *t, char final);
void vt_csi_save(struct vt *t);
void vt_csi_restore(struct vt *t);
void vt_csi_plain_pen(struct vt *t);
void vt_csi_soft_reset(struct vt *t);
bool vt_csi_alternate(const struct vt *t);
void vt_csi_margins(struct vt *t, int top, int bottom); /* from 0 */
void vt_csi_down(struct vt *t);      /* a line feed */
void vt_csi_up(struct vt *t);        /* … and its reverse */

/* vt_sgr.c */
void vt_sgr(struct vt *t);
void vt_sgr_erases(struct vt *t); /* what is erased gets the pen's background */

#endif
