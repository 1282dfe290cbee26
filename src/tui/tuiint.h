/* The stack of scenes. */
#ifndef TUI_TUIINT_H
#define TUI_TUIINT_H

#include <stddef.h>

#include "scene.h"
#include "tui.h"

enum { TUI_SAY_BYTES = 256 };

struct tui_layer {
	const struct scene_ops *ops;
	void *self;
	bool whole;
	int64_t shown;       /* since when it is seen as the uppermost; INT64_MAX: not yet */
};

struct tui {
	struct term *term;
	struct tui_layer *v;
	size_t n, cap;
	struct tui_layer *dead; /* popped, to be freed after the pass */
	size_t n_dead;
	bool stale, urgent, gone;
	int64_t drawn;
	char say[TUI_SAY_BYTES];
	int64_t say_until;   /* boot ns; 0: nothing is said */
	void (*foot)(void *ctx, struct term *t, struct area a); /* scene_foot */
	void *foot_ctx;
	void (*helped)(void *ctx); /* scene_on_help */
	void *helped_ctx;
};

void scene_clear(struct tui *t); /* pops and frees all */

#endif
