/* The checklist: what a person needs who has nothing but paper. Numbers are those of the screen. */
#include "loader.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "contact.h"
#include "page.h"
#include "str.h"

enum { NARROWEST = 40, INDENT_MOST = 24, SETTLE_MOST = 20 };

/* --- the head -------------------------------------------------------------------------------- */

static void print_needs(const struct page *p, const struct runbook *rb)
{
	struct buf b = BUF_INIT;
	for (size_t i = 0; i < rb->n_needs; i++)
		buf_addf(&b, "%s%s", i ? ", " : "", rb->needs[i]);
	page_text(p, "Needs:", rb->n_needs ? buf_str(&b) : NULL);
	buf_release(&b);
}

static void print_field(const struct page *p, const char *label, const struct field *f)
{
	struct buf b = BUF_INIT;
	buf_addf(&b, "%s (%s%s)", f->name, value_type_name(f->type), f->secret ? ", secret" : "");
	if (f->prompt)
		buf_addf(&b, ": %s", f->prompt);
	for (size_t i = 0; i < f->n_one_of; i++)
		buf_addf(&b, "%s%s", i ? ", " : " One of: ", f->one_of[i]);
	if (f->min)
		buf_addf(&b, "; at least %s", f->min);
	if (f->max)
		buf_addf(&b, "; at most %s", f->max);
	if (f->otherwise)
		buf_addf(&b, "; default %s", f->otherwise);
	if (f->from_file)
		buf_addf(&b, "; from the file %s", f->from_file);
	if (f->from_env)
		buf_addf(&b, "; from the variable %s", f->from_env);
	if (f->from_command)
		buf_addf(&b, "; from: %s", f->from_command);
	buf_adds(&b, "  ________");
	page_text(p, label, buf_str(&b));
	buf_release(&b);
}

static void print_head(const struct page *p, const struct runbook *rb)
{
	page_text(p, NULL, rb->title);
	buf_addc(p->out, '\n');
	page_text(p, NULL, rb->about);
	if (rb->about)
		buf_addc(p->out, '\n');
	page_text(p, "Owner:", rb->owner);
	page_text(p, "Reviewed:", rb->reviewed);
	page_duration(p, "To be reviewed every:", rb->review_in_ms);
	page_duration(p, "To be drilled every:", rb->drill_every_ms);
	page_duration(p, "Recover within:", rb->rto_ms);
	page_duration(p, "Data no older than:", rb->rpo_ms);
	for (size_t i = 0; i < rb->n_triggers; i++) {
		page_text(p, "For the alert:", rb->triggers[i].alert);
		page_text(p, "For the message:", rb->triggers[i].text);
	}
	print_needs(p, rb);
	page_text(p, "Contacts:", rb->contacts);
	page_text(p, "Environment:", rb->environment);
	page_guard(p, rb);
	for (size_t i = 0; i < rb->n_params; i++)
		print_field(p, "Parameter:", &rb->params[i]);
	buf_addc(p->out, '\n');
}

/* --- steps ----------------------------------------------------------------------------------- */

static void print_captures(const struct page *p, const struct capture *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		page_printf(p, "Note down:", "%s (%s%s)%s%s  ________", v[i].name,
			    value_type_name(v[i].type), v[i].secret ? ", secret" : "",
			    v[i].pattern ? (v[i].how == CAPTURE_JQ ? ", by jq: " : ", by match: ")
					 : "",
			    v[i].pattern ? v[i].pattern : "");
}

static void print_exit_ok(const struct page *p, const struct step *s)
{
	struct buf b = BUF_INIT;
	for (size_t i = 0; i < s->n_exit_ok; i++)
		buf_addf(&b, "%s%d", i ? ", " : "", s->exit_ok[i]);
	page_text(p, "Exit status that is fine:", s->n_exit_ok ? buf_str(&b) : NULL);
	buf_release(&b);
}

static void print_probe(const struct page *p, const char *label, const struct probe *pr)
{
	if (!pr)
		return;
	page_command(p, label, pr->run.s);
	print_captures(p, pr->captures, pr->n_captures);
	page_text(p, "Expect:", pr->expect.s);
	if (pr->within_ms || pr->stays_ms)
		page_duration(p, "Look again every:", pr->every_ms);
	page_duration(p, "Give up after:", pr->within_ms);
	page_duration(p, "True each time for:", pr->stays_ms);
}

/* What a driver is given at every step: its functions are many pages, and stand on its own. */
static bool is_for_paper(const struct named *n)
{
	return n->value.s && *n->value.s && !str_eq(n->name, "functions");
}

