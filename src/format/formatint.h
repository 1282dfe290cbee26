/* The types that all formats have. */
#ifndef FORMAT_FORMATINT_H
#define FORMAT_FORMATINT_H

#include "format_read.h"

extern const struct format_type format_types[FT_MAX];

/* format_value.c, format_list.c */
format_read_fn format_read_version, format_read_path, format_read_int, format_read_count,
	 format_read_duration, format_read_names, format_read_part,
	format_read_parts;

#endif
