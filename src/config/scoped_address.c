/* Addresses with scopes, RFC 4007 section 11. */
#include "config/scoped_address.h"

#include "stubdns/error.h"

#include <string.h>

/* "fe80::1%eth0": the address without the scope, and the scope as a name. */
static int read_with_name(struct stubdns__scoped_address *address,
                          struct stubdns__span word) {
  struct stubdns__span name = word;
  while (name.length > 0 && name.text[0] != '%')
    stubdns__span_drop(&name, 1);
  if (name.length < 2 || name.length > sizeof address->scope)
    return STUBDNS_EBADADDRESS;
  const int error = stubdns_address_from_text(&address->address, word.text,
                                              word.length - name.length);
  if (error) return error;
  if (address->address.length != 16) return STUBDNS_EBADADDRESS;
  memcpy(address->scope, name.text + 1, name.length - 1);
  return 0;
}

int stubdns__scoped_address_read(struct stubdns__scoped_address *address,
                                 struct stubdns__span word) {
  memset(address, 0, sizeof *address);
  if (!stubdns_address_from_text(&address->address, word.text, word.length))
    return 0;
  return read_with_name(address, word);
}
