/* The areas of the run's screen: who draws what, in how many rows. */
#ifndef TUI_RUN_AREA_H
#define TUI_RUN_AREA_H

#include "run.h"

/* --- run_draw.c ------------------------------------------------------------------------------ */
void run_draw(void *self, struct term *t, struct area a);
void run_mark_shown(struct run *r);              /* after what was drawn was sent */
/* Key and word after each other, as many rows as they need; paints nothing where t is NULL. */
struct run_hint { char key[12]; const char *word; };
int run_hints(struct term *t, struct area a, const struct run_hint *v, size_t n);

/* --- its areas ------------------------------------------------------------------------------- */
int run_head(struct run *r, struct term *t, struct area a);          /* rows used */
void run_behind(struct run *r, struct term *t, struct area a);
void run_ahead(struct run *r, struct term *t, struct area a);
void run_walk(struct run *r, struct term *t, struct area a);         /* the column beside */
enum style run_mark_style(const struct inst *in);
int run_body_rows(struct run *r, int cols);                          /* fills the sheet */
void run_body(struct run *r, struct term *t, struct area a);
int run_status_rows(struct run *r, int rows);
void run_status(struct run *r, struct term *t, struct area a);
bool run_contact(struct run *r, struct term *t, struct area a); /* a line; false: none */
int run_prompt_rows(struct run *r, int cols, int max);
void run_prompt(struct run *r, struct term *t, struct area a);

#endif
