/* src/wire/name.c and name_text.c: names from text and from addresses, their
 * equality and order.  Expected octets were written by hand. */
#include "stubdns/wire.h"

#include "support/octets.h"
#include "support/suite.h"
#include "wire/name.h"

#include <stdlib.h>
#include <string.h>

#define A63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A61 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
  const char *text;
  int error;
  size_t length;      /* of the wire form */
  const char *octets; /* or NULL */
} rows[] = {
    {".", 0, 1, "00"},
    {"a", 0, 3, "01 61 00"},
    {"a.", 0, 3, "01 61 00"},
    {"WwW.a", 0, 7, "03 577757 01 61 00"},
    {"a\\.", 0, 4, "02 612e 00"},
    {"a\\.b.c", 0, 7, "03 612e62 01 63 00"},
    {"\\\\", 0, 3, "01 5c 00"},
    {"\\000\\255\\032", 0, 5, "03 00ff20 00"},
    {"\\@\\;", 0, 4, "02 403b 00"},
    {"a b", 0, 5, "03 612062 00"},
    {"*.a", 0, 5, "01 2a 01 61 00"},
    {A63, 0, 65, NULL},
    {A63 "." A63 "." A63 "." A61, 0, 255, NULL},
    {A63 "." A63 "." A63 "." A61 ".", 0, 255, NULL},
    {"", STUBDNS_EEMPTYLABEL, 1, "00"},
    {"..", STUBDNS_EEMPTYLABEL, 1, "00"},
    {".a", STUBDNS_EEMPTYLABEL, 1, "00"},
    {"a..b", STUBDNS_EEMPTYLABEL, 1, "00"},
    {"a..", STUBDNS_EEMPTYLABEL, 1, "00"},
    {A63 "a", STUBDNS_ELABELTOOLONG, 1, "00"},
    {A63 "\\097", STUBDNS_ELABELTOOLONG, 1, "00"},
    {A63 "." A63 "." A63 "." A61 "a", STUBDNS_ENAMETOOLONG, 1, "00"},
    {A63 "." A63 "." A63 "." A61 ".a", STUBDNS_ENAMETOOLONG, 1, "00"},
    {"\\", STUBDNS_EBADESCAPE, 1, "00"},
    {"a\\", STUBDNS_EBADESCAPE, 1, "00"},
    {"\\2", STUBDNS_EBADESCAPE, 1, "00"},
    {"\\25", STUBDNS_EBADESCAPE, 1, "00"},
    {"\\25a", STUBDNS_EBADESCAPE, 1, "00"},
    {"\\2a5", STUBDNS_EBADESCAPE, 1, "00"},
    {"\\256", STUBDNS_EBADESCAPE, 1, "00"},
    {"\\999", STUBDNS_EBADESCAPE, 1, "00"},
};
#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

START_TEST(name_is_read_from_text_or_refused_B5_B6_B7_B8) {
  stubdns_name_t name;
  const size_t length = strlen(rows[_i].text);
  char *const text = malloc(length ? length : 1); /* nothing behind it */
  memcpy(text, rows[_i].text, length);
  ck_assert_msg(stubdns_name_from_text(&name, text, length) == rows[_i].error,
                "%s", rows[_i].text);
  ck_assert_msg(name.length == rows[_i].length, "%s", rows[_i].text);
  if (rows[_i].octets) {
    size_t count;
    uint8_t *const octets = octets_from_hex(rows[_i].octets, &count);
    ck_assert_uint_eq(name.length, count);
    ck_assert(!memcmp(name.octets, octets, count));
    free(octets);
  }
  free(text);
}
END_TEST

static const struct {
  const char *address;
  const char *name;
} reverses[] = {
    {"c0000201", "1.2.0.192.in-addr.arpa"},
    {"00000000", "0.0.0.0.in-addr.arpa"},
    {"ff0a64ff", "255.100.10.255.in-addr.arpa"},
    {"20010db8 00000000 00000000 00000001",
     "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2."
     "ip6.arpa"},
};

