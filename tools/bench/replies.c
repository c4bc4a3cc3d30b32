/* Ten replies as servers send them: names compressed, an OPT record at the end
 * where a resolver that speaks EDNS would put one. */
#include "replies.h"

#include "stubdns/types.h"

#include <stdio.h>

#define DO_BIT 0x8000u

static void put_a(struct composer *c, enum compose_section section,
                  uint32_t ttl_s, unsigned last) {
  compose_fixed(c, section, STUBDNS_TYPE_A, ttl_s);
  compose_u32(c, 0xc0000200u | (last & 0xff));
  compose_end(c);
}

static void put_aaaa(struct composer *c, enum compose_section section,
                     uint32_t ttl_s, unsigned last) {
  compose_fixed(c, section, STUBDNS_TYPE_AAAA, ttl_s);
  compose_u32(c, 0x20010db8);
  compose_zeros(c, 8);
  compose_u32(c, last);
  compose_end(c);
}

static void compose_short_a(struct composer *c) {
  compose_reply(c, "www.example.com", STUBDNS_TYPE_A);
  compose_pointer(c, COMPOSE_QUESTION);
  put_a(c, COMPOSE_ANSWER, 300, 1);
}

/* Gives the offset of the target. */
static size_t put_cname(struct composer *c, size_t owner, const char *target,
                        size_t pointer) {
  compose_pointer(c, owner);
  compose_fixed(c, COMPOSE_ANSWER, STUBDNS_TYPE_CNAME, 300);
  const size_t offset = c->length;
  compose_name(c, target, pointer);
  compose_end(c);
  return offset;
}

static void compose_cname_chain(struct composer *c) {
  const size_t com = COMPOSE_QUESTION + 12;
  compose_reply(c, "www.example.com", STUBDNS_TYPE_A);
  size_t owner = put_cname(c, COMPOSE_QUESTION, "www.example.com.cdn", com);
  owner = put_cname(c, owner, "e1234.dscb.edge", com);
  owner = put_cname(c, owner, "a5678.g.edge-2", com);
  compose_pointer(c, owner);
  put_a(c, COMPOSE_ANSWER, 20, 7);
}

static void compose_referral(struct composer *c) {
  size_t hosts[13];
  compose_reply(c, "example.com", STUBDNS_TYPE_A);
  const size_t com = COMPOSE_QUESTION + 8;
  size_t suffix = 0;
  for (unsigned i = 0; i < 13; i++) {
    char label[] = {(char)('a' + i), 0};
    compose_pointer(c, com);
    compose_fixed(c, COMPOSE_AUTHORITY, STUBDNS_TYPE_NS, 172800);
    hosts[i] = c->length;
    compose_name(c, i ? label : "a.gtld-servers.net", suffix);
    if (!suffix) suffix = hosts[0] + 2;
    compose_end(c);
  }
  for (unsigned i = 0; i < 13; i++) {
    compose_pointer(c, hosts[i]);
    put_a(c, COMPOSE_ADDITIONAL, 172800, i);
    compose_pointer(c, hosts[i]);
    put_aaaa(c, COMPOSE_ADDITIONAL, 172800, i);
  }
  compose_opt(c, 0);
}

static void compose_mx(struct composer *c) {
  compose_reply(c, "example.com", STUBDNS_TYPE_MX);
  for (unsigned i = 0; i < 5; i++) {
    char host[] = "mx1.mail";
    host[2] = (char)('1' + i);
    compose_pointer(c, COMPOSE_QUESTION);
    compose_fixed(c, COMPOSE_ANSWER, STUBDNS_TYPE_MX, 3600);
    compose_u16(c, 10 * i);
    compose_name(c, host, COMPOSE_QUESTION);
    compose_end(c);
  }
  compose_opt(c, 0);
}

static void compose_txt(struct composer *c) {
  compose_reply(c, "example.com", STUBDNS_TYPE_TXT);
  compose_pointer(c, COMPOSE_QUESTION);
  compose_fixed(c, COMPOSE_ANSWER, STUBDNS_TYPE_TXT, 3600);
  for (unsigned i = 0; i < 4; i++) {
    compose_u8(c, 255);
    for (unsigned j = 0; j < 255; j++)
      compose_u8(c, 'a' + j % 26);
  }
  compose_end(c);
  compose_opt(c, 0);
}

