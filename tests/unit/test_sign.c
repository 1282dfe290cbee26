#include "sign_rig.h"

static struct signing s;

static int open_keys(void **state)
{
	(void)state;
	sr_open(&s);
	sr_key(&s, "ana", "ed25519", "");
	sr_key(&s, "raj", "ecdsa", "");
	sr_key(&s, "old", "ed25519", "");
	sr_key(&s, "next", "ed25519", "");
	sr_key(&s, "narrow", "ed25519", "");
	sr_key(&s, "group", "ed25519", "");
	sr_key(&s, "two", "ed25519", "");
	sr_key(&s, "stranger", "ed25519", "");
	sr_key(&s, "locked", "ed25519", "a passphrase");
	sr_allow(&s, "signers", "ana", "", "ana");
	sr_allow(&s, "signers", "raj", "", "raj");
	sr_allow(&s, "signers", "two,names", "", "two");
	sr_allow(&s, "signers", "old", "valid-before=\"20250101Z\"", "old");
	sr_allow(&s, "signers", "next", "valid-after=\"20990101Z\"", "next");
	sr_allow(&s, "signers", "narrow", "namespaces=\"" SIGN_PERMIT "\"", "narrow");
	sr_allow(&s, "signers", "*@example.org", "", "group");
	sr_allow(&s, "signers", "ana-admin", "", "ana");
	return 0;
}

static int close_keys(void **state)
{
	(void)state;
	sr_close(&s);
	return 0;
}

static void must_sign(const char *key, const char *space, const char *text, struct buf *ret)
{
	if (sr_sign(&s, key, space, text, ret))
		fail_msg("%s", s.err.text);
}

/* What is signed by `key` for approvals is refused with this code and these words. */
static void refuses(const char *key, int code, const char *words)
{
	struct sign_who who = { .principal = "as it was" };
	struct buf sig = BUF_INIT;
	must_sign(key, SIGN_APPROVAL, "yes", &sig);
	assert_int_equal(sr_verify(&s, SIGN_APPROVAL, "yes", buf_str(&sig), &who), code);
	if (!strstr(s.err.text, words))
		fail_msg("nothing like `%s`: %s", words, s.err.text);
	assert_string_equal(who.principal, "as it was");
	buf_release(&sig);
}

/* --- who it was ------------------------------------------------------------------------------- */

static void who_signed_is_known_by_name_and_key(void **state)
{
	(void)state;
	struct buf sig = BUF_INIT;
	struct sign_who ana = { 0 }, raj = { 0 };
	must_sign("ana", SIGN_APPROVAL, "a text\nof two lines\n", &sig);
	assert_true(sign_begins(buf_str(&sig)));
	assert_int_equal(sr_verify(&s, SIGN_APPROVAL, "a text\nof two lines\n", buf_str(&sig),
				   &ana), 0);
	assert_string_equal(ana.principal, "ana");
	assert_string_equal(ana.type, "ED25519");
	assert_memory_equal(ana.fingerprint, "SHA256:", 7);
	assert_int_equal(strlen(ana.fingerprint), 7 + 43);
	buf_clear(&sig);
	must_sign("raj", SIGN_CHECKPOINT, "", &sig);
	assert_int_equal(sr_verify(&s, SIGN_CHECKPOINT, "", buf_str(&sig), &raj), 0);
	assert_string_equal(raj.principal, "raj");
	assert_string_equal(raj.type, "ECDSA");
	assert_string_not_equal(raj.fingerprint, ana.fingerprint);
	buf_release(&sig);
}

static void a_key_under_two_names_is_one_person(void **state)
{
	(void)state;
	struct buf sig = BUF_INIT;
	struct sign_who who = { 0 };
	must_sign("ana", SIGN_IDENTITY, "me", &sig);
	assert_int_equal(sr_verify(&s, SIGN_IDENTITY, "me", buf_str(&sig), &who), 0);
	assert_string_equal(who.principal, "ana");
	buf_release(&sig);
}

