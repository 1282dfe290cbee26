/* README.txt of a bundle, in plain words, for who never saw this program. */
#include <inttypes.h>
#include <string.h>

#include "buf.h"
#include "bundle_own.h"
#include "clock.h"
#include "str.h"

static void text(struct buf *out, const char *label, const char *value)
{
	buf_addf(out, "%-12s", label);
	if (value)
		str_printable(out, value, strlen(value), false);
	else
		buf_adds(out, "-");
	buf_addc(out, '\n');
}

static void hash(struct buf *out, const char *label, const uint8_t digest[HASH_LEN])
{
	char hex[HASH_HEX_LEN + 1];
	hash_hex(digest, hex);
	text(out, label, hex);
}

static void add_facts(struct buf *out, const struct bundle_about *a)
{
	const struct extract *e = a->extract;
	if (a->drill)
		buf_adds(out, "DRILL - DRILL - DRILL: this was an exercise. Nothing here "
			"happened to a "
			 "real system in earnest.\n\n");
	text(out, "Run", a->run);
	text(out, "What", a->title);
	text(out, "Runbook", a->runbook);
	buf_addf(out, "%-12s", "Opened");
	clock_utc(out, a->opened_wall, 0);
	buf_adds(out, e->closed ? "\nClosed      " : "\nLast row    ");
	clock_utc(out, e->last_wall, 0);
	buf_addc(out, '\n');
	text(out, "Ended as", e->closed ? a->verdict ? a->verdict : "closed" :
	     "STILL OPEN when this was made: nothing vouches for what came later");
	buf_addf(out, "%-12s%" PRId64 " rows, %" PRId64 " files, %" PRId64 " pieces of output\n",
		 "Record", e->rows, e->files, a->outputs);
	hash(out, "Head", e->head);
	hash(out, "Machine", e->machine_head);
	text(out, "Made with", a->version);
	if (e->pruned)
		buf_addf(out, "\nPRUNED: %" PRId64 " pieces of output were removed by a rule of "
			 "keeping; who did,\nwhen and by which rule is on record, in the table "
			 "removal.\n", a->taken);
	else if (a->taken)
		buf_addf(out, "\nREDACTED: %" PRId64 " pieces of output were taken out, which is "
			 "on record, in the\ntable removal.\n", a->taken);
	if (a->lost)
		buf_addf(out, "\nNOT WHOLE: %" PRId64 " pieces of output that rows name are not on "
			 "record any more.\n", a->lost);
}

static const char contents[] =
	"\nWhat is here\n"
	"  report.html, report.md  the run told for people; telephone numbers are masked there\n"
	"  record.db               every row of the record, as it was written (SQLite)\n"
	"  files/                  what the run stood on, as it was then: runbook, contacts,\n"
	"                          scripts\n"
	"  output/                 what commands printed: ROW.COMMAND.STREAM, in order of rows\n"
	"                          and files that people attached: ROW.fN-N.out. A row of kind\n"
	"                          file has name, size and SHA-256 of the whole, which is\n"
	"                          cat output/*.fN-N.out\n"
	"  check.sh                checks all this\n"
	"  allowed_signers         whose keys those are that signed, where that was known\n"
	"  MANIFEST                the SHA-256 of each file\n"
	"\n"
	"This is the raw record. Secrets are masked as they were on the day: they were never\n"
	"written. Attached files are as they came. Names, telephone numbers and addresses of\n"
	"people are in it in clear, in record.db, in files/ and in output/. Treat it as personal\n"
	"data.\n";

static const char checking[] =
	"\nHow to check it\n"
	"With sha256sum, sqlite3 (3.37 or later), a POSIX shell, and ssh-keygen where somebody\n"
	"signed, in this folder:\n"
	"\n"
	"  sh check.sh\n"
	"  sh check.sh --head HEX        with a head that was kept elsewhere: printed, in a log\n"
	"  sh check.sh --signers FILE    with a list of your own of who may sign\n"
	"\n"
	"It says \"whole\", or NOT WHOLE and the first thing that is wrong. It is short: read it\n"
	"before you run it. Who might have altered the bundle might have altered the script in\n"
	"it: take one from elsewhere (`blackstart bundle --script` prints it) and run it from\n"
	"this folder:  sh /its/path/check.sh\n"
	"\n"
	"To look for yourself:\n"
	"  sqlite3 record.db 'SELECT at, kind, step, actor FROM timeline'\n"
	"  sqlite3 record.db 'SELECT * FROM files'\n"
	"  sqlite3 record.db 'SELECT file, step, from_byte, n FROM outputs'\n";

static const char limits[] =
	"\nWhat it proves, and what not\n"
	"Each row holds the SHA-256 of the row before it, and the run hangs on the chain of its\n"
	"machine, of which the part from this run on is here. A row that was altered, removed,\n"
	"inserted, moved or re-dated is found and named; so are altered files and outputs, and\n"
	"the cut end of a closed run.\n"
	"Whoever can write the record could compute it anew, all of it. That shows by\n"
	"signatures, and against a head that was kept elsewhere: compare Head and Machine above\n"
	"with what was printed, logged or sent on the day. The reports and this text hang on\n"
	"MANIFEST only, and on nothing in the record.\n"
	"Times are those of the machine's clock. Root of that machine could do anything.\n";

void bundle_readme(struct buf *out, const struct bundle_about *about)
{
	buf_adds(out, "The record of a run of blackstart, for audit\n\n");
	add_facts(out, about);
	buf_adds(out, contents);
	buf_adds(out, checking);
	buf_adds(out, limits);
}
