// SPDX-License-Identifier: Apache-2.0
// Text made safe for the format it goes into.
#pragma once

#include "base/text.h"

// "s" with its quotes, as JSON. Bytes that are not UTF-8 become U+FFFD.
void quote_json(Text *out, Slice s);
// Text content or a quoted attribute's value of HTML and SVG: & < > " ' are replaced.
void quote_html(Text *out, Slice s);