static void a_text_of_a_megabyte_is_signed(void **state)
{
	(void)state;
	size_t n = 1 << 20;
	char *text = mem_alloc(n + 1);
	struct buf sig = BUF_INIT;
	struct sign_who who;
	memset(text, 'x', n);
	must_sign("ana", SIGN_APPROVAL, text, &sig);
	assert_int_equal(sr_verify(&s, SIGN_APPROVAL, text, buf_str(&sig), &who), 0);
	text[n / 2] = 'y';
	assert_int_equal(sr_verify(&s, SIGN_APPROVAL, text, buf_str(&sig), &who), ERR_DENIED);
	buf_release(&sig);
	free(text);
}

/* --- what does not count ---------------------------------------------------------------------- */

static void another_text_is_refused(void **state)
{
	(void)state;
	struct buf sig = BUF_INIT;
	struct sign_who who = { 0 };
	must_sign("ana", SIGN_APPROVAL, "drop lab", &sig);
	assert_int_equal(sr_verify(&s, SIGN_APPROVAL, "drop prd", buf_str(&sig), &who),
			 ERR_DENIED);
	assert_non_null(strstr(s.err.text, "it is for another text"));
	assert_int_equal(who.principal[0], 0);
	buf_release(&sig);
}

static void another_name_space_is_refused(void **state)
{
	(void)state;
	struct buf sig = BUF_INIT;
	struct sign_who who;
	must_sign("ana", SIGN_IDENTITY, "yes", &sig);
	assert_int_equal(sr_verify(&s, SIGN_APPROVAL, "yes", buf_str(&sig), &who), ERR_DENIED);
	assert_non_null(strstr(s.err.text, "made for " SIGN_IDENTITY ", not for " SIGN_APPROVAL));
	buf_release(&sig);
}

/* The name space in the signature is changed to the one that is wanted, to the byte. */
static void a_name_space_that_was_forged_is_refused(void **state)
{
	(void)state;
	struct buf sig = BUF_INIT;
	struct sign_who who;
	must_sign("ana", "blackstart-apprOval", "yes", &sig);
	/* "-apprO" and "-appro" at the one place, in each of the three ways base64 cuts it */
	static const char *const from[] = { "YXBwck92YWw", "hcHByT3Zhb", "FwcHJPdmFs" };
	static const char *const to[] = { "YXBwcm92YWw", "hcHByb3Zhb", "FwcHJvdmFs" };
	struct buf flat = BUF_INIT;
	bool changed = false;
	for (const char *c = buf_str(&sig) + 30; *c && *c != '-'; c++)
		if (*c != '\n')
			buf_addc(&flat, *c);
	for (size_t i = 0; i < COUNT_OF(from); i++) {
		char *at = strstr(flat.data, from[i]);
		changed = changed || at;
		if (at)
			memcpy(at, to[i], strlen(to[i]));
	}
	assert_true(changed);
	char *forged = mem_printf("-----BEGIN SSH SIGNATURE-----\n%s\n"
				  "-----END SSH SIGNATURE-----\n", flat.data);
	assert_int_equal(sr_verify(&s, SIGN_APPROVAL, "yes", forged, &who), ERR_DENIED);
	assert_null(strstr(s.err.text, "made for"));
	free(forged);
	buf_release(&flat);
	buf_release(&sig);
}

static void a_stranger_is_refused(void **state)
{
	(void)state;
	refuses("stranger", ERR_NOTFOUND, "has the key SHA256:");
}

static void a_key_past_its_time_is_refused(void **state)
{
	(void)state;
	refuses("old", ERR_DENIED, "has expired");
	refuses("next", ERR_DENIED, "does not count yet");
}

static void a_key_counts_as_of_the_time_that_is_asked_for(void **state)
{
	(void)state;
	struct buf sig = BUF_INIT;
	struct sign_who who;
	char *signers = sr_path(&s, "signers");
	int64_t then = 0;
	must_sign("old", SIGN_CHECKPOINT, "x", &sig);
	assert_true(clock_parse("2024-12-31T23:59:59Z", &then));
	assert_int_equal(sign_verify(signers, SIGN_CHECKPOINT, "x", 1, buf_str(&sig), then, &who,
				     &s.err), 0);
	assert_string_equal(who.principal, "old");
	assert_true(clock_parse("2025-01-01T00:00:01Z", &then));
	assert_int_equal(sign_verify(signers, SIGN_CHECKPOINT, "x", 1, buf_str(&sig), then, &who,
				     &s.err), ERR_DENIED);
	free(signers);
	buf_release(&sig);
}

