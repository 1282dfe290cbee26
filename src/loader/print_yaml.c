/* The model back as YAML, in one form: what is written here loads to the same model. */
#include "loader.h"

#include <string.h>

#include "buf.h"
#include "reader.h"
#include "str.h"
#include "yaml_out.h"

static void put_bool(struct yaml_out *y, const char *key, bool v)
{
	if (v)
		yaml_out_word(y, key, "true");
}

static void put_named(struct yaml_out *y, const char *key, const struct named *v, size_t n)
{
	if (!n)
		return;
	yaml_out_open(y, key);
	for (size_t i = 0; i < n; i++)
		yaml_out_text(y, v[i].name, v[i].value.s);
	yaml_out_close(y);
}

static void put_question(struct yaml_out *y, const struct field *f)
{
	yaml_out_texts(y, "one_of", f->one_of, f->n_one_of);
	yaml_out_text(y, "default", f->otherwise);
	yaml_out_text(y, "min", f->min);
	yaml_out_text(y, "max", f->max);
	yaml_out_text(y, "match", f->match);
	put_bool(y, "secret", f->secret);
	if (!f->from_file && !f->from_env && !f->from_command)
		return;
	yaml_out_open(y, "from");
	yaml_out_text(y, "file", f->from_file);
	yaml_out_text(y, "env", f->from_env);
	yaml_out_text(y, "command", f->from_command);
	yaml_out_close(y);
}

static void put_fields(struct yaml_out *y, const char *key, const char *prompt,
		       const struct field *v, size_t n)
{
	if (!n)
		return;
	yaml_out_open(y, key);
	for (size_t i = 0; i < n; i++) {
		const struct field *f = &v[i];
		yaml_out_open(y, f->name);
		yaml_out_text(y, prompt, f->prompt);
		yaml_out_word(y, "as", value_type_name(f->type));
		put_question(y, f);
		yaml_out_close(y);
	}
	yaml_out_close(y);
}

static void put_captures(struct yaml_out *y, const struct capture *v, size_t n)
{
	if (!n)
		return;
	yaml_out_open(y, "capture");
	for (size_t i = 0; i < n; i++) {
		const struct capture *c = &v[i];
		if (c->how == CAPTURE_WHOLE && !c->secret) {
			yaml_out_word(y, c->name, value_type_name(c->type));
			continue;
		}
		yaml_out_open(y, c->name);
		yaml_out_text(y, c->how == CAPTURE_JQ ? "jq" : "match", c->pattern);
		yaml_out_word(y, "as", value_type_name(c->type));
		put_bool(y, "secret", c->secret);
		yaml_out_close(y);
	}
	yaml_out_close(y);
}

static void put_ms_but(struct yaml_out *y, const char *key, int64_t ms, int64_t usual)
{
	if (ms != usual)
		yaml_out_ms(y, key, ms);
}

static void put_verify(struct yaml_out *y, const struct probe *p)
{
	if (!p)
		return;
	yaml_out_open(y, "verify");
	yaml_out_text(y, "run", p->run.s);
	put_captures(y, p->captures, p->n_captures);
	yaml_out_text(y, "expect", p->expect.s);
	put_ms_but(y, "every", p->every_ms,
		   p->within_ms || p->stays_ms ? DEFAULT_EVERY_MS : 0);
	yaml_out_ms(y, "within", p->within_ms);
	yaml_out_ms(y, "stays", p->stays_ms);
	put_ms_but(y, "timeout", p->timeout_ms, DEFAULT_LOOK_MS);
	yaml_out_close(y);
}

/* --- by kind --------------------------------------------------------------------------------- */

static void put_steps(struct yaml_out *y, const char *key, struct step *const *v, size_t n);

static void put_ways(struct yaml_out *y, const char *key, const struct step *s)
{
	yaml_out_open(y, key);
	for (size_t i = 0; i < s->n_children; i++) {
		const struct step *way = s->children[i];
		yaml_out_item(y);
		y->indent += 2;
		yaml_out_text(y, "id", way->id_given ? way->id : NULL);
		yaml_out_text(y, "when", way->when.s);
		put_bool(y, "otherwise", way->otherwise);
		yaml_out_text(y, "title", way->title_given ? way->title : NULL);
		yaml_out_text(y, "consequence", way->consequence);
		yaml_out_text(y, "goto", way->jump);
		put_steps(y, "steps", way->children, way->n_children);
		y->indent -= 2;
	}
	yaml_out_close(y);
}

static void put_probe(struct yaml_out *y, const struct step *s)
{
	const struct probe *p = s->probe;
	if (p) {
		yaml_out_text(y, "probe", p->run.s);
		put_captures(y, p->captures, p->n_captures);
		put_ms_but(y, "timeout", p->timeout_ms, DEFAULT_LOOK_MS);
	}
	if (p && s->kind == KIND_WAIT) {
		put_ms_but(y, "every", p->every_ms, DEFAULT_EVERY_MS);
		yaml_out_ms(y, "within", p->within_ms);
		yaml_out_ms(y, "stays", p->stays_ms);
	}
	yaml_out_text(y, "repair", s->repair.s);
}

