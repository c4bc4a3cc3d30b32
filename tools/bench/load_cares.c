/* c-ares under the same load, with poll(). */
#include "load.h"

#include <ares.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>

struct asked {
  uint64_t begin_ns;
};

static struct load *current;
static ares_channel channel;
static size_t begun;
static size_t ended;

static void on_answer(void *data, int status, int timeouts,
                      unsigned char *octets, int length);

static void ask_next(struct asked *asked) {
  char name[64];
  load_name(current, begun, name);
  begun++;
  if (current->latencies_ns) asked->begin_ns = load_now_ns();
  ares_query(channel, name, 1, 1, on_answer, asked);
}

static void on_answer(void *data, int status, int timeouts,
                      unsigned char *octets, /* NOLINT: c-ares says so */
                      int length) {
  struct asked *const asked = data;
  (void)timeouts;
  (void)octets;
  (void)length;
  if (current->latencies_ns)
    current->latencies_ns[ended] = load_now_ns() - asked->begin_ns;
  ended++;
  current->answered += status == ARES_SUCCESS;
  if (begun < current->count) ask_next(asked);
}

static void wait_and_process(void) {
  ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
  struct pollfd polled[ARES_GETSOCK_MAXNUM];
  struct timeval longest = {1, 0};
  struct timeval room;
  nfds_t count = 0;
  const int wanted = ares_getsock(channel, sockets, ARES_GETSOCK_MAXNUM);
  for (int i = 0; i < ARES_GETSOCK_MAXNUM; i++)
    if (ARES_GETSOCK_READABLE(wanted, i))
      polled[count++] = (struct pollfd){sockets[i], POLLIN, 0};
  const struct timeval *const time = ares_timeout(channel, &longest, &room);
  poll(polled, count, (int)(time->tv_sec * 1000 + time->tv_usec / 1000) + 1);
  for (nfds_t i = 0; i < count; i++)
    if (polled[i].revents)
      ares_process_fd(channel, polled[i].fd, ARES_SOCKET_BAD);
  ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

static void ask_addresses(struct asked *asked);

static void on_addresses(void *data, int status, int timeouts,
                         struct ares_addrinfo *result) {
  struct asked *const asked = data;
  (void)timeouts;
  if (current->latencies_ns)
    current->latencies_ns[ended] = load_now_ns() - asked->begin_ns;
  ended++;
  current->answered += status == ARES_SUCCESS && !result->nodes->ai_next;
  if (result) ares_freeaddrinfo(result);
  if (begun < current->count) ask_addresses(asked);
}

static void ask_addresses(struct asked *asked) {
  static const struct ares_addrinfo_hints hints = {.ai_socktype = SOCK_STREAM};
  char name[64];
  load_name(current, begun, name);
  begun++;
  if (current->latencies_ns) asked->begin_ns = load_now_ns();
  ares_getaddrinfo(channel, name, NULL, &hints, on_addresses, asked);
}

static int run(void (*ask)(struct asked *asked)) {
  struct asked *const asked = calloc(current->window, sizeof *asked);
  if (!asked) return 1;
  for (size_t i = 0; i < current->window && begun < current->count; i++)
    ask(&asked[i]);
  while (ended < begun)
    wait_and_process();
  ares_destroy(channel);
  ares_library_cleanup();
  free(asked);
  return 0;
}

/* With what resolv.conf says, the timeout included, which c-ares does not read
 * there. */
int load_addresses_cares(struct load *load) {
  struct ares_options options = {.socket_receive_buffer_size = 4 << 20,
                                 .timeout = 1000};
  current = load;
  ares_library_init(ARES_LIB_INIT_ALL);
  if (ares_init_options(&channel, &options,
                        ARES_OPT_SOCK_RCVBUF | ARES_OPT_TIMEOUTMS))
    return 1;
  return run(ask_addresses);
}

int load_cares(struct load *load) {
  struct ares_addr_port_node server = {.family = AF_INET,
                                       .udp_port = load->port};
  struct ares_options options = {.socket_receive_buffer_size = 4 << 20,
                                 .lookups = (char[]){"b"}};
  current = load;
  server.addr.addr4.s_addr = htonl(INADDR_LOOPBACK);
  ares_library_init(ARES_LIB_INIT_ALL);
  if (ares_init_options(&channel, &options,
                        ARES_OPT_SOCK_RCVBUF | ARES_OPT_LOOKUPS) ||
      ares_set_servers_ports(channel, &server))
    return 1;
  return run(ask_next);
}
