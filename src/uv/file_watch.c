/* A path is followed from the root, component by component.  Every folder in
 * which a link of it stands is watched, and the one in which the file stands or
 * would stand: a change of the file's name is a change of its folder. */
#include "uv/file_watch.h"

#include "uv/transport.h"

#include <string.h>

#define PATH_SIZE 4096
#define LINKS_MAX 40 /* as the kernel follows */

/* A folder that is watched. */
struct stubdns__watch_spot {
  uv_fs_event_t event; /* its `data` is the spot */
  struct stubdns__transport *transport;
  struct stubdns__file_watch *watch; /* NULL once it is being closed */
  struct stubdns__watch_spot *next;
};

/* A path on the way: what is in front of `offset` holds no link. */
struct route {
  char path[PATH_SIZE];
  size_t offset; /* of the component that is next */
  unsigned links_left;
};

static void on_event(uv_fs_event_t *event, const char *name, int events,
                     int status) {
  const struct stubdns__watch_spot *const spot = event->data;
  (void)name;
  (void)events;
  if (!spot->watch) return;
  spot->watch->may_have_changed = 1;
  if (status) spot->watch->is_blind = 1;
}

static void on_closed(uv_handle_t *handle) {
  struct stubdns__watch_spot *const spot = handle->data;
  struct stubdns__transport *const transport = spot->transport;
  stubdns__transport_release(transport, spot);
  stubdns__transport_forget_handle(transport);
}

void stubdns__file_watch_stop(struct stubdns__file_watch *watch) {
  struct stubdns__watch_spot *spot;
  while ((spot = watch->spots) != NULL) {
    watch->spots = spot->next;
    spot->watch = NULL;
    uv_close((uv_handle_t *)&spot->event, on_closed);
  }
}

static int add_spot(struct stubdns__file_watch *watch, const char *folder) {
  struct stubdns__transport *const transport = watch->transport;
  struct stubdns__watch_spot *const spot =
      stubdns__transport_allocate(transport, sizeof *spot);
  if (!spot) return STUBDNS_ENOMEM;
  uv_fs_event_init(transport->loop, &spot->event);
  uv_unref((uv_handle_t *)&spot->event);
  transport->handle_count++;
  spot->event.data = spot;
  spot->transport = transport;
  spot->watch = watch;
  spot->next = watch->spots;
  watch->spots = spot;
  return uv_fs_event_start(&spot->event, on_event, folder, 0);
}

/* Watches the folder in which the next component stands. */
static void watch_folder(struct stubdns__file_watch *watch,
                         struct route *route) {
  const char begin = route->path[route->offset];
  route->path[route->offset] = '\0';
  if (add_spot(watch, route->path)) watch->is_blind = 1;
  route->path[route->offset] = begin;
}

/* Where the component that is next ends. */
static size_t component_end(const struct route *route) {
  return route->offset + strcspn(route->path + route->offset, "/");
}

/* Puts `target` in the place of the component before `end`; returns 0 where
 * there is no room. */
static int substitute(struct route *route, size_t end, const char *target) {
  const size_t begin = target[0] == '/' ? 0 : route->offset;
  const size_t length = strlen(target);
  const size_t rest_length = strlen(route->path + end) + 1;
  if (rest_length > PATH_SIZE || length > PATH_SIZE - rest_length ||
      begin > PATH_SIZE - rest_length - length)
    return 0;
  memmove(route->path + begin + length, route->path + end, rest_length);
  memcpy(route->path + begin, target, length);
  route->offset = begin + (target[0] == '/');
  return 1;
}

/* Takes the last component away in front of the next. */
static void go_up(struct route *route, size_t end) {
  size_t begin = route->offset;
  if (begin > 1) begin--;
  while (begin > 1 && route->path[begin - 1] != '/')
    begin--;
  memmove(route->path + begin, route->path + end,
          strlen(route->path + end) + 1);
  route->offset = begin;
}

/* Follows the link that the next component is; returns 0 where it is none. */
static int follow_link(struct stubdns__file_watch *watch, struct route *route,
                       size_t end) {
  uv_fs_t request;
  const char after = route->path[end];
  route->path[end] = '\0';
  const int error =
      uv_fs_readlink(watch->transport->loop, &request, route->path, NULL);
  route->path[end] = after;
  int goes_on = 0;
  if (!error && route->links_left > 0) {
    route->links_left--;
    watch_folder(watch, route);
    goes_on = substitute(route, end, request.ptr);
  }
  uv_fs_req_cleanup(&request);
  return goes_on;
}

/* Steps over the next component, which is no link; returns 0 behind the last.
 * Where it does not exist, nor do those behind it: opening the way is a change
 * of this folder. */
static int step_over(struct stubdns__file_watch *watch, struct route *route,
                     size_t end) {
  uv_fs_t request;
  const char after = route->path[end];
  route->path[end] = '\0';
  const int is_there =
      !uv_fs_lstat(watch->transport->loop, &request, route->path, NULL);
  uv_fs_req_cleanup(&request);
  route->path[end] = after;
  if (after == '\0' || !is_there) {
    watch_folder(watch, route);
    return 0;
  }
  route->offset = end + 1;
  return 1;
}

static int is_dots(const struct route *route, size_t end, const char *dots) {
  return end - route->offset == strlen(dots) &&
         memcmp(route->path + route->offset, dots, strlen(dots)) == 0;
}

/* Goes one component on; returns 0 at the end. */
static int step(struct stubdns__file_watch *watch, struct route *route) {
  const size_t end = component_end(route);
  if (is_dots(route, end, "..")) {
    go_up(route, end + (route->path[end] == '/'));
    return 1;
  }
  if (is_dots(route, end, "") || is_dots(route, end, ".")) {
    const size_t next = end + (route->path[end] == '/');
    const int is_last = route->path[next] == '\0';
    memmove(route->path + route->offset, route->path + next,
            strlen(route->path + next) + 1);
    if (is_last) watch_folder(watch, route);
    return !is_last;
  }
  return follow_link(watch, route, end) || step_over(watch, route, end);
}

/* A relative path begins at the working folder. */
static int begin_route(struct route *route, const char *path) {
  size_t length = 1;
  route->path[0] = '/';
  route->offset = 1;
  route->links_left = LINKS_MAX;
  if (path[0] != '/') {
    size_t size = sizeof route->path - 1;
    if (uv_cwd(route->path, &size)) return 0;
    length = size;
    if (route->path[length - 1] != '/') route->path[length++] = '/';
  }
  if (strlen(path) >= sizeof route->path - length) return 0;
  memcpy(route->path + length, path, strlen(path) + 1);
  return 1;
}

void stubdns__file_watch_start(struct stubdns__file_watch *watch,
                               struct stubdns__transport *transport,
                               const char *path) {
  struct route route;
  watch->transport = transport;
  stubdns__file_watch_stop(watch);
  watch->may_have_changed = 1; /* since it was read */
  watch->is_blind = !begin_route(&route, path);
  while (!watch->is_blind && step(watch, &route))
    continue;
}