START_TEST(address_becomes_the_name_of_its_ptr_records_B11) {
  size_t length;
  uint8_t *const address = octets_from_hex(reverses[_i].address, &length);
  stubdns_name_t name;
  const stubdns_name_t expected = NAME(reverses[_i].name);
  ck_assert_int_eq(stubdns_name_from_address(&name, address, length), 0);
  ck_assert(stubdns_name_identical(&name, &expected));
  ck_assert_int_eq(stubdns_name_from_address(&name, address, 3),
                   STUBDNS_EBADADDRESS);
  ck_assert_uint_eq(name.length, 1);
  free(address);
}
END_TEST

static const struct {
  const char *octets;
  int error;
} wires[] = {
    {"00", 0},
    {"0161 00", 0},
    {"", STUBDNS_ESHORT},
    {"0161", STUBDNS_ESHORT},
    {"0261", STUBDNS_ESHORT},
    {"c000", STUBDNS_EBADLABEL},
    {"4061 00", STUBDNS_EBADLABEL},
    {"0161 00 00", STUBDNS_ERDATAEXTRA},
};

START_TEST(name_is_read_from_octets_or_refused) {
  size_t length;
  uint8_t *const octets = octets_from_hex(wires[_i].octets, &length);
  stubdns_name_t name;
  ck_assert_int_eq(stubdns_name_from_wire(&name, octets, length),
                   wires[_i].error);
  free(octets);
}
END_TEST

START_TEST(name_of_255_octets_is_the_longest_from_octets) {
  uint8_t octets[257] = {0};
  stubdns_name_t name;
  for (size_t i = 0; i < 254; i += 2)
    octets[i] = 1;
  ck_assert_int_eq(stubdns_name_from_wire(&name, octets, 255), 0);
  ck_assert_uint_eq(stubdns_name_label_count(&name), STUBDNS_LABELS_MAX);
  octets[254] = 1;
  ck_assert_int_eq(stubdns_name_from_wire(&name, octets, 257),
                   STUBDNS_ENAMETOOLONG);
}
END_TEST

/* RFC 4034 section 6.1 gives this order. */
static const char *const ordered[] = {
    "example",         "a.example",      "yljkjljk.a.example",
    "Z.a.example",     "zABC.a.EXAMPLE", "z.example",
    "\\001.z.example", "*.z.example",    "\\200.z.example",
};

START_TEST(names_are_in_canonical_order_PP9) {
  for (int i = 0; i < COUNT(ordered); i++)
    for (int j = 0; j < COUNT(ordered); j++) {
      const stubdns_name_t a = NAME(ordered[i]);
      const stubdns_name_t b = NAME(ordered[j]);
      const int order = stubdns_name_compare(&a, &b);
      ck_assert_int_eq((order > 0) - (order < 0), (i > j) - (i < j));
      ck_assert_int_eq(stubdns_name_equal(&a, &b), i == j);
    }
}
END_TEST

/* RFC 4343 section 3 does not hold for names that must be the same octets. */
START_TEST(identical_names_have_the_same_capitals) {
  static const char *const others[] = {".", "aa.test", "A.test", "a.tesu"};
  const stubdns_name_t name = NAME("a.test");
  ck_assert(stubdns_name_identical(&name, &name));
  for (int i = 0; i < COUNT(others); i++) {
    const stubdns_name_t other = NAME(others[i]);
    ck_assert(!stubdns_name_identical(&name, &other));
    ck_assert(!stubdns_name_identical(&other, &name));
  }
}
END_TEST

/* Who fills a name himself may do it wrongly: what stands behind it is not read
 * and nothing behind anything written. */
START_TEST(name_that_is_none_does_no_harm) {
  stubdns_name_t *const name = malloc(sizeof *name);
  char text[STUBDNS_NAME_TEXT_SIZE];
  const stubdns_name_t root = NAME(".");
  const stubdns_name_t other = NAME("zz");
  memset(name, 0, sizeof *name);
  name->length = STUBDNS_NAME_MAX; /* as many root labels */
  ck_assert_uint_eq(stubdns_name_label_count(name), STUBDNS_LABELS_MAX);
  name->length = 3;
  memcpy(name->octets, "\005ab", 3); /* its label is longer */
  ck_assert_uint_eq(stubdns_name_label_count(name), 1);
  ck_assert_int_eq(stubdns_name_compare(name, name), 0);
  ck_assert_int_lt(stubdns_name_compare(name, &other), 0);
  ck_assert(!stubdns_name_is_below(name, &root));
  ck_assert_int_eq(stubdns_name_to_text(name, text, sizeof text, NULL), 0);
  ck_assert_str_eq(text, "ab.");
  name->length = 4;
  memcpy(name->octets, "\003abc", 4); /* without a root label */
  ck_assert_int_eq(stubdns_name_to_text(name, text, sizeof text, NULL), 0);
  ck_assert_str_eq(text, "abc.");
  free(name);
}
END_TEST

