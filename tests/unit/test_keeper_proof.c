/* Proofs of who somebody is, at a real keeper: what was signed for something else is good for
 * nothing, and nobody waits for what is being looked at. */
#include "keeper_rig.h"
#include "sign_rig.h"

#include "client.h"
#include "guard.h"
#include "loader.h"
#include "sign_codes.h"
#include "sign_permit.h"
#include "sign_request.h"
#include "view.h"
#include "view_request.h"

static struct signing s;

static const char book_text[] =
	"blackstart: 1\n"
	"title: Destroy\n"
	"environment: prd\n"
	"steps:\n"
	"  - {id: gone, title: Destroy it, run: echo gone >>destroyed, effect: destroy, "
	"target: vol-7, if_not: Ask.}\n"
	"  - {id: more, title: Destroy more, run: echo more >>destroyed, effect: destroy, "
	"target: vol-8, if_not: Ask.}\n";

static const char environments_text[] =
	"signers: signers\n"
	"codes: codes\n"
	"prd: {protected: true, target: {probe: echo prd, is: prd}, "
	"approve: {by: [ana, raj], for: destroy}}\n"
	"stage: {protected: true, target: {probe: echo stage, is: stage}, "
	"approve: {by: [ana], for: destroy}}\n";

static const char by_step[] = "\"purpose\":\"main\"";

static int open_keys(void **state)
{
	(void)state;
	sr_open(&s);
	sr_key(&s, "ana", "ed25519", "");
	sr_key(&s, "raj", "ed25519", "");
	sr_allow(&s, "signers", "ana", "", "ana");
	sr_allow(&s, "signers", "raj", "", "raj");
	sr_write(&s, "book.yaml", book_text, 0600);
	sr_write(&s, "environments.yaml", environments_text, 0600);
	/* the usual one, but where a file says that it hangs */
	char *script = mem_printf("#!/bin/sh\n[ -e %s/hangs ] && exec sleep 1000\n"
				  "PATH='%s' exec ssh-keygen \"$@\"\n", s.dir, s.path);
	sr_fake_keygen(&s, script);
	free(script);
	return 0;
}

static int close_keys(void **state)
{
	(void)state;
	sr_close(&s);
	return 0;
}

/* --- a run ------------------------------------------------------------------------------------ */

static void open_run(struct kr *r)
{
	struct loader_source disk = loader_disk();
	char *path = sr_path(&s, "book.yaml");
	struct findings f = { 0 };
	struct runbook *rb = NULL;
	*r = (struct kr){ .fd = -1 };
	str_clip(r->dir, sizeof(r->dir), "/tmp/bs-keeper.XXXXXX");
	assert_non_null(mkdtemp(r->dir));
	r->journal = mem_printf("%s/journal.db", r->dir);
	str_clip(r->client, sizeof(r->client), "client-1");
	assert_int_equal(loader_load(path, &disk, &rb, &f, &r->err), 0);
	guard_attach(rb);
	struct keeper_run run = { .journal = r->journal, .book = rb, .path = path,
				  .actor = { .id = "ana", .how = "login" } };
	if (keeper_open_run(&run, r->run, &r->err))
		fail_msg("%s", r->err.text);
	findings_release(&f);
	runbook_free(rb);
	free(path);
	kr_ensure(r);
	kr_attach(r);
}

static void close_run(struct kr *r)
{
	char *destroyed = sr_path(&s, "destroyed");
	unlink(destroyed);
	free(destroyed);
	kr_close(r);
}

/* The run as it stands; client_close when it was looked at. */
static struct client *look(struct kr *r)
{
	struct client_opts o = { .journal = r->journal, .run = r->run, .look = true };
	struct client *c = NULL;
	if (client_open(&o, NULL, &c, &r->err))
		fail_msg("%s", r->err.text);
	return c;
}

static const struct inst *step_of(struct client *c, const char *key)
{
	return state_inst(view_state(client_view(c)), key);
}

