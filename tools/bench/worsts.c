/* Messages of up to 64 KiB, each made to cost as much as one can of one thing:
 * names that go through pointers, names of many labels, sequences of the
 * smallest pieces, counts that promise more than there is. */
#include "worst.h"

#include "stubdns/types.h"

#include <string.h>

#define POINTER_MAX 16383 /* the last offset that a pointer can lead to */
#define HOPS_MAX 126
#define HOPS_FREE 8192 /* and one for each two octets */
#define TYPE_OPAQUE 65280

/* The offset of the deepest chain of pointers so far. */
struct chain {
  size_t offset;
  unsigned hops;
  size_t all_hops; /* of all names together */
};

/* A name through the whole chain, which it makes longer by one, or begins anew;
 * through one pointer, where all names have used up what they may. */
static void put_link(struct composer *c, struct chain *chain) {
  const size_t offset = c->length;
  if (chain->hops == HOPS_MAX) {
    chain->hops = 0;
    chain->offset = COMPOSE_QUESTION;
  }
  if (chain->all_hops + chain->hops + 1 > HOPS_FREE + offset / 2) {
    compose_pointer(c, COMPOSE_QUESTION);
    chain->all_hops++;
    return;
  }
  compose_pointer(c, chain->offset);
  chain->all_hops += chain->hops + 1;
  if (offset > POINTER_MAX) return;
  chain->hops++;
  chain->offset = offset;
}

static void begin_chain(struct composer *c, struct chain *chain) {
  compose_reply(c, "a", STUBDNS_TYPE_ANY);
  *chain = (struct chain){COMPOSE_QUESTION, 0, 0};
}

static void compose_owner_chains(struct composer *c) {
  struct chain chain;
  begin_chain(c, &chain);
  while (compose_room(c) >= 12) {
    put_link(c, &chain);
    compose_fixed(c, COMPOSE_ANSWER, TYPE_OPAQUE, 0);
  }
}

static void compose_ns_chains(struct composer *c) {
  struct chain chain;
  begin_chain(c, &chain);
  while (compose_room(c) >= 14) {
    put_link(c, &chain);
    compose_fixed(c, COMPOSE_ANSWER, STUBDNS_TYPE_NS, 0);
    put_link(c, &chain);
    compose_end(c);
  }
}

static void compose_minfo_chains(struct composer *c) {
  struct chain chain;
  begin_chain(c, &chain);
  while (compose_room(c) >= 16) {
    put_link(c, &chain);
    compose_fixed(c, COMPOSE_ANSWER, STUBDNS_TYPE_MINFO, 0);
    put_link(c, &chain);
    put_link(c, &chain);
    compose_end(c);
  }
}

static void put_smallest_records(struct composer *c) {
  while (compose_room(c) >= 12) {
    compose_pointer(c, COMPOSE_QUESTION);
    compose_fixed(c, COMPOSE_ANSWER, TYPE_OPAQUE, 0);
  }
}

static void compose_long_names(struct composer *c) {
  char name[4 * 64];
  memset(name, 'a', sizeof name);
  name[63] = name[127] = name[191] = '.';
  name[253] = '\0'; /* three labels of 63 octets and one of 61 */
  compose_reply(c, name, STUBDNS_TYPE_ANY);
  put_smallest_records(c);
}

static void compose_many_labels(struct composer *c) {
  char name[2 * 127];
  for (size_t i = 0; i < sizeof name; i++)
    name[i] = i % 2 ? '.' : 'a';
  name[sizeof name - 1] = '\0';
  compose_reply(c, name, STUBDNS_TYPE_ANY);
  put_smallest_records(c);
}

/* Plain names of 127 labels in every owner. */
static void compose_plain_labels(struct composer *c) {
  compose_reply(c, "", STUBDNS_TYPE_ANY);
  while (compose_room(c) >= 255 + 10) {
    for (unsigned i = 0; i < 127; i++)
      compose_u16(c, 0x0161);
    compose_u8(c, 0);
    compose_fixed(c, COMPOSE_ANSWER, TYPE_OPAQUE, 0);
  }
}

