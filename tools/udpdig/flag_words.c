/* The table. */
#include "flag_words.h"

#include "stubdns/message.h"

const struct flag_word flag_words[FLAG_WORD_COUNT] = {
    {STUBDNS_FLAG_QR, "qr"}, {STUBDNS_FLAG_AA, "aa"}, {STUBDNS_FLAG_TC, "tc"},
    {STUBDNS_FLAG_RD, "rd"}, {STUBDNS_FLAG_RA, "ra"}, {STUBDNS_FLAG_AD, "ad"},
    {STUBDNS_FLAG_CD, "cd"},
};
