/* One-shot multicast DNS over sockets: one for each family, on ports of their
 * own, so that responders answer by unicast and none of them is disturbed. */
#include "uv/multicast.h"

#include "resolver/multicast.h"
#include "stubdns/query.h"
#include "uv/multicast_send.h"
#include "uv/sockaddr.h"
#include "uv/transport.h"

#include <string.h>

#define HOPS 255 /* RFC 6762 section 11 */
#define SOCKETS 2

struct reply {
  struct reply *next;
  size_t length;
  uint8_t octets[];
};

struct stubdns__multicast_task {
  struct stubdns__task task;
  stubdns_lookup_t *lookup;
  stubdns_question_t question;
  struct stubdns__multicast_times times;
  struct reply *replies; /* the newest first */
  size_t reply_count;
  stubdns_address_t responder; /* who replied first, or the group */
  uint32_t send_count;
  uint32_t drop_count;
  int is_canceled;
  unsigned open_count; /* sockets that libuv knows */
  uint16_t id;
  size_t query_length;
  uint8_t query[STUBDNS_QUERY_MAX];
  struct {
    uv_udp_t udp; /* its `data` is the task */
    int is_open;
  } sockets[SOCKETS]; /* IPv4, IPv6 */
};

static struct stubdns__multicast_task *task_of(struct stubdns__task *task) {
  return STUBDNS__ITEM(task, struct stubdns__multicast_task, task);
}

static uint16_t class_of(const stubdns_question_t *question,
                         const stubdns_lookup_options_t *options) {
  if (options && options->class_) return options->class_;
  return question->class_ ? question->class_ : STUBDNS_CLASS_IN;
}

int stubdns__multicast_wants(const stubdns_resolver_t *resolver,
                             const stubdns_question_t *question,
                             const stubdns_lookup_options_t *options) {
  const struct stubdns__transport *const transport = resolver->transport;
  if (!transport->multicast.is_on || transport->network.wait) return 0;
  if (options && options->flags & STUBDNS_LOOKUP_SEND_SPECIAL) return 0;
  if (class_of(question, options) != STUBDNS_CLASS_IN) return 0;
  return stubdns__multicast_is_for(&question->name) &&
         !stubdns__core_asks_special(transport->core, &question->name);
}

static void free_task(struct stubdns__multicast_task *task) {
  struct stubdns__transport *const transport = task->task.transport;
  struct reply *reply = task->replies;
  while (reply) {
    struct reply *const next = reply->next;
    stubdns__transport_release(transport, reply);
    reply = next;
  }
  stubdns__transport_release(transport, task);
}

static void on_closed(uv_handle_t *handle) {
  struct stubdns__multicast_task *const task = handle->data;
  struct stubdns__transport *const transport = task->task.transport;
  if (--task->open_count == 0) free_task(task);
  stubdns__transport_forget_handle(transport);
}

/* What is left goes when its sockets are closed. */
static void destroy(struct stubdns__multicast_task *task) {
  stubdns__task_end(&task->task);
  for (int i = 0; i < SOCKETS; i++)
    if (task->sockets[i].is_open)
      uv_close((uv_handle_t *)&task->sockets[i].udp, on_closed);
  if (task->open_count == 0) free_task(task);
}

/* Names that were compressed where they may not be take more room in the merged
 * message: where that is not enough the later replies are left out. */
static int merge(struct stubdns__multicast_task *task, uint8_t *octets,
                 size_t size, stubdns_message_t *merged) {
  stubdns_message_t messages[STUBDNS__MULTICAST_REPLIES_MAX];
  size_t count = task->reply_count;
  size_t length = 0;
  int error;
  for (const struct reply *reply = task->replies; reply; reply = reply->next)
    (void)stubdns_message_parse(&messages[--count], reply->octets,
                                reply->length, STUBDNS_PARSE_MDNS);
  count = task->reply_count;
  do {
    error = stubdns__multicast_merge(messages, count, &task->question, octets,
                                     size, &length);
    count /= 2;
  } while (error && count > 0);
  return error ? error : stubdns_message_parse(merged, octets, length, 0);
}

