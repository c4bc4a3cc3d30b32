/* A network of the user's, and the watch. */
#include "uv/network.h"

#include "uv/connection.h"
#include "uv/socket.h"

static enum stubdns__trouble trouble_of(int error) {
  return error == STUBDNS_EREFUSED ? STUBDNS__TROUBLE_REFUSED
                                   : STUBDNS__TROUBLE_UNREACHABLE;
}

static void open_path(struct stubdns__transport *transport,
                      struct stubdns__path *path) {
  const stubdns_network_t *const network = &transport->network;
  const int error = network->open(network->data, path, &path->address,
                                  path->protocol == STUBDNS__TCP);
  const uint64_t now_us = stubdns__transport_now_us(transport);
  if (error)
    stubdns__core_on_path_error(transport->core, path, trouble_of(error),
                                now_us);
  else
    stubdns__core_on_path_open(transport->core, path, 0, now_us);
}

void stubdns__network_perform(struct stubdns__transport *transport,
                              const struct stubdns__action *action) {
  const stubdns_network_t *const network = &transport->network;
  if (action->kind == STUBDNS__OPEN)
    open_path(transport, action->path);
  else if (action->kind == STUBDNS__SEND)
    network->send(network->data, action->path, action->octets, action->length);
  else
    network->close(network->data, action->path);
}

static void on_error(struct stubdns__transport *transport,
                     const stubdns_arrival_t *arrival) {
  const enum stubdns__trouble trouble = trouble_of(arrival->error);
  const uint64_t now_us = stubdns__transport_now_us(transport);
  stubdns__watch_tell_refusal(transport, arrival->path, trouble, now_us);
  stubdns__core_on_path_error(transport->core, arrival->path, trouble, now_us);
}

void stubdns__network_wait(struct stubdns__transport *transport) {
  const stubdns_network_t *const network = &transport->network;
  stubdns_arrival_t arrival = {0};
  uint64_t deadline_us;
  if (!stubdns__transport_deadline(transport, &deadline_us)) return;
  if (!network->wait(network->data, deadline_us, &arrival))
    stubdns__core_on_time(transport->core,
                          stubdns__transport_now_us(transport));
  else if (arrival.error)
    on_error(transport, &arrival);
  else
    stubdns__transport_receive(transport, arrival.path, arrival.octets,
                               arrival.length);
}

int stubdns_resolver_use_network(stubdns_resolver_t *resolver,
                                 const stubdns_network_t *network) {
  struct stubdns__transport *const transport = resolver->transport;
  if (transport->network.wait) return STUBDNS_EINVALID;
  if (stubdns__core_lookup_count(transport->core) > 0) return STUBDNS_EINVALID;
  transport->network = *network;
  const int error = stubdns__core_renew_secrets(transport->core);
  if (error) transport->network = (stubdns_network_t){0};
  return error;
}

static stubdns_address_t local_address(const struct stubdns__path *path) {
  union stubdns__sockaddr local = {0};
  stubdns_address_t address;
  if (path->protocol == STUBDNS__TCP)
    stubdns__connection_local(path, &local);
  else
    stubdns__socket_local(path, &local);
  stubdns__sockaddr_to_address(&local, &address);
  return address;
}

static void tell(const struct stubdns__transport *transport,
                 const struct stubdns__path *path, stubdns_traffic_t *traffic) {
  traffic->server = path->address;
  traffic->is_tcp = path->protocol == STUBDNS__TCP;
  if (!transport->network.wait) traffic->local = local_address(path);
  transport->on_traffic(transport->traffic_data, traffic);
}

void stubdns__watch_tell(const struct stubdns__transport *transport,
                         const struct stubdns__path *path,
                         const uint8_t *octets, size_t length, int is_received,
                         uint64_t time_us) {
  stubdns_traffic_t traffic = {
      .octets = octets,
      .length = length,
      .time_us = time_us,
      .is_received = is_received != 0,
  };
  if (transport->on_traffic) tell(transport, path, &traffic);
}

void stubdns__watch_tell_refusal(const struct stubdns__transport *transport,
                                 const struct stubdns__path *path,
                                 enum stubdns__trouble trouble,
                                 uint64_t time_us) {
  stubdns_traffic_t traffic = {
      .time_us = time_us,
      .is_received = 1,
      .is_refusal = 1,
  };
  if (transport->on_traffic && trouble == STUBDNS__TROUBLE_REFUSED &&
      path->protocol != STUBDNS__TCP)
    tell(transport, path, &traffic);
}

void stubdns_resolver_watch(stubdns_resolver_t *resolver,
                            stubdns_traffic_cb on_traffic, void *data) {
  resolver->transport->on_traffic = on_traffic;
  resolver->transport->traffic_data = data;
}
