/* src/resolver/hosts.c: names and addresses lead to their lines, in the order
 * of the file, however many there are and whenever memory ends. */
#include "resolver/hosts.h"

#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_COUNT 5000

static size_t block_count;
static size_t allocation_count;
static size_t fail_at;
static struct stubdns__hosts *hosts;

static void *allocate(void *data, size_t size) {
  (void)data;
  if (++allocation_count == fail_at) return NULL;
  block_count++;
  return malloc(size);
}

static void release(void *data, void *memory) {
  (void)data;
  block_count--;
  free(memory);
}

static int draw(void *data, uint8_t *octets, size_t length) {
  memset(octets, 7, length);
  return data != NULL;
}

static struct stubdns__hooks hooks = {
    .allocate = allocate, .release = release, .random = draw};

static void begin(void) {
  fail_at = 0;
  ck_assert_int_eq(stubdns__hosts_create(&hooks, &hosts), 0);
}

static void end(void) {
  stubdns__hosts_destroy(hosts);
  ck_assert_uint_eq(block_count, 0);
}

static stubdns_name_t name_of(const char *text) {
  stubdns_name_t name;
  ck_assert_int_eq(stubdns_name_from_text(&name, text, strlen(text)), 0);
  return name;
}

static stubdns_address_t address_of(const char *text) {
  stubdns_address_t address;
  ck_assert_int_eq(stubdns_address_from_text(&address, text, strlen(text)), 0);
  return address;
}

/* Adds a line of an address and names with blanks between them; returns the
 * first error. */
static int add(const char *line) {
  char text[256];
  snprintf(text, sizeof text, "%s", line);
  const stubdns_address_t address = address_of(strtok(text, " "));
  stubdns_name_t name = name_of(strtok(NULL, " "));
  int error = stubdns__hosts_add_line(hosts, &address, &name);
  for (char *word; !error && (word = strtok(NULL, " ")) != NULL;) {
    name = name_of(word);
    error = stubdns__hosts_add_alias(hosts, &name);
  }
  return error;
}

static void append_name(char *text, const struct stubdns__host_name *found) {
  stubdns_name_t name;
  stubdns__host_name_get(found, &name);
  strcat(text, " ");
  strncat(text, (const char *)name.octets + 1, name.octets[0]);
}

/* Every line with a name: the address's last octet, then all names. */
static void assert_name(const char *name, const char *expected) {
  char text[512] = "";
  const stubdns_name_t wanted = name_of(name);
  const struct stubdns__host_name *found =
      stubdns__hosts_find_name(hosts, &wanted);
  for (; found; found = found->same) {
    const stubdns_address_t *const address = &found->host->address;
    sprintf(text + strlen(text), "%u", address->octets[address->length - 1]);
    for (const struct stubdns__host_name *n = found->host->names; n;
         n = n->next)
      append_name(text, n);
    strcat(text, ";");
  }
  ck_assert_str_eq(text, expected);
}

static void assert_address(const char *address, const char *expected) {
  char text[512] = "";
  const stubdns_address_t wanted = address_of(address);
  const struct stubdns__host *found =
      stubdns__hosts_find_address(hosts, &wanted);
  for (; found; found = found->same) {
    for (const struct stubdns__host_name *n = found->names; n; n = n->next)
      append_name(text, n);
    strcat(text, ";");
  }
  ck_assert_str_eq(text, expected);
}

START_TEST(names_and_addresses_lead_to_their_lines_in_order) {
  begin();
  ck_assert_int_eq(add("127.0.0.1 localhost"), 0);
  ck_assert_int_eq(add("192.0.2.1 one uno"), 0);
  ck_assert_int_eq(add("2001:db8::1 one ipv6"), 0);
  ck_assert_int_eq(add("192.0.2.2 two One"), 0);
  ck_assert_int_eq(add("192.0.2.1 eins UNO eins"), 0);
  assert_name("localhost", "1 localhost;");
  assert_name("ONE.", "1 one uno;1 one ipv6;2 two One;");
  assert_name("uno", "1 one uno;1 eins UNO;");
  assert_name("eins", "1 eins UNO;");
  assert_name("drei", "");
  assert_name(".", "");
  assert_address("192.0.2.1", " one uno; eins UNO;");
  assert_address("192.0.2.1#99", " one uno; eins UNO;");
  assert_address("2001:db8::1", " one ipv6;");
  assert_address("192.0.2.3", "");
  end();
}
END_TEST

START_TEST(addresses_differ_in_their_scopes_and_families) {
  begin();
  ck_assert_int_eq(add("fe80::1%2 two"), 0);
  ck_assert_int_eq(add("fe80::1%3 three"), 0);
  ck_assert_int_eq(add("0.0.0.0 four"), 0);
  ck_assert_int_eq(add(":: six"), 0);
  assert_address("fe80::1%2", " two;");
  assert_address("fe80::1%3", " three;");
  assert_address("fe80::1", "");
  assert_address("0.0.0.0", " four;");
  assert_address("::", " six;");
  end();
}
END_TEST

START_TEST(no_table_has_nothing) {
  const stubdns_name_t name = name_of("localhost");
  const stubdns_address_t address = address_of("127.0.0.1");
  ck_assert_ptr_null(stubdns__hosts_find_name(NULL, &name));
  ck_assert_ptr_null(stubdns__hosts_find_address(NULL, &address));
  stubdns__hosts_destroy(NULL);
}
END_TEST

