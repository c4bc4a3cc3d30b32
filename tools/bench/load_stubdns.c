/* The library under load, in the ways in which it can be used. */
#include "load.h"

#include "stubdns.h"

#include <stdlib.h>

/* Sockets: enough that the replies to all that is in flight find room. */
#define PATHS_MIN 16
#define PATHS_MAX 512
#define REPLIES_EACH 4096

/* A million replies take a server half a minute that has little of a core. */
#define DEADLINE_MS 120000

struct asked {
  stubdns_lookup_t lookup; /* first */
  uint64_t begin_ns;
};

static struct load *current;
static stubdns_resolver_t resolver;
static size_t begun;
static size_t ended;

static void on_answer(stubdns_lookup_t *lookup, int status,
                      const stubdns_answer_t *answer);

static void *allocate(void *data, size_t size) {
  (void)data;
  current->allocation_count += ended > 2 * current->window;
  return malloc(size);
}

static void release(void *data, void *memory) {
  (void)data;
  free(memory);
}

static int ask_next(struct asked *asked) {
  static const stubdns_lookup_options_t options = {
      .flags = STUBDNS_LOOKUP_NO_COALESCE};
  char name[64];
  load_name(current, begun, name);
  begun++;
  if (current->latencies_ns) asked->begin_ns = load_now_ns();
  return stubdns_lookup(&resolver, &asked->lookup, name, STUBDNS_TYPE_A,
                        &options, on_answer);
}

static void on_answer(stubdns_lookup_t *lookup, int status,
                      const stubdns_answer_t *answer) {
  struct asked *const asked = (struct asked *)lookup;
  if (current->latencies_ns)
    current->latencies_ns[ended] = load_now_ns() - asked->begin_ns;
  ended++;
  current->answered += status == 0 && answer->message->record_counts[0] == 1;
  if (begun < current->count && ask_next(asked)) abort();
}

static int run(struct load *load, const stubdns_resolver_options_t *options) {
  uv_loop_t loop;
  const stubdns_address_t server = {
      .length = 4, .octets = {127, 0, 0, 1}, .port = load->port};
  current = load;
  if (uv_loop_init(&loop) || stubdns_resolver_init(&loop, &resolver, options) ||
      stubdns_resolver_add_server(&resolver, &server))
    return 1;
  struct asked *const asked = calloc(current->window, sizeof *asked);
  if (!asked) return 1;
  for (size_t i = 0; i < current->window && begun < current->count; i++)
    if (ask_next(&asked[i])) return 1;
  uv_run(&loop, UV_RUN_DEFAULT);
  stubdns_resolver_close(&resolver, NULL);
  uv_run(&loop, UV_RUN_DEFAULT);
  free(asked);
  return uv_loop_close(&loop);
}

static uint32_t paths_for(size_t window) {
  const size_t paths = window / REPLIES_EACH;
  if (paths < PATHS_MIN) return PATHS_MIN;
  return paths < PATHS_MAX ? (uint32_t)paths : PATHS_MAX;
}

int load_stubdns(struct load *load) {
  const stubdns_resolver_options_t options = {
      .sends_per_server = (uint8_t)load->is_once,
      .flags = STUBDNS_NO_SYSTEM_SERVERS | STUBDNS_SHARE_PATHS,
      .paths_max = paths_for(load->window),
      .allocator = {NULL, allocate, release},
      .in_flight_max = UINT32_MAX,
      .deadline_ms = DEADLINE_MS};
  return run(load, &options);
}

int load_stubdns_fresh(struct load *load) {
  const stubdns_resolver_options_t options = {
      .flags = STUBDNS_NO_SYSTEM_SERVERS, .deadline_ms = DEADLINE_MS};
  return run(load, &options);
}
