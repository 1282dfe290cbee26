/* doctor: is this machine ready tonight? */
#include "buf.h"
#include "doctor.h"
#include "json.h"
#include "verbs.h"

static const struct {
	const char *name;
	enum health (*look)(const struct opts *o, struct buf *out);
} questions[] = {
	{ "record", doctor_journal },	  { "space", doctor_space },
	{ "ballast", doctor_ballast },	  { "degraded", doctor_degraded },
	{ "open runs", doctor_open_runs }, { "runbooks", doctor_runbooks },
	{ "tools", doctor_tools },	  { "contacts", doctor_contacts },
	{ "guard", doctor_guard },
	{ "clock", doctor_clock },
	{ "logout", doctor_logout },	  { "terminal", doctor_terminal },
	{ "program", doctor_program },
};

static const char *const words[] = { "good", "poor", "bad" };

int cmd_doctor(const struct opts *o, char **args, int n)
{
	struct buf out = BUF_INIT;
	struct jsonw w = { .out = &out };
	int status = CLI_OK;

	(void)args;
	(void)n;
	if (o->json)
		jw_arr(&w, NULL);
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		struct buf text = BUF_INIT;
		enum health h = questions[i].look(o, &text);

		if (h == HEALTH_BAD)
			status = CLI_ENDED;
		if (o->json) {
			jw_obj(&w, NULL);
			jw_str(&w, "question", questions[i].name);
			jw_str(&w, "health", words[h]);
			jw_str(&w, "text", buf_str(&text));
			jw_end_obj(&w);
		} else {
			buf_addf(&out, "%-4s  %-10s  ", words[h], questions[i].name);
			cli_safe(&out, buf_str(&text));
			buf_addc(&out, '\n');
		}
		buf_release(&text);
	}
	if (o->json) {
		jw_end_arr(&w);
		buf_addc(&out, '\n');
	}
	return cli_put(&out, status);
}
