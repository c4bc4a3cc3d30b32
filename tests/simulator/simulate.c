/* simulate [--seeds N] [--first SEED] [--seed SEED] [--lookups N]: runs a world
 * for each seed and prints what they added up to. */
#include "simulator.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t number_after(int argc, char **argv, const char *option,
                             uint64_t otherwise) {
  for (int i = 1; i + 1 < argc; i++)
    if (!strcmp(argv[i], option)) return strtoull(argv[i + 1], NULL, 10);
  return otherwise;
}

static void print_tally(uint64_t seeds) {
  printf("%" PRIu64 " seeds, %.1f simulated hours, %" PRIu64 " events\n", seeds,
         (double)tally.simulated_us / 3.6e9, tally.events);
  printf("%" PRIu64 " lookups: %" PRIu64 " answered, %" PRIu64
         " failed, %" PRIu64 " cancelled; %" PRIu64 " by the cache\n",
         tally.lookups, tally.answered, tally.failed, tally.cancelled,
         tally.cached);
  printf("%" PRIu64 " queries, %" PRIu64 " replies, %" PRIu64
         " forgeries, none believed\n",
         tally.queries, tally.replies, tally.forgeries);
}

int main(int argc, char **argv) {
  const uint64_t lookups = number_after(argc, argv, "--lookups", 240);
  const uint64_t one = number_after(argc, argv, "--seed", 0);
  const uint64_t first = number_after(argc, argv, "--first", 1);
  const uint64_t seeds = one ? 1 : number_after(argc, argv, "--seeds", 1000);
  for (uint64_t i = 0; i < seeds; i++)
    world_run(one ? one : first + i, (uint32_t)lookups);
  print_tally(seeds);
  return 0;
}
