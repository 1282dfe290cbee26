/* The facilitator's console: the script of a drill, and what may be done about it. */
#ifndef TUI_RUN_SCRIPT_H
#define TUI_RUN_SCRIPT_H

struct run;

/* Opens it over the run. */
void run_script(struct run *r);

#endif
