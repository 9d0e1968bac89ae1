// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPUID's TLB leaves of real processors, and the geometry in words.
 *
 * Recorded leaves, public: Core i7-12700K, Xeon Gold 6252 and Core i5-3337U from the tests of the
 * crate raw-cpuid (github.com/gz/rust-cpuid, src/tests); Ryzen 9 7900X and FX-8350 from those of
 * libcpuid (github.com/anrieff/libcpuid, tests/amd/zen4/ryzen9-raphael.test and
 * bulldozer/vishera-x4.test). What they must decode to follows from Intel SDM vol. 2A and AMD64
 * APM vol. 3.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/core/tlb.h"
#include "lib/user/tlb_geometry.h"

#define INTEL 0x756e6547, 0x6c65746e, 0x49656e69
#define AMD 0x68747541, 0x444d4163, 0x69746e65

static void decodes_to(const struct amk_cpuid *answer, size_t n, const char *expected)
{
	char text[AMK_TLB_TEXT_LEN], error[AMK_TLB_ERROR_LEN];
	struct amk_tlb tlb, again;

	assert_int_equal(amk_tlb_decode(answer, n, &tlb), expected ? 0 : -ENODATA);
	assert_int_equal(amk_tlb_check(&tlb), 0);
	amk_tlb_text(&tlb, text);
	assert_string_equal(text, expected ? expected : "unknown");
	assert_int_equal(amk_tlb_parse(text, &again, error), 0);
	assert_memory_equal(&tlb, &again, sizeof(tlb));
}

#define DECODES_TO(answer, expected) decodes_to(answer, AMK_ARRAY_SIZE(answer), expected)

static void test_intel_leaf_18(void **state)
{
	static const struct amk_cpuid i7_12700k[] = {
		{ 0, 0, 0x20, INTEL },
		{ 0x18, 0, 8, 0, 0, 0 },
		{ 0x18, 1, 0, 0x00080001, 0x20, 0x4022 }, /* instructions */
		{ 0x18, 2, 0, 0x00080006, 0x04, 0x4022 },
		{ 0x18, 3, 0, 0x0010000f, 0x01, 0x4125 }, /* stores */
		{ 0x18, 4, 0, 0x00040001, 0x10, 0x4024 },
		{ 0x18, 5, 0, 0x00040006, 0x08, 0x4024 },
		{ 0x18, 6, 0, 0x00080008, 0x01, 0x4124 },
		{ 0x18, 7, 0, 0x00080007, 0x80, 0x4043 },
		{ 0x18, 8, 0, 0x00080009, 0x80, 0x4043 },
	};
	struct amk_tlb tlb;

	(void)state;
	DECODES_TO(i7_12700k, "l1=64x4:4k,l1=32x4:2m,l1=8:1g,l2=1024x8:4k+2m,l2=1024x8:4k+1g");
	assert_int_equal(amk_tlb_decode(i7_12700k, AMK_ARRAY_SIZE(i7_12700k), &tlb), 0);
	assert_int_equal(amk_tlb_holds(&tlb, 2, 12), 2048);
	assert_int_equal(amk_tlb_holds(&tlb, 2, 21), 1024);
	assert_int_equal(amk_tlb_reach(&tlb, 2, 12), 8ULL << 20);
	assert_int_equal(amk_tlb_reach(&tlb, 2, 21), 2ULL << 30);
	assert_int_equal(amk_tlb_reach(&tlb, 1, 12), 256ULL << 10);
}

static void test_intel_leaf_2(void **state)
{
	static const struct amk_cpuid xeon_6252[] = {
		{ 0, 0, 0x16, INTEL },
		{ 0x02, 0, 0x76036301, 0x00f0b5ff, 0, 0x00c30000 },
	};
	static const struct amk_cpuid i5_3337u[] = {
		{ 0, 0, 0x0d, INTEL },
		{ 0x02, 0, 0x76035a01, 0x00f0b2ff, 0, 0x00ca0000 },
	};

	(void)state;
	DECODES_TO(xeon_6252, "l1=32x4:2m,l1=4:1g,l1=64x4:4k,l2=1536x6:4k+2m,l2=16x4:1g");
	DECODES_TO(i5_3337u, "l1=32x4:2m,l1=64x4:4k,l2=512x4:4k");
}

/* What a register without descriptors holds is none, and AL is a count. */
static void test_intel_leaf_2_validity(void **state)
{
	static const struct amk_cpuid counted[] = { { 0, 0, 2, INTEL },
						    { 2, 0, 0x00000003, 0x80000003, 0, 0x5a } };
	static const struct amk_cpuid elsewhere[] = { { 0, 0, 2, INTEL },
						      { 2, 0, 0x00feff01, 0, 0, 0 } };

	(void)state;
	DECODES_TO(counted, NULL);
	DECODES_TO(elsewhere, NULL);
}

