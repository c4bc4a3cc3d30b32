/* A search is a list of places: those of the domains, and that of the name as
 * it is.  Their order is settled when it begins. */
#include "resolver/search.h"

#include "resolver/special.h"
#include "stubdns/answer.h"
#include "wire/name.h"

#include <string.h>

/* The place of the name as it is; those of the domains are their index. */
#define AS_IS STUBDNS__SEARCH_DOMAINS_MAX

/* Puts the domain behind the name; returns 0 where that is too long. */
static int join(const stubdns_name_t *name, const stubdns_name_t *domain,
                stubdns_name_t *joined) {
  const size_t labels_length = name->length - 1u;
  if (domain->length > STUBDNS_NAME_MAX - labels_length) return 0;
  memcpy(joined->octets, name->octets, labels_length);
  memcpy(joined->octets + labels_length, domain->octets, domain->length);
  joined->length = (uint8_t)(labels_length + domain->length);
  return 1;
}

/* The name at a place, which is not too long: else it is none. */
static void name_at(const struct stubdns__search *search, unsigned place,
                    stubdns_name_t *name) {
  if (place == AS_IS)
    *name = search->name;
  else
    (void)join(&search->name, &search->list->domains[place], name);
}

static void add(struct stubdns__search *search, unsigned place) {
  search->places[search->place_count++] = (uint8_t)place;
}

/* The root stands for the name as it is, which is tried once. */
static void add_domains(struct stubdns__search *search, int *has_as_is) {
  const struct stubdns__search_list *const list = search->list;
  for (unsigned i = 0; i < list->domain_count; i++) {
    const int is_root = list->domains[i].length == 1;
    stubdns_name_t joined;
    if (is_root && !*has_as_is)
      add(search, AS_IS);
    else if (!is_root && join(&search->name, &list->domains[i], &joined))
      add(search, i);
    *has_as_is |= is_root;
  }
}

static void settle_order(struct stubdns__search *search) {
  const struct stubdns__search_list *const list = search->list;
  const size_t dot_count = stubdns_name_label_count(&search->name) - 1;
  int has_as_is = dot_count >= list->ndots;
  if (has_as_is) add(search, AS_IS);
  add_domains(search, &has_as_is);
  if (dot_count == 0 && list->no_tld_query && search->place_count > 0) return;
  if (!has_as_is) add(search, AS_IS);
}

int stubdns__search_begin(struct stubdns__search *search,
                          const struct stubdns__search_list *list,
                          const char *text, size_t length) {
  size_t position;
  int is_absolute;
  const int error =
      stubdns__name_read(&search->name, text, length, &position, &is_absolute);
  if (error) return error;
  search->list = list;
  search->denied = 0;
  search->place_count = 0;
  search->next = 0;
  if (is_absolute || !list || stubdns__special_is(&search->name))
    add(search, AS_IS);
  else
    settle_order(search);
  return 0;
}

/* Whether a name is below one that does not exist. */
static int is_denied(const struct stubdns__search *search,
                     const stubdns_name_t *name) {
  for (unsigned i = 0; i < search->next; i++) {
    stubdns_name_t tried;
    if (!(search->denied >> i & 1)) continue;
    name_at(search, search->places[i], &tried);
    if (stubdns_name_is_below(name, &tried)) return 1;
  }
  return 0;
}

int stubdns__search_next(struct stubdns__search *search, stubdns_name_t *name) {
  while (search->next < search->place_count) {
    name_at(search, search->places[search->next], name);
    const int is_wanted = !is_denied(search, name);
    search->next++;
    if (is_wanted) return 1;
  }
  return 0;
}

int stubdns__search_is_denied(struct stubdns__search *search, int status,
                              const stubdns_answer_t *answer) {
  stubdns_chain_t chain;
  if (status || !answer->message) return 0;
  if (stubdns_chain_follow(&chain, answer->message, &answer->question) ||
      chain.outcome != STUBDNS_OUTCOME_NXDOMAIN)
    return 0;
  /* With aliases it is the name at their end that does not exist. */
  if (chain.alias_count == 0)
    search->denied |= (uint64_t)1 << (search->next - 1);
  return 1;
}