static void begin_svcb(struct composer *c) {
  compose_reply(c, "", STUBDNS_TYPE_SVCB);
  compose_u8(c, 0);
  compose_fixed(c, COMPOSE_ANSWER, STUBDNS_TYPE_SVCB, 0);
  compose_u16(c, 1);
  compose_u8(c, 0);
}

#define FIRST_FREE_KEY 16

static void compose_svc_params(struct composer *c) {
  begin_svcb(c);
  for (unsigned key = FIRST_FREE_KEY; compose_room(c) >= 4; key++) {
    compose_u16(c, key);
    compose_u16(c, 0);
  }
  compose_end(c);
}

static void compose_mandatory(struct composer *c) {
  const unsigned count = 10000;
  begin_svcb(c);
  compose_u16(c, 0);
  compose_u16(c, 2 * count);
  for (unsigned i = 0; i < count; i++)
    compose_u16(c, FIRST_FREE_KEY + i);
  for (unsigned i = 0; i < count; i++) {
    compose_u16(c, FIRST_FREE_KEY + i);
    compose_u16(c, 0);
  }
  compose_end(c);
}

static void compose_alpn(struct composer *c) {
  begin_svcb(c);
  compose_u16(c, 1);
  const size_t count = (compose_room(c) - 2) / 2;
  compose_u16(c, (unsigned)count * 2);
  for (size_t i = 0; i < count; i++)
    compose_u16(c, 0x0168);
  compose_end(c);
}

static void compose_txt(struct composer *c) {
  compose_reply(c, "", STUBDNS_TYPE_TXT);
  compose_u8(c, 0);
  compose_fixed(c, COMPOSE_ANSWER, STUBDNS_TYPE_TXT, 0);
  compose_zeros(c, compose_room(c));
  compose_end(c);
}

static void put_options(struct composer *c) {
  compose_opt(c, 0);
  while (compose_room(c) >= 4 + 4) {
    compose_u16(c, 65001);
    compose_u16(c, 0);
  }
}

static void compose_options(struct composer *c) {
  compose_reply(c, "", STUBDNS_TYPE_A);
  put_options(c);
  compose_end(c);
}

static void compose_bad_options(struct composer *c) {
  compose_reply(c, "", STUBDNS_TYPE_A);
  put_options(c);
  compose_u16(c, 8); /* client subnet of no octets */
  compose_u16(c, 0);
  compose_end(c);
}

static void compose_nsec(struct composer *c) {
  compose_reply(c, "", STUBDNS_TYPE_NSEC);
  while (compose_room(c) >= 12 + 256 * 34) {
    compose_u8(c, 0);
    compose_fixed(c, COMPOSE_ANSWER, STUBDNS_TYPE_NSEC, 0);
    compose_u8(c, 0);
    for (unsigned window = 0; window < 256; window++) {
      compose_u8(c, window);
      compose_u8(c, 32);
      memset(c->octets + c->length, 0xff, 32);
      c->length += 32;
    }
    compose_end(c);
  }
}

/* Windows of one octet, the smallest pieces of a bitmap. */
static void compose_nsec_windows(struct composer *c) {
  compose_reply(c, "", STUBDNS_TYPE_NSEC);
  while (compose_room(c) >= 12 + 256 * 3) {
    compose_u8(c, 0);
    compose_fixed(c, COMPOSE_ANSWER, STUBDNS_TYPE_NSEC, 0);
    compose_u8(c, 0);
    for (unsigned window = 0; window < 256; window++) {
      compose_u8(c, window);
      compose_u16(c, 0x0101);
    }
    compose_end(c);
  }
}

static void compose_host_identity(struct composer *c) {
  compose_reply(c, "", STUBDNS_TYPE_HIP);
  compose_u8(c, 0);
  compose_fixed(c, COMPOSE_ANSWER, STUBDNS_TYPE_HIP, 0);
  compose_u32(c, 0x01020001); /* lengths of the identity and its key: 1 */
  compose_u16(c, 0);
  compose_zeros(c, compose_room(c)); /* servers: the root, again and again */
  compose_end(c);
}

