#include "verbs.h"

#include "str.h"

static const struct cli_verb verbs[] = {
	{ "home", "", "the screen: runbooks, unfinished runs; the same as no verb at all",
	  "Letters search, Enter opens, F1 shows all keys; nothing is started before it is\n"
	  "opened.\n",
	  "as key", 0, 0, cmd_home },
	{ "run", "BOOK [-p name=value]… | --blank TEXT", "start a run",
	  "BOOK is a file, or the name of one in the runbook folders.\n"
	  "A runbook with errors starts when a reason is given; it says what is wrong first.\n"
	  "On a terminal it is walked on the full screen; with --plain, --answers, or where the\n"
	  "terminal does not carry it, line by line.\n",
	  "param secret plain answers dry blank drill scenario lab seed pace reason detach as "
	  "id-file key permit",
	  0, 1, cmd_run },
	{ "attach", "[RUN]", "go to a run, live or crashed; the newest open one by itself",
	  "A run is named by its id, or the beginning or end of it.\n",
	  "plain answers observe facilitator take-over as key", 0, 1, cmd_attach },
	{ "drill", "BOOK|SCENARIO [-p name=value]…", "walk a runbook as an exercise",
	  "Nothing is run: you say what each command would come to, or a scenario does. With\n"
	  "--lab the commands are run, against a lab.\n",
	  "param secret plain answers dry scenario lab seed pace reason detach as id-file key "
	  "permit",
	  1, 1, cmd_drill },
	{ "lint", "PATH…", "all that is wrong with runbooks, contacts, drivers, scenarios",
	  "A folder stands for all of them in it. Status 5 with errors, with --strict also with\n"
	  "warnings, else 0.\n",
	  "strict json", 1, -1, cmd_lint },
	{ "show", "BOOK", "a runbook (or a driver, a scenario) for paper", NULL, "yaml width",
	  1, 1, cmd_show },
	{ "find", "TEXT…", "which runbook treats this alert or error text",
	  "TEXT may be a pasted error message; - reads it from standard input.\n"
	  "Looks in the folders of BLACKSTART_RUNBOOKS (separated by colons), else in ./runbooks,\n"
	  "and in the installed ones. Status 1 when none fits.\n",
	  "json", 1, -1, cmd_find },
	{ "contacts", "[FILE]", "who is awake, how they are reached, who would be tried when",
	  "FILE is a contacts file, a folder with a contacts.yaml, or a runbook that names one;\n"
	  "without it, ./contacts.yaml, else that of the runbook folders. Each ladder is shown in\n"
	  "the order in which it would be climbed now with nobody replying. Nobody is contacted,\n"
	  "but with --test and --send, which show the message, ask, and send it.\n",
	  "severity at json test send to subject yes", 0, 1, cmd_contacts },
	{ "inventory", "[BOOK…]", "what each runbook can destroy, and what has no way back",
	  "Files, folders or names; without them, all of the runbook folders. A step whose "
	  "command\n"
	  "looks as if it destroyed something and says otherwise is listed apart.\n", "json", 0, -1,
	  cmd_inventory },
	{ "due", "[BOOK…]", "which runbook was last drilled where, and what is overdue",
	  "Files, folders or names; without them, all of the runbook folders. Of each: when, by\n"
	  "whom, in which way and with what result it was last drilled for which environment,\n"
	  "real runs beside that, and when it was reviewed. A drill is due `drill_every` after\n"
	  "the last one that recovered, a review `review_in` after `reviewed`.\n"
	  "Status 0 when nothing is overdue; 1 when something is, is within --within, or a\n"
	  "runbook is broken; 2 usage; 4 the record cannot be read; 5 no such runbook.\n",
	  "within at json", 0, -1, cmd_due },
	{ "note", "RUN TEXT…", "put a remark on the record of a run; - reads it", NULL, "as", 2, -1,
	  cmd_note },
	{ "attach-file", "RUN FILE", "keep a file with a run: a picture, a log, a mail",
	  "Its bytes go on record as they are, with name, size and SHA-256; at most 64 MiB. -\n"
	  "reads standard input. `blackstart output RUN` gets it out again. An open run only:\n"
	  "no row comes after the last one of a closed run.\n",
	  "step note name as", 2, 2, cmd_attach_file },
	{ "output", "RUN [TOKEN|NAME]", "what a command printed, or an attached file, as it was",
	  "Bytes go to standard output, each piece checked against its digest. Without TOKEN or\n"
	  "NAME, a list of what there is. NAME is an attached file's; a token goes for both.\n"
	  "Only reads. Status 1 where there is nothing, or it is not whole.\n",
	  "stream json", 1, 2, cmd_output },
	{ "exec", "[RUN] -- COMMAND… | [RUN] --shell",
	  "run a command typed by hand, on the record of a run",
	  "One word after -- is a shell command line; several are a command and its arguments.\n"
	  "Passes the command's status on; 125 is a failure of blackstart's own. With --shell a\n"
	  "shell at this terminal: each line is on record before it runs, with its status after,\n"
	  "and all that it shows (docs/outside.md).\n",
	  "shell terminal in as", 0, -1, cmd_exec },
	{ "guard", "ENVIRONMENT -- COMMAND…", "guard and record around any command",
	  "The command acts in this environment of environments.yaml. What destroys where that is\n"
	  "protected wants its target read and typed, or BLACKSTART_UNLOCK at a terminal, or a\n"
	  "permit. Its input, output and status are the command's own; 125 is a failure of\n"
	  "blackstart's own: nothing was run, or it is not known what became of it.\n",
	  "effect target permit key as id-file", 1, -1, cmd_guard },
	{ "approve", "[RUN]", "agree, as a second person, to what waits for one",
	  "Shows what would run and where, and wants the target's name typed; anything else is a "
	  "no.\n"
	  "Who approves is known by an ssh key, or by a code: never by an account.\n",
	  "key code refuse step as", 0, 1, cmd_approve },
	{ "identify", "[RUN]", "say by key or code who operates a run",
	  "It goes for whoever has the operator's seat now, until somebody else takes it.\n",
	  "key code as", 0, 1, cmd_identify },
	{ "codes", "make|list [FILE]", "one-time codes for who has nothing but a phone",
	  "make prints them, once; FILE keeps slow hashes. Without FILE, the one that "
	  "environments.yaml\nnames.\n", "for count", 1, 2, cmd_codes },
	{ "permit", "make ENV BOOK | make ENV -- COMMAND… | show FILE",
	  "a signed word that something may run without a person",
	  "make prints it: for this runbook as it is (or this command), in this environment,\n"
	  "until a time. show says what it permits and whether it holds; status 1 when it does\n"
	  "not.\n",
	  "until reason key signers", 1, -1, cmd_permit },
	{ "refresh", "VAR [RUN]", "give a run a new credential; its name goes on record, no value",
	  "Asks without echo, or reads standard input to its end.\n", "as", 1, 2, cmd_refresh },
	{ "status", "[RUN]", "where a run stands: done, not done, still down, values", NULL,
	  "json", 0, 1, cmd_status },
	{ "close", "[RUN] --reason TEXT", "end a run before its walk does", NULL, "reason as", 0, 1,
	  cmd_close },
	{ "runs", "", "what ran, newest first", NULL, "json", 0, 0, cmd_runs },
	{ "log", "[RUN…]", "what is on record of a run, of several, of all",
	  "Without a RUN: of the newest; of all runs with --all, or where a time, --after,\n"
	  "--cursor or --format says which. What is said must hold together. Times are UTC where\n"
	  "they name no zone, or say how long ago. --follow goes on until the run is closed; of\n"
	  "all runs, with those that begin later. For a log system: docs/log.md. Status 1 when\n"
	  "nothing fits.\n",
	  "from to since person step kind environment text output all reverse limit local follow "
	  "after cursor format octets pen json", 0, -1, cmd_log },
	{ "query", "SQL", "ask the record in SQL; nothing can be changed by it",
	  "One SELECT over the views runs, events, steps, commands and more: docs/query.md.\n"
	  "Prints a table, with --json an object a line, or CSV. - reads the question from\n"
	  "standard input. Status 1 when it takes too long or too much memory, 2 when SQLite does\n"
	  "not take it, 3 when it would do anything but look.\n",
	  "json csv within", 1, 1, cmd_query },
	{ "replay", "[RUN]", "a run as it went, on its own screen",
	  "Space stops and goes on, + and - change the speed, [ and ] go from step to step, g\n"
	  "goes to a time, q leaves; ? explains all. With --plain, or where no screen is, it is\n"
	  "lines with their times; --speed 0 prints them at once. Only reads: no keeper is\n"
	  "started, nothing can be sent, and an open run is played up to its last row.\n",
	  "speed at step plain", 0, 1, cmd_replay },
	{ "report", "[RUN]", "what happened in a run, for people and machines",
	  "Markdown, HTML, JSON (docs/report-format.md), its timeline as CSV, or what commands\n"
	  "printed as an asciicast, for asciinema (--format asciicast). A report has: verdict,\n"
	  "decisions, what was not as written, contacts, guards, failures, what is owed, times\n"
	  "per step beside earlier runs. Each statement names its rows. Only reads: a run may be\n"
	  "open. Status 1 when the record is not whole. --patch prints what was noted and\n"
	  "changed as a diff of the runbook.\n",
	  "format json after-action owner due patch unmask zone", 0, 1, cmd_report },
	{ "bundle", "RUN [FILE] | --script", "a run as one file for an auditor",
	  "A tar of its rows, its runbook as run, what its commands printed, reports, and a "
	  "script\n"
	  "that checks all of it with sha256sum and sqlite3 (docs/bundle-format.md). FILE must "
	  "not\n"
	  "be there; without it, blackstart-RUN.tar. Prints digests: keep them elsewhere. "
	  "Status 1\n"
	  "when the record is not whole; it is bundled as it is.\n",
	  "script signers json", 0, 2, cmd_bundle },
	{ "verify", "[RUN] | --bundle FILE",
	  "is the record whole and unaltered, and who vouches for it",
	  "Says who signed what, by the file of signers, and what nobody signed. Whether the file\n"
	  "was put back to an older copy can only be told with a head kept elsewhere: one\n"
	  "that was printed or sent (--head), or a file of them (--heads).\n"
	  "Status 1 when it is not whole, a signature is false, or a head is not there.\n"
	  "With --real, status 3 when it is the record of a drill, or has one among its runs.\n",
	  "outputs real bundle head heads signers json", 0, 1, cmd_verify },
	{ "sign", "[RUN]", "vouch for a run as it stands on record, now or later",
	  "Its last event's hash is signed with your key, and the signature put on record beside\n"
	  "the run, which may be closed. Without RUN, the newest.\n",
	  "key signers as", 0, 1, cmd_sign },
	{ "redact", "RUN… --reason TEXT", "take a leaked secret out of closed runs",
	  "Of every event and piece of output in which it stands the content is removed from the\n"
	  "files; the rows, their digests and the chain stay, and verify says who took what, and\n"
	  "why. Never give the text itself as an argument: --text-from. Status 1 when nothing was\n"
	  "found, or it also stands where it stays (docs/redaction.md).\n",
	  "text-from output reason as dry", 1, -1, cmd_redact },
	{ "prune", "--outputs --older TIME", "give back what commands of old runs printed",
	  "Of runs that were closed so long ago the output files are removed; the rows, their\n"
	  "digests and the chain stay, and verify says who removed what, when, by which rule.\n"
	  "Lists first and asks; --yes removes without asking, for cron. Never of a run that is\n"
	  "open, under hold, in use, or not whole (docs/retention.md). Status 1 when one of the\n"
	  "last two stays for it.\n",
	  "outputs older reason yes as dry", 0, 0, cmd_prune },
	{ "hold", "RUN… --reason TEXT", "let nothing be taken out of a run",
	  "Until it is released, prune and redact refuse it. On record, and shown.\n",
	  "reason as", 1, -1, cmd_hold },
	{ "release", "RUN… --reason TEXT", "end the hold of a run", NULL, "reason as", 1, -1,
	  cmd_release },
	{ "doctor", "", "is this machine ready tonight, and what runbooks act on",
	  "A line for each question, then one for each target: the environments of the\n"
	  "environments files, whose probes are asked, and the hosts that steps go to, by ssh:\n"
	  "ready or not, why, who owns it, by when. Only what reads is run; each has --limit to\n"
	  "answer. The last line says what was not checked. Status 1 when something would stop\n"
	  "a run.\n", "here limit json", 0, 0, cmd_doctor },
	{ "scenario-from", "RUN [FILE]", "a scenario for drills, made from the record of a run",
	  "What commands printed, how they ended and how long they took, who replied and when;\n"
	  "secrets as they are on record: masked. Without FILE it is printed. With it, long\n"
	  "outputs are files in FILE.output; neither may be there already.\n",
	  "", 1, 2, cmd_scenario_from },
	{ "schema", "[runbook|contacts|driver|environments|scenario]",
	  "JSON Schema of such files, for editors", NULL, "", 0, 1, cmd_schema },
	{ "completion", "", "completion for bash: eval \"$(blackstart completion)\"", NULL, "",
	  0, 0, cmd_completion },
	{ "version", "", "which blackstart this is", NULL, "json", 0, 0, cmd_version },
	{ "help", "[VERB]", "this, or all about one verb", NULL, "", 0, 1, cmd_help },
};

const struct cli_verb *cli_verb_at(size_t i)
{
	return i < sizeof(verbs) / sizeof(verbs[0]) ? &verbs[i] : NULL;
}

const struct cli_verb *cli_verb_find(const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (str_eq(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}