static void a_key_for_something_else_is_refused(void **state)
{
	(void)state;
	struct buf sig = BUF_INIT;
	struct sign_who who;
	refuses("narrow", ERR_DENIED, "does not hold");
	must_sign("narrow", SIGN_PERMIT, "yes", &sig);
	assert_int_equal(sr_verify(&s, SIGN_PERMIT, "yes", buf_str(&sig), &who), 0);
	buf_release(&sig);
}

static void a_pattern_is_nobody_and_so_is_a_list(void **state)
{
	(void)state;
	refuses("group", ERR_DENIED, "a pattern or a list, not a name");
	refuses("two", ERR_DENIED, "a pattern or a list, not a name");
}

static void what_is_no_signature_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"", "yes", "-----BEGIN SSH SIGNATURE-----",
		"-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n",
		"-----BEGIN SSH SIGNATURE-----\n????\n-----END SSH SIGNATURE-----\n",
		"-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n",
		"-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAf////8=\n"
		"-----END SSH SIGNATURE-----\n",
	};
	struct sign_who who;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		assert_int_equal(sr_verify(&s, SIGN_APPROVAL, "yes", texts[i], &who), ERR_PARSE);
	struct buf sig = BUF_INIT;
	must_sign("ana", SIGN_APPROVAL, "yes", &sig);
	buf_adds(&sig, "and more\n");
	assert_int_equal(sr_verify(&s, SIGN_APPROVAL, "yes", buf_str(&sig), &who), ERR_PARSE);
	buf_release(&sig);
}

/* One bit anywhere: never somebody. */
static void a_damaged_signature_is_refused(void **state)
{
	(void)state;
	struct buf sig = BUF_INIT;
	struct sign_who who;
	must_sign("ana", SIGN_APPROVAL, "yes", &sig);
	size_t first = strlen("-----BEGIN SSH SIGNATURE-----\n");
	size_t last = (size_t)(strstr(sig.data, "\n-----END") - sig.data);
	for (size_t i = first; i + 6 < last; i += 7) {
		char was = sig.data[i];
		if (was == '\n')
			continue;
		sig.data[i] = was == 'B' ? 'F' : 'B';
		assert_int_not_equal(sr_verify(&s, SIGN_APPROVAL, "yes", sig.data, &who), 0);
		sig.data[i] = was;
	}
	assert_int_equal(sr_verify(&s, SIGN_APPROVAL, "yes", sig.data, &who), 0);
	buf_release(&sig);
}

static void a_file_that_everybody_writes_proves_nothing(void **state)
{
	(void)state;
	char *path = sr_path(&s, "signers");
	chmod(path, 0666);
	refuses("ana", ERR_DENIED, "everybody can write it");
	chmod(path, 0600);
	free(path);
}

static void without_a_file_nobody_is_known(void **state)
{
	(void)state;
	struct buf sig = BUF_INIT;
	struct sign_who who;
	must_sign("ana", SIGN_APPROVAL, "yes", &sig);
	assert_int_equal(sign_verify("/nowhere/signers", SIGN_APPROVAL, "yes", 3, buf_str(&sig),
				     clock_now().wall, &who, &s.err), ERR_NOTFOUND);
	assert_int_equal(sign_verify(s.dir, SIGN_APPROVAL, "yes", 3, buf_str(&sig),
				     clock_now().wall, &who, &s.err), ERR_DENIED);
	buf_release(&sig);
}

/* --- keys ------------------------------------------------------------------------------------- */

static void a_key_that_is_not_there_is_said(void **state)
{
	(void)state;
	struct buf sig = BUF_INIT;
	assert_int_equal(sr_sign(&s, "nobody", SIGN_APPROVAL, "x", &sig), ERR_NOTFOUND);
	assert_non_null(strstr(s.err.text, "there is no key at"));
	assert_int_equal(sr_sign(&s, "signers", SIGN_APPROVAL, "x", &sig), ERR_DENIED);
	assert_int_equal(sr_sign(&s, ".", SIGN_APPROVAL, "x", &sig), ERR_NOTFOUND);
	assert_int_equal(sig.len, 0);
}

static void a_passphrase_is_not_asked_for_where_nobody_is(void **state)
{
	(void)state;
	struct buf sig = BUF_INIT;
	assert_int_equal(sr_sign(&s, "locked", SIGN_APPROVAL, "x", &sig), ERR_DENIED);
	assert_non_null(strstr(s.err.text, "did not sign"));
	buf_release(&sig);
}

