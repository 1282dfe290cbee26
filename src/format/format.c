/* The types that all formats have. */
#include "format.h"

#include "buf.h"
#include "formatint.h"

#define WHOLE "{\"type\":[\"integer\",\"string\"],\"pattern\":\"^[0-9]+$\"}"

const struct format_type format_types[FT_MAX] = {
	[FT_VERSION] = { "`1`", "{\"enum\":[1,\"1\"]}", format_read_version },
	[FT_LINE] = { "one line", FORMAT_REF("text"), format_read_line, .flags = FTYPE_TEXT },
	[FT_TEXT] = { "text", FORMAT_REF("text"), format_read_text, .flags = FTYPE_TEXT },
	[FT_PATH] = { "path, from this file", FORMAT_REF("text"), format_read_path,
		      .flags = FTYPE_TEXT },
	[FT_BOOL] = { "`true` or `false`", "{\"enum\":[true,false,\"true\",\"false\"]}",
		      format_read_bool },
	[FT_INT] = { "whole number", WHOLE, format_read_int, .flags = FTYPE_INT },
	[FT_COUNT] = { "whole number", WHOLE, format_read_count, .flags = FTYPE_LONG },
	[FT_DURATION] = { "duration", FORMAT_REF("duration"), format_read_duration,
			  .flags = FTYPE_LONG },
	[FT_COMMAND] = { "command", FORMAT_REF("text"), format_read_placed },
	[FT_NAMES] = { "name or list of names", FORMAT_ONE_OR_LIST(FORMAT_REF("name")),
		       format_read_names },
	[FT_LINES] = { "one line or a list", FORMAT_ONE_OR_LIST(FORMAT_REF("text")),
		       format_read_lines },
	[FT_NODE] = { "one line", FORMAT_REF("text"), format_read_node },
	[FT_PART] = { NULL, NULL, format_read_part },
	[FT_PARTS] = { NULL, NULL, format_read_parts },
};

const struct format_type *format_type(const struct format *f, int type)
{
	return type < FT_MAX ? &format_types[type] : &f->types[type];
}

const char *format_type_word(const struct format_type *t, int i)
{
	return t->one_of ? t->one_of[i] : t->word ? t->word(i) : NULL;
}

void format_words(struct buf *out, const struct format *f, const struct format_key *k)
{
	const struct format_type *t = format_type(f, k->type);
	const char *word;

	if (t->words)
		buf_adds(out, t->words);
	else if (!t->one_of && !t->word)
		buf_addf(out, "%s%s", f->tables[k->part].name,
			 k->type == FT_PARTS ? ", or a list of such" : "");
	else
		for (int i = 0, n = 0; (word = format_type_word(t, i)); i++)
			if (*word)
				buf_addf(out, "%s`%s`", n++ ? ", " : "", word);
}