static bool asks_for_name(struct kr *r, const char *key)
{
	struct client *c = look(r);
	const struct inst *in = step_of(c, key);
	bool yes = in->state == STEP_HOLD && in->prompt && !inst_awaits_approval(in);
	client_close(c);
	return yes;
}

static const struct answer *say(struct kr *r, enum verb verb, const char *key, const char *name,
				const char *text, const char *reason)
{
	struct client *c = look(r);
	const struct inst *in = key ? step_of(c, key) : NULL;
	struct intent it = { .verb = verb, .step = (char *)(uintptr_t)key,
			     .name = (char *)(uintptr_t)name, .text = (char *)(uintptr_t)text,
			     .reason = (char *)(uintptr_t)reason, .prompt = in ? in->prompt : 0 };
	char id[40] = "";
	client_close(c);
	kr_send(r, &it, id);
	const struct answer *a = kr_answer(r, id);
	assert_non_null(a);
	return a;
}

static void yes(const struct answer *a)
{
	if (!a->accepted)
		fail_msg("refused: %s", a->why);
}

static void no(const struct answer *a, const char *why)
{
	assert_false(a->accepted);
	if (!strstr(a->why, why))
		fail_msg("nothing like `%s`: %s", why, a->why);
}

static char *signature(const char *key, const char *space, const char *text)
{
	struct buf sig = BUF_INIT;
	if (sr_sign(&s, key, space, text, &sig))
		fail_msg("%s", s.err.text);
	return buf_take(&sig);
}

static void identify(struct kr *r, const char *key)
{
	struct buf text = BUF_INIT;
	sign_identity_text(r->run, r->client, &text);
	char *sig = signature(key, SIGN_IDENTITY, buf_str(&text));
	yes(say(r, VERB_IDENTIFY, NULL, NULL, sig, NULL));
	free(sig);
	buf_release(&text);
}

/* Types the name of a step's target: a second person is asked for. */
static void ask(struct kr *r, const char *key, const char *target)
{
	int64_t until = kr_ms() + KR_WAIT_MS;
	while (!asks_for_name(r, key)) {
		if (kr_ms() > until)
			fail_msg("the name of %s is never asked for", key);
		kr_frame(r, 20);
	}
	yes(say(r, VERB_START, key, NULL, target, NULL));
}

/* What it waits for: its digest, and the text that is signed. The caller's to free(). */
static char *request(struct kr *r, const char *key, const char *refusal, char **ret_text)
{
	struct client *c = look(r);
	const struct inst *in = step_of(c, key);
	struct buf text = BUF_INIT;
	assert_true(inst_awaits_approval(in));
	assert_int_equal(view_request(view_state(client_view(c)), in, refusal, &text, NULL), 0);
	char *digest = mem_dup(in->guard->request);
	client_close(c);
	*ret_text = buf_take(&text);
	return digest;
}

static char *approval(struct kr *r, const char *key, const char *by, char **ret_request)
{
	char *text = NULL;
	*ret_request = request(r, key, NULL, &text);
	char *sig = signature(by, SIGN_APPROVAL, text);
	free(text);
	return sig;
}

static bool destroyed(void)
{
	char *path = sr_path(&s, "destroyed");
	bool there = access(path, F_OK) == 0;
	free(path);
	return there;
}

/* --- what is good for nothing ----------------------------------------------------------------- */