static pid_t start_agent(const char *sock)
{
	const char *const argv[] = { "ssh-agent", "-D", "-a", sock, NULL };
	pid_t pid = sr_start(argv);
	for (int i = 0; i < 3000 && access(sock, F_OK); i++)
		poll(NULL, 0, 10);
	setenv("SSH_AUTH_SOCK", sock, 1);
	return pid;
}

static void add_to_agent(const char *name)
{
	char *path = sr_path(&s, name);
	const char *const argv[] = { "ssh-add", "-q", path, NULL };
	assert_int_equal(sr_run(argv), 0);
	free(path);
}

static void a_key_in_an_agent_signs(void **state)
{
	(void)state;
	char *sock = sr_path(&s, "agent"), *signers = sr_path(&s, "signers");
	char *hidden = sr_path(&s, "raj"), *away = sr_path(&s, "away");
	struct sign_by any = { 0 }, known = { .signers = signers };
	struct buf sig = BUF_INIT;
	struct sign_who who = { 0 };
	pid_t agent = start_agent(sock);
	assert_int_equal(sign_text(&any, SIGN_APPROVAL, "x", 1, &sig, &s.err), ERR_NOTFOUND);
	add_to_agent("raj");
	rename(hidden, away);
	if (sign_text(&any, SIGN_APPROVAL, "x", 1, &sig, &s.err))
		fail_msg("%s", s.err.text);
	assert_int_equal(sr_verify(&s, SIGN_APPROVAL, "x", buf_str(&sig), &who), 0);
	assert_string_equal(who.principal, "raj");

	/* by its public key alone; and the one that the file knows of several */
	buf_clear(&sig);
	must_sign("raj.pub", SIGN_APPROVAL, "y", &sig);
	assert_int_equal(sr_verify(&s, SIGN_APPROVAL, "y", buf_str(&sig), &who), 0);
	rename(away, hidden);
	add_to_agent("stranger");
	buf_clear(&sig);
	assert_int_equal(sign_text(&any, SIGN_APPROVAL, "x", 1, &sig, &s.err), ERR_USAGE);
	assert_non_null(strstr(s.err.text, "2 keys"));
	assert_int_equal(sign_text(&known, SIGN_APPROVAL, "x", 1, &sig, &s.err), 0);
	assert_int_equal(sr_verify(&s, SIGN_APPROVAL, "x", buf_str(&sig), &who), 0);
	assert_string_equal(who.principal, "raj");

	kill(agent, SIGTERM);
	sr_wait(agent);
	unsetenv("SSH_AUTH_SOCK");
	buf_release(&sig);
	free(hidden);
	free(away);
	free(signers);
	free(sock);
}

static void the_key_of_the_home_folder_signs(void **state)
{
	(void)state;
	struct sign_by any = { 0 };
	struct buf sig = BUF_INIT;
	struct sign_who who = { 0 };
	char *folder = sr_path(&s, ".ssh"), *key = sr_read(&s, "ana"), *pub = sr_read(&s, "ana.pub");
	assert_int_equal(sign_text(&any, SIGN_APPROVAL, "x", 1, &sig, &s.err), ERR_NOTFOUND);
	mkdir(folder, 0700);
	sr_write(&s, ".ssh/id_ed25519", key, 0600);
	sr_write(&s, ".ssh/id_ed25519.pub", pub, 0600);
	assert_int_equal(sign_text(&any, SIGN_APPROVAL, "x", 1, &sig, &s.err), 0);
	assert_int_equal(sr_verify(&s, SIGN_APPROVAL, "x", buf_str(&sig), &who), 0);
	assert_string_equal(who.principal, "ana");
	fsio_remove_tree(folder, NULL);
	buf_release(&sig);
	free(folder);
	free(key);
	free(pub);
}

/* --- the program ------------------------------------------------------------------------------ */

