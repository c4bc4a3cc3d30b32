/* Every prefix and every single-bit flip of every good message, in heap blocks
 * of exactly their size: what parses is walked and printed.  Sanitizers and
 * Valgrind tell of reads outside. */
#include "stubdns/message.h"

#include "support/fixture.h"
#include "support/recorded.h"
#include "support/suite.h"
#include "support/walk.h"

#include "stubdns/error.h"

#include <stdlib.h>
#include <string.h>

/* The messages are divided among tests, which run in processes of their own. */
#define SHARES 8

/* Of a long message's flips so many are walked and printed as well, evenly; the
 * others are parsed only. */
#define WALKS_MAX 256

struct good_message {
  const char *name;
  const uint8_t *octets;
  size_t length;
};

static struct good_message *messages;
static size_t message_count;
static struct file_list files;

static void add_message(const char *name, const uint8_t *octets,
                        size_t length) {
  messages[message_count++] = (struct good_message){name, octets, length};
}

static void load_messages(void) {
  const struct recorded_list recorded = recorded_load();
  files = files_list("messages", ".hex");
  messages = calloc(recorded.count + files.count, sizeof *messages);
  if (!messages) fixture_fail("memory", "there is none left");
  for (size_t i = 0; i < recorded.count; i++)
    add_message(recorded.messages[i].name, recorded.messages[i].octets,
                recorded.messages[i].length);
  for (size_t i = 0; i < files.count; i++) {
    const struct octets message = hex_load(files.paths[i]).message;
    add_message(files.paths[i], message.octets, message.length);
  }
}

static int parse(const struct octets *octets, stubdns_message_t *message) {
  return stubdns_message_parse(message, octets->octets, octets->length, 0);
}

static void check_walk(const stubdns_message_t *message) {
  const size_t counted = (size_t)message->record_counts[0] +
                         message->record_counts[1] + message->record_counts[2];
  ck_assert_uint_eq(walk_message(message), counted);
}

/* Parses `length` octets in a block of their own, and walks what parses. */
static int parse_apart(const uint8_t *octets, size_t length,
                       stubdns_message_t *message) {
  const struct octets copy = octets_copy(octets, length);
  const int error = parse(&copy, message);
  if (!error) check_walk(message);
  free(copy.octets);
  return error;
}

/* Whether the message itself parses, and ends with its last record. */
static int ends_with_its_records(const struct good_message *good) {
  stubdns_message_t message;
  const int error = parse_apart(good->octets, good->length, &message);
  ck_assert_msg(!error, "%s: %s", good->name, stubdns_error_text(error));
  return stubdns_message_trailing_length(&message) == 0;
}

static void check_prefixes(const struct good_message *good) {
  stubdns_message_t message;
  if (!ends_with_its_records(good)) return;
  for (size_t length = 0; length < good->length; length++) {
    const int error = parse_apart(good->octets, length, &message);
    ck_assert_msg(error != 0, "%s: %zu octets parse", good->name, length);
  }
}

static void check_longer(const struct good_message *good) {
  uint8_t octets[STUBDNS_MESSAGE_MAX];
  stubdns_message_t message;
  if (!ends_with_its_records(good)) return;
  memcpy(octets, good->octets, good->length);
  octets[good->length] = 0;
  const int error = parse_apart(octets, good->length + 1, &message);
  ck_assert_msg(!error, "%s: %s", good->name, stubdns_error_text(error));
  ck_assert_uint_eq(stubdns_message_trailing_length(&message), 1);
}

static void check_flips(const struct good_message *good) {
  const struct octets copy = octets_copy(good->octets, good->length);
  stubdns_message_t message;
  /* Odd, so that each bit of an octet has its turn. */
  const size_t step = (good->length * 8 / WALKS_MAX) | 1;
  for (size_t bit = 0; bit < good->length * 8; bit++) {
    const uint8_t mask = (uint8_t)(0x80 >> bit % 8);
    copy.octets[bit / 8] ^= mask;
    if (!parse(&copy, &message) && bit % step == 0) check_walk(&message);
    copy.octets[bit / 8] ^= mask;
  }
  free(copy.octets);
}

START_TEST(no_proper_prefix_parses_PP3) {
  for (size_t i = (size_t)_i; i < message_count; i += SHARES)
    check_prefixes(&messages[i]);
}
END_TEST

START_TEST(one_octet_more_parses_and_is_flagged_PP3) {
  for (size_t i = 0; i < message_count; i++)
    check_longer(&messages[i]);
}
END_TEST

START_TEST(flipped_bits_never_lead_outside_PP1) {
  for (size_t i = (size_t)_i; i < message_count; i += SHARES)
    check_flips(&messages[i]);
}
END_TEST

Suite *test_suite(void) {
  load_messages();
  TCase *const cases = tcase_create("mutations");
  tcase_add_test(cases, one_octet_more_parses_and_is_flagged_PP3);
  TCase *const all = tcase_create("all mutations");
  tcase_set_tags(all, "exhaustive");
  tcase_set_timeout(all, 60);
  tcase_add_loop_test(all, no_proper_prefix_parses_PP3, 0, SHARES);
  tcase_add_loop_test(all, flipped_bits_never_lead_outside_PP1, 0, SHARES);
  Suite *const suite = suite_create("wire/mutations");
  suite_add_tcase(suite, cases);
  suite_add_tcase(suite, all);
  return suite;
}
