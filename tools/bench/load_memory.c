/* What lookups in flight take: as many as they are told to a server that never
 * answers.  What is measured is octets for each, the user's struct included. */
#include "load.h"

#include "stubdns.h"

#include <arpa/inet.h>
#include <malloc.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

#define DEADLINE_MS 600000 /* nothing is to end meanwhile */

/* In so many turns of the loop all have been sent. */
#define SENDS_IN_TURN 128
#define TURNS_BESIDE 64

static void on_answer(stubdns_lookup_t *lookup, int status,
                      const stubdns_answer_t *answer) {
  (void)lookup;
  (void)status;
  (void)answer;
  abort();
}

static size_t allocated(void) {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

static int ask_all(const struct load *load, stubdns_resolver_t *resolver,
                   stubdns_lookup_t *lookups) {
  static const stubdns_lookup_options_t options = {
      .flags = STUBDNS_LOOKUP_NO_COALESCE, .sends_per_server = 1};
  for (size_t i = 0; i < load->count; i++) {
    char name[64];
    load_name(load, i, name);
    const int error = stubdns_lookup(resolver, &lookups[i], name,
                                     STUBDNS_TYPE_A, &options, on_answer);
    if (error) return error;
  }
  return 0;
}

/* A port that takes what comes and says nothing. */
static int open_silence(stubdns_address_t *server) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t length = sizeof address;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int silence = socket(AF_INET, SOCK_DGRAM, 0);
  if (bind(silence, (struct sockaddr *)&address, length) ||
      getsockname(silence, (struct sockaddr *)&address, &length))
    return -1;
  server->port = ntohs(address.sin_port);
  return 0;
}

int load_memory(struct load *load) {
  stubdns_address_t server = {.length = 4, .octets = {127, 0, 0, 1}};
  const stubdns_resolver_options_t options = {
      .flags = STUBDNS_NO_SYSTEM_SERVERS | STUBDNS_SHARE_PATHS,
      .paths_max = 16,
      .in_flight_max = UINT32_MAX,
      .deadline_ms = DEADLINE_MS};
  stubdns_resolver_t resolver;
  uv_loop_t loop;
  if (open_silence(&server) || uv_loop_init(&loop) ||
      stubdns_resolver_init(&loop, &resolver, &options) ||
      stubdns_resolver_add_server(&resolver, &server))
    return 1;
  const size_t before = allocated();
  stubdns_lookup_t *const lookups = calloc(load->count, sizeof *lookups);
  if (!lookups || ask_all(load, &resolver, lookups)) return 1;
  for (size_t i = 0; i < load->count / SENDS_IN_TURN + TURNS_BESIDE; i++)
    uv_run(&loop, UV_RUN_NOWAIT);
  load->octets_each = (allocated() - before) / load->count;
  return 0; /* what is under way ends with the process */
}
