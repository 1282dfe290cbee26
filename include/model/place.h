/* Where something stands in a file, and text that knows it. */
#ifndef MODEL_PLACE_H
#define MODEL_PLACE_H

struct place {
	const char *file;
	int line, col; /* 1-based; 0: the file as a whole */
};

/* A piece of text as written, with its place (for messages that come later). NULL text: absent. */
struct text {
	const char *s;
	struct place at;
};

#endif
