/* Asks a server on loopback by c-ares and prints the reply as hex digits, or
 * why there is none.
 *
 * usage: cares_ask PORT udp|tcp NAME TYPE-NUMBER */
#include <ares.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>

static void on_reply(void *data, int status, int timeouts,
                     unsigned char *octets, int length) {
  (void)timeouts;
  *(int *)data = status;
  if (!octets) {
    puts(ares_strerror(status));
    return;
  }
  for (int i = 0; i < length; i++)
    printf("%02x", octets[i]);
  putchar('\n');
}

static void wait_for_reply(ares_channel channel) {
  for (;;) {
    fd_set readable;
    fd_set writable;
    struct timeval most = {1, 0};
    struct timeval time;
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    const int count = ares_fds(channel, &readable, &writable);
    if (count == 0) return;
    select(count, &readable, &writable, NULL,
           ares_timeout(channel, &most, &time));
    ares_process(channel, &readable, &writable);
  }
}

int main(int argc, char **argv) {
  struct ares_options options = {0};
  ares_channel channel;
  char server[32];
  int status = ARES_ECANCELLED;
  if (argc != 5) return 2;
  if (!strcmp(argv[2], "tcp")) options.flags = ARES_FLAG_USEVC;
  options.flags |= ARES_FLAG_NOCHECKRESP; /* errors are replies */
  options.tries = 1;
  snprintf(server, sizeof server, "127.0.0.1:%s", argv[1]);
  if (ares_library_init(ARES_LIB_INIT_ALL) ||
      ares_init_options(&channel, &options, ARES_OPT_FLAGS | ARES_OPT_TRIES) ||
      ares_set_servers_ports_csv(channel, server))
    return 2;
  ares_query(channel, argv[3], 1, atoi(argv[4]), on_reply, &status);
  wait_for_reply(channel);
  ares_destroy(channel);
  ares_library_cleanup();
  return status == ARES_ECANCELLED;
}
