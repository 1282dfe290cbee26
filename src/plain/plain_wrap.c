/* Where a line ends is looked for from the left: the last blank before the edge. */
#include "plain_wrap.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "buf.h"
#include "str.h"
#include "utf8.h"

enum { NARROW = 24, LABEL_MAX = 24 };

size_t plain_wrap_width(int fd)
{
	struct winsize w = { 0 };

	if (!isatty(fd) || ioctl(fd, TIOCGWINSZ, &w) || w.ws_col < NARROW)
		return 0;
	return w.ws_col;
}

/* "  label: text": where the text begins; 0 where the line has no label. */
static size_t label_len(const char *line, size_t n)
{
	const char *colon = memmem(line, n, ": ", 2);

	return n > 2 && line[0] == ' ' && line[1] == ' ' && colon ? (size_t)(colon - line) + 2 : 0;
}

/* What is read letter by letter, or copied: a break in it would be one more letter. */
static bool is_exact(const char *line, size_t label)
{
	static const char *const labels[] = {
		"command", "command (changed by the operator)", "looks by", "lines of",
		"then verified by", "repair, when asked for", "takes down", "must hold",
		"waits until", "expected", "which must come out as", "target",
	};
	static const char *const ends[] = { " reads", " changes", " DESTROYS" };
	char word[64];

	if (label < 4 || label - 4 >= sizeof word)
		return false;
	memcpy(word, line + 2, label - 4);
	word[label - 4] = '\0';
	for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
		if (str_eq(word, labels[i]))
			return true;
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
		if (str_ends(word, ends[i]))
			return true;
	return false;
}

/* Length of what goes on this line: up to the last blank that leaves it within `room` columns, or
 * to the first blank there is. */
static size_t break_at(const char *s, size_t n, size_t room)
{
	size_t best = 0;

	for (size_t i = 1; i < n; i++) {
		if (s[i] != ' ')
			continue;
		if (utf8_width(s, i) > room)
			return best ? best : i;
		best = i;
	}
	return utf8_width(s, n) > room && best ? best : n;
}

static void wrap_line(struct buf *out, const char *line, size_t n, size_t width)
{
	size_t label = label_len(line, n), indent = 0, at, len;

	while (indent < n && line[indent] == ' ')
		indent++;
	if (utf8_width(line, n) <= width || is_exact(line, label)) {
		buf_add(out, line, n);
		return;
	}
	if (label > indent && label <= LABEL_MAX && label < width / 2)
		indent = label;
	else
		indent += 2;
	if (indent > width / 2)
		indent = 2;
	len = break_at(line, n, width);
	buf_add(out, line, len);
	for (at = len; at < n; at += len) {
		while (at < n && line[at] == ' ')
			at++;
		len = break_at(line + at, n - at, width - indent);
		if (len)
			buf_addf(out, "\n%*s", (int)indent, "");
		buf_add(out, line + at, len);
	}
}

void plain_wrap(struct buf *out, const char *text, size_t width)
{
	while (width && *text) {
		size_t n = strcspn(text, "\n");

		wrap_line(out, text, n, width);
		text += n;
		if (*text)
			buf_addc(out, *text++);
	}
	buf_adds(out, text);
}
