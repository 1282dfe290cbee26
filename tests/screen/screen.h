/* What tool_screen's files share: terminals with a program on each, and a script that drives them.
 *
 * A program runs on a real pty, in a session of its own; what it prints goes through the emulator of
 * the vt room. Beside it stands a second reader of the same bytes (modes.c), made without the
 * emulator, that knows what state the terminal would be left in.
 */
#ifndef TESTS_SCREEN_H
#define TESTS_SCREEN_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

#include "buf.h"
#include "vt.h"

enum {
	SCREEN_TTYS_MAX = 8,
	SCREEN_MASKS_MAX = 32,
	SCREEN_WAYS_MAX = 12,
	SCREEN_RAW_MAX = 32 << 20,
	SCREEN_MODE_MAX = 16,
	SCREEN_PARAMS_MAX = 16,
};

/* --- modes.c: the state that a real terminal would be in ------------------------------------------ */

struct modes {
	bool on[SCREEN_MODE_MAX];   /* as named in modes.c */
	bool keypad, shifted, region;
	unsigned style;
	int strings;                /* OSC, DCS, PM, APC: what can set a title or ask */
	int bells, asks;            /* asks: of the terminal, what it would answer by itself */
	int rows;                   /* of the terminal */
	int state, n_params, params[SCREEN_PARAMS_MAX];
	bool private;
	char mark;
};

void modes_feed(struct modes *m, const char *p, size_t n);
bool modes_paste(const struct modes *m);  /* bracketed paste was asked for */
bool modes_full_screen(const struct modes *m);
/* What is not as a shell left it, as words; nothing where all is. */
void modes_left(const struct modes *m, struct buf *out);

/* --- tty.c -------------------------------------------------------------------------------------- */

struct tty {
	char name[16], term[32];
	int master, slave;          /* -1: hung up */
	pid_t pid;
	bool ended;
	int status;                 /* as waitpid(2) says, once it ended */
	struct vt *vt;
	struct modes modes;
	struct termios before;
	struct buf raw;             /* since the mark */
	int64_t bytes;              /* since the mark */
	double began, last;         /* when it was started, when the last bytes came */
	char *command;
	char key[16];               /* pressed last, and when */
	double pressed;
	double sent;                /* when anything was typed last */
};

struct tool {
	struct tty *ttys[SCREEN_TTYS_MAX];
	size_t n_ttys;
	struct tty *now;            /* that commands speak of; NULL: none yet */
	struct { char *pattern, *with; } masks[SCREEN_MASKS_MAX];
	size_t n_masks;
	struct { char *pattern, *keys; } ways[SCREEN_WAYS_MAX];
	size_t n_ways;
	double patience;            /* seconds that a wait may take */
	double slow;                /* how much slower than any other this build is */
	int tempo;                  /* ms from key to key: people do not type like a paste */
	char *always;               /* pattern of every screen that a key is pressed at; or NULL */
	double begun;               /* what `after` counts from */
	int line;
	char *section;              /* NULL: between two */
	bool bad, over;             /* the section failed; the script cannot go on */
	int n, n_bad;               /* sections told of */
};

double tool_clock(void); /* seconds */
/* The section has failed. The screen goes to standard error with it. */
void tool_fail(struct tool *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* … and nothing that follows makes sense. */
void tool_stop(struct tool *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Starts `sh -c "exec COMMAND"` on a new terminal; one of that name must have ended. */
void tty_spawn(struct tool *t, const char *name, int rows, int cols, const char *command);
void tty_again(struct tool *t, struct tty *y);
void tty_free(struct tty *y);
/* Takes what the programs print, at most ms long; true when something came or one ended. `also`: a
 * descriptor to wait for too, or -1. */
bool tty_pump(struct tool *t, int ms, int also);
/* All bytes in one write, as far as the terminal takes them. */
void tty_write(struct tool *t, struct tty *y, const char *p, size_t n);
/* … and until the program has read them, and a person would press the next. */
void tty_press(struct tool *t, struct tty *y, const char *p, size_t n);
void tty_resize(struct tty *y, int rows, int cols);
void tty_hangup(struct tty *y);
bool tty_wait_end(struct tool *t, struct tty *y, double seconds);
/* What a key's name sends on that terminal: "Enter", "C-c", "M-x", "F1", "x". False: no such key. */
bool tty_key(struct tty *y, const char *name, struct buf *out);

/* --- gold.c: what stands on the screen ------------------------------------------------------------ */

void gold_text(struct tty *y, struct buf *out);  /* rows, no blanks at their ends */
void gold_styles(struct tty *y, struct buf *out);
void gold_mask(const struct tool *t, struct buf *text);
bool gold_match(struct tty *y, const char *pattern, struct tool *t);
void gold_compare(struct tool *t, const char *file, bool styles);
/* Compares text with a file; REGOLD set: writes it. False, and says why, where they differ. */
bool gold_file(struct tool *t, const char *file, const char *text, bool tell);
/* The first rows of the screen, into a file once it stands still; and until they are those. */
void gold_keep(struct tool *t, const char *file, int rows);
void gold_same(struct tool *t, const char *file, int rows);
void gold_svg(struct tool *t, const char *file);
void svg_draw(struct tty *y, const struct tool *t, struct buf *out);

/* --- look.c: `always` -------------------------------------------------------------------------- */

/* What must always stand there does, while a program has the whole screen. */
void look_always(struct tool *t);

/* Waits until the program has printed something since the last key, but not for long. */
void look_answered(struct tool *t);

/* --- monkey.c ----------------------------------------------------------------------------------- */

void monkey_keys(struct tool *t, int count, unsigned seed);
void monkey_storm(struct tool *t, int count, unsigned seed);
void monkey_latency(struct tool *t, const char *args);

/* --- siege.c ------------------------------------------------------------------------------------ */

void siege_way(struct tool *t, char *args);
void siege_lay(struct tool *t, char *args);

/* --- script.c, look.c: the words of a script ------------------------------------------------------- */

struct script_does {
	const char *word;
	void (*run)(struct tool *t, char *args);
	bool bare;                  /* needs no terminal */
};
extern const struct script_does look_words[];

void script_line(struct tool *t, char *line);
/* "…\n\e\x1b…" as bytes. False: not well formed. */
bool script_bytes(const char *s, struct buf *out);
/* The next word at *at, which then stands behind it. */
char *script_word(char **at);
/* The pattern between the first and the last slash of args (cut there); *ret_rest what follows. */
char *script_pattern(struct tool *t, char *args, char **ret_rest);

#endif