static void an_approval_goes_for_one_request_once(void **state)
{
	(void)state;
	struct kr r;
	char *first, *second, *text, *refusal;
	open_run(&r);
	yes(say(&r, VERB_TAKE, NULL, NULL, NULL, NULL));
	identify(&r, "ana");
	ask(&r, "gone", "vol-7");
	char *sig = approval(&r, "gone", "raj", &first);

	/* a no is no yes, and a yes no no */
	char *digest = request(&r, "gone", "not now", &text);
	assert_string_equal(digest, first);
	refusal = signature("raj", SIGN_APPROVAL, text);
	no(say(&r, VERB_APPROVE, "gone", first, refusal, NULL), "another text");
	no(say(&r, VERB_APPROVE, "gone", first, refusal, "never"), "another text");
	no(say(&r, VERB_APPROVE, "gone", first, sig, "not now"), "another text");
	yes(say(&r, VERB_APPROVE, "gone", first, refusal, "not now"));
	free(text);
	free(digest);

	/* the yes to what was refused, shown for what is asked now */
	ask(&r, "gone", "vol-7");
	char *fresh = approval(&r, "gone", "raj", &second);
	assert_string_not_equal(first, second);
	no(say(&r, VERB_APPROVE, "gone", first, sig, NULL), "not what is asked for now");
	no(say(&r, VERB_APPROVE, "gone", second, sig, NULL), "another text");
	no(say(&r, VERB_APPROVE, "more", second, fresh, NULL), "nothing there waits");
	no(say(&r, VERB_APPROVE, "nowhere", second, fresh, NULL), "nothing there waits");
	no(say(&r, VERB_APPROVE, NULL, second, fresh, NULL), "nothing there waits");
	no(say(&r, VERB_APPROVE, "gone", NULL, fresh, NULL), "not what is asked for now");
	no(say(&r, VERB_APPROVE, "gone", second, NULL, NULL), "no proof");
	assert_false(destroyed());
	yes(say(&r, VERB_APPROVE, "gone", second, fresh, NULL));
	kr_wait_event(&r, EV_CMD_INTENT, by_step, 1);

	/* … once, and for no other step */
	ask(&r, "more", "vol-8");
	no(say(&r, VERB_APPROVE, "gone", second, fresh, NULL), "nothing there waits");
	no(say(&r, VERB_APPROVE, "more", second, fresh, NULL), "not what is asked for now");
	char *third, *unused = approval(&r, "more", "raj", &third);
	no(say(&r, VERB_APPROVE, "more", third, fresh, NULL), "another text");
	assert_int_equal(kr_count(&r, EV_CMD_INTENT, by_step), 1);
	free(unused);
	free(third);
	free(first);
	free(second);
	free(sig);
	free(fresh);
	free(refusal);
	close_run(&r);
}

static void an_approval_for_another_run_is_none(void **state)
{
	(void)state;
	struct kr one, two;
	char *of_one, *of_two;
	open_run(&one);
	open_run(&two);
	struct kr *both[] = { &one, &two };
	for (int i = 0; i < 2; i++) {
		yes(say(both[i], VERB_TAKE, NULL, NULL, NULL, NULL));
		identify(both[i], "ana");
		ask(both[i], "gone", "vol-7");
	}
	char *sig = approval(&one, "gone", "raj", &of_one);
	char *other = approval(&two, "gone", "raj", &of_two);
	no(say(&two, VERB_APPROVE, "gone", of_two, sig, NULL), "another text");
	no(say(&two, VERB_APPROVE, "gone", of_one, sig, NULL), "not what is asked for now");
	assert_false(destroyed());
	free(sig);
	free(other);
	free(of_one);
	free(of_two);
	close_run(&one);
	close_run(&two);
}

static void a_command_that_changed_needs_a_new_yes(void **state)
{
	(void)state;
	struct kr r;
	char *before, *after, *text;
	open_run(&r);
	yes(say(&r, VERB_TAKE, NULL, NULL, NULL, NULL));
	identify(&r, "ana");
	ask(&r, "gone", "vol-7");
	char *sig = approval(&r, "gone", "raj", &before);
	yes(say(&r, VERB_EDIT, "gone", NULL, "rm -r /srv; echo >>destroyed", "a typo"));
	no(say(&r, VERB_APPROVE, "gone", before, sig, NULL), "");
	ask(&r, "gone", "vol-7");
	after = request(&r, "gone", NULL, &text);
	assert_string_not_equal(before, after);
	assert_non_null(strstr(text, "  | rm -r /srv; echo >>destroyed\n"));
	no(say(&r, VERB_APPROVE, "gone", before, sig, NULL), "not what is asked for now");
	no(say(&r, VERB_APPROVE, "gone", after, sig, NULL), "another text");
	assert_false(destroyed());
	free(text);
	free(before);
	free(after);
	free(sig);
	close_run(&r);
}

