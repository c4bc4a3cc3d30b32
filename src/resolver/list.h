/* Doubly linked lists whose links stand in the items: an item is put in and
 * taken out without memory and without a search.  A link that is in no list
 * points to itself, so that taking it out again is harmless. */
#ifndef STUBDNS_RESOLVER_LIST_H
#define STUBDNS_RESOLVER_LIST_H

#include <stddef.h>

struct stubdns__link {
  struct stubdns__link *previous;
  struct stubdns__link *next;
};

/* The item of `type` whose member `member` is `*link`. */
#define STUBDNS__ITEM(link, type, member)                                      \
  ((type *)(void *)((char *)(link)-offsetof(type, member)))

static inline void stubdns__link_init(struct stubdns__link *link) {
  link->previous = link;
  link->next = link;
}

static inline int stubdns__list_is_empty(const struct stubdns__link *head) {
  return head->next == head;
}

static inline void stubdns__list_remove(struct stubdns__link *link) {
  link->previous->next = link->next;
  link->next->previous = link->previous;
  stubdns__link_init(link);
}

/* Puts `link` at the end, out of the list in which it was. */
static inline void stubdns__list_append(struct stubdns__link *head,
                                        struct stubdns__link *link) {
  stubdns__list_remove(link);
  link->previous = head->previous;
  link->next = head;
  head->previous->next = link;
  head->previous = link;
}

/* The first link, or NULL. */
static inline struct stubdns__link *
stubdns__list_first(const struct stubdns__link *head) {
  return head->next == head ? NULL : head->next;
}

#endif
