/* libc's ns_initparse() and ns_parserr(), which checks each record's frame and
 * expands its owner; RDATA is the caller's, so "visit" expands its names with
 * ns_name_uncompress() and reads its integers. */
#include "subject.h"

#include "stubdns/types.h"

#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <string.h>

static int parse(const struct input *input) {
  ns_msg message;
  ns_rr record;
  if (ns_initparse(input->octets, (int)input->length, &message)) return -1;
  for (int section = ns_s_qd; section < ns_s_max; section++)
    for (int i = 0; i < ns_msg_count(message, (ns_sect)section); i++) {
      if (ns_parserr(&message, (ns_sect)section, i, &record)) return -1;
      sink += (unsigned char)ns_rr_name(record)[0];
    }
  return 0;
}

/* Where the names of an RDATA begin, how many there are and how many octets of
 * integers stand before and behind them. */
struct shape {
  uint16_t type;
  uint8_t before;
  uint8_t names;
  uint8_t behind;
};

static const struct shape shapes[] = {
    {STUBDNS_TYPE_A, 4, 0, 0},      {STUBDNS_TYPE_AAAA, 16, 0, 0},
    {STUBDNS_TYPE_NS, 0, 1, 0},     {STUBDNS_TYPE_CNAME, 0, 1, 0},
    {STUBDNS_TYPE_SOA, 0, 2, 20},   {STUBDNS_TYPE_MX, 2, 1, 0},
    {STUBDNS_TYPE_HTTPS, 2, 1, 0},  {STUBDNS_TYPE_NSEC, 0, 1, 0},
    {STUBDNS_TYPE_RRSIG, 18, 1, 0}, {0, 0, 0, 0},
};

static const struct shape *find_shape(uint16_t type) {
  const struct shape *shape = shapes;
  while (shape->type && shape->type != type)
    shape++;
  return shape;
}

static const u_char *visit_integers(const u_char *octets, unsigned length) {
  for (; length >= 4; length -= 4, octets += 4)
    sink += ns_get32(octets);
  for (; length >= 2; length -= 2, octets += 2)
    sink += ns_get16(octets);
  return octets;
}

static int visit_rdata(const struct input *input, const ns_rr *record) {
  const struct shape *shape = find_shape(record->type);
  const u_char *octets = visit_integers(ns_rr_rdata(*record), shape->before);
  for (unsigned i = 0; i < shape->names; i++) {
    char name[NS_MAXDNAME];
    const int length =
        ns_name_uncompress(input->octets, input->octets + input->length, octets,
                           name, sizeof name);
    if (length < 0) return -1;
    sink += (unsigned char)name[0];
    octets += length;
  }
  visit_integers(octets, shape->behind);
  return 0;
}

static int visit(const struct input *input) {
  ns_msg message;
  ns_rr record;
  if (ns_initparse(input->octets, (int)input->length, &message)) return -1;
  for (int section = ns_s_qd; section < ns_s_max; section++)
    for (int i = 0; i < ns_msg_count(message, (ns_sect)section); i++) {
      if (ns_parserr(&message, (ns_sect)section, i, &record)) return -1;
      sink += (unsigned char)ns_rr_name(record)[0] + ns_rr_ttl(record);
      if (section != ns_s_qd && visit_rdata(input, &record)) return -1;
    }
  return 0;
}

const struct column libc_columns[] = {
    {"parse", parse}, {"visit", visit}, {NULL, NULL}};

int libc_build(const struct input *input) {
  static struct __res_state state; /* res_nmkquery() wants no servers */
  u_char octets[512];
  (void)input;
  state.options = (unsigned long)(RES_INIT | RES_RECURSE);
  const int length =
      res_nmkquery(&state, ns_o_query, "www.example.com", ns_c_in, ns_t_a, NULL,
                   0, NULL, octets, sizeof octets);
  sink += (uint64_t)length;
  return length > 0 ? 0 : -1;
}
