/* YAML in one canonical form: block style, texts as plain as they can be and load the same. */
#ifndef LOADER_YAML_OUT_H
#define LOADER_YAML_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

struct yaml_out {
	struct buf *out;
	int indent;
	bool item; /* "- " was just written: the next key goes on this line */
};

void yaml_out_key(struct yaml_out *y, const char *key); /* "key:" and no line end */
void yaml_out_item(struct yaml_out *y);                 /* "- " of a list */
void yaml_out_open(struct yaml_out *y, const char *key);/* "key:", what is inside comes indented */
void yaml_out_close(struct yaml_out *y);

void yaml_out_scalar(struct yaml_out *y, const char *s);/* behind a key or an item, with line end */
void yaml_out_text(struct yaml_out *y, const char *key, const char *s); /* NULL: nothing */
void yaml_out_word(struct yaml_out *y, const char *key, const char *s); /* as it is */
void yaml_out_int(struct yaml_out *y, const char *key, int64_t v);
void yaml_out_ms(struct yaml_out *y, const char *key, int64_t ms);      /* 0: nothing */
void yaml_out_texts(struct yaml_out *y, const char *key, const char *const *v, size_t n);

/* A piece of YAML as somebody wrote it, at this indentation. */
void yaml_out_raw(struct yaml_out *y, const char *source);

#endif
