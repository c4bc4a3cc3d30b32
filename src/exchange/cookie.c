/* Making and reading cookies, RFC 7873 sections 4 and 5.3. */
#include "exchange/cookie.h"

#include <string.h>

/* What the client cookie is made of: the address, which tells IPv4 from IPv6 by
 * its length, the port and the scope. */
#define MATERIAL_MAX (1 + 16 + 2 + 4)

static size_t put_number(uint8_t *octets, size_t length, uint32_t number,
                         unsigned count) {
  for (unsigned i = 0; i < count; i++)
    octets[length + i] = (uint8_t)(number >> 8 * i);
  return length + count;
}

void stubdns__cookie_make(const struct stubdns__siphash_key *secret,
                          const stubdns_address_t *address,
                          stubdns_cookie_t *cookie) {
  uint8_t material[MATERIAL_MAX];
  size_t length = put_number(material, 0, address->length, 1);
  memcpy(material + length, address->octets, address->length);
  length += address->length;
  length = put_number(material, length, address->port, 2);
  length = put_number(material, length, address->scope_id, 4);
  const uint64_t hash = stubdns__siphash(secret, material, length);
  memset(cookie, 0, sizeof *cookie);
  put_number(cookie->client, 0, (uint32_t)hash, 4);
  put_number(cookie->client, 4, (uint32_t)(hash >> 32), 4);
}

static int find_option(const stubdns_message_t *message,
                       stubdns_option_t *option) {
  size_t position = 0;
  while (stubdns_message_next_option(message, &position, option))
    if (option->code == STUBDNS_OPTION_COOKIE) return 1;
  return 0;
}

enum stubdns__cookie_state
stubdns__cookie_read(const stubdns_message_t *message, const uint8_t *client,
                     stubdns_cookie_t *cookie) {
  stubdns_option_t option;
  stubdns_cookie_t found;
  if (!find_option(message, &option)) return STUBDNS__COOKIE_ABSENT;
  if (stubdns_option_cookie(&option, &found) ||
      memcmp(found.client, client, sizeof found.client) != 0)
    return STUBDNS__COOKIE_FOREIGN;
  if (cookie) *cookie = found;
  return STUBDNS__COOKIE_OURS;
}

int stubdns__cookie_is_spent(const struct stubdns__exchange *x,
                             unsigned index) {
  unsigned count = 0;
  for (const struct stubdns__attempt *a = x->newest; a; a = a->older)
    count += a->server == index && a->bad_cookie;
  return count > STUBDNS__COOKIE_RETRIES;
}
