/* The errors of stubdns: each number, its name and a sentence a user can act
 * on, listed once.  Zero is success and every error is negative.  A function
 * of the libuv API may also return libuv's own codes, which lie elsewhere;
 * stubdns_error_text() knows only those below. */
#ifndef STUBDNS_ERROR_H
#define STUBDNS_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

#define STUBDNS_ERROR_MAP(X)                                                   \
  /* A received message does not have the form of RFC 1035 section 4. */       \
  X(ESHORT, -5001, "the message ends inside a field")                          \
  X(ETOOLONG, -5002, "the message is longer than 65535 octets")                \
  X(EQUESTIONS, -5003, "the message has more than one question")               \
  X(EBADLABEL, -5004, "a name has a label of a reserved type")                 \
  X(ENAMETOOLONG, -5005, "a name is longer than 255 octets")                   \
  X(EBADPOINTER, -5006, "a compression pointer leads to no earlier name")      \
  X(EPOINTERCHAIN, -5007, "one name, or all together, use too many pointers")  \
  X(EBADRDATA, -5008, "RDATA does not have the form of its type")              \
  X(ERDATAEND, -5009, "RDATA ends inside a field")                             \
  X(ERDATAEXTRA, -5010, "RDATA goes on after its last field")                  \
  X(EBADOPT, -5011, "an OPT record is doubled, named or out of its section")   \
  X(EBADOPTION, -5012, "an EDNS option does not have the form of its code")    \
  X(EBADTSIG, -5013, "a TSIG record is not the last record")                   \
  /* The aliases of an answer lead nowhere. */                                 \
  X(EALIASLOOP, -5014, "the aliases lead in a circle")                         \
  X(EALIASCONFLICT, -5015, "a name has two different aliases")                 \
  X(EALIASDEPTH, -5016, "the name goes through more than 16 aliases")          \
  /* Text that was to become a name, an address or a record. */                \
  X(EEMPTYLABEL, -5020, "the name has an empty label")                         \
  X(ELABELTOOLONG, -5021, "the name has a label longer than 63 octets")        \
  X(EBADESCAPE, -5022, "a backslash is not followed by a character or \\DDD")  \
  X(EBADADDRESS, -5023, "this is no IPv4 or IPv6 address")                     \
  X(EBADTEXT, -5024, "the text is not a value of this field")                  \
  X(EBADTYPE, -5025, "this type cannot be asked for")                          \
  X(ETEXTEND, -5026, "the text ends before the record does")                   \
  X(ETEXTEXTRA, -5027, "the text goes on behind the record")                   \
  X(EUNCLOSED, -5028, "a quotation mark or parenthesis has no counterpart")    \
  /* Room, memory and randomness. */                                           \
  X(ENOSPACE, -5030, "the buffer is too small")                                \
  X(ENOMEM, -5031, "out of memory")                                            \
  X(ERANDOM, -5032, "the system gives no random octets")                       \
  X(EINVALID, -5033, "an argument is out of range")                            \
  /* How a lookup ended without a usable reply. */                             \
  X(ETIMEOUT, -5040, "no server replied in time")                              \
  X(EREFUSED, -5041, "no server listens at the address and port asked")        \
  X(ECANCELED, -5042, "the lookup was cancelled")                              \
  X(ENOSERVER, -5043, "no server is configured")                               \
  X(EMALFORMED, -5044, "only malformed replies came")                          \
  X(EUNREACHABLE, -5045, "no query could be sent")                             \
  X(ECLOSED, -5039, "the server closed the connection without a reply")        \
  /* How a search for addresses or services ended without any. */              \
  X(ENONAME, -5046, "the name does not exist")                                 \
  X(ENODATA, -5047, "the name has no such records")                            \
  X(EFAILURE, -5048, "the servers report a failure")                           \
  X(ENOSERVICE, -5049, "the name says that it has no such service")            \
  /* Files of recorded traffic. */                                             \
  X(ENOCAPTURE, -5050, "this is no pcap or pcapng capture")                    \
  X(EBADCAPTURE, -5051, "the capture is damaged or cut")                       \
  X(ELINKTYPE, -5052, "the capture is of an unknown link type")                \
  X(EBADHEX, -5053, "these are no pairs of hex digits")

enum {
#define X(name, number, text) STUBDNS_##name = number,
  STUBDNS_ERROR_MAP(X)
#undef X
};

/* The sentence for `error`, "success" for 0, "unknown error" for any other
 * number.  The text is static. */
const char *stubdns_error_text(int error);

/* The name of `error` as written in the source ("STUBDNS_ESHORT"), or NULL. */
const char *stubdns_error_name(int error);

#ifdef __cplusplus
}
#endif
#endif