static void what_was_signed_for_something_else_is_no_approval(void **state)
{
	(void)state;
	static const char *const spaces[] = { SIGN_IDENTITY, SIGN_PERMIT, SIGN_CHECKPOINT, "file" };
	struct kr r;
	char *text;
	open_run(&r);
	yes(say(&r, VERB_TAKE, NULL, NULL, NULL, NULL));
	identify(&r, "ana");
	ask(&r, "gone", "vol-7");
	char *digest = request(&r, "gone", NULL, &text);
	for (size_t i = 0; i < COUNT_OF(spaces); i++) {
		char *sig = signature("raj", spaces[i], text);
		no(say(&r, VERB_APPROVE, "gone", digest, sig, NULL), "made for");
		free(sig);
	}
	assert_false(destroyed());
	free(text);
	free(digest);
	close_run(&r);
}

/* --- codes ------------------------------------------------------------------------------------ */

static void a_code_is_used_once_however_often_it_is_sent(void **state)
{
	(void)state;
	struct kr r;
	char *codes = sr_path(&s, "codes"), *text, id[40] = "";
	struct buf made = BUF_INIT;
	assert_int_equal(sign_codes_make(codes, "raj", 1, clock_now().wall, &made, NULL), 0);
	buf_cut(&made, made.len - 1);
	open_run(&r);
	yes(say(&r, VERB_TAKE, NULL, NULL, NULL, NULL));
	identify(&r, "ana");
	ask(&r, "gone", "vol-7");
	char *digest = request(&r, "gone", NULL, &text);

	/* of a request that is past nothing is used */
	no(say(&r, VERB_APPROVE, "gone", r.run, buf_str(&made), NULL), "not what is asked");
	struct intent it = { .verb = VERB_APPROVE, .step = (char *)(uintptr_t)"gone",
			     .name = digest, .text = made.data };
	kr_send(&r, &it, id);
	kr_send(&r, &it, id);
	yes(kr_answer(&r, id));
	kr_wait_event(&r, EV_CMD_INTENT, by_step, 1);
	kr_send(&r, &it, id); /* the first answer comes again */
	size_t n = r.n_answers;
	while (r.n_answers == n && kr_frame(&r, KR_WAIT_MS))
		;
	yes(kr_answer(&r, id));
	char *file = sr_read(&s, "codes");
	assert_null(strstr(file, " - -\n"));
	free(file);
	ask(&r, "more", "vol-8");
	free(digest);
	free(text);
	digest = request(&r, "more", NULL, &text);
	no(say(&r, VERB_APPROVE, "more", digest, buf_str(&made), NULL), "was used at");
	assert_int_equal(kr_count(&r, EV_CMD_INTENT, by_step), 1);
	assert_int_equal(kr_count(&r, EV_GUARD, buf_str(&made) + 5), 0);
	free(digest);
	free(text);
	free(codes);
	buf_release(&made);
	close_run(&r);
}

/* --- identities ------------------------------------------------------------------------------- */

static void an_identity_goes_for_one_client_of_one_run(void **state)
{
	(void)state;
	struct kr r;
	struct buf text = BUF_INIT;
	open_run(&r);
	yes(say(&r, VERB_TAKE, NULL, NULL, NULL, NULL));
	sign_identity_text("another run", r.client, &text);
	char *sig = signature("ana", SIGN_IDENTITY, buf_str(&text));
	no(say(&r, VERB_IDENTIFY, NULL, NULL, sig, NULL), "another text");
	free(sig);
	buf_clear(&text);
	sign_identity_text(r.run, "client-2", &text);
	sig = signature("ana", SIGN_IDENTITY, buf_str(&text));
	no(say(&r, VERB_IDENTIFY, NULL, NULL, sig, NULL), "another text");
	no(say(&r, VERB_IDENTIFY, NULL, "client-2", sig, NULL), "no such client");
	assert_int_equal(kr_count(&r, EV_GUARD, "identified"), 0);
	no(say(&r, VERB_START, "gone", NULL, "vol-7", NULL), "not known who you are");
	free(sig);
	buf_release(&text);
	close_run(&r);
}