static void print_before(const struct page *p, const struct step *s)
{
	page_text(p, "Why:", s->why);
	if (s->kind != KIND_OPTION)
		page_text(p, "Only when:", s->when.s);
	page_text(p, "!! WARNING:", s->warn);
	page_text(p, "Done by:", s->role);
	page_text(p, "On the host:", s->host);
	if (s->effect == EFFECT_DESTROY)
		page_printf(p, "!! DESTROYS:", "%s", s->target.s ? s->target.s :
			    s->book && s->book->environment ? s->book->environment : "?");
	else
		page_text(p, "Target:", s->target.s);
	for (size_t i = 0; i < s->n_uses; i++)
		page_printf(p, "Uses:", "the file `%s`, unchanged", s->uses[i]);
	for (size_t i = 0; i < s->n_uses_env; i++)
		if (!p->driven || is_for_paper(&s->uses_env[i]))
			page_printf(p, "With:", "%s=%s", s->uses_env[i].name,
				    s->uses_env[i].value.s);
	for (size_t i = 0; i < s->n_secrets; i++)
		page_text(p, "With the secret:", s->secrets[i]);
	page_duration(p, "Usually takes:", s->takes_ms);
	page_duration(p, "Stop it after:", s->timeout_ms);
}

static void print_each(const struct page *p, const struct step *s)
{
	struct buf b = BUF_INIT;
	if (!s->each_name)
		return;
	buf_addf(&b, "%s in ", s->each_name);
	for (size_t i = 0; i < s->n_each_items; i++)
		buf_addf(&b, "%s%s", i ? ", " : "", s->each_items[i]);
	if (s->each_list.s)
		buf_adds(&b, s->each_list.s);
	if (s->at_once > 1)
		buf_addf(&b, "; %d at once", s->at_once);
	page_text(p, "For each:", buf_str(&b));
	buf_release(&b);
}

/* On paper a step that settles must say how. */
static void print_settle(const struct page *p, const struct step *s)
{
	const struct runbook *root = s->book;
	size_t shown = 0, more = 0;
	while (root && root->caller)
		root = root->caller;
	if (str_eq(s->settles, "all")) {
		page_text(p, NULL,
			  "Bring back everything that is STILL DOWN above, the last one first.");
		return;
	}
	for (size_t i = 0; root && s->settles && i < root->n_all; i++) {
		const struct step *o = root->all[i];
		for (size_t k = 0; k < o->n_owes && o->book == s->book; k++) {
			if (!str_eq(s->settles, o->owes[k].name))
				continue;
			more += shown == SETTLE_MOST;
			if (shown == SETTLE_MOST)
				continue;
			shown++;
			page_printf(p, "What step", "%s owes:", o->number);
			page_command(p, NULL, o->owes[k].command.s);
		}
	}
	if (more)
		page_printf(p, NULL, "... and what %zu more steps owe as `%s`", more, s->settles);
}

/* The ladder as it is written; who is awake at some hour stands on a paper of its own. */
static void print_ladder(const struct page *p, const struct step *s)
{
	struct page in = *p;
	in.indent += 4;
	if (s->contact) {
		page_text(&in, NULL, s->contact->note);
		page_text(&in, NULL, s->contact->paper);
	} else if (s->contact_why) {
		page_printf(&in, "!!", "It cannot be climbed: %s", s->contact_why);
	}
}

static void print_contact(const struct page *p, const struct step *s)
{
	static const char *const enough[] = { /* by enum ladder_goal */
		"the message was taken", "somebody has answered", "somebody has joined",
	};
	size_t until = s->until >= 0 && (size_t)s->until < sizeof(enough) / sizeof(*enough) ?
		       (size_t)s->until : 0;
	page_printf(p, "Tell:", "%s, one after the other, until %s. Who is awake when: `blackstart "
		    "contacts` prints it.%s", s->ladder, enough[until],
		    s->goes_on ? " Go on meanwhile." : "");
	print_ladder(p, s);
	if (s->announces && s->cadence_ms) {
		struct buf b = BUF_INIT;
		str_duration(&b, s->cadence_ms);
		page_printf(p, NULL, "Then tell them more every %s, until it is announced as "
			    "completed.", buf_str(&b));
		buf_release(&b);
	}
	page_text(p, "Subject:", s->subject.s);
	page_text(p, "Say:", s->message.s);
}

static void print_action(const struct page *p, const struct step *s)
{
	/* an instruction whose title was made from it need not be said twice */
	bool said = !s->title_given && s->text.s && str_eq(s->title, s->text.s);
	switch ((int)s->kind) {
	case KIND_RUN:
		page_command(p, NULL, s->text.s);
		break;
	case KIND_CHECK:
		print_probe(p, "Look:", s->probe);
		page_text(p, "Must hold:", s->text.s);
		page_command(p, "Repair:", s->repair.s);
		break;
	case KIND_WAIT:
		print_probe(p, "Look:", s->probe);
		page_text(p, "Wait until:", s->timer_ms ? NULL : s->text.s);
		page_duration(p, "Wait:", s->timer_ms);
		break;
	case KIND_ASK:
		page_text(p, NULL, said ? NULL : s->text.s);
		page_command(p, "Choose a line of:", s->probe ? s->probe->run.s : NULL);
		page_text(p, "Choose an item of:", s->from.s);
		break;
	case KIND_SETTLE:
		print_settle(p, s);
		break;
	case KIND_CALL:
		page_text(p, "The runbook:", s->text.s);
		break;
	case KIND_BROKEN:
		page_text(p, "!!", "This step has a mistake and cannot be run as it is written:");
		page_text(p, "|", s->source);
		break;
	case KIND_CONTACT:
		print_contact(p, s);
		break;
	case KIND_RESTORE:
	case KIND_REBUILD: /* what to do stands in the steps that are made of it */
		page_printf(p, "By the driver:", "%s. What it needs and leaves, and its functions, "
			    "are on a paper of its own: `blackstart show` and its file.",
			    s->text.s);
		break;
	case KIND_RELEASE:
		break;
	default:
		page_text(p, NULL, said ? NULL : s->text.s);
		break;
	}
	print_each(p, s);
	if (s->any_order)
		page_text(p, NULL, "In any order:");
	page_text(p, "Read:", s->shows);
}

