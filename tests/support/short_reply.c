/* Builds messages from replies written in short. */
#include "support/short_reply.h"

#include "support/octets.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t put_name(uint8_t *octets, const char *text) {
  const stubdns_name_t name = NAME(text);
  memcpy(octets, name.octets, name.length);
  return name.length;
}

/* Puts RDATA for `text` behind `octets`; gives its length. */
static size_t put_rdata(uint8_t *octets, uint16_t type, const char *text) {
  static const uint8_t address[] = {192, 0, 2};
  const unsigned number = (unsigned)atoi(text);
  switch (type) {
  case STUBDNS_TYPE_A:
    memcpy(octets, address, 3);
    octets[3] = (uint8_t)number;
    return 4;
  case STUBDNS_TYPE_HINFO:
    memcpy(octets, "\x07RFC8482\x00", 9);
    return 9;
  case STUBDNS_TYPE_SOA:
    memset(octets, 0, 22);
    octets[20] = (uint8_t)(number >> 8);
    octets[21] = (uint8_t)number;
    return 22;
  case STUBDNS_TYPE_MX:
    memset(octets, 0, 2);
    return 2 + put_name(octets + 2, text);
  default:
    return put_name(octets, text);
  }
}

/* Writes "owner TYPE rdata", maybe with a TTL behind, in wire form; gives its
 * length. */
static size_t write_record(uint8_t *octets, const char *text, uint32_t ttl_s) {
  char owner[256];
  char mnemonic[16];
  char rdata[256];
  uint16_t type;
  const int count =
      sscanf(text, "%255s %15s %255s %" SCNu32, owner, mnemonic, rdata, &ttl_s);
  const int error = stubdns_type_from_text(&type, mnemonic, strlen(mnemonic));
  assert(count >= 3 && !error);
  const stubdns_name_t name = NAME(owner);
  memcpy(octets, name.octets, name.length);
  uint8_t *const fixed = octets + name.length;
  const size_t length = put_rdata(fixed + 10, type, rdata);
  const uint8_t head[10] = {(uint8_t)(type >> 8),
                            (uint8_t)type,
                            0,
                            1,
                            (uint8_t)(ttl_s >> 24),
                            (uint8_t)(ttl_s >> 16),
                            (uint8_t)(ttl_s >> 8),
                            (uint8_t)ttl_s,
                            (uint8_t)(length >> 8),
                            (uint8_t)length};
  memcpy(fixed, head, sizeof head);
  return name.length + 10u + length;
}

static void add_records(stubdns_builder_t *builder,
                        enum stubdns_section section, const char *text,
                        uint32_t ttl_s) {
  char *const copy = strdup(text);
  for (char *one = strtok(copy, ";"); one; one = strtok(NULL, ";")) {
    uint8_t octets[1024];
    stubdns_record_t record;
    const size_t length = write_record(octets, one, ttl_s);
    const int error = stubdns_record_from_wire(&record, octets, length);
    assert(!error);
    stubdns_builder_record(builder, section, &record);
  }
  free(copy);
}

size_t short_reply_write(const struct short_reply *reply,
                         const stubdns_question_t *question, uint8_t *octets,
                         size_t size) {
  static stubdns_builder_t builder;
  size_t length;
  stubdns_builder_begin(&builder, octets, size, 1, reply->flags);
  stubdns_builder_question(&builder, question);
  add_records(&builder, STUBDNS_SECTION_ANSWER, reply->answer, reply->ttl_s);
  add_records(&builder, STUBDNS_SECTION_AUTHORITY, reply->authority,
              reply->ttl_s);
  add_records(&builder, STUBDNS_SECTION_ADDITIONAL, reply->additional,
              reply->ttl_s);
  const int error = stubdns_builder_finish(&builder, &length);
  assert(!error);
  return length;
}
