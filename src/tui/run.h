/* The screen of a run and what its files share. */
#ifndef TUI_RUN_H
#define TUI_RUN_H

#include "scene.h"
#include "tui.h"

struct client;
struct view;

#endif
