/* Plain text of a certain width: paragraphs that wrap, commands that keep their lines. */
#ifndef LOADER_PAGE_H
#define LOADER_PAGE_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct runbook;

struct page {
	struct buf *out;
	int width, indent;
	bool driven; /* inside a step that a driver made */
};

/* "label: text", wrapped, the lines behind the first one under the text. NULL text prints nothing;
 * NULL label stands for none. What is in text is shown, never obeyed. */
void page_text(const struct page *p, const char *label, const char *text);

/* A command: "$ " in front, its further lines indented; what is too long goes on behind "> ". */
void page_command(const struct page *p, const char *label, const char *command);

/* As page_text, for text put together on the spot. */
void page_printf(const struct page *p, const char *label, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* As page_text, for a time in milliseconds; 0 is one that nobody said, and prints nothing. */
void page_duration(const struct page *p, const char *label, int64_t ms);

/* page_guard.c: what stands in front of what the runbook destroys; nothing where no environments
 * are attached. */
void page_guard(const struct page *p, const struct runbook *rb);

#endif
