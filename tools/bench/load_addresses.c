/* getaddrinfo() under load: ours, and libuv's on its pool of threads.  Both ask
 * whatever server the system is configured with. */
#include "load.h"

#include "stubdns.h"

#include <stdlib.h>

struct asked {
  uv_getaddrinfo_t request; /* first */
  uint64_t begin_ns;
};

static struct load *current;
static stubdns_resolver_t resolver;
static uv_loop_t loop;
static int is_ours;
static size_t begun;
static size_t ended;

static void on_addresses(uv_getaddrinfo_t *request, int status,
                         struct addrinfo *result);

static int ask_next(struct asked *asked) {
  static const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
  char name[64];
  load_name(current, begun, name);
  begun++;
  if (current->latencies_ns) asked->begin_ns = load_now_ns();
  return is_ours ? stubdns_getaddrinfo(&resolver, &asked->request, on_addresses,
                                       name, NULL, &hints)
                 : uv_getaddrinfo(&loop, &asked->request, on_addresses, name,
                                  NULL, &hints);
}

static void on_addresses(uv_getaddrinfo_t *request, int status,
                         struct addrinfo *result) {
  struct asked *const asked = (struct asked *)request;
  if (current->latencies_ns)
    current->latencies_ns[ended] = load_now_ns() - asked->begin_ns;
  ended++;
  current->answered += status == 0 && result && !result->ai_next;
  if (is_ours)
    stubdns_freeaddrinfo(result);
  else
    uv_freeaddrinfo(result);
  if (begun < current->count && ask_next(asked)) abort();
}

static int ask_all(void) {
  struct asked *const asked = calloc(current->window, sizeof *asked);
  if (!asked) return 1;
  for (size_t i = 0; i < current->window && begun < current->count; i++)
    if (ask_next(&asked[i])) abort();
  uv_run(&loop, UV_RUN_DEFAULT);
  free(asked);
  return 0;
}

int load_addresses(struct load *load) {
  current = load;
  is_ours = 1;
  if (uv_loop_init(&loop) || stubdns_resolver_init(&loop, &resolver, NULL))
    return 1;
  const int error = ask_all();
  stubdns_resolver_close(&resolver, NULL);
  uv_run(&loop, UV_RUN_DEFAULT);
  return uv_loop_close(&loop) || error;
}

int load_addresses_uv(struct load *load) {
  current = load;
  is_ours = 0;
  if (uv_loop_init(&loop)) return 1;
  const int error = ask_all();
  return uv_loop_close(&loop) || error;
}