static void without_ssh_keygen_it_is_said(void **state)
{
	(void)state;
	struct buf sig = BUF_INIT, none = BUF_INIT;
	struct sign_who who;
	must_sign("ana", SIGN_APPROVAL, "x", &sig);
	setenv("PATH", "/nowhere", 1);
	assert_int_equal(sr_verify(&s, SIGN_APPROVAL, "x", buf_str(&sig), &who), ERR_IO);
	assert_non_null(strstr(s.err.text, "ssh-keygen is not on this machine"));
	assert_int_equal(sr_sign(&s, "ana", SIGN_APPROVAL, "x", &none), ERR_IO);
	sr_usual_path(&s);
	buf_release(&sig);
}

static void one_that_hangs_is_ended_with_all_it_started(void **state)
{
	(void)state;
	struct buf sig = BUF_INIT;
	struct sign_who who;
	char *note = sr_path(&s, "pid");
	char *script = mem_printf("#!/bin/sh\nsleep 1000 &\necho $! >%s\nwait\n", note);
	must_sign("ana", SIGN_APPROVAL, "x", &sig);
	sr_fake_keygen(&s, script);
	assert_int_equal(sr_verify(&s, SIGN_APPROVAL, "x", buf_str(&sig), &who), ERR_CANCEL);
	assert_non_null(strstr(s.err.text, "did not answer in time"));
	sr_usual_path(&s);
	char *text = sr_read(&s, "pid");
	pid_t pid = (pid_t)strtol(text, NULL, 10);
	assert_true(pid > 1);
	for (int i = 0; i < 3000 && !sr_dead(pid); i++)
		poll(NULL, 0, 10);
	assert_true(sr_dead(pid));
	free(text);
	free(script);
	free(note);
	buf_release(&sig);
}

static void one_that_floods_is_ended(void **state)
{
	(void)state;
	struct buf sig = BUF_INIT;
	struct sign_who who;
	must_sign("ana", SIGN_APPROVAL, "x", &sig);
	sr_fake_keygen(&s, "#!/bin/sh\nexec yes\n");
	assert_int_equal(sr_verify(&s, SIGN_APPROVAL, "x", buf_str(&sig), &who), ERR_LIMIT);
	sr_usual_path(&s);
	buf_release(&sig);
}

/* It says yes to everything, in other words than ssh-keygen's: nobody is named. */
static void words_that_are_not_understood_are_no_yes(void **state)
{
	(void)state;
	struct buf sig = BUF_INIT, none = BUF_INIT;
	struct sign_who who = { .principal = "as it was" };
	must_sign("ana", SIGN_APPROVAL, "x", &sig);
	sr_fake_keygen(&s, "#!/bin/sh\necho ana\n");
	assert_int_equal(sr_verify(&s, SIGN_APPROVAL, "x", buf_str(&sig), &who), ERR_DENIED);
	assert_string_equal(who.principal, "as it was");
	assert_int_equal(sr_sign(&s, "ana", SIGN_APPROVAL, "x", &none), ERR_PARSE);
	assert_int_equal(none.len, 0);
	sr_usual_path(&s);
	buf_release(&sig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(who_signed_is_known_by_name_and_key),
		UNIT(a_key_under_two_names_is_one_person),
		UNIT(a_text_of_a_megabyte_is_signed),
		UNIT(another_text_is_refused),
		UNIT(another_name_space_is_refused),
		UNIT(a_name_space_that_was_forged_is_refused),
		UNIT(a_stranger_is_refused),
		UNIT(a_key_past_its_time_is_refused),
		UNIT(a_key_counts_as_of_the_time_that_is_asked_for),
		UNIT(a_key_for_something_else_is_refused),
		UNIT(a_pattern_is_nobody_and_so_is_a_list),
		UNIT(what_is_no_signature_is_refused),
		UNIT(a_damaged_signature_is_refused),
		UNIT(a_file_that_everybody_writes_proves_nothing),
		UNIT(without_a_file_nobody_is_known),
		UNIT(a_key_that_is_not_there_is_said),
		UNIT(a_passphrase_is_not_asked_for_where_nobody_is),
		UNIT(a_key_in_an_agent_signs),
		UNIT(the_key_of_the_home_folder_signs),
		UNIT(without_ssh_keygen_it_is_said),
		UNIT(one_that_hangs_is_ended_with_all_it_started),
		UNIT(one_that_floods_is_ended),
		UNIT(words_that_are_not_understood_are_no_yes),
	};
	return cmocka_run_group_tests(tests, open_keys, close_keys);
}