static void complete(struct stubdns__multicast_task *task, int status,
                     const stubdns_message_t *message) {
  stubdns_lookup_t *const lookup = task->lookup;
  const stubdns_answer_t answer = {
      .message = message,
      .question = task->question,
      .server = task->responder,
      .send_count = task->send_count,
      .drop_count = task->drop_count,
      .truncated = message && message->flags & STUBDNS_FLAG_TC,
  };
  lookup->task = NULL;
  stubdns__task_sleep(&task->task);
  lookup->on_answer(lookup, status, &answer);
}

static void finish(struct stubdns__multicast_task *task) {
  stubdns_message_t message;
  struct stubdns__transport *const transport = task->task.transport;
  uint8_t *octets = NULL;
  int status = STUBDNS_ETIMEOUT;
  if (task->is_canceled) {
    status = STUBDNS_ECANCELED;
  } else if (task->reply_count > 0) {
    octets = stubdns__transport_allocate(transport, STUBDNS_MESSAGE_MAX);
    status = octets ? merge(task, octets, STUBDNS_MESSAGE_MAX, &message)
                    : STUBDNS_ENOMEM;
  }
  complete(task, status, status ? NULL : &message);
  stubdns__transport_release(transport, octets);
  destroy(task);
}

static uint32_t send_all(struct stubdns__multicast_task *task) {
  uv_udp_t *sockets[SOCKETS];
  for (int i = 0; i < SOCKETS; i++)
    sockets[i] = task->sockets[i].is_open ? &task->sockets[i].udp : NULL;
  return stubdns__multicast_send(&task->task.transport->multicast, sockets,
                                 task->query, task->query_length);
}

static void step(struct stubdns__multicast_task *task) {
  const uint64_t now_us = stubdns__now_us();
  if (task->is_canceled || stubdns__multicast_is_over(&task->times, now_us)) {
    finish(task);
    return;
  }
  if (stubdns__multicast_sends(&task->times, now_us))
    task->send_count += send_all(task);
  stubdns__task_wake(&task->task, stubdns__multicast_wait(&task->times));
}

static void on_time(struct stubdns__task *base) {
  step(task_of(base));
}

static void cancel(struct stubdns__task *base) {
  task_of(base)->is_canceled = 1;
  stubdns__task_wake(base, 0);
}

static const struct stubdns__task_kind multicast_task = {on_time, cancel};

static void on_allocate(uv_handle_t *handle, size_t suggested_size,
                        uv_buf_t *buffer) {
  struct stubdns__multicast_task *const task = handle->data;
  struct stubdns__transport *const transport = task->task.transport;
  (void)suggested_size;
  *buffer = uv_buf_init((char *)transport->octets, sizeof transport->octets);
}

static struct stubdns__multicast_origin
origin_of(struct stubdns__multicast_task *task,
          const stubdns_address_t *address) {
  struct stubdns__transport *const transport = task->task.transport;
  stubdns__interfaces_read(&transport->interfaces, stubdns__now_us());
  const struct stubdns__multicast_origin origin = {
      .port = address->port,
      .reply_port = transport->multicast.port,
      .is_on_link = (uint8_t)stubdns__interfaces_have_link(
          &transport->interfaces, address),
  };
  return origin;
}

static int keep(struct stubdns__multicast_task *task, const uint8_t *octets,
                size_t length) {
  if (task->reply_count == STUBDNS__MULTICAST_REPLIES_MAX) return 0;
  struct reply *const reply =
      stubdns__transport_allocate(task->task.transport, sizeof *reply + length);
  if (!reply) return 0;
  reply->length = length;
  memcpy(reply->octets, octets, length);
  reply->next = task->replies;
  task->replies = reply;
  task->reply_count++;
  return 1;
}

