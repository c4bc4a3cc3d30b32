/* What the outcome of a reply means to whoever searches for addresses or
 * targets. */
#ifndef STUBDNS_UV_OUTCOME_H
#define STUBDNS_UV_OUTCOME_H

#include "stubdns/answer.h"
#include "stubdns/error.h"

/* Returns 0 where there are records, else STUBDNS_ENONAME, STUBDNS_ENODATA or
 * STUBDNS_EFAILURE. */
static inline int stubdns__status_of_outcome(const stubdns_chain_t *chain) {
  switch (chain->outcome) {
  case STUBDNS_OUTCOME_ANSWER:
    return 0;
  case STUBDNS_OUTCOME_NXDOMAIN:
    return STUBDNS_ENONAME;
  case STUBDNS_OUTCOME_NODATA:
  case STUBDNS_OUTCOME_INCOMPLETE:
    return STUBDNS_ENODATA;
  default:
    return STUBDNS_EFAILURE;
  }
}

#endif