static void put_ask(struct yaml_out *y, const struct step *s)
{
	yaml_out_text(y, "ask", s->text.s);
	if (s->n_fields) {
		yaml_out_text(y, "into", s->fields[0].name);
		yaml_out_word(y, "as", value_type_name(s->fields[0].type));
		put_question(y, &s->fields[0]);
	}
	yaml_out_text(y, "from", s->from.s);
	if (s->probe) {
		yaml_out_text(y, "lines_of", s->probe->run.s);
		put_ms_but(y, "timeout", s->probe->timeout_ms, DEFAULT_LOOK_MS);
	}
}

static void put_sets(struct yaml_out *y, const struct step *s)
{
	yaml_out_open(y, "set");
	for (size_t i = 0; i < s->n_sets; i++) {
		if (s->set_types[i] == VALUE_TYPE_INVALID) {
			yaml_out_text(y, s->sets[i].name, s->sets[i].value.s);
			continue;
		}
		yaml_out_open(y, s->sets[i].name);
		yaml_out_text(y, "to", s->sets[i].value.s);
		yaml_out_word(y, "as", value_type_name(s->set_types[i]));
		yaml_out_close(y);
	}
	yaml_out_close(y);
}

static void put_group(struct yaml_out *y, const struct step *s)
{
	if (s->each_name) {
		yaml_out_open(y, "each");
		yaml_out_texts(y, s->each_name, s->each_items, s->n_each_items);
		yaml_out_text(y, s->each_name, s->each_list.s);
		yaml_out_close(y);
	}
	if (s->at_once > 1)
		yaml_out_int(y, "at_once", s->at_once);
	if (s->any_order)
		yaml_out_word(y, "order", "any");
	put_steps(y, s->kind == KIND_PARALLEL ? "parallel" : "steps", s->children, s->n_children);
	put_steps(y, "always", s->always, s->n_always);
}

static void put_call(struct yaml_out *y, const struct step *s)
{
	yaml_out_text(y, "call", s->text.s);
	put_named(y, "with", s->args, s->n_args);
	put_named(y, "returns", s->results, s->n_results);
}

static void put_end(struct yaml_out *y, const struct step *s)
{
	yaml_out_text(y, "end", s->text.s);
	if (!s->success)
		yaml_out_word(y, "success", "false");
}

static void put_kind(struct yaml_out *y, const struct step *s)
{
	switch ((int)s->kind) {
	case KIND_CHECK:
	case KIND_WAIT:
		yaml_out_text(y, word_of(WORDS_KIND, s->kind), s->text.s);
		put_probe(y, s);
		break;
	case KIND_ASK:
		put_ask(y, s);
		break;
	case KIND_CHOOSE:
		yaml_out_text(y, "choose", s->text.s);
		put_ways(y, "options", s);
		break;
	case KIND_BRANCH:
		put_ways(y, "branch", s);
		break;
	case KIND_CALL:
		put_call(y, s);
		break;
	case KIND_SETTLE:
		yaml_out_text(y, "settle", s->settles);
		break;
	case KIND_SET:
		put_sets(y, s);
		break;
	case KIND_GROUP:
	case KIND_PARALLEL:
		put_group(y, s);
		break;
	case KIND_END:
		put_end(y, s);
		break;
	default:
		yaml_out_text(y, word_of(WORDS_KIND, s->kind), s->text.s);
		if (s->kind == KIND_DO)
			put_fields(y, "returns", "prompt", s->fields, s->n_fields);
		break;
	}
	yaml_out_text(y, "shows", s->shows);
}

/* --- every step ------------------------------------------------------------------------------ */

static void put_failure(struct yaml_out *y, const struct step *s)
{
	if (s->on_fail == FAIL_GOTO) {
		yaml_out_open(y, "on_fail");
		yaml_out_text(y, "goto", s->fail_goto);
		yaml_out_close(y);
	} else if (s->on_fail != FAIL_ASK) {
		yaml_out_word(y, "on_fail", word_of(WORDS_ON_FAIL, s->on_fail));
	}
	if (s->retry_times) {
		yaml_out_open(y, "retry");
		yaml_out_int(y, "times", s->retry_times);
		yaml_out_ms(y, "every", s->retry_every_ms);
		yaml_out_close(y);
	}
	put_bool(y, "idempotent", s->idempotent);
	yaml_out_ms(y, "timeout", s->timeout_ms);
	yaml_out_ms(y, "takes", s->takes_ms);
}

