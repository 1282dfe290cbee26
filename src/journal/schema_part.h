/* What tables have in common. */
#ifndef JOURNAL_SCHEMA_PART_H
#define JOURNAL_SCHEMA_PART_H

#define NO_CHANGE(table) \
	"CREATE TRIGGER " table "_no_update BEFORE UPDATE ON " table "\n" \
	"BEGIN SELECT RAISE(ABORT, '" table " is append-only: no row is ever changed'); END;\n" \
	"CREATE TRIGGER " table "_no_delete BEFORE DELETE ON " table "\n" \
	"BEGIN SELECT RAISE(ABORT, '" table " is append-only: no row is ever removed'); END;\n"

#define ONLY_APPEND(table, text, condition) \
	"CREATE TRIGGER " table "_append BEFORE INSERT ON " table "\n" \
	"WHEN " condition "\n" \
	"BEGIN SELECT RAISE(ABORT, '" table " is append-only: " text "'); END;\n"

#define DIGEST(column) \
	"BLOB NOT NULL CHECK (length(" column ") = 32)"
#define RUN_ID \
	"TEXT NOT NULL CHECK (run <> '' AND length(run) < 40)"

extern const char schema_journal_3[], schema_output_2[];

#endif