static void test_amd(void **state)
{
	static const struct amk_cpuid ryzen_7900x[] = {
		{ 0, 0, 0x10, AMD },
		{ 0x80000005, 0, 0xff48ff40, 0xff48ff40, 0x20080140, 0x20080140 },
		{ 0x80000006, 0, 0x5c002200, 0x6c004200, 0x04006140, 0x02009140 },
		{ 0x80000019, 0, 0xf048f040, 0xf0400000, 0, 0 },
	};
	static const struct amk_cpuid fx_8350[] = {
		{ 0, 0, 0x0d, AMD },
		{ 0x80000005, 0, 0xff40ff18, 0xff40ff30, 0x10040140, 0x40020140 },
		{ 0x80000006, 0, 0x64006400, 0x64004200, 0x08008140, 0x0040c140 },
		{ 0x80000019, 0, 0xf040f018, 0x64006400, 0, 0 },
	};
	/* No second level for 2M, as an emulator has it; and one for data and instructions. */
	static const struct amk_cpuid odd[] = {
		{ 0, 0, 0x0d, AMD },
		{ 0x80000005, 0, 0x01ff01ff, 0x01ff01ff, 0, 0 },
		{ 0x80000006, 0, 0x00000000, 0x00004200, 0, 0 },
	};

	(void)state;
	DECODES_TO(ryzen_7900x, "l1=72:4k,l1=72:2m,l1=72:1g,l2=3072x8:4k,l2=3072x6:2m,l2=64:1g");
	DECODES_TO(fx_8350, "l1=64:4k,l1=64:2m,l1=64:1g,l2=1024x8:4k,l2=1024x8:2m,l2=1024x8:1g");
	DECODES_TO(odd, "l1=255x1:4k,l1=255x1:2m,l2=512x4:4k");
}

static void test_unknown(void **state)
{
	static const struct amk_cpuid other[] = { { 0, 0, 2, 0x746e6543, 0x736c7561, 0x48727561 },
						  { 2, 0, 0x76035a01, 0, 0, 0 } };

	(void)state;
	DECODES_TO(other, NULL);
	decodes_to(other, 0, NULL);
}

/* The processor of this machine, whatever it says, is decoded to something sound or nothing. */
static void test_this_processor(void **state)
{
	struct amk_cpuid answer[AMK_CPUID_MAX];
	struct amk_tlb tlb;
	char text[AMK_TLB_TEXT_LEN];
	int error;

	(void)state;
	error = amk_tlb_decode(answer, amk_cpuid_read(answer), &tlb);
	assert_int_equal(error, tlb.nr_units ? 0 : -ENODATA);
	assert_int_equal(amk_tlb_check(&tlb), 0);
	amk_tlb_text(&tlb, text);
	print_message("this processor: %s\n", text);
}

static void test_text(void **state)
{
	static const char *const good[] = { "l1=64x4:4k,l2=1536x12", "l1=64",
					    "l2=8x2:4k+64k+32m+1g" };
	static const char *const bad[] = { "",
					   "l1",
					   "l3=64",
					   "l1=64x4:",
					   "l1=0",
					   "l1=64x0",
					   "l1=64x5",
					   "l1=64x4:3k",
					   "l1=64,",
					   "l1=64x4:4k+",
					   "l1=99999",
					   "l1=64 x4",
					   "l1=-4",
					   "l1=64x4:4k2m",
					   "L1=64",
					   "l1=9000,l2=9000",
					   "l1=1,l1=1,l1=1,l1=1,l1=1,l1=1,l1=1,l1=1,l1=1" };
	char text[AMK_TLB_TEXT_LEN], error[AMK_TLB_ERROR_LEN];
	struct amk_tlb tlb;
	size_t i;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(good); i++) {
		assert_int_equal(amk_tlb_parse(good[i], &tlb, error), 0);
		amk_tlb_text(&tlb, text);
		assert_string_equal(text, good[i]);
	}
	for (i = 0; i < AMK_ARRAY_SIZE(bad); i++) {
		error[0] = '\0';
		assert_int_equal(amk_tlb_parse(bad[i], &tlb, error), -EINVAL);
		assert_int_equal(tlb.nr_units, 0);
		assert_true(strlen(error) > 10);
		assert_null(strchr(error, '\n'));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_intel_leaf_18),
		cmocka_unit_test(test_intel_leaf_2),
		cmocka_unit_test(test_intel_leaf_2_validity),
		cmocka_unit_test(test_amd),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_this_processor),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
