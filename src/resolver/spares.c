/* The last block that came goes first: it is the likeliest to be in a cache of
 * the processor. */
#include "resolver/spares.h"

/* As many lookups may end in one turn before others begin.  None are kept where
 * mistakes in the use of memory are looked for: it would hide them. */
#define KEPT_MAX 1024

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#undef KEPT_MAX
#define KEPT_MAX 0
#endif
#endif

void *stubdns__spares_take(struct stubdns__spares *spares,
                           const struct stubdns__hooks *hooks, size_t size) {
  struct stubdns__spare *const spare = spares->first;
  if (!spare) return hooks->allocate(hooks->data, size);
  spares->first = spare->next;
  spares->count--;
  return spare;
}

void stubdns__spares_give(struct stubdns__spares *spares,
                          const struct stubdns__hooks *hooks, void *block) {
  struct stubdns__spare *const spare = block;
  if (spares->count >= KEPT_MAX) {
    hooks->release(hooks->data, block);
    return;
  }
  spare->next = spares->first;
  spares->first = spare;
  spares->count++;
}

void stubdns__spares_clear(struct stubdns__spares *spares,
                           const struct stubdns__hooks *hooks) {
  struct stubdns__spare *spare;
  while ((spare = spares->first) != NULL) {
    spares->first = spare->next;
    hooks->release(hooks->data, spare);
  }
  spares->count = 0;
}