/* --- permits ---------------------------------------------------------------------------------- */

static char *permit(const char *by, const char *env, const char *book, int64_t until_ns)
{
	struct sign_permit p = { .of = SIGN_OF_RUNBOOK, .name = "book.yaml", .why = "a test",
				 .until_ns = until_ns / 1000000000 * 1000000000 };
	struct buf text = BUF_INIT;
	sign_permit_name(&p);
	assert_true(str_copy(p.environment, sizeof(p.environment), env));
	hash_hex_of(book, strlen(book), p.digest);
	assert_int_equal(sign_permit_text(&p, &text, NULL), 0);
	char *sig = signature(by, SIGN_PERMIT, buf_str(&text));
	buf_adds(&text, sig);
	free(sig);
	return buf_take(&text);
}

static void a_permit_goes_for_one_runbook_in_one_environment(void **state)
{
	(void)state;
	int64_t now = clock_now().wall, hour = 3600 * INT64_C(1000000000);
	struct kr r;
	const struct {
		const char *by, *env, *book;
		int64_t until;
		const char *why;
	} bad[] = {
		{ "raj", "prd", "another", now + hour, "something else than this runbook" },
		{ "raj", "prd", book_text, now - hour, "was good until" },
		{ "raj", "stage", book_text, now + hour, "may not give one" },
		{ "raj", "nowhere", book_text, now + hour, "may not give one" },
	};
	open_run(&r);
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		char *text = permit(bad[i].by, bad[i].env, bad[i].book, bad[i].until);
		no(say(&r, VERB_PERMIT, NULL, NULL, text, NULL), bad[i].why);
		free(text);
	}
	no(say(&r, VERB_PERMIT, NULL, NULL, "please", NULL), "no permit");
	assert_int_equal(kr_count(&r, EV_GUARD, "\"what\":\"permit\""), 0);
	char *good = permit("raj", "prd", book_text, now + hour);
	yes(say(&r, VERB_PERMIT, NULL, NULL, good, NULL));
	assert_int_equal(kr_count(&r, EV_GUARD, "\"what\":\"permit\""), 1);
	free(good);
	close_run(&r);
}

/* --- time ------------------------------------------------------------------------------------- */

static void nobody_waits_for_what_is_looked_at(void **state)
{
	(void)state;
	struct kr r;
	struct buf text = BUF_INIT;
	char first[40] = "";
	open_run(&r);
	yes(say(&r, VERB_TAKE, NULL, NULL, NULL, NULL));
	sign_identity_text(r.run, r.client, &text);
	char *sig = signature("ana", SIGN_IDENTITY, buf_str(&text));
	sr_write(&s, "hangs", "", 0600);
	struct intent it = { .verb = VERB_IDENTIFY, .text = sig };
	kr_send(&r, &it, first);
	yes(say(&r, VERB_NOTE, NULL, NULL, "meanwhile", NULL));
	for (size_t i = 0; i < r.n_answers; i++)
		assert_string_not_equal(r.answers[i].id, first);
	no(kr_answer(&r, first), "did not answer in time");
	char *hangs = sr_path(&s, "hangs");
	unlink(hangs);
	identify(&r, "ana");
	free(hangs);
	free(sig);
	buf_release(&text);
	close_run(&r);
}

static int tests(void)
{
	const struct CMUnitTest list[] = {
		UNIT(an_approval_goes_for_one_request_once),
		UNIT(an_approval_for_another_run_is_none),
		UNIT(a_command_that_changed_needs_a_new_yes),
		UNIT(what_was_signed_for_something_else_is_no_approval),
		UNIT(a_code_is_used_once_however_often_it_is_sent),
		UNIT(an_identity_goes_for_one_client_of_one_run),
		UNIT(a_permit_goes_for_one_runbook_in_one_environment),
		UNIT(nobody_waits_for_what_is_looked_at),
	};
	return cmocka_run_group_tests(list, open_keys, close_keys);
}

int main(int argc, char **argv)
{
	return kr_main(argc, argv, tests);
}
