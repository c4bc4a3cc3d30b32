/* Pieces of one size from slabs, on a list while they are free. */
#include "bulk/held.h"

#include "stubdns/error.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PIECE_SIZE 256
#define SLAB_PIECES 255

struct piece {
  struct piece *next;
  uint32_t length;
  char text[PIECE_SIZE - sizeof(void *) - sizeof(uint32_t)];
};

struct slab {
  struct slab *next;
  struct piece pieces[SLAB_PIECES];
};

static int add_slab(struct held_pool *pool) {
  struct slab *const slab = malloc(sizeof *slab);
  if (!slab) return STUBDNS_ENOMEM;
  slab->next = pool->slabs;
  pool->slabs = slab;
  for (size_t i = 0; i < SLAB_PIECES; i++) {
    slab->pieces[i].next = pool->free;
    pool->free = &slab->pieces[i];
  }
  return 0;
}

static struct piece *add_piece(struct held_pool *pool, struct held *held) {
  if (!pool->free && add_slab(pool)) return NULL;
  struct piece *const piece = pool->free;
  pool->free = piece->next;
  pool->octets += sizeof *piece;
  piece->next = NULL;
  piece->length = 0;
  if (held->last)
    held->last->next = piece;
  else
    held->first = piece;
  held->last = piece;
  return piece;
}

int held_add(struct held_pool *pool, struct held *held, const char *text,
             size_t length) {
  struct piece *piece = held->last;
  while (length) {
    if (!piece || piece->length == sizeof piece->text)
      piece = add_piece(pool, held);
    if (!piece) return STUBDNS_ENOMEM;
    size_t part = sizeof piece->text - piece->length;
    if (part > length) part = length;
    memcpy(piece->text + piece->length, text, part);
    piece->length += (uint32_t)part;
    text += part;
    length -= part;
  }
  return 0;
}

void held_drop(struct held_pool *pool, struct held *held) {
  for (struct piece *piece = held->first; piece; piece = piece->next)
    pool->octets -= sizeof *piece;
  if (held->last) {
    held->last->next = pool->free;
    pool->free = held->first;
  }
  *held = (struct held){0};
}

void held_take(struct held_pool *pool, struct held *held,
               struct output *output) {
  for (const struct piece *piece = held->first; piece; piece = piece->next)
    output_octets(output, piece->text, piece->length);
  held_drop(pool, held);
}

void held_pool_release(struct held_pool *pool) {
  while (pool->slabs) {
    struct slab *const slab = pool->slabs;
    pool->slabs = slab->next;
    free(slab);
  }
  *pool = (struct held_pool){0};
}
