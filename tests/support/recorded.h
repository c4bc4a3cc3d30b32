/* The recorded exchanges of fixtures/recorded, for tests that go over all. */
#ifndef STUBDNS_TESTS_RECORDED_H
#define STUBDNS_TESTS_RECORDED_H

#include <stddef.h>
#include <stdint.h>

/* One recorded message, in a heap block of exactly its length. */
struct recorded {
  char name[64]; /* of the fixture, without ".pcap" */
  uint8_t *octets;
  size_t length;
};

/* All messages, queries and replies, in the order of the fixtures' names. */
struct recorded_list {
  struct recorded *messages;
  size_t count;
};

struct recorded_list recorded_load(void);
void recorded_free(struct recorded_list *list);

#endif
