/* Which names are special is decided by their last label alone: everything
 * below is special as well, and a name that only begins or ends alike is not.
 */
#include "resolver/special.h"

#include "wire/name.h"
#include "wire/writer.h"

#include <string.h>

#define LOCALHOST_TTL_S 86400 /* it never changes */

enum kind { ORDINARY, LOOPBACK, NOWHERE };

static const struct {
  const char *label;
  enum kind kind;
} specials[] = {
    {"localhost", LOOPBACK}, {"invalid", NOWHERE}, {"onion", NOWHERE},
    {"alt", NOWHERE},        {"local", NOWHERE},
};

/* The last label before the root, with its length octet; the root's for ".". */
static const uint8_t *last_label(const stubdns_name_t *name) {
  const uint8_t *label = name->octets;
  while (label[0] && label[1 + label[0]])
    label += 1 + label[0];
  return label;
}

static enum kind kind_of(const stubdns_name_t *name) {
  const uint8_t *const label = last_label(name);
  for (size_t i = 0; i < sizeof specials / sizeof specials[0]; i++)
    if (strlen(specials[i].label) == label[0] &&
        stubdns__octets_equal_folded((const uint8_t *)specials[i].label,
                                     label + 1, label[0]))
      return specials[i].kind;
  return ORDINARY;
}

int stubdns__special_is(const stubdns_name_t *name) {
  static const stubdns_name_t asked[] = {
      {15, "\x08resolver\4arpa"},
      {15, "\x08ipv4only\4arpa"},
  };
  for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++)
    if (stubdns_name_is_below(name, &asked[i])) return 1;
  return kind_of(name) != ORDINARY;
}

static void put_loopback(struct stubdns__writer *writer, uint16_t type) {
  static const uint8_t ipv4[4] = {127, 0, 0, 1};
  static const uint8_t ipv6[16] = {[15] = 1};
  const uint16_t length = type == STUBDNS_TYPE_A ? 4 : 16;
  stubdns__writer_u16(writer, 0xc00c); /* the question's name */
  stubdns__writer_u16(writer, type);
  stubdns__writer_u16(writer, STUBDNS_CLASS_IN);
  stubdns__writer_u32(writer, LOCALHOST_TTL_S);
  stubdns__writer_u16(writer, length);
  stubdns__writer_octets(writer, length == 4 ? ipv4 : ipv6, length);
}

int stubdns__special_reply(const stubdns_question_t *question, uint8_t *octets,
                           size_t *length) {
  const enum kind kind = kind_of(&question->name);
  const uint16_t type = question->type;
  const int has_address = kind == LOOPBACK &&
                          question->class_ == STUBDNS_CLASS_IN &&
                          (type == STUBDNS_TYPE_A || type == STUBDNS_TYPE_AAAA);
  if (kind == ORDINARY) return 0;
  struct stubdns__writer writer =
      stubdns__writer_make(octets, STUBDNS__SPECIAL_REPLY_MAX);
  stubdns__writer_u16(&writer, 0);
  stubdns__writer_u16(&writer,
                      STUBDNS_FLAG_QR | STUBDNS_FLAG_RA |
                          (kind == NOWHERE ? STUBDNS_RCODE_NXDOMAIN : 0));
  stubdns__writer_u16(&writer, 1);
  stubdns__writer_u16(&writer, (uint16_t)has_address);
  stubdns__writer_u32(&writer, 0);
  stubdns__writer_octets(&writer, question->name.octets, question->name.length);
  stubdns__writer_u16(&writer, type);
  stubdns__writer_u16(&writer, question->class_);
  if (has_address) put_loopback(&writer, type);
  *length = writer.length;
  return 1;
}
