/* Blocks of octets, and doubling. */
#include "replay/memory.h"

#include "stubdns/error.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE 65536
#define CAPACITY_MIN 16

struct stubdns__hoard_block {
  struct stubdns__hoard_block *next;
  size_t size;
  uint8_t octets[];
};

static int add_block(struct stubdns__hoard *hoard, size_t length) {
  const size_t size = length > BLOCK_SIZE ? length : BLOCK_SIZE;
  if (size > STUBDNS__HOARD_MAX - hoard->size) return 0;
  struct stubdns__hoard_block *block =
      malloc(sizeof(struct stubdns__hoard_block) + size);
  if (!block) return 0;
  block->next = hoard->blocks;
  block->size = size;
  hoard->blocks = block;
  hoard->left = size;
  hoard->size += size;
  return 1;
}

uint8_t *stubdns__hoard_keep(struct stubdns__hoard *hoard, const void *octets,
                             size_t length) {
  if (length >= STUBDNS__HOARD_MAX) return NULL;
  if (hoard->left < length + 1 && !add_block(hoard, length + 1)) return NULL;
  struct stubdns__hoard_block *block = hoard->blocks;
  uint8_t *kept = block->octets + (block->size - hoard->left);
  if (length) memcpy(kept, octets, length);
  kept[length] = 0;
  hoard->left -= length + 1;
  return kept;
}

void stubdns__hoard_free(struct stubdns__hoard *hoard) {
  while (hoard->blocks) {
    struct stubdns__hoard_block *block = hoard->blocks;
    hoard->blocks = block->next;
    free(block);
  }
  hoard->left = 0;
  hoard->size = 0;
}

int stubdns__array_reserve(void **items, size_t *capacity, size_t count,
                           size_t item_size) {
  if (count < *capacity) return 0;
  const size_t larger = *capacity ? *capacity * 2 : CAPACITY_MIN;
  if (larger <= *capacity || larger > SIZE_MAX / item_size)
    return STUBDNS_ENOMEM;
  void *moved = realloc(*items, larger * item_size);
  if (!moved) return STUBDNS_ENOMEM;
  *items = moved;
  *capacity = larger;
  return 0;
}
