/* The least that a client on libuv can do for one question: one socket, one
 * query, one reply, one line.  tools/bench/cli measures udpdig beside it.
 *
 * usage: bench-cli-bare PORT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

/* A query for example.test MX with RD. */
static char query[] =
    "\x12\x34\x01\0\0\1\0\0\0\0\0\0"
    "\7example\4test\0\0\x0f\0\1";

static char octets[65536];

static void on_allocate(uv_handle_t *handle, size_t size, uv_buf_t *buffer) {
  (void)handle;
  (void)size;
  *buffer = uv_buf_init(octets, sizeof octets);
}

static void on_reply(uv_udp_t *socket, ssize_t length, const uv_buf_t *buffer,
                     const struct sockaddr *from, unsigned flags) {
  (void)from;
  (void)flags;
  if (length <= 0 || memcmp(buffer->base, query, 2) != 0) return;
  printf("%zd octets\n", length);
  uv_close((uv_handle_t *)socket, NULL);
}

int main(int argc, char **argv) {
  uv_loop_t loop;
  uv_udp_t socket;
  uv_udp_send_t send;
  struct sockaddr_in address;
  uv_buf_t buffer = uv_buf_init(query, sizeof query - 1);
  if (argc != 2) return 1;
  uv_loop_init(&loop);
  uv_udp_init(&loop, &socket);
  uv_ip4_addr("127.0.0.1", (int)strtol(argv[1], NULL, 10), &address);
  uv_udp_recv_start(&socket, on_allocate, on_reply);
  uv_udp_send(&send, &socket, &buffer, 1, (const struct sockaddr *)&address,
              NULL);
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
  return 0;
}
