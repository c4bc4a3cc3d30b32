/* Noticing that a file may have changed: written, replaced, removed, made, or
 * reached by other symbolic links. */
#ifndef STUBDNS_UV_FILE_WATCH_H
#define STUBDNS_UV_FILE_WATCH_H

struct stubdns__transport;
struct stubdns__watch_spot;

struct stubdns__file_watch {
  struct stubdns__transport *transport;
  struct stubdns__watch_spot *spots; /* folders that are watched */
  int may_have_changed;              /* since the owner last set it to 0 */
  int is_blind;                      /* some folder cannot be watched */
};

/* Begins to watch `path`, in the place of what was watched.  The loop is not
 * kept alive.  Where the system cannot watch, the watch is blind. */
void stubdns__file_watch_start(struct stubdns__file_watch *watch,
                               struct stubdns__transport *transport,
                               const char *path);

/* Ends the watch, if it has begun.  Its memory may be reused at once; the
 * transport's handles go in a later turn of the loop. */
void stubdns__file_watch_stop(struct stubdns__file_watch *watch);

#endif
