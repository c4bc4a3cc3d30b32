/* Scenarios played by c-ares, as it comes but for a shorter timeout. */
#include "player.h"

#include <sys/select.h> /* ares.h takes fd_set for granted */

#include <ares.h>
#include <check.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>

#define TIMEOUT_MS 400
#define TRIES 4

static void open_channel(struct player *p) {
  struct ares_options options = {.timeout = TIMEOUT_MS, .tries = TRIES};
  ares_channel channel;
  char server[32];
  ck_assert_int_eq(ares_init_options(&channel, &options,
                                     ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES),
                   ARES_SUCCESS);
  snprintf(server, sizeof server, "127.0.0.1:%u", p->server.address.port);
  ck_assert_int_eq(ares_set_servers_ports_csv(channel, server), ARES_SUCCESS);
  p->own = channel;
}

static uint64_t count_addresses(const unsigned char *octets, int length) {
  struct hostent *host;
  uint64_t count = 0;
  if (ares_parse_a_reply(octets, length, &host, NULL, NULL)) return 0;
  while (host->h_addr_list[count])
    count++;
  ares_free_hostent(host);
  return count;
}

static int status_of(int status, const unsigned char *octets) {
  if (status == ARES_ETIMEOUT) return STUBDNS_ETIMEOUT;
  if (status == ARES_ECONNREFUSED) return STUBDNS_EREFUSED;
  return octets ? 0 : STUBDNS_EMALFORMED;
}

static void on_answer(void *data, int status, int timeouts,
                      unsigned char *octets, int length) {
  struct errand *const errand = data;
  (void)timeouts;
  errand_end(errand, status_of(status, octets), octets, (size_t)length);
  if (octets) errand->answers = count_addresses(octets, length);
}

static void ask(struct errand *errand, const char *name,
                const struct stubdns__question_asked *ask) {
  ares_query(errand->player->own, name, ask->question.class_,
             ask->question.type, on_answer, errand);
}

static void pump(struct player *p) {
  fd_set readable;
  fd_set writable;
  FD_ZERO(&readable);
  FD_ZERO(&writable);
  const int end = ares_fds(p->own, &readable, &writable);
  struct timeval pause = {0, 0};
  select(end, &readable, &writable, NULL, &pause);
  ares_process(p->own, &readable, &writable);
}

static void close_channel(struct player *p) {
  ares_destroy(p->own);
}

/* It looks for a free ID among 65 536, and would do so for ever. */
const struct client_kind cares_kind = {.open = open_channel,
                                       .ask = ask,
                                       .pump = pump,
                                       .close = close_channel,
                                       .asked_max = 60000};
