/* Blocks are allocated several at a time, which spares what an allocator adds
 * to each, and never go back one by one.  The last block that came goes first:
 * it is the likeliest to be in a cache of the processor. */
#include "resolver/spares.h"

#include <assert.h>

/* Where mistakes in the use of memory are looked for each block is allocated
 * and released by itself, or they would not be found. */
#if defined(__SANITIZE_ADDRESS__)
#define IS_WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_WATCHED 1
#endif
#endif
#ifndef IS_WATCHED
#define IS_WATCHED 0
#endif

#if IS_WATCHED

void *stubdns__spares_take(struct stubdns__spares *spares,
                           const struct stubdns__hooks *hooks, size_t size) {
  (void)spares;
  return hooks->allocate(hooks->data, size);
}

void stubdns__spares_give(struct stubdns__spares *spares,
                          const struct stubdns__hooks *hooks, void *block) {
  (void)spares;
  hooks->release(hooks->data, block);
}

#else

#define SLAB_BLOCKS 32

static void put(struct stubdns__spares *spares, void *block) {
  struct stubdns__spare *const spare = block;
  spare->next = spares->first;
  spares->first = spare;
}

/* A slab is a link to the one before, and blocks. */
static int add_slab(struct stubdns__spares *spares,
                    const struct stubdns__hooks *hooks, size_t size) {
  struct stubdns__spare *const slab =
      hooks->allocate(hooks->data, sizeof *slab + SLAB_BLOCKS * size);
  if (!slab) return STUBDNS_ENOMEM;
  slab->next = spares->slabs;
  spares->slabs = slab;
  for (size_t i = SLAB_BLOCKS; i > 0; i--)
    put(spares, (char *)(slab + 1) + (i - 1) * size);
  return 0;
}

void *stubdns__spares_take(struct stubdns__spares *spares,
                           const struct stubdns__hooks *hooks, size_t size) {
  if (!spares->first && add_slab(spares, hooks, size)) return NULL;
  struct stubdns__spare *const spare = spares->first;
  spares->first = spare->next;
  spares->used_count++;
  return spare;
}

void stubdns__spares_give(struct stubdns__spares *spares,
                          const struct stubdns__hooks *hooks, void *block) {
  (void)hooks;
  put(spares, block);
  spares->used_count--;
}

#endif

void stubdns__spares_clear(struct stubdns__spares *spares,
                           const struct stubdns__hooks *hooks) {
  struct stubdns__spare *slab;
  assert(spares->used_count == 0); /* or somebody has forgotten one */
  while ((slab = spares->slabs) != NULL) {
    spares->slabs = slab->next;
    hooks->release(hooks->data, slab);
  }
  spares->first = NULL;
}