static void put_owes(struct yaml_out *y, const struct step *s)
{
	if (!s->n_owes)
		return;
	yaml_out_open(y, "owes");
	for (size_t i = 0; i < s->n_owes; i++) {
		const struct owed_def *o = &s->owes[i];
		if (!o->safe_any_time) {
			yaml_out_text(y, o->name, o->command.s);
			continue;
		}
		yaml_out_open(y, o->name);
		yaml_out_text(y, "run", o->command.s);
		put_bool(y, "safe_any_time", true);
		yaml_out_close(y);
	}
	yaml_out_close(y);
}

static void put_commands(struct yaml_out *y, const struct step *s)
{
	put_captures(y, s->captures, s->n_captures);
	if (s->n_exit_ok) {
		yaml_out_open(y, "exit_ok");
		for (size_t i = 0; i < s->n_exit_ok; i++) {
			yaml_out_item(y);
			y->item = false;
			buf_addf(y->out, "%d\n", s->exit_ok[i]);
		}
		yaml_out_close(y);
	}
	yaml_out_text(y, "expect", s->expect.s);
	put_verify(y, s->verify);
	yaml_out_text(y, "if_not", s->if_not);
	yaml_out_text(y, "no_way_back", s->no_way_back);
	yaml_out_text(y, "shows_state", s->shows_state.s);
	yaml_out_text(y, "undo", s->undo.s);
	put_owes(y, s);
	put_named(y, "produces", s->produces, s->n_produces);
	yaml_out_texts(y, "uses", s->uses, s->n_uses);
	put_named(y, "env", s->uses_env, s->n_uses_env);
	yaml_out_texts(y, "secret", s->secrets, s->n_secrets);
	yaml_out_text(y, "host", s->host);
	if (s->kind == KIND_RUN && !s->terminal && !s->n_captures && !s->host)
		yaml_out_word(y, "terminal", "false");
	if (s->leaves_processes)
		yaml_out_word(y, "leaves", "processes");
	put_bool(y, "record_input", s->record_input);
}

static void put_step(struct yaml_out *y, const struct step *s)
{
	if (s->source) {
		yaml_out_raw(y, s->source);
		return;
	}
	yaml_out_text(y, "id", s->id_given ? s->id : NULL);
	yaml_out_text(y, "title", s->title_given ? s->title : NULL);
	yaml_out_text(y, "why", s->why);
	yaml_out_text(y, "when", s->when.s);
	yaml_out_text(y, "warn", s->warn);
	put_kind(y, s);
	if (s->effect_given)
		yaml_out_word(y, "effect", word_of(WORDS_EFFECT, s->effect));
	yaml_out_text(y, "target", s->target.s);
	yaml_out_text(y, "role", s->role);
	put_commands(y, s);
	put_failure(y, s);
}

static void put_steps(struct yaml_out *y, const char *key, struct step *const *v, size_t n)
{
	if (!n)
		return;
	yaml_out_open(y, key);
	for (size_t i = 0; i < n; i++) {
		yaml_out_item(y);
		y->indent += 2;
		put_step(y, v[i]);
		y->indent -= 2;
	}
	yaml_out_close(y);
}

static void put_triggers(struct yaml_out *y, const struct runbook *rb)
{
	if (!rb->n_triggers)
		return;
	yaml_out_open(y, "triggers");
	for (size_t i = 0; i < rb->n_triggers; i++) {
		yaml_out_item(y);
		y->indent += 2;
		yaml_out_text(y, "alert", rb->triggers[i].alert);
		yaml_out_text(y, "text", rb->triggers[i].text);
		y->indent -= 2;
	}
	yaml_out_close(y);
}

void loader_print_yaml(struct buf *out, const struct runbook *rb)
{
	struct yaml_out y = { .out = out };
	yaml_out_word(&y, "blackstart", "1");
	yaml_out_text(&y, "title", rb->title);
	yaml_out_text(&y, "about", rb->about);
	yaml_out_text(&y, "owner", rb->owner);
	yaml_out_text(&y, "reviewed", rb->reviewed);
	yaml_out_ms(&y, "review_in", rb->review_in_ms);
	yaml_out_ms(&y, "drill_every", rb->drill_every_ms);
	if (rb->rto_ms || rb->rpo_ms) {
		yaml_out_open(&y, "objectives");
		yaml_out_ms(&y, "rto", rb->rto_ms);
		yaml_out_ms(&y, "rpo", rb->rpo_ms);
		yaml_out_close(&y);
	}
	put_triggers(&y, rb);
	yaml_out_texts(&y, "needs", rb->needs, rb->n_needs);
	yaml_out_text(&y, "contacts", rb->contacts);
	yaml_out_ms(&y, "cadence", rb->cadence_ms);
	yaml_out_text(&y, "environment", rb->environment);
	put_fields(&y, "params", "ask", rb->params, rb->n_params);
	put_steps(&y, "steps", rb->steps, rb->n_steps);
}