static int add_numbered(unsigned i) {
  char line[64];
  sprintf(line, "10.0.%u.%u host-%u common", i >> 8, i & 255, i);
  return add(line);
}

/* The lines with one name are counted once each, in their order. */
static void assert_common(unsigned count) {
  const stubdns_name_t name = name_of("COMMON");
  const struct stubdns__host_name *found =
      stubdns__hosts_find_name(hosts, &name);
  for (unsigned i = 0; i < count; i++, found = found->same) {
    ck_assert_ptr_nonnull(found);
    ck_assert_uint_eq(found->host->address.octets[2], i >> 8);
    ck_assert_uint_eq(found->host->address.octets[3], i & 255);
  }
  ck_assert_ptr_null(found);
}

START_TEST(large_tables_find_everything) {
  begin();
  for (unsigned i = 0; i < LINE_COUNT; i++)
    ck_assert_int_eq(add_numbered(i), 0);
  for (unsigned i = 0; i < LINE_COUNT; i++) {
    char text[32];
    sprintf(text, "host-%u", i);
    const stubdns_name_t name = name_of(text);
    const struct stubdns__host_name *const found =
        stubdns__hosts_find_name(hosts, &name);
    ck_assert_ptr_nonnull(found);
    ck_assert_ptr_null(found->same);
    ck_assert_ptr_eq(stubdns__hosts_find_address(hosts, &found->host->address),
                     found->host);
  }
  assert_common(LINE_COUNT);
  end();
}
END_TEST

/* Each allocation fails in turn, until there are fewer. */
START_TEST(tables_that_run_out_of_memory_say_so_and_leak_nothing) {
  size_t failed_count = 0;
  for (size_t at = 1;; at++) {
    allocation_count = 0;
    fail_at = at;
    int error = stubdns__hosts_create(&hooks, &hosts);
    if (error) {
      ck_assert_int_eq(error, STUBDNS_ENOMEM);
      failed_count++;
      continue;
    }
    unsigned line = 0;
    while (line < 400 && !error)
      error = add_numbered(line++);
    if (error) ck_assert_int_eq(error, STUBDNS_ENOMEM);
    failed_count += error != 0;
    const int is_over = allocation_count < at;
    end();
    if (is_over) break;
  }
  ck_assert_uint_ge(failed_count, 5); /* the table, and its blocks */
}
END_TEST

START_TEST(table_without_randomness_is_not_made) {
  int yes;
  hooks.data = &yes;
  fail_at = 0;
  ck_assert_int_eq(stubdns__hosts_create(&hooks, &hosts), STUBDNS_ERANDOM);
  hooks.data = NULL;
  ck_assert_uint_eq(block_count, 0);
}
END_TEST

/* A table with this line alone, whose entries a test may change. */
struct line {
  struct stubdns__host_name *name;
  struct stubdns__host *host;
};

static struct line begin_with(const char *address_text, const char *name_text) {
  const stubdns_name_t name = name_of(name_text);
  const stubdns_address_t address = address_of(address_text);
  begin();
  ck_assert_int_eq(stubdns__hosts_add_line(hosts, &address, &name), 0);
  const void *const place = stubdns__hosts_find_name(hosts, &name);
  const void *const host = stubdns__hosts_find_address(hosts, &address);
  return (struct line){(void *)(uintptr_t)place, (void *)(uintptr_t)host};
}

/* What is in the table, and what is looked for and has the same hash, which in
 * life would be chance. */
START_TEST(lines_with_one_hash_are_told_apart) {
  static const struct {
    const char *addresses[2];
    const char *names[2];
  } pairs[] = {
      {{"192.0.2.1", "192.0.2.2"}, {"a.test", "ab.test"}},
      {{"192.0.2.1", "c000:201::"}, {"a.test", "b.test"}},
      {{"fe80::1%1", "fe80::1%2"}, {"a.test", "a.tess"}},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
    const stubdns_name_t name = name_of(pairs[i].names[1]);
    const stubdns_address_t address = address_of(pairs[i].addresses[1]);
    struct line line = begin_with(pairs[i].addresses[1], pairs[i].names[1]);
    const uint64_t name_hash = line.name->entry.hash;
    const uint64_t address_hash = line.host->entry.hash;
    end();
    line = begin_with(pairs[i].addresses[0], pairs[i].names[0]);
    line.name->entry.hash = name_hash;
    line.host->entry.hash = address_hash;
    ck_assert_ptr_null(stubdns__hosts_find_name(hosts, &name));
    ck_assert_ptr_null(stubdns__hosts_find_address(hosts, &address));
    end();
  }
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("hosts");
  tcase_add_test(cases, names_and_addresses_lead_to_their_lines_in_order);
  tcase_add_test(cases, addresses_differ_in_their_scopes_and_families);
  tcase_add_test(cases, lines_with_one_hash_are_told_apart);
  tcase_add_test(cases, no_table_has_nothing);
  tcase_add_test(cases, large_tables_find_everything);
  tcase_add_test(cases, tables_that_run_out_of_memory_say_so_and_leak_nothing);
  tcase_add_test(cases, table_without_randomness_is_not_made);
  Suite *const suite = suite_create("resolver/hosts");
  suite_add_tcase(suite, cases);
  return suite;
}
