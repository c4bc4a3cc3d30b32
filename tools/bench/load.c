/* bench-load: one client under load, in a process of its own.
 *
 *   bench-load CLIENT PORT COUNT WINDOW [mixed] [once] [latency] [resources]
 *
 * Prints nanoseconds of CPU and of time for each question, the median and the
 * 99th percentile of the latency (0 where not asked for), and how many were
 * answered; with "resources" also the threads and the most kilobytes of memory
 * there were, octets for each lookup in flight, and allocations in the steady
 * state (where a client counts them, else 0).  Clients: raw (a loop of sendmmsg
 * and recvmmsg that does no DNS), blocking (sendto and recvfrom), stubdns,
 * stubdns-fresh (a socket for every query), memory (the library and a server
 * that says nothing), c-ares; and with the system's servers, whatever the port,
 * those that call getaddrinfo(): stubdns-addresses, uv-addresses,
 * c-ares-addresses. */
#include "load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct {
  const char *name;
  int (*run)(struct load *load);
} clients[] = {
    {"raw", load_raw},
    {"blocking", load_blocking},
    {"stubdns", load_stubdns},
    {"stubdns-fresh", load_stubdns_fresh},
    {"memory", load_memory},
    {"stubdns-addresses", load_addresses},
    {"uv-addresses", load_addresses_uv},
#ifdef HAVE_CARES
    {"c-ares", load_cares},
    {"c-ares-addresses", load_addresses_cares},
#endif
};

#define DIGITS 8

#define CLIENTS (sizeof clients / sizeof clients[0])

static uint64_t clock_ns(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t load_now_ns(void) {
  return clock_ns(CLOCK_MONOTONIC);
}

/* Without snprintf(), which would be counted with the clients. */
size_t load_name(const struct load *load, size_t number, char *name) {
  static const char filler[] = "abcdefghijklmnopqrstuvwxyz";
  static const char end[] = ".example.test";
  const size_t extra = load->is_mixed ? number * 7 % 24 : 8;
  memcpy(name, filler, extra);
  for (size_t i = DIGITS; i > 0; i--) {
    name[extra + i - 1] = (char)('0' + number % 10);
    number /= 10;
  }
  memcpy(name + extra + DIGITS, end, sizeof end);
  return extra + DIGITS + sizeof end - 1;
}

static int compare(const void *a, const void *b) {
  const uint64_t left = *(const uint64_t *)a;
  const uint64_t right = *(const uint64_t *)b;
  return (left > right) - (left < right);
}

static uint64_t percentile(const struct load *load, size_t percent) {
  if (!load->latencies_ns) return 0;
  return load->latencies_ns[load->count * percent / 100];
}

/* A number that the system knows of this process. */
static unsigned long read_status(const char *key) {
  char line[128];
  unsigned long number = 0;
  FILE *const status = fopen("/proc/self/status", "re");
  if (!status) return 0;
  while (fgets(line, sizeof line, status))
    if (strncmp(line, key, strlen(key)) == 0)
      number = strtoul(line + strlen(key), NULL, 10);
  (void)fclose(status);
  return number;
}

/* The threads of libuv's pool stay to the end. */
static void print_resources(const struct load *load) {
  printf(" %lu %lu %zu %zu", read_status("Threads:"), read_status("VmHWM:"),
         load->octets_each, load->allocation_count);
}

static int measure(size_t client, struct load *load) {
  const uint64_t begin_ns = clock_ns(CLOCK_MONOTONIC);
  const uint64_t begin_cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
  if (clients[client].run(load)) return 1;
  const uint64_t cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - begin_cpu_ns;
  const uint64_t time_ns = clock_ns(CLOCK_MONOTONIC) - begin_ns;
  if (load->latencies_ns)
    qsort(load->latencies_ns, load->count, sizeof *load->latencies_ns, compare);
  printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %zu",
         cpu_ns / load->count, time_ns / load->count, percentile(load, 50),
         percentile(load, 99), load->answered);
  if (load->shows_resources) print_resources(load);
  printf("\n");
  return 0;
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  struct load load = {.port = (uint16_t)strtoul(argv[2], NULL, 10),
                      .count = strtoul(argv[3], NULL, 10),
                      .window = strtoul(argv[4], NULL, 10)};
  for (int i = 5; i < argc; i++) {
    load.is_mixed |= strcmp(argv[i], "mixed") == 0;
    load.is_once |= strcmp(argv[i], "once") == 0;
    load.shows_resources |= strcmp(argv[i], "resources") == 0;
    if (strcmp(argv[i], "latency") == 0 && !load.latencies_ns)
      load.latencies_ns = calloc(load.count, sizeof *load.latencies_ns);
  }
  int status = 2;
  for (size_t i = 0; i < CLIENTS; i++)
    if (strcmp(argv[1], clients[i].name) == 0) status = measure(i, &load);
  free(load.latencies_ns);
  return status;
}
