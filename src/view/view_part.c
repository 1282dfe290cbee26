/* What a line of a step's text is, so that a screen can show it as that. */
#include "view_walk.h"

#include <string.h>

#include "viewint.h"

static const struct {
	const char *label;
	enum view_part_kind kind;
} labels[] = {
	{ "WARNING", PART_WARNING },
	{ "CAUTION", PART_WARNING },
	{ "command", PART_ACTION },
	{ "command (changed by the operator)", PART_ACTION },
	{ "do", PART_ACTION },
	{ "read", PART_ACTION },
	{ "question", PART_ACTION },
	{ "end", PART_ACTION },
	{ "must hold", PART_ACTION },
	{ "waits until", PART_ACTION },
	{ "looks by", PART_ACTION },
	{ "lines of", PART_ACTION },
	{ "expected", PART_EXPECT },
	{ "if not", PART_EXPECT },
	{ "PROBLEM", PART_TROUBLE },
	{ "LATE", PART_TROUBLE },
	{ "still alive", PART_TROUBLE },
	{ "READS", PART_TROUBLE },
	{ "MUST READ", PART_TROUBLE },
	{ "environment", PART_GUARD },
	{ "reads", PART_GUARD },
	{ "there now", PART_GUARD },
	{ "its words", PART_GUARD },
	{ "time left", PART_GUARD },
	{ "may agree", PART_GUARD },
	{ "and then", PART_GUARD },
};

/* Labels that name something: "11.1 changes", "brings back writers". */
static bool has_words(const char *label, size_t n, const char *words)
{
	return memmem(label, n, words, strlen(words)) != NULL;
}

static enum view_part_kind kind_of(const char *label, size_t n)
{
	for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
		if (strlen(labels[i].label) == n && memcmp(labels[i].label, label, n) == 0)
			return labels[i].kind;
	if (has_words(label, n, "DESTROYS"))
		return PART_WARNING;
	return has_words(label, n, " changes") || has_words(label, n, "brings back")
		       ? PART_ACTION : PART_OTHER;
}

/* A label begins in the third column; what goes on stands further in. */
static void read_line(const char *line, size_t n, struct view_part *p)
{
	const char *colon;
	size_t skip = 0;

	p->first = n > 2 && line[0] == ' ' && line[1] == ' ' && line[2] != ' ';
	if (p->first) {
		colon = memmem(line, n, ": ", 2);
		p->label = line + 2;
		p->n_label = colon ? (size_t)(colon - line) - 2 : 0;
		p->kind = kind_of(p->label, p->n_label);
		skip = colon ? p->n_label + 4 : 2;
	} else if (!p->label) {
		p->first = true;
		p->kind = PART_NAME;
		p->label = line;
		p->n_label = 0;
	} else {
		while (skip < n && skip < p->n_label + 4 && line[skip] == ' ')
			skip++;
	}
	p->text = line + skip;
	p->n_text = n - skip;
}

bool view_part_next(const char **at, struct view_part *ret)
{
	size_t n = strcspn(*at, "\n");

	if (!**at)
		return false;
	read_line(*at, n, ret);
	*at += n + ((*at)[n] == '\n');
	return true;
}

enum effect view_step_effect(const struct inst *in)
{
	return view_effect(in);
}
