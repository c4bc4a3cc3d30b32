/* Lists of prefixes, and the default ones of RFC 6724. */
#include "resolver/address_policy.h"

#include <string.h>

/* Section 2.1, but for the row of all others. */
static const struct {
  struct {
    uint8_t at[16];
  } prefix;
  uint8_t prefix_length;
  uint8_t precedence;
  uint8_t label;
} policies[] = {
    {{{[15] = 1}}, 128, 50, 0},  {{{[10] = 0xff, 0xff}}, 96, 35, 4},
    {{{0}}, 96, 1, 3},           {{{0x20, 0x01}}, 32, 5, 5},
    {{{0x20, 0x02}}, 16, 30, 2}, {{{0x3f, 0xfe}}, 16, 1, 12},
    {{{0xfe, 0xc0}}, 10, 1, 11}, {{{0xfc}}, 7, 3, 13},
};

/* Section 3.2: loopback and link-local addresses are link-local. */
static const struct stubdns__policy_row scopes[] = {
    {{[10] = 0xff, 0xff, 169, 254}, 112, 2},
    {{[10] = 0xff, 0xff, 127}, 104, 2},
};

/* Of all other addresses; private IPv4 ones are global. */
static const uint32_t others[] = {
    [STUBDNS__POLICY_LABEL] = 1,
    [STUBDNS__POLICY_PRECEDENCE] = 40,
    [STUBDNS__POLICY_SCOPE] = 14,
};

/* Behind those that are as long. */
static void insert(struct stubdns__policy_list *list,
                   const struct stubdns__policy_row *row) {
  size_t place = list->count++;
  for (; place > 0; place--) {
    if (list->rows[place - 1].prefix_length >= row->prefix_length) break;
    list->rows[place] = list->rows[place - 1];
  }
  list->rows[place] = *row;
}

void stubdns__address_policy_init(struct stubdns__address_policy *policy) {
  memset(policy, 0, sizeof *policy);
  for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
    struct stubdns__policy_row row = {.prefix_length =
                                          policies[i].prefix_length};
    memcpy(row.prefix, policies[i].prefix.at, sizeof row.prefix);
    row.value = policies[i].label;
    insert(&policy->lists[STUBDNS__POLICY_LABEL], &row);
    row.value = policies[i].precedence;
    insert(&policy->lists[STUBDNS__POLICY_PRECEDENCE], &row);
  }
  for (size_t i = 0; i < sizeof scopes / sizeof scopes[0]; i++)
    insert(&policy->lists[STUBDNS__POLICY_SCOPE], &scopes[i]);
}

int stubdns__address_policy_add(struct stubdns__address_policy *policy,
                                enum stubdns__policy_kind kind,
                                const struct stubdns__policy_row *row) {
  struct stubdns__policy_list *const list = &policy->lists[kind];
  if (!list->is_written) list->count = 0;
  list->is_written = 1;
  if (list->count == STUBDNS__POLICY_ROWS_MAX) return 0;
  insert(list, row);
  return 1;
}

static int has_prefix(const uint8_t *octets,
                      const struct stubdns__policy_row *row) {
  const unsigned whole = row->prefix_length / 8u;
  const unsigned rest = row->prefix_length % 8u;
  if (memcmp(octets, row->prefix, whole) != 0) return 0;
  return rest == 0 || (octets[whole] ^ row->prefix[whole]) >> (8 - rest) == 0;
}

uint32_t
stubdns__address_policy_value(const struct stubdns__address_policy *policy,
                              enum stubdns__policy_kind kind,
                              const uint8_t octets[16]) {
  const struct stubdns__policy_list *const list = &policy->lists[kind];
  for (size_t i = 0; i < list->count; i++)
    if (has_prefix(octets, &list->rows[i])) return list->rows[i].value;
  return others[kind];
}