static void compose_https(struct composer *c) {
  compose_reply(c, "example.com", STUBDNS_TYPE_HTTPS);
  compose_pointer(c, COMPOSE_QUESTION);
  compose_fixed(c, COMPOSE_ANSWER, STUBDNS_TYPE_HTTPS, 300);
  compose_u16(c, 1);
  compose_name(c, "", 0);
  compose_u16(c, 1); /* alpn */
  compose_u16(c, 6);
  compose_string(c, "h3");
  compose_string(c, "h2");
  compose_u16(c, 4); /* ipv4hint */
  compose_u16(c, 8);
  compose_u32(c, 0xc0000201);
  compose_u32(c, 0xc0000202);
  compose_u16(c, 6); /* ipv6hint */
  compose_u16(c, 32);
  compose_fill(c, 32);
  compose_end(c);
}

static void put_rrsig(struct composer *c, enum compose_section section,
                      uint16_t covered, const char *signer) {
  compose_fixed(c, section, STUBDNS_TYPE_RRSIG, 3600);
  compose_u16(c, covered);
  compose_u8(c, 13);
  compose_u8(c, 2);
  compose_u32(c, 3600);
  compose_u32(c, 1800000000);
  compose_u32(c, 1790000000);
  compose_u16(c, 12345);
  compose_name(c, signer, 0);
  compose_fill(c, 64);
  compose_end(c);
}

static void compose_dnssec(struct composer *c) {
  compose_reply(c, "www.example.com", STUBDNS_TYPE_A);
  compose_pointer(c, COMPOSE_QUESTION);
  put_a(c, COMPOSE_ANSWER, 300, 1);
  compose_pointer(c, COMPOSE_QUESTION);
  put_rrsig(c, COMPOSE_ANSWER, STUBDNS_TYPE_A, "example.com");
  compose_pointer(c, COMPOSE_QUESTION);
  compose_fixed(c, COMPOSE_AUTHORITY, STUBDNS_TYPE_NSEC, 300);
  compose_name(c, "a.www.example.com", 0);
  compose_u16(c, 0x0006); /* window 0, 6 octets: A, RRSIG, NSEC */
  compose_u32(c, 0x40000000);
  compose_u16(c, 0x0003);
  compose_end(c);
  compose_pointer(c, COMPOSE_QUESTION);
  put_rrsig(c, COMPOSE_AUTHORITY, STUBDNS_TYPE_NSEC, "example.com");
  compose_opt(c, DO_BIT);
}

static void compose_nxdomain(struct composer *c) {
  compose_reply(c, "nowhere.example.com", STUBDNS_TYPE_A);
  c->octets[3] |= 3;
  compose_pointer(c, COMPOSE_QUESTION + 8);
  compose_fixed(c, COMPOSE_AUTHORITY, STUBDNS_TYPE_SOA, 900);
  compose_name(c, "ns1", COMPOSE_QUESTION + 8);
  compose_name(c, "hostmaster", COMPOSE_QUESTION + 8);
  compose_u32(c, 2026010100);
  compose_u32(c, 7200);
  compose_u32(c, 900);
  compose_u32(c, 1209600);
  compose_u32(c, 300);
  compose_end(c);
  compose_opt(c, 0);
}

static void compose_4k(struct composer *c) {
  compose_reply(c, "www.example.com", STUBDNS_TYPE_A);
  for (unsigned i = 0; i < 250; i++) {
    compose_pointer(c, COMPOSE_QUESTION);
    put_a(c, COMPOSE_ANSWER, 300, i);
  }
}

/* Hosts of their own, with an address of each family and a mail exchanger. */
static void compose_64k(struct composer *c) {
  compose_reply(c, "example.com", STUBDNS_TYPE_ANY);
  for (unsigned i = 0; compose_room(c) > 96; i++) {
    char host[16];
    snprintf(host, sizeof host, "host%05u", i);
    compose_name(c, host, COMPOSE_QUESTION);
    put_a(c, COMPOSE_ANSWER, 300, i);
    compose_name(c, host, COMPOSE_QUESTION);
    put_aaaa(c, COMPOSE_ANSWER, 300, i);
    compose_pointer(c, COMPOSE_QUESTION);
    compose_fixed(c, COMPOSE_ANSWER, STUBDNS_TYPE_MX, 300);
    compose_u16(c, i & 0xff);
    compose_name(c, host, COMPOSE_QUESTION);
    compose_end(c);
  }
}

const struct reply replies[REPLY_COUNT] = {
    {"short A", compose_short_a},
    {"3 CNAME", compose_cname_chain},
    {"13 NS + glue", compose_referral},
    {"5 MX", compose_mx},
    {"long TXT", compose_txt},
    {"HTTPS", compose_https},
    {"DNSSEC", compose_dnssec},
    {"NXDOMAIN", compose_nxdomain},
    {"4 KB", compose_4k},
    {"64 KB", compose_64k},
};
