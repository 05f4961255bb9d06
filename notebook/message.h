// SPDX-License-Identifier: Apache-2.0
// Jupyter messages: received ones parsed, sent ones written.
//
// A received message owns its frames and parsed JSON and keeps the header's bytes as they came:
// they go back verbatim as the parent_header of everything that answers it.
#pragma once

#include "notebook/wire.h"
#include "platform/zmq.h"

#include <jansson.h>
#include <stdatomic.h>

#define MESSAGE_PROTOCOL_VERSION "5.5"

typedef struct Message {
    Arena arena;     // holds the frames
    WireParts parts; // of the frames
    json_t *header;  // objects, checked
    json_t *parent;
    json_t *metadata;
    json_t *content;
    Slice type; // of the header, borrowed
    Slice id;
    Slice session;
    Slice date;        // empty when absent
    Slice subshell_id; // empty: the main shell
} Message;

// Who sends: key, session and the counter that keeps message ids unique. Shared by threads.
typedef struct MessageSender {
    WireKey key;
    char session[CRYPTO_UUID_BYTES + 1];
    const char *username;
    atomic_uint_fast64_t count;
} MessageSender;

// What a message to send says; JSON texts as they are, empty ones become {}.
typedef struct MessageDraft {
    const char *type;
    const Slice *identities; // routing frames, or one topic
    uint32_t identity_count;
    Slice parent; // header text of the message it answers
    Slice metadata;
    Slice content;
    const Slice *buffers;
    uint32_t buffer_count;
    Slice subshell_id; // for a client's request to a subshell
} MessageDraft;

void message_sender_init(MessageSender *sender, Slice key, const char *username);

// Takes a message off the socket; false when there is none. One that was refused gives an
// error, and message->header is NULL.
bool message_receive(ZmqSocket *socket, const WireKey *key, WireGuard *guard, Message *message,
                     Error *err);
// Parses frames that lie in message->arena.
bool message_parse(Message *message, const Slice *frames, uint32_t count, const WireKey *key,
                   WireGuard *guard, Error *err) MUST_CHECK;
// The message id lands in id_out (64 bytes) unless that is NULL.
bool message_send(MessageSender *sender, ZmqSocket *socket, const MessageDraft *draft,
                  char *id_out);
void message_deinit(Message *message);
AUTO_DEFINE(Message, message_deinit)

enum { MESSAGE_ID_BYTES = 64 };

// Members of an object; a missing or different one gives the default.
Slice message_text(const json_t *object, const char *name);
bool message_flag(const json_t *object, const char *name, bool otherwise);
int64_t message_number(const json_t *object, const char *name, int64_t otherwise);

// ISO 8601 with microseconds in UTC: out holds MESSAGE_DATE_BYTES.
enum { MESSAGE_DATE_BYTES = 28 };
void message_date(int64_t unix_micros, char out[MESSAGE_DATE_BYTES]);
int64_t message_now_micros(void);
// Reads a header's date with zone; false when it is none.
bool message_date_parse(Slice date, int64_t *unix_micros) MUST_CHECK;