#define L16 "0f616161616161616161616161616161"
#define L112 L16 L16 L16 L16 L16 L16 L16

#define Z40                                                                    \
  "00000000000000000000000000000000000000000000000000000000000000000000000000" \
  "000000"

/* Names in octets that no parser has checked. */
static const struct {
  const char *octets;
  size_t offset;
  size_t length; /* of what is expanded */
  int is_whole;  /* what is expanded is found at the offset again */
} unchecked[] = {
    {"0161 00", 0, 3, 1},
    {"0161 00 c000", 3, 3, 1},
    {"0161 00 0162 c000", 3, 5, 1},
    {"0161 00 0162 c000 c003 c007", 9, 5, 1},
    {"0161", 0, 1, 0},              /* without an end */
    {"0561 00", 0, 1, 0},           /* a label beyond the end */
    {"", 0, 1, 0},                  /* nothing */
    {"c000", 0, 1, 1},              /* to itself */
    {"c002 0161 00", 0, 1, 1},      /* forward */
    {"0161 c000", 0, 3, 1},         /* to its own run */
    {"0161 c006 0162 00", 0, 3, 1}, /* forward from behind a label */
    {"0161 c0", 0, 3, 1},           /* half a pointer */
    {"4161 00", 0, 1, 1},           /* a reserved type of label */
    {"c004 c000 0161 00", 2, 1, 1}, /* forward from behind a pointer */
    {"0161 c02a" Z40, 0, 3, 1},     /* the same with room for whole blocks */
    {"0161 c000" Z40, 0, 3, 1},
    {"0161 00 0162 c000" Z40, 3, 5, 1},
    {"3f 0161 c000" Z40, 1, 3, 0}, /* to a label beyond the end */
    {"0161 c0"
     "00 0162 c000" Z40,
     4, 5, 1},
    {L112 L16 L16 "00" L112 "c000", 145, 113, 0}, /* of 256 octets */
    {L112 L16 "0d61616161616161616161616161 00" L112 "c000", 143, 255, 1},
};

START_TEST(name_is_expanded_within_its_octets) {
  size_t length;
  uint8_t *const octets = octets_from_hex(unchecked[_i].octets, &length);
  stubdns_name_t name;
  stubdns__name_expand(&name, octets, length, unchecked[_i].offset);
  ck_assert_uint_eq(name.length, unchecked[_i].length);
  ck_assert_uint_eq(name.octets[name.length - 1], 0);
  ck_assert_int_eq(
      stubdns__name_is_at(&name, octets, length, unchecked[_i].offset),
      unchecked[_i].is_whole);
  free(octets);
}
END_TEST

static void set_label(stubdns_name_t *name, unsigned number) {
  const uint8_t length = number < 256 ? 1 : 2;
  name->length = (uint8_t)(length + 2);
  name->octets[0] = length;
  name->octets[1] = (uint8_t)(length == 1 ? number : (number - 256) >> 8);
  name->octets[2] = (uint8_t)(length == 1 ? 0 : number - 256);
  if (length == 2) name->octets[3] = 0;
}

static unsigned lower(unsigned octet) {
  return octet >= 'A' && octet <= 'Z' ? octet + 32 : octet;
}

/* Every label of one octet with every other; only letters fold. */
START_TEST(only_ascii_letters_are_equal_to_others_N24_N25_PP9) {
  stubdns_name_t a;
  stubdns_name_t b;
  for (unsigned i = 0; i < 256; i++)
    for (unsigned j = 0; j < 256; j++) {
      set_label(&a, i);
      set_label(&b, j);
      ck_assert_int_eq(stubdns_name_equal(&a, &b), lower(i) == lower(j));
      const int order = stubdns_name_compare(&a, &b);
      ck_assert_int_eq((order > 0) - (order < 0),
                       (lower(i) > lower(j)) - (lower(i) < lower(j)));
    }
}
END_TEST

