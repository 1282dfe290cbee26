/* Three-valued logic, as PLEXIL v6 uses it: a gate opens on TRUE only. */
#ifndef MODEL_TRI_H
#define MODEL_TRI_H

enum tri { TRI_FALSE = 0, TRI_TRUE = 1, TRI_UNKNOWN = 2 };

static inline const char *tri_name(enum tri t)
{
	return t == TRI_TRUE ? "true" : t == TRI_FALSE ? "false" : "unknown";
}

#endif