static void print_after(const struct page *p, const struct step *s)
{
	static const char *const on_fail[FAIL_MAX] = {
		[FAIL_STOP] = "stop the run", [FAIL_CONTINUE] = "go on all the same",
		[FAIL_RETRY] = "try again",
	};
	for (size_t i = 0; i < s->n_fields; i++)
		print_field(p, "Note down:", &s->fields[i]);
	print_captures(p, s->captures, s->n_captures);
	for (size_t i = 0; i < s->n_produces; i++)
		page_printf(p, "Makes the file:", "%s (`%s`)", s->produces[i].value.s,
			    s->produces[i].name);
	for (size_t i = 0; i < s->n_sets; i++)
		page_printf(p, "Work out:", "%s = %s", s->sets[i].name, s->sets[i].value.s);
	print_exit_ok(p, s);
	page_text(p, "Expect:", s->expect.s);
	print_probe(p, "Then verify:", s->verify);
	page_text(p, "If not:", s->if_not);
	page_text(p, "No way back:", s->no_way_back);
	page_command(p, "What is there now:", s->shows_state.s);
	if (s->retry_times)
		page_printf(p, "Try again:", "at most %d times", s->retry_times);
	page_text(p, "If it fails:", s->on_fail == FAIL_GOTO ? NULL : on_fail[s->on_fail]);
	page_text(p, "If it fails, go to:", s->fail_goto);
	page_command(p, "To undo it:", s->undo.s);
	for (size_t i = 0; i < s->n_owes; i++) {
		page_printf(p, "STILL DOWN until settled:", "%s", s->owes[i].name);
		page_command(p, NULL, s->owes[i].command.s);
	}
}

static void print_call(const struct page *p, const struct step *s)
{
	for (size_t i = 0; i < s->n_args; i++)
		page_printf(p, "With:", "%s = %s", s->args[i].name, s->args[i].value.s);
	if (s->callee && s->callee->about)
		page_text(p, NULL, s->callee->about);
	for (size_t i = 0; i < s->n_results; i++)
		page_printf(p, "Note down:", "%s (its %s)", s->results[i].name,
			    s->results[i].value.s);
}

static void print_title(const struct page *p, const struct step *s)
{
	static const char *const effects[] = { "read", "CHANGE", "DESTROY" };
	struct buf head = BUF_INIT, title = BUF_INIT;
	bool way = s->kind == KIND_OPTION;
	buf_addf(&head, "%s %s", way ? "( )" : "[ ]", s->number);
	buf_adds(&title, s->kind == KIND_RUN && !s->title_given ? "Run" : s->title);
	if (s->effect_given || s->kind == KIND_RUN || s->effect == EFFECT_DESTROY)
		buf_addf(&title, "  <%s>", effects[s->effect]);
	if (s->id_given)
		buf_addf(&title, "  (%s)", s->id);
	page_text(p, buf_str(&head), buf_str(&title));
	buf_release(&head);
	buf_release(&title);
}

static void print_steps(const struct page *p, struct step *const *v, size_t n);

static void print_step(const struct page *p, const struct step *s)
{
	struct page in = *p;
	in.indent += in.indent < INDENT_MOST ? 4 : 0;
	print_title(p, s);
	page_text(&in, NULL, s->consequence);
	print_before(&in, s);
	print_action(&in, s);
	print_call(&in, s);
	in.driven = p->driven || s->kind == KIND_RESTORE || s->kind == KIND_REBUILD ||
		    s->kind == KIND_RELEASE;
	print_steps(&in, s->children, s->n_children);
	in.driven = p->driven;
	if (s->n_always)
		page_text(&in, NULL, "Always, whatever became of it:");
	print_steps(&in, s->always, s->n_always);
	page_text(&in, "Go to:", s->jump);
	print_after(&in, s);
	if (s->kind == KIND_END)
		page_text(&in, NULL, s->success ? "The run ends here, well." :
			  "The run ends here, failed.");
}

static void print_steps(const struct page *p, struct step *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		print_step(p, v[i]);
		if (!p->indent)
			buf_addc(p->out, '\n');
	}
}

void loader_print(struct buf *out, const struct runbook *rb, int width)
{
	struct page p = { out, width < NARROWEST ? NARROWEST : width, 0, false };
	print_head(&p, rb);
	print_steps(&p, rb->steps, rb->n_steps);
}
