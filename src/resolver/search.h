/* The search list: which full names a short one may stand for, and in which
 * order they are tried (resolv.conf(5), RFC 1123 section 6.1.4.3, RFC 1535).
 * The next name is tried only where the one before does not exist: that it has
 * no such records is an answer, and a failure is not told as a "no". */
#ifndef STUBDNS_RESOLVER_SEARCH_H
#define STUBDNS_RESOLVER_SEARCH_H

#include "stubdns/lookup.h"
#include "stubdns/name.h"

#include <stddef.h>

/* How names are searched for. */
struct stubdns__search_list {
  uint32_t holder_count;
  uint8_t ndots; /* names with so many dots are tried as they are first */
  uint8_t no_tld_query; /* names without a dot are not, while there is a list */
  size_t domain_count;
  stubdns_name_t domains[]; /* at most STUBDNS__SEARCH_DOMAINS_MAX */
};

#define STUBDNS__SEARCH_DOMAINS_MAX 32

/* One search.  The list must outlive it. */
struct stubdns__search {
  const struct stubdns__search_list *list;
  stubdns_name_t name; /* as given */
  uint64_t denied;     /* which names do not exist, a bit for each place */
  uint8_t places[STUBDNS__SEARCH_DOMAINS_MAX + 1]; /* in the order of trying */
  uint8_t place_count;
  uint8_t next; /* the first place that was not tried */
};

/* Begins a search for a name in presentation format.  A name with a final dot
 * stands for itself alone, as does a special-use name (RFC 6761, RFC 8880, RFC
 * 9462): no such name leaves the host with something behind it.  `list` may be
 * NULL, for a list without domains.
 *
 * Returns 0 or an error of stubdns_name_from_text(). */
int stubdns__search_begin(struct stubdns__search *search,
                          const struct stubdns__search_list *list,
                          const char *text, size_t length);

/* Gives the next name to try; returns 0 where there is none, which the first
 * time does not happen.  Names that would be too long are passed over, and
 * names below one that does not exist (RFC 8020). */
int stubdns__search_next(struct stubdns__search *search, stubdns_name_t *name);

/* Whether what a lookup of the search ended with says that its name does not
 * exist, so that the next one may be tried. */
int stubdns__search_is_denied(struct stubdns__search *search, int status,
                              const stubdns_answer_t *answer);

#endif
