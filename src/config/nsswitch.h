/* The `hosts:` line of nsswitch.conf(5): where host names are looked up, in
 * which order, and what ends the search. */
#ifndef STUBDNS_CONFIG_NSSWITCH_H
#define STUBDNS_CONFIG_NSSWITCH_H

#include "config/text.h"

#include <stdint.h>

/* Sources that are kept; a longer line is cut. */
#define STUBDNS__SOURCES_MAX 16

enum stubdns__source {
  STUBDNS__SOURCE_FILES,
  STUBDNS__SOURCE_DNS,
  STUBDNS__SOURCE_MDNS,       /* mdns, mdns4, mdns6 */
  STUBDNS__SOURCE_MDNS_LOCAL, /* the same with _minimal: .local alone */
  STUBDNS__SOURCE_MYHOSTNAME,
  STUBDNS__SOURCE_OTHER /* not known here: always UNAVAILABLE */
};

/* How a source can end. */
enum stubdns__source_status {
  STUBDNS__SOURCE_SUCCESS,
  STUBDNS__SOURCE_NOT_FOUND,
  STUBDNS__SOURCE_UNAVAILABLE, /* "UNAVAIL" */
  STUBDNS__SOURCE_TRY_AGAIN,   /* "TRYAGAIN" */
  STUBDNS__SOURCE_STATUS_COUNT
};

enum stubdns__source_action {
  STUBDNS__SOURCE_CONTINUE, /* with the next source */
  STUBDNS__SOURCE_RETURN,   /* what there is */
  STUBDNS__SOURCE_MERGE     /* what there is with what the next source has */
};

/* "dns [!UNAVAIL=return]".  Without brackets SUCCESS returns and all else
 * continues. */
struct stubdns__source_rule {
  uint8_t source;                                /* enum stubdns__source */
  uint8_t actions[STUBDNS__SOURCE_STATUS_COUNT]; /* enum ..._action */
};

struct stubdns__nsswitch {
  struct stubdns__source_rule rules[STUBDNS__SOURCES_MAX];
  size_t rule_count;
};

/* Reads `length` characters of text, any octets.  Without a `hosts:` line the
 * rules are those of "files dns", as in the C library; of several the last
 * counts.  `complain` may be NULL. */
void stubdns__nsswitch_parse(struct stubdns__nsswitch *nsswitch,
                             const char *text, size_t length,
                             const struct stubdns__complain *complain);

#endif