/* Labels of one and two octets, drawn: order is antisymmetric and transitive,
 * and agrees with equality. */
START_TEST(order_of_names_is_one_PP9) {
  uint32_t state = 1;
  unsigned numbers[3];
  stubdns_name_t names[3];
  for (int round = 0; round < 200000; round++) {
    for (int i = 0; i < 3; i++) {
      state = state * 1664525 + 1013904223;
      numbers[i] = (state >> 8) % (256 + 65536);
      set_label(&names[i], numbers[i]);
    }
    const int ab = stubdns_name_compare(&names[0], &names[1]);
    const int ba = stubdns_name_compare(&names[1], &names[0]);
    const int bc = stubdns_name_compare(&names[1], &names[2]);
    const int ac = stubdns_name_compare(&names[0], &names[2]);
    ck_assert((ab > 0) == (ba < 0) && (ab == 0) == (ba == 0));
    ck_assert((ab == 0) == stubdns_name_equal(&names[0], &names[1]));
    if (ab <= 0 && bc <= 0) ck_assert_int_le(ac, 0);
  }
}
END_TEST

static const struct {
  const char *name;
  const char *ancestor;
  int is_below;
} families[] = {
    {"a.example", "example", 1},   {"example", "example", 1},
    {"A.EXAMPLE", "example", 1},   {"a.example", ".", 1},
    {"example", "a.example", 0},   {"aexample", "example", 0},
    {"a\\.example", "example", 0}, {"b.test", "example", 0},
};

START_TEST(name_knows_its_ancestors) {
  const stubdns_name_t name = NAME(families[_i].name);
  const stubdns_name_t ancestor = NAME(families[_i].ancestor);
  ck_assert_int_eq(stubdns_name_is_below(&name, &ancestor),
                   families[_i].is_below);
}
END_TEST

static const struct {
  const char *name;
  const char *from;
  const char *to;
  int error;
  const char *result;
} substitutions[] = {
    {"a.old.test", "old.test", "new.test", 0, "a.new.test"},
    {"a.b.old.test", "OLD.test", "x", 0, "a.b.x"},
    {"a.old.test", "old.test", ".", 0, "a"},
    {"a.test", "other.test", "x", STUBDNS_EINVALID, "a.test"},
    {A63 "." A63 "." A63 ".x", "x", A63, STUBDNS_ENAMETOOLONG,
     A63 "." A63 "." A63 ".x"},
};

START_TEST(end_of_a_name_is_substituted_C3) {
  stubdns_name_t name = NAME(substitutions[_i].name);
  const stubdns_name_t from = NAME(substitutions[_i].from);
  const stubdns_name_t to = NAME(substitutions[_i].to);
  const stubdns_name_t result = NAME(substitutions[_i].result);
  ck_assert_int_eq(stubdns_name_substitute(&name, &from, &to),
                   substitutions[_i].error);
  ck_assert(stubdns_name_identical(&name, &result));
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("name");
  tcase_add_loop_test(cases, name_is_read_from_text_or_refused_B5_B6_B7_B8, 0,
                      COUNT(rows));
  tcase_add_loop_test(cases, address_becomes_the_name_of_its_ptr_records_B11, 0,
                      COUNT(reverses));
  tcase_add_loop_test(cases, name_is_read_from_octets_or_refused, 0,
                      COUNT(wires));
  tcase_add_test(cases, name_of_255_octets_is_the_longest_from_octets);
  tcase_add_test(cases, names_are_in_canonical_order_PP9);
  tcase_add_test(cases, identical_names_have_the_same_capitals);
  tcase_add_test(cases, name_that_is_none_does_no_harm);
  tcase_add_loop_test(cases, name_is_expanded_within_its_octets, 0,
                      COUNT(unchecked));
  tcase_add_test(cases, only_ascii_letters_are_equal_to_others_N24_N25_PP9);
  tcase_add_test(cases, order_of_names_is_one_PP9);
  tcase_add_loop_test(cases, name_knows_its_ancestors, 0, COUNT(families));
  tcase_add_loop_test(cases, end_of_a_name_is_substituted_C3, 0,
                      COUNT(substitutions));
  Suite *const suite = suite_create("wire/name");
  suite_add_tcase(suite, cases);
  return suite;
}
