/* The lines of gai.conf(5) that say in which order addresses are tried: RFC
 * 6724 section 2.1, and 3.2 for scopev4. */
#ifndef STUBDNS_CONFIG_GAI_CONF_H
#define STUBDNS_CONFIG_GAI_CONF_H

#include "config/text.h"

#include <stdint.h>

enum stubdns__gai_kind {
  STUBDNS__GAI_LABEL,
  STUBDNS__GAI_PRECEDENCE,
  STUBDNS__GAI_SCOPE /* of IPv4 addresses */
};

/* "label 2002::/16 2" */
struct stubdns__gai_line {
  enum stubdns__gai_kind kind;
  uint8_t prefix[16]; /* IPv4 in its mapped form */
  uint8_t prefix_length;
  uint32_t value; /* at most INT32_MAX */
};

struct stubdns__gai_visitor {
  void *data;
  /* Returns whether there was room for the line. */
  int (*on_line)(void *data, const struct stubdns__gai_line *line);
};

/* Gives the lines in their order.  A prefix without a length is one address.
 * `reload` is passed over.  Unlike the C library, this wants every number
 * written with digits, and at least one.  `complain` may be NULL. */
void stubdns__gai_conf_parse(const char *text, size_t length,
                             const struct stubdns__gai_visitor *visitor,
                             const struct stubdns__complain *complain);

#endif
