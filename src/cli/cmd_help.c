/* help, version, completion: all from the table of verbs. */
#include "buf.h"
#include "json.h"
#include "str.h"
#include "verbs.h"
#include "version.h"

static void verb_help_text(struct buf *out, const struct cli_verb *v)
{
	buf_addf(out, "blackstart %s%s%s\n\n  %s\n", v->name, v->args[0] ? " " : "", v->args,
		 v->line);
	if (v->more) {
		buf_adds(out, "\n  ");
		for (const char *s = v->more; *s; s++) {
			buf_addc(out, *s);
			if (*s == '\n' && s[1])
				buf_adds(out, "  ");
		}
	}
	buf_addc(out, '\n');
	opts_help(out, v);
}

static void all_help(struct buf *out)
{
	const struct cli_verb *v;

	buf_adds(out, "blackstart walks an operator through a runbook and keeps the record.\n\n");
	for (size_t i = 0; (v = cli_verb_at(i)); i++)
		buf_addf(out, "  %-11s %s\n", v->name, v->line);
	buf_adds(out, "\n`blackstart help VERB` says all about one. The record lies in "
		      "~/.local/state/blackstart,\nor in /var/lib/blackstart where a group shares "
		      "it, or where --journal FILE says.\n\n"
		      "Status: 0 complete; 1 ended otherwise; 2 usage; 3 refused; 4 the record "
		      "cannot be written;\n5 bad runbook. exec and guard pass the command's own "
		      "on; 125 is\ntheir own failure.\n");
}

int cmd_help(const struct opts *o, char **args, int n)
{
	struct buf out = BUF_INIT;
	const struct cli_verb *v = NULL;

	(void)o;
	if (n && !(v = cli_verb_find(args[0])))
		return cli_usage("no such verb: %s", args[0]);
	if (v)
		verb_help_text(&out, v);
	else
		all_help(&out);
	return cli_put(&out, CLI_OK);
}

int cmd_version(const struct opts *o, char **args, int n)
{
	struct buf out = BUF_INIT;
	struct jsonw w = { .out = &out };

	(void)args;
	(void)n;
	if (!o->json) {
		buf_adds(&out, "blackstart " BLACKSTART_VERSION "\n");
		return cli_put(&out, CLI_OK);
	}
	jw_obj(&w, NULL);
	jw_str(&w, "version", BLACKSTART_VERSION);
	jw_str(&w, "commit", BLACKSTART_COMMIT);
	jw_end_obj(&w);
	buf_addc(&out, '\n');
	return cli_put(&out, CLI_OK);
}

/* Verbs, their options, and files where a runbook or another file is wanted. */
int cmd_completion(const struct opts *o, char **args, int n)
{
	struct buf out = BUF_INIT;
	const struct cli_verb *v;

	(void)o;
	(void)args;
	(void)n;
	buf_adds(&out, "_blackstart() {\n\tlocal word=${COMP_WORDS[COMP_CWORD]} words=\n"
		       "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n\t\twords=\"");
	for (size_t i = 0; (v = cli_verb_at(i)); i++)
		buf_addf(&out, "%s%s", i ? " " : "", v->name);
	buf_adds(&out, "\"\n\telse\n\t\tcase ${COMP_WORDS[1]} in\n");
	for (size_t i = 0; (v = cli_verb_at(i)); i++) {
		struct buf names = BUF_INIT;

		opts_names(&names, v);
		buf_addf(&out, "\t\t%s) words=\"%s\" ;;\n", v->name, buf_str(&names));
		buf_release(&names);
	}
	buf_adds(&out, "\t\tesac\n\tfi\n\tcase $word in\n"
		       "\t-*) mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\") ;;\n"
		       "\t*) if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
		       "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
		       "\telse\n\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n\tfi ;;\n"
		       "\tesac\n}\ncomplete -o filenames -F _blackstart blackstart\n");
	return cli_put(&out, CLI_OK);
}
