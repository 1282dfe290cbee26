#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "hash.h"

/* FIPS 180-4 examples and the empty string. */
static const struct {
	const char *text, *hex;
} vectors[] = {
	{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
};

static void known_digests(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(vectors); i++) {
		char hex[HASH_HEX_LEN + 1];
		hash_hex_of(vectors[i].text, strlen(vectors[i].text), hex);
		assert_string_equal(hex, vectors[i].hex);
	}
}

static void one_object_makes_many_digests_in_any_pieces(void **state)
{
	(void)state;
	struct hash_ctx *h = hash_new();
	for (size_t i = 0; i < COUNT_OF(vectors); i++) {
		size_t n = strlen(vectors[i].text);
		for (size_t cut = 0; cut <= n; cut++) {
			uint8_t hash[HASH_LEN];
			char hex[HASH_HEX_LEN + 1];
			hash_add(h, vectors[i].text, cut);
			hash_add(h, vectors[i].text + cut, n - cut);
			hash_end(h, hash);
			hash_hex(hash, hex);
			assert_string_equal(hex, vectors[i].hex);
		}
	}
	hash_free(h);
	hash_free(NULL);
}

/* RFC 7914, the first half of what it gives. */
static void known_slow_hashes(void **state)
{
	(void)state;
	static const struct {
		struct hash_scrypt how;
		const char *secret, *salt, *hex;
	} cases[] = {
		{ { 10, 8, 16 }, "password", "NaCl",
		  "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162" },
		{ { 14, 8, 1 }, "pleaseletmein", "SodiumChloride",
		  "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint8_t hash[HASH_LEN];
		char hex[HASH_HEX_LEN + 1];
		assert_int_equal(hash_scrypt(&cases[i].how, cases[i].secret,
					     strlen(cases[i].secret), cases[i].salt,
					     strlen(cases[i].salt), hash, NULL), 0);
		hash_hex(hash, hex);
		assert_string_equal(hex, cases[i].hex);
	}
}

static void a_slow_hash_has_bounds(void **state)
{
	(void)state;
	static const struct hash_scrypt bad[] = {
		{ 0, 8, 1 }, { 31, 8, 1 }, { 18, 8, 1 }, { 14, 0, 1 }, { 14, 65, 1 },
		{ 14, 8, 0 }, { 14, 8, 17 }, { -1, -1, -1 },
	};
	uint8_t hash[HASH_LEN];
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(hash_scrypt(&bad[i], "a", 1, "b", 1, hash, NULL), ERR_LIMIT);
}

static void digests_are_compared_whole(void **state)
{
	(void)state;
	uint8_t a[HASH_LEN] = { 1, 2, 3 }, b[HASH_LEN] = { 1, 2, 3 };
	assert_true(hash_same(a, b));
	for (size_t i = 0; i < HASH_LEN; i++) {
		b[i] ^= 0x10;
		assert_false(hash_same(a, b));
		b[i] ^= 0x10;
	}
}

static void a_million_bytes(void **state)
{
	(void)state;
	struct hash_ctx *h = hash_new();
	uint8_t hash[HASH_LEN];
	char hex[HASH_HEX_LEN + 1];
	for (int i = 0; i < 1000000; i += 10)
		hash_add(h, "aaaaaaaaaa", 10);
	hash_end(h, hash);
	hash_hex(hash, hex);
	assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67"
				 "f1809a48a497200e046d39ccc7112cd0");
	hash_free(h);
}

static void random_bytes_differ(void **state)
{
	(void)state;
	uint8_t a[300] = { 0 }, b[300] = { 0 };
	hash_random(a, sizeof(a));
	hash_random(b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
	assert_memory_not_equal(a + 284, a + 268, 16);
	hash_random(a, 0);
}

static void only_all_the_digits_are_read(void **state)
{
	(void)state;
	uint8_t got[3] = { 9, 9, 9 };
	static const char *const bad[] = { "", "00ff", "00ff1", "00ff1ag", "00FF1A", "00ff1 ", " 00ff1",
					   "00ff1a0", "00ff1a\n", "0x00ff1" };
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_false(hash_unhex(bad[i], got, 3));
		assert_false(hash_unhex(bad[i], NULL, 3));
	}
	assert_false(hash_unhex(NULL, got, 3));
	assert_int_equal(got[0] + got[1] + got[2], 27);
	assert_true(hash_unhex("00ff1a", NULL, 3));
	assert_true(hash_unhex("00ff1a", got, 3));
	assert_int_equal(got[0] << 16 | got[1] << 8 | got[2], 0x00ff1a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(known_digests),
		UNIT(one_object_makes_many_digests_in_any_pieces),
		UNIT(known_slow_hashes),
		UNIT(a_slow_hash_has_bounds),
		UNIT(only_all_the_digits_are_read),
		UNIT(digests_are_compared_whole),
		UNIT(a_million_bytes),
		UNIT(random_bytes_differ),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