static void on_receive(uv_udp_t *udp, ssize_t length, const uv_buf_t *buffer,
                       const struct sockaddr *from, unsigned flags) {
  struct stubdns__multicast_task *const task = udp->data;
  const uint8_t *const octets = (const uint8_t *)buffer->base;
  stubdns_message_t message;
  stubdns_address_t address;
  if (length < 0 || !from) return;
  stubdns__sockaddr_to_address((const union stubdns__sockaddr *)(void *)from,
                               &address);
  const struct stubdns__multicast_origin origin = origin_of(task, &address);
  const int is_reply =
      !(flags & UV_UDP_PARTIAL) &&
      stubdns__multicast_read(&message, octets, (size_t)length, task->id,
                              &task->question, &origin);
  if (!is_reply || !keep(task, octets, (size_t)length)) {
    task->drop_count++;
    return;
  }
  if (task->reply_count == 1) task->responder = address;
  task->times.answer_us = stubdns__now_us();
  stubdns__task_wake(&task->task, stubdns__multicast_wait(&task->times));
}

static int is_own_port(const uv_udp_t *udp, uint16_t multicast_port) {
  union stubdns__sockaddr local;
  int length = sizeof local;
  if (uv_udp_getsockname(udp, &local.any, &length)) return 0;
  return stubdns__sockaddr_port(&local.any) != multicast_port;
}

/* Section 5.1: never from the port of responders, which the kernel could
 * choose. */
static int prepare_socket(struct stubdns__multicast_task *task, int index) {
  uv_udp_t *const udp = &task->sockets[index].udp;
  const uint16_t multicast_port = task->task.transport->multicast.port;
  const stubdns_address_t any = {.length = index ? 16 : 4};
  union stubdns__sockaddr local;
  stubdns__sockaddr_from_address(&local, &any);
  int error = uv_udp_bind(udp, &local.any, index ? UV_UDP_IPV6ONLY : 0);
  if (!error && !is_own_port(udp, multicast_port)) error = UV_EADDRINUSE;
  if (!error) error = uv_udp_set_multicast_ttl(udp, HOPS);
  return error ? error : uv_udp_recv_start(udp, on_allocate, on_receive);
}

static int open_socket(struct stubdns__multicast_task *task, int index) {
  struct stubdns__transport *const transport = task->task.transport;
  uv_udp_t *const udp = &task->sockets[index].udp;
  int error = uv_udp_init_ex(transport->loop, udp, index ? AF_INET6 : AF_INET);
  if (error) return error;
  udp->data = task;
  uv_unref((uv_handle_t *)udp);
  transport->handle_count++;
  task->open_count++;
  task->sockets[index].is_open = 1;
  error = prepare_socket(task, index);
  if (!error) return 0;
  task->sockets[index].is_open = 0;
  uv_close((uv_handle_t *)udp, on_closed);
  return error;
}

static int make_query(struct stubdns__multicast_task *task) {
  stubdns_query_t query = {.question = &task->question};
  uint8_t id[2];
  if (stubdns__transport_random(task->task.transport, id, sizeof id))
    return STUBDNS_ERANDOM;
  task->id = query.id = (uint16_t)(id[0] << 8 | id[1]);
  return stubdns_query_build(&query, task->query, sizeof task->query,
                             &task->query_length);
}

/* A host may have one family alone. */
static int open_sockets(struct stubdns__multicast_task *task) {
  const int ipv4 = open_socket(task, 0);
  const int ipv6 = open_socket(task, 1);
  return ipv4 && ipv6 ? ipv4 : 0;
}

int stubdns__multicast_start(stubdns_lookup_t *lookup,
                             const stubdns_question_t *question,
                             const stubdns_lookup_options_t *options) {
  struct stubdns__transport *const transport = lookup->resolver->transport;
  struct stubdns__multicast_task *const task =
      stubdns__transport_allocate(transport, sizeof *task);
  if (!task) return STUBDNS_ENOMEM;
  memset(task, 0, sizeof *task);
  task->lookup = lookup;
  task->question = *question;
  task->question.class_ = STUBDNS_CLASS_IN;
  task->responder = stubdns__multicast_group(0, transport->multicast.port);
  stubdns__task_begin(transport, &task->task, &multicast_task);
  stubdns__multicast_begin(&task->times, stubdns__now_us(),
                           options ? options->deadline_ms : 0);
  int error = make_query(task);
  if (!error) error = open_sockets(task);
  if (error) {
    destroy(task);
    return error;
  }
  lookup->task = &task->task;
  stubdns__task_wake(&task->task, 0);
  return 0;
}

void stubdns__multicast_cancel(stubdns_lookup_t *lookup) {
  cancel(lookup->task);
}