static void compose_prefixes(struct composer *c) {
  compose_reply(c, "", STUBDNS_TYPE_APL);
  compose_u8(c, 0);
  compose_fixed(c, COMPOSE_ANSWER, STUBDNS_TYPE_APL, 0);
  while (compose_room(c) >= 4)
    compose_u32(c, 0x00010000);
  compose_end(c);
}

static void compose_lying_counts(struct composer *c) {
  compose_reply(c, "", STUBDNS_TYPE_ANY);
  while (compose_room(c) >= 11) {
    compose_u8(c, 0);
    compose_fixed(c, COMPOSE_ANSWER, TYPE_OPAQUE, 0);
  }
  for (size_t offset = 6; offset < 12; offset += 2)
    compose_set_u16(c, offset, 0xffff);
}

static void compose_empty_lie(struct composer *c) {
  compose_reply(c, "", STUBDNS_TYPE_ANY);
  compose_set_u16(c, 6, 0xffff);
}

static void compose_questions(struct composer *c) {
  compose_reply(c, "", STUBDNS_TYPE_A);
  unsigned count = 1;
  for (; compose_room(c) >= 5; count++) {
    compose_u8(c, 0);
    compose_u32(c, 0x00010001);
  }
  compose_set_u16(c, 2, 0x0100); /* a query: several questions are read */
  compose_set_u16(c, 4, count);
}

static void compose_duplicates(struct composer *c) {
  compose_reply(c, "www.example.com", STUBDNS_TYPE_A);
  while (compose_room(c) >= 16) {
    compose_pointer(c, COMPOSE_QUESTION);
    compose_fixed(c, COMPOSE_ANSWER, STUBDNS_TYPE_A, 300);
    compose_u32(c, 0xc0000201);
    compose_end(c);
  }
}

/* Each alias leads to a name that the next one owns. */
static void compose_cname_chain(struct composer *c) {
  compose_reply(c, "a", STUBDNS_TYPE_A);
  size_t owner = COMPOSE_QUESTION;
  for (unsigned i = 0; compose_room(c) >= 20; i++) {
    const char name[] = {(char)('a' + i % 26), (char)('a' + i / 26 % 26),
                         (char)('a' + i / 676 % 26), '\0'};
    compose_pointer(c, owner);
    compose_fixed(c, COMPOSE_ANSWER, STUBDNS_TYPE_CNAME, 300);
    if (c->length <= POINTER_MAX) owner = c->length;
    compose_name(c, name, 0);
    compose_end(c);
  }
}

/* Records whose content is malformed are looked at again by every walk. */
static void compose_malformed(struct composer *c) {
  compose_reply(c, "", STUBDNS_TYPE_SVCB);
  while (compose_room(c) >= 18) {
    compose_u8(c, 0);
    compose_fixed(c, COMPOSE_ANSWER, STUBDNS_TYPE_SVCB, 0);
    compose_u16(c, 1);
    compose_u8(c, 0);
    compose_u32(c, 0xffff0000); /* the invalid key */
    compose_end(c);
  }
}

const struct worst worsts[] = {
    {"pointer chains as owners", compose_owner_chains, 1},
    {"pointer chains in NS", compose_ns_chains, 1},
    {"pointer chains in MINFO", compose_minfo_chains, 1},
    {"255-octet names", compose_long_names, 1},
    {"127-label names", compose_many_labels, 1},
    {"127-label names, plain", compose_plain_labels, 1},
    {"SVCB parameters", compose_svc_params, 1},
    {"SVCB mandatory", compose_mandatory, 1},
    {"SVCB alpn", compose_alpn, 1},
    {"TXT strings", compose_txt, 1},
    {"EDNS options", compose_options, 1},
    {"EDNS options, malformed", compose_bad_options, 1},
    {"NSEC bitmaps", compose_nsec, 1},
    {"NSEC windows", compose_nsec_windows, 1},
    {"HIP servers", compose_host_identity, 1},
    {"APL prefixes", compose_prefixes, 1},
    {"counts that lie", compose_lying_counts, 0},
    {"counts of nothing", compose_empty_lie, 0},
    {"questions", compose_questions, 1},
    {"duplicates", compose_duplicates, 1},
    {"CNAME chain", compose_cname_chain, 1},
    {"malformed records", compose_malformed, 1},
    {NULL, NULL, 0},
};
